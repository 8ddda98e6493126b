package api

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"holdfast/internal/booking"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shelf is the locks of one showtime.
type shelf struct {
	mu    sync.Mutex
	owner map[booking.SeatID]booking.ID
}

func (s *shelf) Owners(_ context.Context, _ booking.ShowtimeID, seats []booking.SeatID) (map[booking.SeatID]booking.ID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[booking.SeatID]booking.ID{}
	for _, id := range seats {
		if o, ok := s.owner[id]; ok {
			out[id] = o
		}
	}
	return out, nil
}

// Of a crowd that comes in one instant, one asks the engine; when it does not
// succeed, the next one does.
func TestACrowdGoesOneAfterTheOther(t *testing.T) {
	for _, failures := range []int64{0, 3} {
		locks := &shelf{owner: map[booking.SeatID]booking.ID{}}
		s := &Server{looks: newLooks(locks, time.Minute), turns: newTurns()}
		var asked, at, held, refused, failed atomic.Int64
		var wg sync.WaitGroup
		for i := range 100 {
			id := booking.ID(string(rune('a'+i%26)) + string(rune('a'+i/26)))
			seats := []booking.SeatID{"A1", booking.SeatID("B" + string(rune('0'+i%10)))}
			wg.Go(func() {
				_, err := s.holdInTurn(context.Background(), "show", seats, id, func() (booking.Booking, error) {
					if at.Add(1) != 1 {
						t.Error("two at once")
					}
					defer at.Add(-1)
					if asked.Add(1) <= failures {
						return booking.Booking{}, errors.New("away")
					}
					locks.mu.Lock()
					defer locks.mu.Unlock()
					for _, seat := range seats {
						locks.owner[seat] = id
					}
					return booking.Booking{ID: id}, nil
				})
				switch _, no := booking.Refused(err); {
				case err == nil:
					held.Add(1)
				case no:
					refused.Add(1)
				default:
					failed.Add(1)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, failures+1, asked.Load())
		require.EqualValues(t, 1, held.Load())
		require.Equal(t, failures, failed.Load())
		require.EqualValues(t, 99-failures, refused.Load())
		require.Empty(t, s.turns.busy)
	}
}

// Who waits does not wait longer than the request may take.
func TestATurnIsNotAwaitedForEver(t *testing.T) {
	s := &Server{looks: newLooks(&shelf{}, time.Minute), turns: newTurns()}
	done, _ := s.turns.take("show", []booking.SeatID{"A1"})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := s.holdInTurn(ctx, "show", []booking.SeatID{"A1"}, "b", nil)
	var away *booking.UnavailableError
	require.ErrorAs(t, err, &away)
	done()
}
