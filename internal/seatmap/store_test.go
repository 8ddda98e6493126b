package seatmap_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"holdfast/internal/booking"
	"holdfast/internal/seatmap"
	"holdfast/internal/testenv"
)

func open(t testing.TB) *seatmap.Store {
	t.Helper()
	return openAt(t, testenv.Mongo(t))
}

func openAt(t testing.TB, url string) *seatmap.Store {
	t.Helper()
	s, err := seatmap.Open(url, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close(context.WithoutCancel(t.Context()))) })
	return s
}

func newID() booking.ShowtimeID { return booking.ShowtimeID(uuid.NewString()) }

// sample is a map of n available seats at a version.
func sample(id booking.ShowtimeID, version int64, n int) booking.SeatMap {
	m := booking.SeatMap{ShowtimeID: id, Version: version, Categories: []booking.PricedCategory{
		{ID: "std", Name: "Standard", Price: booking.Money{Minor: 1500, Currency: "USD"}},
		{ID: "vip", Name: "VIP", Price: booking.Money{Minor: 2250, Currency: "USD"}},
	}}
	for i := range n {
		m.Seats = append(m.Seats, booking.SeatView{Status: booking.SeatAvailable, Seat: booking.Seat{
			ID: booking.SeatID(fmt.Sprintf("R%d-%d", i/20, i%20+1)), Row: fmt.Sprintf("R%d", i/20), Number: i%20 + 1,
			X: float64(i%20) + 0.5, Y: float64(i / 20), Category: "std", Kind: booking.Standard}})
	}
	m.Seats[0].Kind, m.Seats[0].Category = booking.Wheelchair, "vip"
	return m
}

func step(id booking.ShowtimeID, from, version int64, changes ...booking.SeatChange) booking.Delta {
	return booking.Delta{ShowtimeID: id, From: from, Version: version, Seats: changes}
}

func seat(id booking.SeatID, status booking.SeatStatus) booking.SeatChange {
	return booking.SeatChange{ID: id, Status: status}
}

func TestGetReturnsWhatReplaceStored(t *testing.T) {
	s, id := open(t), newID()
	_, err := s.Get(t.Context(), id)
	require.ErrorIs(t, err, seatmap.ErrNotFound)
	_, err = s.Version(t.Context(), id)
	require.ErrorIs(t, err, seatmap.ErrNotFound)

	want := sample(id, 7, 140)
	want.Seats[3].Status, want.Seats[4].Status, want.Seats[5].Status = booking.SeatHeld, booking.SeatSold, booking.SeatBlocked
	told, err := s.Replace(t.Context(), want)
	require.NoError(t, err)
	onlyExists(t, 7, told) // nothing was known before: there is no step to describe

	got, err := s.Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, want, got)
	version, err := s.Version(t.Context(), id)
	require.NoError(t, err)
	require.EqualValues(t, 7, version)
}

// onlyExists checks that a step says no more than that a version exists.
func onlyExists(t *testing.T, version int64, told booking.Delta) {
	t.Helper()
	require.Equal(t, version, told.From)
	require.Equal(t, version, told.Version)
	require.Empty(t, told.Seats)
	require.NotNil(t, told.Seats, "a list without items is written as one")
}

func TestReadersShareNothingThatTheyCanChange(t *testing.T) {
	s, id := open(t), newID()
	want := sample(id, 1, 20)
	_, err := s.Replace(t.Context(), want)
	require.NoError(t, err)
	first, err := s.Get(t.Context(), id)
	require.NoError(t, err)
	first.Seats[0].Row, first.Categories[0].Name = "changed", "changed"
	second, err := s.Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, want, second)
}

func TestALayoutIsReadByAnotherProcess(t *testing.T) {
	url, id := testenv.Mongo(t), newID()
	want := sample(id, 1, 300)
	_, err := openAt(t, url).Replace(t.Context(), want)
	require.NoError(t, err)
	got, err := openAt(t, url).Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestReplaceNeverGoesBack(t *testing.T) {
	s, id := open(t), newID()
	newer := sample(id, 9, 20)
	newer.Seats[1].Status = booking.SeatSold
	_, err := s.Replace(t.Context(), newer)
	require.NoError(t, err)
	told, err := s.Replace(t.Context(), sample(id, 8, 20))
	require.NoError(t, err)
	onlyExists(t, 9, told)
	got, err := s.Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, newer, got)
}

func TestReplaceDescribesTheStep(t *testing.T) {
	s, id := open(t), newID()
	_, err := s.Replace(t.Context(), sample(id, 3, 20))
	require.NoError(t, err)
	next := sample(id, 6, 20)
	next.Seats[2].Status, next.Seats[7].Status = booking.SeatHeld, booking.SeatSold
	told, err := s.Replace(t.Context(), next)
	require.NoError(t, err)
	require.Equal(t, step(id, 3, 6, seat("R0-3", booking.SeatHeld), seat("R0-8", booking.SeatSold)), told)
}

func TestReplaceWithOtherSeatsOnlySaysThatTheVersionExists(t *testing.T) {
	s, id := open(t), newID()
	_, err := s.Replace(t.Context(), sample(id, 3, 20))
	require.NoError(t, err)
	other := sample(id, 4, 40)
	told, err := s.Replace(t.Context(), other)
	require.NoError(t, err)
	onlyExists(t, 4, told)
	got, err := s.Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, other, got)
}

func TestReplaceRefusesWhatCannotBeAMap(t *testing.T) {
	s, id := open(t), newID()
	twice := sample(id, 1, 2)
	twice.Seats[1].ID = twice.Seats[0].ID
	_, err := s.Replace(t.Context(), twice)
	require.ErrorContains(t, err, "twice")
	unknown := sample(id, 1, 2)
	unknown.Seats[1].Status = "gone"
	_, err = s.Replace(t.Context(), unknown)
	require.ErrorContains(t, err, `"gone"`)
	_, err = s.Version(t.Context(), id)
	require.ErrorIs(t, err, seatmap.ErrNotFound)
}

func TestApply(t *testing.T) {
	held, sold, free := booking.SeatHeld, booking.SeatSold, booking.SeatAvailable
	cases := []struct {
		name    string
		steps   func(id booking.ShowtimeID) []booking.Delta
		ok      bool
		version int64
		first   booking.SeatStatus // of seat R0-1
	}{
		{"the next", func(id booking.ShowtimeID) []booking.Delta {
			return []booking.Delta{step(id, 5, 6, seat("R0-1", held))}
		}, true, 6, held},
		{"several, in disorder", func(id booking.ShowtimeID) []booking.Delta {
			return []booking.Delta{step(id, 7, 8, seat("R0-1", sold)), step(id, 5, 6, seat("R0-1", held)), step(id, 6, 7, seat("R0-1", free))}
		}, true, 8, sold},
		{"a duplicate", func(id booking.ShowtimeID) []booking.Delta {
			return []booking.Delta{step(id, 4, 5, seat("R0-1", sold))}
		}, true, 5, free},
		{"one that overlaps", func(id booking.ShowtimeID) []booking.Delta {
			return []booking.Delta{step(id, 3, 6, seat("R0-1", held))}
		}, true, 6, held},
		{"a gap", func(id booking.ShowtimeID) []booking.Delta {
			return []booking.Delta{step(id, 6, 7, seat("R0-1", held))}
		}, false, 5, free},
		{"a gap behind one that fits", func(id booking.ShowtimeID) []booking.Delta {
			return []booking.Delta{step(id, 5, 6, seat("R0-1", held)), step(id, 7, 8, seat("R0-1", sold))}
		}, false, 5, free},
		{"a seat that is not there", func(id booking.ShowtimeID) []booking.Delta {
			return []booking.Delta{step(id, 5, 6, seat("R0-1", held), seat("Z9", held))}
		}, false, 5, free},
		{"a status that is none", func(id booking.ShowtimeID) []booking.Delta {
			return []booking.Delta{step(id, 5, 6, seat("R0-1", "odd"))}
		}, false, 5, free},
	}
	s := open(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			id := newID()
			_, err := s.Replace(t.Context(), sample(id, 5, 20))
			require.NoError(t, err)
			ok, err := s.Apply(t.Context(), id, c.steps(id)...)
			require.NoError(t, err)
			require.Equal(t, c.ok, ok)
			got, err := s.Get(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, c.version, got.Version)
			require.Equal(t, c.first, got.Seats[0].Status)
		})
	}
}

// What a store remembers of its last write is worth nothing once somebody else has
// written, be it at the same version, or has lost the map.
func TestWhatIsRememberedIsNotTheStoredMap(t *testing.T) {
	url := testenv.Mongo(t)
	ours, theirs, id := openAt(t, url), openAt(t, url), newID()
	apply := func(s *seatmap.Store, d booking.Delta) bool {
		t.Helper()
		ok, err := s.Apply(t.Context(), id, d)
		require.NoError(t, err)
		return ok
	}
	replace := func(s *seatmap.Store, m booking.SeatMap) {
		t.Helper()
		_, err := s.Replace(t.Context(), m)
		require.NoError(t, err)
	}
	shown := func() string {
		t.Helper()
		m, err := theirs.Get(t.Context(), id)
		require.NoError(t, err)
		return fmt.Sprintln(m.Version, m.Seats[0].Status, m.Seats[1].Status, m.Seats[2].Status)
	}
	replace(ours, sample(id, 1, 3))
	require.True(t, apply(ours, step(id, 1, 2, seat("R0-1", booking.SeatHeld))))

	corrected := sample(id, 2, 3)
	corrected.Seats[1].Status = booking.SeatBlocked
	replace(theirs, corrected)
	require.True(t, apply(ours, step(id, 2, 3, seat("R0-3", booking.SeatSold))))
	require.Equal(t, "3 available blocked sold\n", shown())

	require.True(t, apply(theirs, step(id, 3, 4, seat("R0-1", booking.SeatSold))))
	require.True(t, apply(ours, step(id, 3, 4, seat("R0-1", booking.SeatSold))), "it is there already")
	require.True(t, apply(ours, step(id, 4, 5, seat("R0-2", booking.SeatAvailable))))
	require.Equal(t, "5 sold available sold\n", shown())
	require.False(t, apply(ours, step(id, 6, 7, seat("R0-2", booking.SeatHeld))), "there is a gap")

	smaller := sample(id, 6, 2)
	replace(theirs, smaller)
	require.False(t, apply(ours, step(id, 6, 7, seat("R0-3", booking.SeatHeld))), "that seat is gone")
}

// A map that was found wrong at its version is corrected, and what is made of the wrong
// one afterwards, by somebody who remembers it, is not kept.
func TestACorrectionIsNotUndone(t *testing.T) {
	url, id := testenv.Mongo(t), newID()
	ours, theirs := openAt(t, url), openAt(t, url)
	wrong := sample(id, 1, 3)
	wrong.Seats[1].Status = booking.SeatSold
	_, err := ours.Replace(t.Context(), wrong)
	require.NoError(t, err)
	ok, err := ours.Apply(t.Context(), id, step(id, 1, 2)) // ours remembers it now
	require.NoError(t, err)
	require.True(t, ok)
	for range 2 { // the second time there is nothing to correct
		told, err := theirs.Replace(t.Context(), sample(id, 2, 3))
		require.NoError(t, err)
		onlyExists(t, 2, told)
	}
	ok, err = ours.Apply(t.Context(), id, step(id, 2, 3, seat("R0-3", booking.SeatHeld)))
	require.NoError(t, err)
	require.True(t, ok)
	got, err := theirs.Get(t.Context(), id)
	require.NoError(t, err)
	want := sample(id, 3, 3)
	want.Seats[2].Status = booking.SeatHeld
	require.Equal(t, want, got)
}

// A map that was lost and put back from an older truth is not made of what somebody
// remembers of the lost one.
func TestWhatIsRememberedOfALostMapIsNotKept(t *testing.T) {
	url, id := testenv.Mongo(t), newID()
	ours, theirs := openAt(t, url), openAt(t, url)
	_, err := ours.Replace(t.Context(), sample(id, 1, 3))
	require.NoError(t, err)
	ok, err := ours.Apply(t.Context(), id, step(id, 1, 2, seat("R0-1", booking.SeatSold)))
	require.NoError(t, err)
	require.True(t, ok)

	_, err = rawMaps(t, url).DeleteOne(t.Context(), bson.D{{Key: "_id", Value: id}})
	require.NoError(t, err)
	_, err = theirs.Replace(t.Context(), sample(id, 1, 3))
	require.NoError(t, err)

	// Both steps at once: the first of them was another one in what was lost.
	ok, err = ours.Apply(t.Context(), id, step(id, 1, 2, seat("R0-2", booking.SeatHeld)), step(id, 2, 3, seat("R0-3", booking.SeatHeld)))
	require.NoError(t, err)
	require.False(t, ok, "only the truth helps")
	truth := sample(id, 3, 3)
	truth.Seats[1].Status, truth.Seats[2].Status = booking.SeatHeld, booking.SeatHeld
	told, err := ours.Replace(t.Context(), truth)
	require.NoError(t, err)
	onlyExists(t, 3, told)
	got, err := theirs.Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, truth, got)
}

// What was changed by hand ends in an error that says what to do, or is put right.
func TestChangedByHand(t *testing.T) {
	url := testenv.Mongo(t)
	for _, c := range []struct {
		name   string
		change bson.D
		heals  bool
	}{
		{"no layout", bson.D{{Key: "$unset", Value: bson.D{{Key: "state.layout", Value: ""}}}}, true},
		{"another layout", bson.D{{Key: "$set", Value: bson.D{{Key: "state.layout", Value: "gone"}}}}, true},
		{"no statuses", bson.D{{Key: "$set", Value: bson.D{{Key: "state.statuses", Value: ""}}}}, true},
		{"no revision", bson.D{{Key: "$unset", Value: bson.D{{Key: "state.revision", Value: ""}}}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, id := openAt(t, url), newID()
			_, err := s.Replace(t.Context(), sample(id, 1, 3))
			require.NoError(t, err)
			res, err := rawMaps(t, url).UpdateOne(t.Context(), bson.D{{Key: "_id", Value: id}}, c.change)
			require.NoError(t, err)
			require.EqualValues(t, 1, res.ModifiedCount)
			want := sample(id, 2, 3)
			_, err = s.Replace(t.Context(), want)
			if !c.heals {
				require.ErrorContains(t, err, "delete it")
				return
			}
			require.NoError(t, err)
			got, err := s.Get(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

// rawMaps is the collection, past the store.
func rawMaps(t *testing.T, url string) *mongo.Collection {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(url))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Disconnect(context.WithoutCancel(t.Context()))) })
	cs, err := connstring.ParseAndValidate(url)
	require.NoError(t, err)
	return client.Database(cs.Database).Collection("maps")
}

// Maps of a shape that is not written any more are none, until they are replaced.
func TestAnOlderShapeIsReplaced(t *testing.T) {
	url, id := testenv.Mongo(t), newID()
	_, err := rawMaps(t, url).InsertOne(t.Context(), bson.D{
		{Key: "_id", Value: id}, {Key: "version", Value: int64(4)}, {Key: "layout", Value: "x"}, {Key: "statuses", Value: "aaa"}})
	require.NoError(t, err)

	s := openAt(t, url)
	_, err = s.Version(t.Context(), id)
	require.ErrorIs(t, err, seatmap.ErrNotFound)
	ok, err := s.Apply(t.Context(), id, step(id, 4, 5))
	require.NoError(t, err)
	require.False(t, ok)
	want := sample(id, 5, 3)
	told, err := s.Replace(t.Context(), want)
	require.NoError(t, err)
	onlyExists(t, 5, told)
	got, err := s.Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestApplyToAnUnknownShowtime(t *testing.T) {
	s, id := open(t), newID()
	ok, err := s.Apply(t.Context(), id, step(id, 0, 1))
	require.NoError(t, err)
	require.False(t, ok)
	_, err = s.Version(t.Context(), id)
	require.ErrorIs(t, err, seatmap.ErrNotFound, "a step does not make a map")
}

// Writers side by side: every version is applied once and readers never see one
// go back.
func TestVersionsOnlyGrowUnderConcurrentWriters(t *testing.T) {
	s, id := open(t), newID()
	const last = 60
	_, err := s.Replace(t.Context(), sample(id, 1, 20))
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var reading, writing sync.WaitGroup
	readErr := make(chan error, 1)
	reading.Go(func() {
		var seen int64
		for ctx.Err() == nil {
			v, err := s.Version(ctx, id)
			if err != nil && ctx.Err() == nil {
				readErr <- err
				return
			}
			if err == nil && v < seen {
				readErr <- errors.New("the version went back")
				return
			}
			seen = max(seen, v)
		}
	})
	for w := range 3 {
		writing.Go(func() {
			for v := int64(2); v <= last; v++ {
				if w == 2 {
					_, err := s.Replace(ctx, sample(id, v, 20))
					assert.NoError(t, err)
					continue
				}
				_, err := s.Apply(ctx, id, step(id, v-1, v, seat("R0-2", booking.SeatAvailable)))
				assert.NoError(t, err)
			}
		})
	}
	writing.Wait()
	stop()
	reading.Wait()
	select {
	case err := <-readErr:
		t.Fatal(err)
	default:
	}
	v, err := s.Version(t.Context(), id)
	require.NoError(t, err)
	require.EqualValues(t, last, v)
}

func TestAnArena(t *testing.T) {
	s, id := open(t), newID()
	want := sample(id, 1, 10_000)
	_, err := s.Replace(t.Context(), want)
	require.NoError(t, err)
	ok, err := s.Apply(t.Context(), id, step(id, 1, 2, seat("R499-20", booking.SeatSold)))
	require.NoError(t, err)
	require.True(t, ok)
	want.Version, want.Seats[9_999].Status = 2, booking.SeatSold
	got, err := s.Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestOpenRefusesAURLThatIsNone(t *testing.T) {
	_, err := seatmap.Open("nonsense", slog.New(slog.DiscardHandler))
	require.Error(t, err)
}

func TestAServerThatIsAwayIsAnErrorThatPasses(t *testing.T) {
	s := openAt(t, "mongodb://127.0.0.1:1/away")
	_, err := s.Get(t.Context(), newID())
	require.Error(t, err)
	require.NotErrorIs(t, err, seatmap.ErrNotFound)
	require.Error(t, s.Ping(t.Context()))
}
