package live

import (
	"context"
	"math/rand/v2"
	"time"
)

const (
	firstWait = 50 * time.Millisecond
	lastWait  = 5 * time.Second
	// readTimeout bounds one reading of a map.
	readTimeout = 10 * time.Second
)

// reload makes the room read its map, once more if it is reading now.
func (r *room) reload() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	r.again = r.loading
	r.load()
}

// load begins to read the map unless that is under way. It needs the lock.
func (r *room) load() {
	if r.loading || r.closed {
		return
	}
	r.loading = true
	r.hub.work.Go(r.read)
}

// read reads the map until it is there and every step that waited fits, or until
// the room is closed.
func (r *room) read() {
	for attempt := 0; r.ctx.Err() == nil; attempt++ {
		if attempt > 0 && !wait(r.ctx, attempt-1) {
			return
		}
		next, err := r.fetch()
		if err != nil {
			if attempt == 0 && r.ctx.Err() == nil {
				r.hub.log.Warn("a seat map could not be read, trying again until it can", "showtime", r.id, "error", err)
			}
			continue
		}
		if r.settle(next) {
			return
		}
	}
}

func (r *room) fetch() (*board, error) {
	r.mu.Lock()
	r.again = false // what is missed from here on is asked for by the next reload
	r.mu.Unlock()
	ctx, cancel := context.WithTimeout(r.ctx, readTimeout)
	defer cancel()
	m, err := r.hub.maps.Get(ctx, r.id)
	if err != nil {
		return nil, err
	}
	r.hub.counters.loads.Add(1)
	return newBoard(m), nil
}

// settle shows a map that was read and reports whether that was all.
func (r *room) settle(next *board) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return true
	}
	r.show(next)
	if fits := r.catchUp(); !fits || r.again {
		return false
	}
	r.loading = false
	return true
}

// wait waits a growing while, half of it random, and reports whether ctx is alive.
func wait(ctx context.Context, attempt int) bool {
	d := min(lastWait, firstWait<<min(attempt, 10))
	timer := time.NewTimer(d/2 + rand.N(d/2))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
