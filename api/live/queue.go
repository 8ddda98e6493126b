package live

import (
	"slices"

	"github.com/gorilla/websocket"
)

// answer is what became of a frame that was offered.
type answer int

const (
	passed  answer = iota // over a client that lags and is to get a snapshot
	queued                // it will be written
	dropped               // there was no room for it: the client lags now
)

// offer puts a frame into the queue if there is room. The room's lock is held, which is
// what makes every socket see the same order. Deltas pass over a client that lags; a
// snapshot is what it waits for.
//
// A client lags only while it waits for the first map, or while something is in its
// queue: then somebody writes, and comes by once more when it is empty (see next).
//
// Call says that a writer is to be called.
func (c *client) offer(f *frame, snapshot bool) (result answer, call bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.lagging && !snapshot:
		return passed, false
	case c.ended:
		return queued, false // and never missed
	case len(c.queue) >= c.hub.cfg.Queue:
		c.lagging = true
		return dropped, false
	}
	c.queue, c.lagging = append(c.queue, f), false
	return queued, c.claim()
}

// lag says that the next frame must be a snapshot. The room's lock is held.
func (c *client) lag() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lagging = true
}

func (c *client) lags() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lagging
}

// wake gives up the lock, which is held, and calls a writer if there is something to
// write and nobody writes.
func (c *client) wake() {
	call := c.claim()
	c.mu.Unlock()
	if call {
		c.hub.writers.call(c)
	}
}

// claim reports whether a writer is to be called, which the caller then does. It needs
// the lock.
func (c *client) claim() bool {
	if c.writing || c.conn == nil || !c.waiting() {
		return false
	}
	c.writing = true
	return true
}

// waiting reports whether there is something to write. It needs the lock.
func (c *client) waiting() bool {
	if c.ended {
		return !c.parted
	}
	return c.ping || c.pong != nil || len(c.queue) > 0
}

// pingFrame is the same for everybody.
var pingFrame = wireFrame(finalBit|websocket.PingMessage, nil)

// next returns what is to be written now. Nil means that there is nothing, and that the
// caller does not write any more.
func (c *client) next() []byte {
	for {
		f, text, done := c.take()
		if f != nil {
			text = c.form(f)
		}
		if text != nil || done {
			return text
		}
		c.room.drained(c) // which needs the room's lock, and that comes before ours
		if c.rest() {
			return nil
		}
	}
}

// take takes what is first in line. Done means that nothing is, and that this is the end
// of writing; otherwise a client that lags has nothing left in its queue.
func (c *client) take() (f *frame, text []byte, done bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.ended && !c.parted:
		c.parted = true
		return nil, wireFrame(finalBit|websocket.CloseMessage, websocket.FormatCloseMessage(c.code, c.reason)), false
	case c.ended:
		c.writing = false
		return nil, nil, true
	case c.pong != nil:
		text, c.pong = c.pong, nil
		return nil, text, false
	case c.ping:
		c.ping = false
		return nil, pingFrame, false
	case len(c.queue) > 0:
		f = c.queue[0]
		if c.queue = slices.Delete(c.queue, 0, 1); len(c.queue) == 0 && cap(c.queue) > 4 {
			c.queue = nil // most queues are empty most of the time
		}
		return f, nil, false
	case c.lagging:
		return nil, nil, false
	}
	c.writing = false
	return nil, nil, true
}

// rest ends the writing if there is still nothing to write, and reports whether it did.
func (c *client) rest() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writing = c.waiting()
	return !c.writing
}

// form is a frame as this client can read it.
func (c *client) form(f *frame) []byte {
	if f.packed == nil || !c.compress {
		return f.plain
	}
	text, err := f.packed()
	if err != nil {
		c.hub.log.Error("a frame could not be compressed, and is sent as it is", "error", err)
		return f.plain
	}
	return text
}
