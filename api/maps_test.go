package api

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

var errNoMap = errors.New("there is no map")

// shelves is a read model whose answers are those of the moment at which it is asked,
// and take a while.
type shelves struct {
	mu      sync.Mutex
	version map[booking.ShowtimeID]int64
	seats   int
	takes   time.Duration
	broken  error
	asked   int // for a version or a map
	read    int // maps
}

func newShelves(shows ...booking.ShowtimeID) *shelves {
	s := &shelves{version: map[booking.ShowtimeID]int64{}, seats: 1, takes: time.Millisecond}
	for _, id := range shows {
		s.version[id] = 1
	}
	return s
}

func (s *shelves) Version(_ context.Context, id booking.ShowtimeID) (int64, error) {
	s.mu.Lock()
	s.asked++
	version, ok := s.version[id]
	err, takes := s.broken, s.takes
	s.mu.Unlock()
	time.Sleep(takes)
	if err == nil && !ok {
		err = errNoMap
	}
	return version, err
}

func (s *shelves) Get(ctx context.Context, id booking.ShowtimeID) (booking.SeatMap, error) {
	version, err := s.Version(ctx, id)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read++
	return booking.SeatMap{ShowtimeID: id, Version: version, Seats: make([]booking.SeatView, s.seats)}, err
}

// change moves a map on by a version, and returns it.
func (s *shelves) change(id booking.ShowtimeID) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version[id]++
	return s.version[id]
}

func (s *shelves) set(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *shelves) counts() (asked, read int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked, s.read
}

func requireVersion(t *testing.T, m *mapCache, id booking.ShowtimeID, want int64) {
	t.Helper()
	body, err := m.get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, want, body.version)
}

// A thousand people come in one instant, again and again: the read model is asked once.
func TestOneAsksForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := newShelves("a")
		m := newMapCache(from, errNoMap)
		for round := range 3 {
			asked, _ := from.counts()
			var all sync.WaitGroup
			for range 1000 {
				all.Go(func() {
					body, err := m.get(t.Context(), "a")
					if assert.NoError(t, err) {
						assert.EqualValues(t, 1, body.version)
					}
				})
			}
			all.Wait()
			now, read := from.counts()
			require.Equal(t, 1, now-asked, "round %d", round)
			require.Equal(t, 1, read, "and the map is read once, while it does not change")
			time.Sleep(time.Second)
		}
	})
}

// While somebody looks all the time, the read model is asked at a steady, slow pace,
// and what is shown is never older than promised.
func TestAMapIsAsFreshAsPromised(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := newShelves("a")
		m := newMapCache(from, errNoMap)
		since := map[int64]time.Time{1: time.Now()} // when there was something newer
		last := int64(0)
		began := time.Now()
		for i := range 3000 {
			if i%7 == 0 {
				since[from.change("a")-1] = time.Now()
			}
			arrived := time.Now()
			body, err := m.get(t.Context(), "a")
			require.NoError(t, err)
			require.GreaterOrEqual(t, body.version, last, "never back")
			last = body.version
			if gone, ok := since[last]; ok {
				require.LessOrEqual(t, arrived.Sub(gone), mapFreshness+mapGrace)
			}
			time.Sleep(300 * time.Microsecond)
		}
		asked, _ := from.counts()
		require.LessOrEqual(t, asked, 2*int(time.Since(began)/mapFreshness)+2, "a version and a map, each time")
		time.Sleep(time.Second) // the last question ends
	})
}

// Whoever was told of a version can read it.
func TestWhatWasToldIsShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := newShelves("a")
		m := newMapCache(from, errNoMap)
		for range 20 {
			requireVersion(t, m, "a", from.version["a"])
			version := from.change("a")
			m.heed(booking.Delta{ShowtimeID: "a", From: version - 1, Version: version})
			require.Nil(t, m.ready("a", time.Now()))
			requireVersion(t, m, "a", version)
		}
		// What the read model does not have is asked for once, and is not waited for.
		m.heed(booking.Delta{ShowtimeID: "a", Version: 1000})
		asked, _ := from.counts()
		requireVersion(t, m, "a", from.version["a"])
		requireVersion(t, m, "a", from.version["a"])
		now, _ := from.counts()
		require.Equal(t, 1, now-asked)
	})
}

// Who comes while somebody asks does not get an answer from before their time.
func TestASlowAnswerIsNotTakenForANewOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := newShelves("a")
		from.takes = time.Second
		m := newMapCache(from, errNoMap)
		var first sync.WaitGroup
		first.Go(func() { _, _ = m.get(t.Context(), "a") })
		time.Sleep(time.Second / 2)
		requireVersion(t, m, "a", from.change("a"))
		first.Wait()
	})
}

// The larger a map, the more seldom it is read, whatever is told of it.
func TestLargeMapsAreReadSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := newShelves("a")
		from.seats = 3000
		m := newMapCache(from, errNoMap)
		requireVersion(t, m, "a", 1)
		size := m.size
		began := time.Now()
		for time.Since(began) < 2*time.Second {
			version := from.change("a")
			m.heed(booking.Delta{ShowtimeID: "a", From: version - 1, Version: version})
			requireVersion(t, m, "a", version)
		}
		_, read := from.counts()
		require.LessOrEqual(t, time.Duration(read)*time.Duration(size)*15*time.Nanosecond, 250*time.Millisecond, "about a tenth of the time")
		require.GreaterOrEqual(t, read, 20)
	})
}

func TestThatThereIsNoMapIsNotRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := newShelves()
		m := newMapCache(from, errNoMap)
		for range 2 {
			_, err := m.get(t.Context(), "a")
			require.ErrorIs(t, err, errNoMap)
			require.Empty(t, m.kept)
		}
		from.change("a")
		requireVersion(t, m, "a", 1)
		from.set(func() { delete(from.version, "a") })
		time.Sleep(time.Second)
		_, err := m.get(t.Context(), "a")
		require.ErrorIs(t, err, errNoMap)
		require.Zero(t, m.size)
	})
}

// While the read model is away there is no map, however recently there was one.
func TestErrorsAreNotRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := newShelves("a")
		m := newMapCache(from, errNoMap)
		from.takes = 0
		requireVersion(t, m, "a", 1)
		away := errors.New("away")
		from.set(func() { from.broken = away })
		time.Sleep(mapFreshness + mapGrace)
		require.NotNil(t, m.ready("a", time.Now()))
		time.Sleep(time.Nanosecond)
		require.Nil(t, m.ready("a", time.Now()))
		_, err := m.get(t.Context(), "a")
		require.ErrorIs(t, err, away)
		from.set(func() { from.broken = nil })
		requireVersion(t, m, "a", 1)
	})
}

// A client that gives up is let go; the others get the answer.
func TestWhoGivesUpTakesNothingFromOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := newShelves("a")
		from.takes = time.Minute
		m := newMapCache(from, errNoMap)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := m.get(ctx, "a")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		requireVersion(t, m, "a", 1)
		_, read := from.counts()
		require.LessOrEqual(t, read, 1)
	})
}
