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

// slowShelf takes a while, and shows what was there when it was asked.
type slowShelf struct {
	shelf
	looks int
	err   error
}

func (s *slowShelf) Owners(ctx context.Context, show booking.ShowtimeID, seats []booking.SeatID) (map[booking.SeatID]booking.ID, error) {
	owners, err := s.shelf.Owners(ctx, show, seats)
	s.mu.Lock()
	s.looks++
	if s.err != nil {
		err = s.err
	}
	s.mu.Unlock()
	select {
	case <-time.After(time.Millisecond):
	case <-ctx.Done():
		err = ctx.Err()
	}
	return owners, err
}

var seatA1 = []booking.SeatID{"A1"}

// A crowd shares looks, and everybody sees what was there when they asked.
func TestACrowdSharesLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		locks := &slowShelf{shelf: shelf{owner: map[booking.SeatID]booking.ID{}}}
		l := newLooks(locks, time.Minute)
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() {
				time.Sleep(time.Duration(i) * 100 * time.Microsecond)
				me := booking.ID(rune('0' + i))
				locks.mu.Lock()
				locks.owner["A1"] = me
				locks.mu.Unlock()
				for range 10 {
					owners, err := l.owners(t.Context(), "show", seatA1)
					if assert.NoError(t, err) {
						assert.GreaterOrEqual(t, owners["A1"], me, "not from before it was asked for")
					}
				}
			})
		}
		began := time.Now()
		all.Wait()
		synctest.Wait() // the last look is over
		require.LessOrEqual(t, locks.looks, int(time.Since(began)/time.Millisecond)+1, "one at a time")
		require.Empty(t, l.spots)
	})
}

func TestLooksAtOtherSeatsAreOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		locks := &slowShelf{shelf: shelf{owner: map[booking.SeatID]booking.ID{"A1": "me", "A2": "you"}}}
		l := newLooks(locks, time.Minute)
		var all sync.WaitGroup
		for _, seats := range [][]booking.SeatID{{"A1"}, {"A2"}, {"A1", "A2"}, {"A2", "A1"}, {"A3"}} {
			all.Go(func() {
				owners, err := l.owners(t.Context(), "show", seats)
				if !assert.NoError(t, err) {
					return
				}
				for _, seat := range seats {
					assert.Equal(t, locks.owner[seat], owners[seat])
				}
			})
		}
		began := time.Now()
		all.Wait()
		require.Equal(t, 5, locks.looks)
		require.Equal(t, time.Millisecond, time.Since(began), "nobody waits for them")
	})
}

// Who gives up takes the look from nobody, and an error is that of one look.
func TestALookIsNobodysOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		locks := &slowShelf{shelf: shelf{owner: map[booking.SeatID]booking.ID{"A1": "me"}}, err: errors.New("away")}
		l := newLooks(locks, time.Minute)
		var all sync.WaitGroup
		all.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Microsecond)
			defer cancel()
			_, err := l.owners(ctx, "show", seatA1)
			var away *booking.UnavailableError
			assert.ErrorAs(t, err, &away)
			assert.ErrorIs(t, err, context.DeadlineExceeded)
		})
		synctest.Wait()
		locks.mu.Lock()
		locks.err = nil
		locks.mu.Unlock()
		owners, err := l.owners(t.Context(), "show", seatA1)
		require.NoError(t, err)
		require.EqualValues(t, "me", owners["A1"])
		all.Wait()
	})
}

// A crowd that is refused goes one by one, as it came, also past those who have given up,
// and makes way for others.
func TestACrowdIsLetOutOneByOne(t *testing.T) {
	for _, served := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			locks := &slowShelf{shelf: shelf{owner: map[booking.SeatID]booking.ID{"A1": "me"}}}
			l := newLooks(locks, time.Minute)
			const crowd = 5 * courtesyGroup
			var all sync.WaitGroup
			all.Go(func() { _, _ = l.owners(t.Context(), "show", seatA1) })
			synctest.Wait()
			inside, next := 0, 0
			for i := range crowd {
				ctx, cancel := context.WithCancel(t.Context())
				mine, turn := l.join("show", seatA1, true)
				if i%3 == 0 {
					cancel()
				}
				all.Go(func() {
					defer cancel()
					if l.await(ctx, mine, turn) != nil {
						return
					}
					defer l.leave(mine)
					inside++
					assert.Equal(t, 1, inside, "nobody else")
					assert.LessOrEqual(t, next, i, "in their order")
					next = i
					time.Sleep(time.Microsecond)
					inside--
				})
			}
			began := time.Now()
			if served {
				l.serve(all.Wait)
			} else {
				all.Wait()
			}
			synctest.Wait()
			time.Sleep(time.Second)
			require.Empty(t, l.spots)
			require.Equal(t, served, time.Since(began)-time.Second >= (crowd/courtesyGroup-1)*courtesy+2*time.Millisecond)
		})
	}
}
