package live

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"holdfast/internal/booking"
)

// maxEarly bounds the steps that are kept while a map is being read. One more
// and they are dropped, and the map is read once more instead.
const maxEarly = 1024

// room is a showtime with sockets.
type room struct {
	hub *Hub
	id  booking.ShowtimeID
	// ctx ends with the room, and its loading with it.
	ctx  context.Context
	stop context.CancelFunc

	mu       sync.Mutex
	clients  map[*client]struct{}
	board    *board // nil until it was first read
	snapshot *frame // of the board; nil until somebody needs it
	pending  pending
	timer    *time.Timer // runs while something is pending
	flushed  time.Time
	loading  bool
	again    bool            // the load under way may have begun too early
	early    []booking.Delta // steps that wait for the load
	closed   bool
}

func newRoom(h *Hub, id booking.ShowtimeID) *room {
	r := &room{hub: h, id: id, clients: make(map[*client]struct{})}
	r.ctx, r.stop = context.WithCancel(h.ctx)
	return r
}

// join adds a client: it gets its snapshot now, or when the map has been read.
func (r *room) join(c *client) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.clients[c] = struct{}{}
	c.lag()
	if r.board == nil {
		r.load()
		return
	}
	r.giveSnapshot(c)
}

// leave removes a client and reports whether the room is empty, and closed.
func (r *room) leave(c *client) (empty bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.clients, c)
	if len(r.clients) > 0 {
		return false
	}
	r.closed = true
	r.stop()
	if r.timer != nil && r.timer.Stop() {
		r.hub.work.Done()
	}
	return true
}

// resync gives a client the snapshot that it asked for.
func (r *room) resync(c *client) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.giveSnapshot(c)
}

// drained gives a client that lagged a snapshot now that its queue is empty.
func (r *room) drained(c *client) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.lags() {
		r.giveSnapshot(c)
	}
}

// giveSnapshot needs the lock. A client whose queue has no room for it lags; one
// that waits for the first load does already.
func (r *room) giveSnapshot(c *client) {
	if r.board == nil {
		return
	}
	if r.snapshot == nil {
		r.snapshot = newFrame(snapshotText(r.id, r.board))
	}
	result, call := c.offer(r.snapshot, true)
	if result == queued {
		r.hub.counters.snapshots.Add(1)
	}
	if call {
		r.hub.writers.call(c)
	}
}

// step hears of one step of the map.
func (r *room) step(d booking.Delta) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	if r.board == nil {
		r.keep(d)
		return
	}
	switch r.pending.take(r.board, d) {
	case taken:
		r.schedule()
	case gapped:
		r.keep(d)
		r.load()
	case seen:
	}
}

// keep needs the lock.
func (r *room) keep(d booking.Delta) {
	if len(r.early) == maxEarly {
		r.early, r.again = nil, true
		return
	}
	r.early = append(r.early, d)
}

// schedule needs the lock. What is pending goes out at once after a quiet time,
// else when the window that began with the last delta ends.
func (r *room) schedule() {
	if r.timer != nil || r.pending.version <= r.board.version {
		return
	}
	wait := r.hub.cfg.Window - time.Since(r.flushed)
	if wait <= 0 {
		r.flush()
		return
	}
	r.hub.work.Add(1)
	r.timer = time.AfterFunc(wait, func() {
		defer r.hub.work.Done()
		r.mu.Lock()
		defer r.mu.Unlock()
		r.timer = nil
		if !r.closed {
			r.flush()
		}
	})
}

// flush needs the lock. It moves the board to what is pending and gives
// everybody the step; those whose queue is full lag from now on.
func (r *room) flush() {
	if r.pending.version <= r.board.version {
		return
	}
	for i, status := range r.pending.changes {
		if r.board.statuses[i] == status { // there and back within one window
			delete(r.pending.changes, i)
		}
	}
	f := newFrame(deltaText(r.board, r.pending.version, r.pending.changes))
	for i, status := range r.pending.changes {
		r.board.statuses[i] = status
	}
	r.board.version = r.pending.version
	r.pending, r.snapshot, r.flushed = pending{}, nil, time.Now()
	r.hub.counters.broadcasts.Add(1)
	idle := make([]*client, 0, len(r.clients))
	for c := range r.clients {
		result, call := c.offer(f, false)
		if result == dropped {
			r.hub.counters.skips.Add(1)
		}
		if call {
			idle = append(idle, c)
		}
	}
	r.hub.writers.call(idle...)
}

// show moves the room to a map that was read, unless it knows a newer one.
// It needs the lock.
func (r *room) show(next *board) {
	switch {
	case r.board == nil:
		r.board = next
	case next.version <= max(r.board.version, r.pending.version):
		return
	default:
		changes, fits := r.board.diff(next)
		if fits {
			r.pending = pending{version: next.version, changes: changes}
			r.schedule()
			return
		}
		r.board, r.snapshot, r.pending = next, nil, pending{}
		for c := range r.clients {
			c.lag()
		}
	}
	for c := range r.clients {
		if c.lags() {
			r.giveSnapshot(c)
		}
	}
}

// catchUp applies the steps that waited for a load, and reports whether they
// all fit. It needs the lock.
func (r *room) catchUp() bool {
	slices.SortFunc(r.early, func(a, b booking.Delta) int { return cmp.Compare(a.Version, b.Version) })
	var left []booking.Delta
	for _, d := range r.early {
		if r.pending.take(r.board, d) == gapped {
			left = append(left, d)
		}
	}
	r.early = left
	r.schedule()
	return len(left) == 0
}
