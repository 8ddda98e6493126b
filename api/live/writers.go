package live

import (
	"errors"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// writers write to the clients of a hub that have something waiting. There are as many as
// can run at once, and only while there is work. They never wait for a client: one that
// does not take what it gets goes on with a goroutine of its own, until it has caught up.
type writers struct {
	hub *Hub

	mu      sync.Mutex
	calls   []*client
	begun   int // of calls: those before it are taken
	running int
}

// turn is how many clients a writer takes at a time.
const turn = 32

// call asks for clients to be written to.
func (w *writers) call(some ...*client) {
	w.mu.Lock()
	w.calls = append(w.calls, some...)
	turns := (len(w.calls) - w.begun + turn - 1) / turn
	start := max(0, min(runtime.GOMAXPROCS(0)-w.running, turns))
	w.running += start
	w.mu.Unlock()
	for range start {
		w.hub.work.Go(w.run)
	}
}

func (w *writers) run() {
	var some [turn]*client
	var try attempt
	try.once = try.write // once, not for every frame
	for {
		n := w.some(&some)
		if n == 0 {
			return
		}
		for i, c := range some[:n] {
			c.flow(&try)
			some[i] = nil
		}
	}
}

// some takes up to a turn of clients. With none left the writer ends.
func (w *writers) some(out *[turn]*client) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := copy(out[:], w.calls[w.begun:])
	clear(w.calls[w.begun : w.begun+n])
	w.begun += n
	switch {
	case n == 0:
		w.running--
		fallthrough
	case w.begun == len(w.calls):
		w.calls, w.begun = w.calls[:0], 0
	case w.begun > len(w.calls)/2 && w.begun > 1024:
		kept := copy(w.calls, w.calls[w.begun:])
		clear(w.calls[kept:])
		w.calls, w.begun = w.calls[:kept], 0
	}
	return n
}

// attempt is one try to write without waiting.
type attempt struct {
	once func(fd uintptr) bool
	text []byte
	n    int
	err  error
}

func (a *attempt) write(fd uintptr) bool {
	for {
		a.n, a.err = syscall.Write(int(fd), a.text) //nolint:gosec // it is a file descriptor
		if !errors.Is(a.err, syscall.EINTR) {
			return true // whatever came of it: nobody waits here
		}
	}
}

// on writes as much as the socket takes at once, and returns what is left.
func (a *attempt) on(raw syscall.RawConn, text []byte) (rest []byte, err error) {
	a.text, a.n, a.err = text, 0, nil
	if err := raw.Write(a.once); err != nil {
		return nil, err
	}
	if a.err != nil && !errors.Is(a.err, syscall.EAGAIN) {
		return nil, a.err
	}
	return text[max(a.n, 0):], nil
}

// flow writes what waits for a client for as long as it takes it at once.
func (c *client) flow(try *attempt) {
	for {
		text := c.next()
		if text == nil {
			return
		}
		if c.raw != nil {
			var err error
			if text, err = try.on(c.raw, text); err != nil {
				c.hub.log.Debug("writing to a socket", "error", err)
				c.hangUp() // which ends the reader, too
				return
			}
		}
		if len(text) > 0 {
			c.hub.work.Go(func() { c.crawl(text) })
			return
		}
	}
}

// crawl writes what waits for a client that is slow, within the time that it gets for
// each frame. The rest of a frame is the first: nobody else writes meanwhile, except for
// a close frame after the client has broken the protocol, when nothing matters any more.
func (c *client) crawl(text []byte) {
	for ; text != nil; text = c.next() {
		c.mu.Lock()
		patience := c.hub.cfg.Write
		if c.ended {
			patience = closeWait
		}
		c.deadline(c.conn.NetConn().SetWriteDeadline, patience)
		c.mu.Unlock()
		if _, err := c.conn.NetConn().Write(text); err != nil {
			c.hub.log.Debug("writing to a slow socket", "error", err)
			c.hangUp()
			return
		}
		c.unhurry()
	}
}

// unhurry takes the deadline of a slow frame away: those who write at once set none. That
// of a socket which is to be closed stays.
func (c *client) unhurry() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return
	}
	if err := c.conn.NetConn().SetWriteDeadline(time.Time{}); err != nil {
		c.hub.log.Debug("taking a deadline off a closed socket", "error", err)
	}
}
