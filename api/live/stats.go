package live

import "sync/atomic"

type counters struct {
	steps, subscriptions, loads          atomic.Int64
	broadcasts, snapshots, skips, refuse atomic.Int64
}

// Stats is what a hub holds now, and what it has done since it was made.
type Stats struct {
	Sockets int // open now
	Rooms   int // showtimes with sockets now

	Steps         int64 // heard from the feed
	Subscriptions int64 // times the feed was (re)connected
	Loads         int64 // whole maps read
	Broadcasts    int64 // deltas sent to a room
	Snapshots     int64 // snapshots put into a client's queue
	Skips         int64 // times a client's queue ran full
	Refused       int64 // requests that got no socket
}

// Stats returns the numbers of this moment.
func (h *Hub) Stats() Stats {
	h.mu.RLock()
	s := Stats{Sockets: len(h.sockets), Rooms: len(h.rooms)}
	h.mu.RUnlock()
	s.Steps, s.Subscriptions = h.counters.steps.Load(), h.counters.subscriptions.Load()
	s.Loads, s.Broadcasts = h.counters.loads.Load(), h.counters.broadcasts.Load()
	s.Snapshots, s.Skips = h.counters.snapshots.Load(), h.counters.skips.Load()
	s.Refused = h.counters.refuse.Load()
	return s
}
