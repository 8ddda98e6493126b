package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// sockets are WebSockets that all wait for the same frame.
type sockets struct {
	conns []*websocket.Conn
	wg    sync.WaitGroup

	mu     sync.Mutex
	first  error // of a socket that ended too early
	marker atomic.Pointer[[]byte]
	left   atomic.Int64
	last   chan time.Time
	text   []byte // the frame, as the last socket got it
	closed atomic.Bool
	heard  atomic.Pointer[hearing]
}

// hearing is told of every frame; it must not keep the text.
type hearing func(at time.Time, text []byte)

// listen lets somebody hear every frame from now on, or nobody.
func (s *sockets) listen(h hearing) {
	if h == nil {
		s.heard.Store(nil)
		return
	}
	s.heard.Store(&h)
}

// openSockets opens n of them, several at a time.
func openSockets(ctx context.Context, url string, n int) (*sockets, error) {
	s := &sockets{last: make(chan time.Time, 1)}
	const hands = 16
	dialer := websocket.Dialer{HandshakeTimeout: answerWithin, ReadBufferSize: 512, WriteBufferSize: 256, WriteBufferPool: &sync.Pool{}}
	errs := make([]error, hands)
	var dialing sync.WaitGroup
	for i := range hands {
		dialing.Go(func() {
			for k := i; k < n && errs[i] == nil && ctx.Err() == nil; k += hands {
				conn, resp, err := dialer.DialContext(ctx, url, nil)
				if resp != nil && resp.Body != nil {
					_ = resp.Body.Close() // only the connection matters
				}
				if errs[i] = err; err == nil {
					s.mu.Lock()
					s.conns = append(s.conns, conn)
					s.mu.Unlock()
					s.wg.Go(func() { s.read(conn) })
				}
			}
		})
	}
	dialing.Wait()
	if err := errors.Join(append(errs, ctx.Err())...); err != nil {
		return nil, errors.Join(fmt.Errorf("opening %d sockets: %w", n, err), s.close())
	}
	return s, nil
}

func (s *sockets) read(conn *websocket.Conn) {
	for {
		_, text, err := conn.ReadMessage()
		if err != nil {
			s.mu.Lock()
			if s.first == nil && !s.closed.Load() {
				s.first = fmt.Errorf("a socket has ended: %w", err)
			}
			s.mu.Unlock()
			return
		}
		if h := s.heard.Load(); h != nil {
			(*h)(time.Now(), text)
		}
		if marker := s.marker.Load(); marker != nil && bytes.Contains(text, *marker) && s.left.Add(-1) == 0 {
			now := time.Now()
			s.marker.Store(nil)
			s.mu.Lock()
			s.text = text
			s.mu.Unlock()
			s.last <- now
		}
	}
}

// expect says that the next frame that counts has this in it. It is to be called before
// the frame is sent.
func (s *sockets) expect(marker string) {
	s.left.Store(int64(len(s.conns)))
	text := []byte(marker)
	s.marker.Store(&text)
}

// await waits until every socket has it.
func (s *sockets) await(ctx context.Context) (time.Time, error) {
	timer := time.NewTimer(answerWithin)
	defer timer.Stop()
	if err := s.broken(); err != nil {
		return time.Time{}, err
	}
	select {
	case at := <-s.last:
		return at, nil
	case <-timer.C:
		return time.Time{}, fmt.Errorf("%d of %d sockets have no frame after %s", s.left.Load(), len(s.conns), answerWithin)
	case <-ctx.Done():
		return time.Time{}, context.Cause(ctx)
	}
}

// broken says that a socket has ended that should not have.
func (s *sockets) broken() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.first
}

func (s *sockets) close() error {
	s.closed.Store(true)
	var errs []error
	for _, conn := range s.conns {
		errs = append(errs, conn.Close())
	}
	s.wg.Wait()
	return errors.Join(errs...)
}
