package paymenttest

import (
	"errors"
	"io"
	"net/http"
	"sync"
)

// ErrLost is how a lost answer looks to the client.
var ErrLost = errors.New("the line broke before the answer came")

// Line is a transport that can lose an answer after the server has given it,
// that is, after it has done the work. The zero value is ready and loses nothing.
type Line struct {
	Next http.RoundTripper // nil is http.DefaultTransport

	mu    sync.Mutex
	armed bool
	skip  int
}

// Lose makes the line lose one answer, after letting skip of them through.
func (l *Line) Lose(skip int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.armed, l.skip = true, skip
}

// Mend takes back what Lose asked for, and reports whether the answer had been
// lost by then.
func (l *Line) Mend() (lost bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lost, l.armed = !l.armed, false
	return lost
}

// RoundTrip implements http.RoundTripper.
func (l *Line) RoundTrip(r *http.Request) (*http.Response, error) {
	next := l.Next
	if next == nil {
		next = http.DefaultTransport
	}
	answer, err := next.RoundTrip(r)
	if err != nil || !l.loses() {
		return answer, err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return nil, errors.Join(ErrLost, err, answer.Body.Close())
}

func (l *Line) loses() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.armed {
		return false
	}
	l.skip--
	l.armed = l.skip >= 0
	return !l.armed
}
