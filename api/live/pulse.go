package live

import "time"

// slots is in how many parts the sockets are pinged, one part after the other, so that
// neither each of them needs a timer nor all of them are pinged at once.
const slots = 16

// pulse pings every socket once in the time between pings, while there are any.
func (h *Hub) pulse() {
	beat := time.NewTicker(max(time.Millisecond, h.cfg.Ping/slots))
	defer beat.Stop()
	for slot := 0; ; slot = (slot + 1) % slots {
		select {
		case <-beat.C:
		case <-h.ctx.Done():
			return
		}
		if !h.pingAll(slot) {
			return
		}
	}
}

// pingAll pings the sockets of a slot, and reports whether there are any sockets at all.
func (h *Hub) pingAll(slot int) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.sockets {
		if c.slot == slot {
			c.mu.Lock()
			c.ping = true
			c.wake()
		}
	}
	h.pulsing = len(h.sockets) > 0
	return h.pulsing
}
