package app

import (
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// unhurried listens for connections that set deadlines only where somebody waits for them.
//
// For each request net/http says seven times until when it would read or write, and mostly
// has what it reads already, or can write at once. What holds is the same: nobody reads or
// writes beyond the deadline that was set last.
type unhurried struct{ net.Listener }

// Accept waits for the next connection.
func (l unhurried) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok && err == nil {
		return &unhurriedConn{Conn: tcp, tcp: tcp}, nil
	}
	return conn, err
}

type unhurriedConn struct {
	net.Conn // not what else TCP can, which would not know of deadlines that are put off
	tcp      *net.TCPConn
	mu       sync.Mutex
	plain    bool // nothing is put off any more: it has another owner, who may use the file itself
	read     deadline
	write    deadline
}

// deadline is when a side of a connection has to be done. The lock of the connection
// guards it.
type deadline struct {
	wanted time.Time // zero for never
	armed  time.Time // what the connection was told: not later than wanted, while somebody waits
	busy   int       // those who wait
}

// longAgo is later than any time by which net/http says that reading is to end at once.
var longAgo = time.Unix(1<<20, 0)

// late reports whether the connection waits for longer than it may.
func (d *deadline) late() bool {
	return !d.wanted.IsZero() && (d.armed.IsZero() || d.armed.After(d.wanted))
}

// want sets a deadline, at once where somebody waits.
func (c *unhurriedConn) want(d *deadline, t time.Time, arm func(time.Time) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	d.wanted = t
	if c.plain || (d.busy > 0 && d.late()) {
		d.armed = t
		return arm(t)
	}
	return nil
}

// do does something that may wait. It is done again, from where it was, when it ended at a
// deadline that was an old one.
func (c *unhurriedConn) do(d *deadline, arm func(time.Time) error, it func([]byte) (int, error), p []byte) (n int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		if !d.wanted.IsZero() && d.wanted.Before(longAgo) {
			return n, os.ErrDeadlineExceeded
		}
		if d.late() || (!d.armed.IsZero() && d.armed.Before(longAgo)) {
			d.armed = d.wanted
			if err := arm(d.wanted); err != nil {
				return n, err
			}
		}
		d.busy++
		c.mu.Unlock()
		some, err := it(p[n:])
		c.mu.Lock()
		d.busy--
		n += some
		if !errors.Is(err, os.ErrDeadlineExceeded) || d.armed.Equal(d.wanted) || (!d.wanted.IsZero() && !time.Now().Before(d.wanted)) {
			return n, err
		}
		d.armed = d.wanted
		if err := arm(d.wanted); err != nil {
			return n, err
		}
	}
}

// Read reads until the deadline for it.
func (c *unhurriedConn) Read(p []byte) (int, error) {
	return c.do(&c.read, c.tcp.SetReadDeadline, c.tcp.Read, p)
}

// Write writes until the deadline for it.
func (c *unhurriedConn) Write(p []byte) (int, error) {
	return c.do(&c.write, c.tcp.SetWriteDeadline, c.tcp.Write, p)
}

// SyscallConn is for whoever waits for the file themselves.
func (c *unhurriedConn) SyscallConn() (syscall.RawConn, error) { return c.tcp.SyscallConn() }

// CloseWrite says that nothing more will be written.
func (c *unhurriedConn) CloseWrite() error { return c.tcp.CloseWrite() }

// SetReadDeadline sets until when may be read.
func (c *unhurriedConn) SetReadDeadline(t time.Time) error {
	return c.want(&c.read, t, c.tcp.SetReadDeadline)
}

// SetWriteDeadline sets until when may be written.
func (c *unhurriedConn) SetWriteDeadline(t time.Time) error {
	return c.want(&c.write, t, c.tcp.SetWriteDeadline)
}

// SetDeadline is what net/http calls when it hands a connection over, to a WebSocket.
func (c *unhurriedConn) SetDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plain = true
	c.read.wanted, c.read.armed, c.write.wanted, c.write.armed = t, t, t, t
	return c.tcp.SetDeadline(t)
}
