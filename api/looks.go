package api

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"holdfast/internal/booking"
)

// looks lets all who ask for the same seats at the same time share one look at their
// locks. Each gets one that began after they had asked: to a request it is as if it had
// looked itself. Of a crowd that wants one seat, the gatekeeper hears of one at a time.
//
// A crowd that is to be refused is let out one by one, in the order in which it came:
// all at once they would stand before everybody else whom this process has to serve.
type looks struct {
	at     Glance
	within time.Duration
	served atomic.Int64  // those for whom crowds make way at this moment
	gate   chan struct{} // has room for as many crowds as may be let out at the same time
	mu     sync.Mutex
	spots  map[string]*spot
}

// A crowd makes way for those who are served meanwhile: so many of it, then a pause.
const (
	courtesyGroup = 4
	courtesy      = time.Millisecond
)

// spot is seats that somebody looks at.
type spot struct {
	now  *look
	next *look // of those who came since now began; nil for nobody
}

// look is good for those in its queue once their turn has come.
type look struct {
	asked  time.Time // by the first of its queue
	owners map[booking.SeatID]booking.ID
	err    error
	queue  []chan struct{} // closed one after the other; whoever it is for has to leave
	called int             // of the queue; the last of them is inside
	gone   chan struct{}   // closed when nobody is left; nil where all are called at once
	once   sync.Once
	body   []byte // see refusal
}

func newLooks(at Glance, within time.Duration) *looks {
	return &looks{at: at, within: within, gate: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)), spots: map[string]*spot{}}
}

// owners returns whom the locks of the seats name. The answer is not the caller's alone.
func (l *looks) owners(ctx context.Context, show booking.ShowtimeID, seats []booking.SeatID) (map[booking.SeatID]booking.ID, error) {
	mine, turn := l.join(show, seats, false)
	if err := l.await(ctx, mine, turn); err != nil {
		return nil, err
	}
	l.leave(mine)
	return mine.owners, mine.err
}

// await waits for a turn. Then mine is good, and is to be left.
func (l *looks) await(ctx context.Context, mine *look, turn <-chan struct{}) error {
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		go func() { // the next one is not to wait for somebody who has gone
			<-turn
			l.leave(mine)
		}()
		return &booking.UnavailableError{Server: "valkey", Err: ctx.Err()}
	}
}

// join queues up for the next look at the seats. With others there has to be one under
// way, or mine is nil.
func (l *looks) join(show booking.ShowtimeID, seats []booking.SeatID, withOthers bool) (mine *look, turn <-chan struct{}) {
	name := nameOf(show, seats)
	ch := make(chan struct{})
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.spots[name]
	switch {
	case s == nil && withOthers:
		return nil, nil
	case s == nil:
		mine = &look{asked: time.Now(), queue: []chan struct{}{ch}}
		s = &spot{now: mine}
		l.spots[name] = s
		go l.look(name, s, show, seats)
		return mine, ch
	case s.next == nil:
		s.next = &look{asked: time.Now()}
	}
	s.next.queue = append(s.next.queue, ch)
	return s.next, ch
}

// anybody reports whether somebody looks at anything.
func (l *looks) anybody() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.spots) > 0
}

// look looks again and again, for as long as somebody has come meanwhile.
func (l *looks) look(name string, s *spot, show booking.ShowtimeID, seats []booking.SeatID) {
	l.serve(func() { s.now.see(l, show, seats) }) // nobody else is there: these seats may well be free
	for {
		l.letOut(s.now)
		l.mu.Lock()
		s.now, s.next = s.next, nil
		if s.now == nil {
			delete(l.spots, name)
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		s.now.see(l, show, seats)
	}
}

// see looks. It is nobody's own: it goes on when a client gives up. But nobody waits longer
// than they may, for the look before it either.
func (n *look) see(l *looks, show booking.ShowtimeID, seats []booking.SeatID) {
	ctx, cancel := context.WithDeadline(context.Background(), n.asked.Add(l.within))
	defer cancel()
	n.owners, n.err = l.at.Owners(ctx, show, seats)
}

// serve does something for which crowds make way.
func (l *looks) serve(do func()) {
	l.served.Add(1)
	defer l.served.Add(-1)
	do()
}

// letOut calls those who have waited for a look: one by one where they are many and will
// be refused.
func (l *looks) letOut(now *look) {
	if len(now.queue) == 1 || len(now.owners) == 0 || now.err != nil {
		for _, ch := range now.queue {
			close(ch)
		}
		return
	}
	l.gate <- struct{}{}
	now.gone = make(chan struct{})
	l.mu.Lock()
	now.call()
	l.mu.Unlock()
	<-now.gone
	<-l.gate
}

// call needs the lock.
func (n *look) call() {
	if n.called < len(n.queue) {
		close(n.queue[n.called])
		n.called++
	}
}

// leave makes room for the next one.
func (l *looks) leave(mine *look) {
	if mine.gone == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case mine.called == len(mine.queue):
		close(mine.gone)
	case l.served.Load() > 0 && mine.called%courtesyGroup == 0:
		time.AfterFunc(courtesy, func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			mine.call()
		})
	default:
		mine.call()
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
