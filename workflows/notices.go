package workflows

import (
	"sync"

	"holdfast/activities"
	"holdfast/internal/booking"
)

// Notices passes what became of holds from the worker of a process to those who wait
// for it in the same process. The zero value is ready; it is safe for concurrent use.
type Notices struct {
	mu      sync.Mutex
	waiting map[notice]map[chan activities.Outcome]struct{}
}

// notice is a hold, by the request that it is for: another request under the same id is
// answered otherwise.
type notice struct {
	id          booking.ID
	fingerprint string
}

// Tell passes it on to everybody who waits for it now.
func (n *Notices) Tell(id booking.ID, fingerprint string, out activities.Outcome) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for c := range n.waiting[notice{id, fingerprint}] {
		select {
		case c <- out:
		default: // it has been told
		}
	}
}

// expect begins to wait; leave ends it.
func (n *Notices) expect(id booking.ID, fingerprint string) (told <-chan activities.Outcome, leave func()) {
	key, c := notice{id, fingerprint}, make(chan activities.Outcome, 1)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.waiting == nil {
		n.waiting = map[notice]map[chan activities.Outcome]struct{}{}
	}
	if n.waiting[key] == nil {
		n.waiting[key] = map[chan activities.Outcome]struct{}{}
	}
	n.waiting[key][c] = struct{}{}
	return c, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		if delete(n.waiting[key], c); len(n.waiting[key]) == 0 {
			delete(n.waiting, key)
		}
	}
}
