// Package wire puts a cable that can be cut between a test and a real server, so
// that a server can be away for one test without being stopped for the others.
package wire

import (
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// Wire passes TCP connections on to a server while it is whole.
type Wire struct {
	t        testing.TB
	server   string
	listener net.Listener
	work     sync.WaitGroup

	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]struct{}
}

// To makes a wire to the server of rawURL and returns the URL that leads through
// it. The wire ends with the test.
func To(t testing.TB, rawURL string) (*Wire, string) {
	t.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		t.Fatal("the server's URL cannot be read")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("laying a wire: %v", err)
	}
	w := &Wire{t: t, server: u.Host, listener: l, conns: make(map[net.Conn]struct{})}
	w.work.Go(w.accept)
	t.Cleanup(func() {
		w.Cut()
		if err := l.Close(); err != nil {
			t.Errorf("taking a wire down: %v", err)
		}
		w.work.Wait()
	})
	u.Host = l.Addr().String()
	return w, u.String()
}

// Cut ends all connections, and new ones as soon as they are made.
func (w *Wire) Cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = true
	for c := range w.conns {
		w.end(c)
	}
}

// Mend lets connections through again.
func (w *Wire) Mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = false
}

func (w *Wire) accept() {
	for {
		near, err := w.listener.Accept()
		if err != nil {
			return // taken down
		}
		if !w.add(near) {
			continue
		}
		w.work.Go(func() { w.pass(near) })
	}
}

// pass connects near with the server until one side ends.
func (w *Wire) pass(near net.Conn) {
	defer w.drop(near)
	far, err := net.Dial("tcp", w.server)
	if err != nil {
		w.t.Errorf("the server behind a wire: %v", err)
		return
	}
	if !w.add(far) {
		return
	}
	defer w.drop(far)
	var back sync.WaitGroup
	back.Go(func() {
		_, _ = io.Copy(near, far) // how it ends does not matter: both sides end with it
		w.end(near)
	})
	_, _ = io.Copy(far, near)
	w.end(far)
	back.Wait()
}

// add remembers a connection so that it can be cut, or ends it at once.
func (w *Wire) add(c net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cut {
		w.end(c)
		return false
	}
	w.conns[c] = struct{}{}
	return true
}

func (w *Wire) drop(c net.Conn) {
	w.mu.Lock()
	delete(w.conns, c)
	w.mu.Unlock()
	w.end(c)
}

func (w *Wire) end(c net.Conn) {
	if err := c.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		w.t.Errorf("ending a connection of a wire: %v", err)
	}
}
