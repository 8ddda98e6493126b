package api

import (
	"context"
	"sync"
	"sync/atomic"

	"holdfast/internal/booking"
)

// turns lets requests for the same seat go one after the other within this
// process. Of a crowd that comes in one instant, when no lock is there to be
// seen yet, one starts a workflow; the others wait for its answer and then see
// the lock. It decides nothing: crowds at two processes meet in the workflow.
type turns struct {
	mu    sync.Mutex
	busy  map[place]chan struct{} // closed when the turn is over
	ended atomic.Uint64           // turns that are over
}

type place struct {
	show booking.ShowtimeID
	seat booking.SeatID
}

func newTurns() *turns { return &turns{busy: map[place]chan struct{}{}} }

// take takes the turn for all the seats, until done is called. Where somebody
// has one of them, done is nil and over is closed when that turn ends.
func (t *turns) take(show booking.ShowtimeID, seats []booking.SeatID) (done func(), over <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, seat := range seats {
		if ch, ok := t.busy[place{show, seat}]; ok {
			return nil, ch
		}
	}
	ch := make(chan struct{})
	for _, seat := range seats {
		t.busy[place{show, seat}] = ch
	}
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		for _, seat := range seats {
			delete(t.busy, place{show, seat})
		}
		t.ended.Add(1)
		close(ch)
	}, nil
}

// holdInTurn looks at the locks and holds the seats when they seem to be free
// and it is this request's turn.
func (s *Server) holdInTurn(ctx context.Context, show booking.ShowtimeID, seats []booking.SeatID, owner booking.ID,
	hold func() (booking.Booking, error),
) (b booking.Booking, err error) {
	for {
		ended := s.turns.ended.Load()
		// Most requests of a stampede end here, for the price of one read.
		if err := s.seemFree(ctx, show, seats, owner); err != nil {
			return booking.Booking{}, err
		}
		done, over := s.turns.take(show, seats)
		if done != nil {
			defer done()
			if s.turns.ended.Load() != ended { // perhaps the one before ours, after our look
				if err := s.seemFree(ctx, show, seats, owner); err != nil {
					return booking.Booking{}, err
				}
			}
			s.looks.serve(func() { b, err = hold() })
			return b, err
		}
		select {
		case <-over:
		case <-ctx.Done():
			return booking.Booking{}, &booking.UnavailableError{Server: "the turn before", Err: ctx.Err()}
		}
	}
}

// seemFree refuses when another owner has a lock of one of the seats.
func (s *Server) seemFree(ctx context.Context, show booking.ShowtimeID, seats []booking.SeatID, owner booking.ID) error {
	owners, err := s.looks.owners(ctx, show, seats)
	if err != nil {
		return err
	}
	return refuseTaken(owners, seats, owner)
}

// refuseTaken refuses when the locks of the seats name another owner.
func refuseTaken(owners map[booking.SeatID]booking.ID, seats []booking.SeatID, owner booking.ID) error {
	var taken []booking.SeatID
	for _, seat := range seats {
		if by, ok := owners[seat]; ok && by != owner {
			taken = append(taken, seat)
		}
	}
	if len(taken) > 0 {
		return booking.Refuse(booking.CodeSeatsTaken, "somebody else was faster", taken...)
	}
	return nil
}
