package api

import (
	"context"
	"strings"
	"sync"
	"time"

	"holdfast/internal/booking"
)

// looks lets all who ask for the same seats at the same time share one look at their
// locks. Each gets one that began after they had asked: to a request it is as if it had
// looked itself. Of a crowd that wants one seat, the gatekeeper hears of one at a time.
type looks struct {
	at     Glance
	within time.Duration
	mu     sync.Mutex
	spots  map[string]*spot
}

// spot is seats that somebody looks at.
type spot struct {
	now  *look
	next *look // of those who came since now began; nil for nobody
}

type look struct {
	done   chan struct{}
	owners map[booking.SeatID]booking.ID
	err    error
}

func newLooks(at Glance, within time.Duration) *looks {
	return &looks{at: at, within: within, spots: map[string]*spot{}}
}

// owners returns whom the locks of the seats name. The answer is not the caller's alone.
func (l *looks) owners(ctx context.Context, show booking.ShowtimeID, seats []booking.SeatID) (map[booking.SeatID]booking.ID, error) {
	mine := l.join(show, seats)
	select {
	case <-mine.done:
		return mine.owners, mine.err
	case <-ctx.Done():
		return nil, &booking.UnavailableError{Server: "valkey", Err: ctx.Err()}
	}
}

func (l *looks) join(show booking.ShowtimeID, seats []booking.SeatID) *look {
	name := nameOf(show, seats)
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.spots[name]
	if s == nil {
		s = &spot{now: &look{done: make(chan struct{})}}
		l.spots[name] = s
		go l.look(name, s, show, seats)
		return s.now
	}
	if s.next == nil {
		s.next = &look{done: make(chan struct{})}
	}
	return s.next
}

// look looks again and again, for as long as somebody has come meanwhile.
func (l *looks) look(name string, s *spot, show booking.ShowtimeID, seats []booking.SeatID) {
	for now := s.now; now != nil; {
		// It is nobody's own: it goes on when a client gives up.
		ctx, cancel := context.WithTimeout(context.Background(), l.within)
		now.owners, now.err = l.at.Owners(ctx, show, seats)
		cancel()
		close(now.done)
		l.mu.Lock()
		s.now, s.next = s.next, nil
		if now = s.now; now == nil {
			delete(l.spots, name)
		}
		l.mu.Unlock()
	}
}

// nameOf is a name of seats in their order; no id has a line feed in it.
func nameOf(show booking.ShowtimeID, seats []booking.SeatID) string {
	var b strings.Builder
	b.WriteString(string(show))
	for _, seat := range seats {
		b.WriteByte('\n')
		b.WriteString(string(seat))
	}
	return b.String()
}
