package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"holdfast/internal/booking"
)

// viewer is an open seat map, kept as a browser keeps it. It connects again, to the
// next API, as often as its line breaks.
type viewer struct {
	apis []string
	show booking.ShowtimeID
	done chan struct{}
	stop context.CancelFunc

	mu      sync.Mutex
	version int64
	seats   map[booking.SeatID]booking.SeatStatus
	opened  int
	wrong   []string
}

// message is a snapshot or a delta.
type message struct {
	Type    string               `json:"type"`
	From    int64                `json:"from"`
	Version int64                `json:"version"`
	Seats   []booking.SeatChange `json:"seats"`
}

// silence is how long a viewer waits for a sign of life before it connects again.
const silence = time.Minute

func watch(ctx context.Context, apis []string, show booking.ShowtimeID, n int) *viewer {
	ctx, stop := context.WithCancel(ctx)
	v := &viewer{apis: apis, show: show, done: make(chan struct{}), stop: stop, seats: map[booking.SeatID]booking.SeatStatus{}}
	go func() {
		defer close(v.done)
		for i := n; ctx.Err() == nil; i++ {
			v.follow(ctx, apis[i%len(apis)])
			select {
			case <-ctx.Done():
			case <-time.After(200 * time.Millisecond):
			}
		}
	}()
	return v
}

func (v *viewer) close() {
	v.stop()
	<-v.done
}

// follow reads until the connection ends.
func (v *viewer) follow(ctx context.Context, api string) {
	url := "ws" + strings.TrimPrefix(api, "http") + "/v1/showtimes/" + string(v.show) + "/live"
	conn, resp, err := websocket.DefaultDialer.DialContext(ctx, url, nil)
	if resp != nil && resp.Body != nil {
		_ = resp.Body.Close() // only the connection matters
	}
	if err != nil {
		return
	}
	ended := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer func() { ended(); _ = conn.Close() }()
	v.mu.Lock()
	v.opened++
	v.mu.Unlock()
	alive := func(string) error {
		return conn.SetReadDeadline(time.Now().Add(silence))
	}
	ping := conn.PingHandler()
	conn.SetPingHandler(func(text string) error { _ = alive(text); return ping(text) })
	for first := true; ; first = false {
		_ = alive("") // a connection that cannot be read says so below
		var m message
		if err := conn.ReadJSON(&m); err != nil {
			return
		}
		v.take(m, first)
	}
}

// take merges a message as the page does, and notes what may never be.
func (v *viewer) take(m message, first bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case m.Type == "delta" && (first || m.From != v.version):
		v.wrong = append(v.wrong, fmt.Sprintf("a delta from %d came at version %d", m.From, v.version))
	case m.Version < v.version:
		v.wrong = append(v.wrong, fmt.Sprintf("the map went back from version %d to %d", v.version, m.Version))
	}
	v.version = m.Version
	for _, s := range m.Seats {
		v.seats[s.ID] = s.Status
	}
}

// differs says how the viewer's map differs from the truth; "" when it does not.
func (v *viewer) differs(truth booking.SeatMap) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.version != truth.Version {
		return fmt.Sprintf("a viewer is at version %d, the truth at %d", v.version, truth.Version)
	}
	for _, s := range truth.Seats {
		if v.seats[s.ID] != s.Status {
			return fmt.Sprintf("a viewer sees seat %s as %s, and it is %s", s.ID, v.seats[s.ID], s.Status)
		}
	}
	return ""
}
