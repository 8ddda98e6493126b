package postgres_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"holdfast/internal/booking"
	"holdfast/internal/postgres"
	"holdfast/internal/testenv"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house is a database with one showtime of 30 seats, S1 to S30, of which S30 is
// kept back.
type house struct {
	*postgres.Store
	url  string
	show booking.ShowtimeID
}

const seatCount = 30

func newHouse(t *testing.T) house {
	t.Helper()
	url := testenv.Postgres(t)
	store, err := postgres.Open(url, postgres.Options{MaxConns: 16})
	require.NoError(t, err)
	t.Cleanup(store.Close)
	h := house{Store: store, url: url, show: booking.ShowtimeID(uuid.NewString())}
	hall := booking.Hall{ID: "hall", Name: "Hall", VenueID: "venue", VenueName: "Venue"}
	for n := range seatCount {
		category := "standard"
		if n >= 20 {
			category = "vip"
		}
		hall.Seats = append(hall.Seats, booking.Seat{
			ID: seat(n + 1), Row: "S", Number: n + 1, X: float64(n), Category: category, Kind: booking.Standard,
		})
	}
	ctx := t.Context()
	_, err = store.AddHall(ctx, hall)
	require.NoError(t, err)
	require.NoError(t, store.AddMovie(ctx, booking.Movie{ID: "movie", Title: "Movie", Runtime: time.Hour}))
	added, err := store.Schedule(ctx, h.schedule(h.show, time.Now()))
	require.NoError(t, err)
	require.True(t, added)
	return h
}

func (h house) schedule(id booking.ShowtimeID, now time.Time) booking.Schedule {
	usd := func(minor int64) booking.Money { return booking.Money{Minor: minor, Currency: "USD"} }
	return booking.Schedule{
		ID: id, MovieID: "movie", AuditoriumID: "hall", Currency: "USD",
		StartsAt: now.Add(time.Hour), SalesOpenAt: now.Add(-time.Hour), SalesCloseAt: now.Add(time.Hour),
		Categories: []booking.PricedCategory{{ID: "standard", Name: "Standard", Price: usd(1000)}, {ID: "vip", Name: "VIP", Price: usd(2550)}},
		Blocked:    []booking.SeatID{seat(seatCount)},
	}
}

func seat(n int) booking.SeatID { return booking.SeatID(fmt.Sprint("S", n)) }

func (h house) wish(user string, seats ...int) booking.HoldRequest {
	now := time.Now().UTC().Truncate(time.Microsecond)
	r := booking.HoldRequest{
		ID: booking.ID(uuid.NewString()), UserID: booking.UserID(user), ShowtimeID: h.show, Fingerprint: "f",
		CreatedAt: now, ExpiresAt: now.Add(2 * time.Minute),
	}
	for _, n := range seats {
		r.SeatIDs = append(r.SeatIDs, seat(n))
	}
	return r
}

// live are the owners of the seats, as the table has them.
func (h house) live(t *testing.T) map[booking.SeatID]booking.ID {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), h.url)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(context.Background())) }()
	rows, err := conn.Query(t.Context(), `SELECT seat_id, booking_id::text FROM booking_seats WHERE status IN ('pending', 'confirmed')`)
	require.NoError(t, err)
	owners := map[booking.SeatID]booking.ID{}
	for rows.Next() {
		var seat, id string
		require.NoError(t, rows.Scan(&seat, &id))
		require.NotContains(t, owners, booking.SeatID(seat), "two owners")
		owners[booking.SeatID(seat)] = booking.ID(id)
	}
	require.NoError(t, rows.Err())
	return owners
}

// events drains the outbox.
func (h house) events(t *testing.T) []booking.Event {
	t.Helper()
	var all []booking.Event
	_, err := h.Claim(t.Context(), 1000, func(_ context.Context, rows []booking.OutboxRow) ([]int64, error) {
		var done []int64
		for _, r := range rows {
			e, err := booking.ParseEvent(r.Payload)
			require.NoError(t, err)
			require.Equal(t, r.EventID, e.ID)
			require.Equal(t, r.Type, e.Type)
			all = append(all, e)
			done = append(done, r.ID)
		}
		return done, nil
	})
	require.NoError(t, err)
	slices.SortFunc(all, func(a, b booking.Event) int { return int(a.Version - b.Version) })
	return all
}

func requireCode(t *testing.T, code booking.Code, err error, seats ...booking.SeatID) {
	t.Helper()
	r, ok := booking.Refused(err)
	require.True(t, ok, "want the refusal %s, got %v", code, err)
	require.Equal(t, code, r.Code)
	if len(seats) > 0 {
		require.Equal(t, seats, r.Seats)
	}
}

func TestHoldPricesAndRecords(t *testing.T) {
	h := newHouse(t)
	want := h.wish("ada", 21, 3)
	b, err := h.Hold(t.Context(), want)
	require.NoError(t, err)
	require.Equal(t, booking.Pending, b.Status)
	require.Equal(t, "35.50 USD", b.Total.String(), "computed from the categories")
	require.Equal(t, []booking.SeatID{"S3", "S21"}, b.SeatIDs(), "in the order of the layout")

	again, err := h.Hold(t.Context(), want)
	require.NoError(t, err)
	require.Equal(t, b, normal(again), "asking twice is asking once")

	events := h.events(t)
	require.Len(t, events, 2, "scheduled and held, the second once")
	require.Equal(t, booking.EventHeld, events[1].Type)
	require.EqualValues(t, 2, events[1].Version)
	require.ElementsMatch(t, []booking.SeatChange{{ID: "S3", Status: "held"}, {ID: "S21", Status: "held"}}, events[1].Seats)

	show, err := h.Showtime(t.Context(), h.show)
	require.NoError(t, err)
	require.Equal(t, seatCount-1-2, show.AvailableSeats)
}

// normal makes times comparable.
func normal(b booking.Booking) booking.Booking {
	b.CreatedAt, b.ExpiresAt = b.CreatedAt.UTC(), b.ExpiresAt.UTC()
	return b
}

func TestHoldRefuses(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	_, err := h.Hold(ctx, h.wish("ada", 1, 2))
	require.NoError(t, err)
	before := h.live(t)

	_, err = h.Hold(ctx, h.wish("bob", 3, 2, 1))
	requireCode(t, booking.CodeSeatsTaken, err, "S2", "S1")
	_, err = h.Hold(ctx, h.wish("bob", 4, seatCount))
	requireCode(t, booking.CodeSeatsTaken, err, "S30")
	_, err = h.Hold(ctx, h.wish("bob", 5, 99))
	requireCode(t, booking.CodeUnknownSeat, err, "S99")
	elsewhere := h.wish("bob", 5)
	elsewhere.ShowtimeID = booking.ShowtimeID(uuid.NewString())
	_, err = h.Hold(ctx, elsewhere)
	requireCode(t, booking.CodeShowtimeNotFound, err)

	closed := h.schedule(booking.ShowtimeID(uuid.NewString()), time.Now().Add(-3*time.Hour))
	_, err = h.Schedule(ctx, closed)
	require.NoError(t, err)
	late := h.wish("bob", 5)
	late.ShowtimeID = closed.ID
	_, err = h.Hold(ctx, late)
	requireCode(t, booking.CodeSalesClosed, err)

	require.Equal(t, before, h.live(t), "a refusal leaves nothing behind")
}

func TestHoldLimit(t *testing.T) {
	h := newHouse(t)
	var wg sync.WaitGroup
	refused := make(chan *booking.Refusal, seatCount)
	for n := range 10 {
		wg.Go(func() {
			r := h.wish("ada", n+1)
			r.MaxPending = 3
			if _, err := h.Hold(context.Background(), r); err != nil {
				refusal, ok := booking.Refused(err)
				if !ok {
					t.Error(err)
					return
				}
				refused <- refusal
			}
		})
	}
	wg.Wait()
	close(refused)
	require.Len(t, h.live(t), 3, "exact, also when all come at once")
	for r := range refused {
		require.Equal(t, booking.CodeHoldLimit, r.Code)
		require.Positive(t, r.RetryAfter)
	}
}

func TestKeyReuse(t *testing.T) {
	h := newHouse(t)
	first := h.wish("ada", 1)
	_, err := h.Hold(t.Context(), first)
	require.NoError(t, err)
	other := first
	other.SeatIDs, other.Fingerprint = []booking.SeatID{"S2"}, "g"
	_, err = h.Hold(t.Context(), other)
	requireCode(t, booking.CodeKeyReused, err)
}

// One seat, many at once; overlapping sets, many at once: the index decides,
// without any lock in front of it.
func TestNoTwoOwnersWithoutAnyLock(t *testing.T) {
	h := newHouse(t)
	for round := range 5 {
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := map[booking.ID][]booking.SeatID{}
		for p := range 40 {
			wg.Go(func() {
				set := []int{p%10 + 1, (p*3+round)%10 + 1, 11 + p%4}
				slices.Sort(set)
				set = slices.Compact(set)
				r := h.wish(fmt.Sprint("user", p), set...)
				b, err := h.Hold(context.Background(), r)
				if err == nil {
					mu.Lock()
					won[b.ID] = b.SeatIDs()
					mu.Unlock()
					return
				}
				if refusal, ok := booking.Refused(err); !ok || refusal.Code != booking.CodeSeatsTaken || len(refusal.Seats) == 0 {
					t.Errorf("neither held nor taken: %v", err)
				}
			})
		}
		wg.Wait()
		want := map[booking.SeatID]booking.ID{}
		for id, seats := range won {
			for _, s := range seats {
				want[s] = id
			}
		}
		require.Equal(t, want, h.live(t), "all the seats of each winner, and no others")
		for id := range won {
			b, err := h.Expire(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, booking.Expired, b.Status)
		}
		require.Empty(t, h.live(t))
	}
	requireContiguous(t, h.events(t))
}

func requireContiguous(t *testing.T, events []booking.Event) {
	t.Helper()
	for i, e := range events {
		require.EqualValues(t, i+1, e.Version, "versions have no gaps")
	}
}
