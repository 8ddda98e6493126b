package live_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"holdfast/api/live"
	"holdfast/internal/booking"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds every wait for something that must happen.
const patience = 30 * time.Second

const show booking.ShowtimeID = "11111111-2222-3333-4444-555555555555"

// theatre is a showtime as the read model has it, and the feed of its steps.
type theatre struct {
	mu     sync.Mutex
	board  booking.SeatMap
	stale  *booking.SeatMap // what is read instead, while it is not nil
	broken error            // what reading answers, while it is not nil
	reads  int
	feed   chan func(subscribed func(), step func(booking.Delta))
}

func newTheatre(seats int) *theatre {
	th := &theatre{board: booking.SeatMap{ShowtimeID: show, Version: 1}, feed: make(chan func(func(), func(booking.Delta)))}
	for i := range seats {
		th.board.Seats = append(th.board.Seats, booking.SeatView{
			Seat: booking.Seat{ID: booking.SeatID(fmt.Sprintf("A%d", i+1))}, Status: booking.SeatAvailable})
	}
	return th
}

func (th *theatre) Get(context.Context, booking.ShowtimeID) (booking.SeatMap, error) {
	th.mu.Lock()
	defer th.mu.Unlock()
	th.reads++
	if th.broken != nil {
		return booking.SeatMap{}, th.broken
	}
	m := th.board
	if th.stale != nil {
		m = *th.stale
	}
	m.Seats = slices.Clone(m.Seats)
	return m, nil
}

func (th *theatre) set(f func()) {
	th.mu.Lock()
	defer th.mu.Unlock()
	f()
}

func (th *theatre) current() booking.SeatMap {
	th.mu.Lock()
	defer th.mu.Unlock()
	m := th.board
	m.Seats = slices.Clone(m.Seats)
	return m
}

// change moves the read model on and returns the step, which is not told yet.
func (th *theatre) change(status booking.SeatStatus, seats ...int) booking.Delta {
	th.mu.Lock()
	defer th.mu.Unlock()
	d := booking.Delta{ShowtimeID: show, From: th.board.Version, Version: th.board.Version + 1}
	for _, i := range seats {
		th.board.Seats[i].Status = status
		d.Seats = append(d.Seats, booking.SeatChange{ID: th.board.Seats[i].ID, Status: status})
	}
	th.board.Version++
	return d
}

func (th *theatre) Follow(ctx context.Context, subscribed func(), step func(booking.Delta)) error {
	subscribed()
	for {
		select {
		case <-ctx.Done():
			return nil
		case f := <-th.feed:
			f(subscribed, step)
		}
	}
}

// tell passes steps to the hub; when it returns, the hub has heard them.
func (th *theatre) tell(t *testing.T, steps ...booking.Delta) {
	t.Helper()
	th.post(t, func(_ func(), step func(booking.Delta)) {
		for _, d := range steps {
			step(d)
		}
	})
}

// interrupt lets the hub know that steps may have been missed.
func (th *theatre) interrupt(t *testing.T) {
	t.Helper()
	th.post(t, func(subscribed func(), _ func(booking.Delta)) { subscribed() })
}

func (th *theatre) post(t *testing.T, f func(func(), func(booking.Delta))) {
	t.Helper()
	heard := make(chan struct{})
	select {
	case th.feed <- func(s func(), d func(booking.Delta)) { defer close(heard); f(s, d) }:
		<-heard
	case <-time.After(patience):
		t.Error("the hub does not listen to its feed")
	}
}

// house is a running hub behind a real HTTP server.
type house struct {
	*theatre
	hub  *live.Hub
	url  string
	stop func() // ends the hub and waits
}

func newHouse(t *testing.T, seats int, cfg live.Config) *house {
	t.Helper()
	h := &house{theatre: newTheatre(seats)}
	h.hub = live.New(h.theatre, cfg, slog.New(slog.DiscardHandler))
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.hub.Serve(w, r, show) }))
	h.url = "ws" + strings.TrimPrefix(srv.URL, "http")
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	var err error
	running.Go(func() { err = h.hub.Run(ctx, h.theatre) })
	var once sync.Once
	h.stop = func() {
		once.Do(func() {
			cancel()
			running.Wait()
			require.NoError(t, err)
		})
	}
	t.Cleanup(func() {
		h.stop()
		srv.Close()
	})
	return h
}

// message is anything that a client may be sent.
type message struct {
	Type       string               `json:"type"`
	ShowtimeID booking.ShowtimeID   `json:"showtimeId"`
	From       *int64               `json:"from"`
	Version    int64                `json:"version"`
	Seats      []booking.SeatChange `json:"seats"`
}

// viewer is a client that holds the server to its word.
type viewer struct {
	conn      *websocket.Conn
	version   int64 // 0 before the first snapshot
	seats     map[booking.SeatID]booking.SeatStatus
	snapshots int
	deltas    int
}

func (h *house) dial(t *testing.T, header http.Header) (*websocket.Conn, *http.Response, error) {
	t.Helper()
	conn, resp, err := (&websocket.Dialer{HandshakeTimeout: patience}).Dial(h.url, header)
	if resp != nil && resp.Body != nil {
		t.Cleanup(func() { _ = resp.Body.Close() })
	}
	if err == nil {
		t.Cleanup(func() { _ = conn.Close() })
		err = conn.SetReadDeadline(time.Now().Add(patience))
	}
	return conn, resp, err
}

func (h *house) enter(t *testing.T) *viewer {
	t.Helper()
	conn, _, err := h.dial(t, nil)
	require.NoError(t, err)
	return &viewer{conn: conn, seats: make(map[booking.SeatID]booking.SeatStatus)}
}

// hear takes in one message and checks it against what came before.
func (v *viewer) hear() (message, error) {
	_, text, err := v.conn.ReadMessage()
	if err != nil {
		return message{}, err
	}
	var m message
	if err := json.Unmarshal(text, &m); err != nil {
		return message{}, fmt.Errorf("%w: %s", err, text)
	}
	switch m.Type {
	case "snapshot":
		if m.ShowtimeID != show || m.Seats == nil || m.From != nil {
			return m, fmt.Errorf("a snapshot with the wrong parts: %.120s", text)
		}
		if m.Version < v.version {
			return m, fmt.Errorf("a snapshot at %d after version %d", m.Version, v.version)
		}
		v.snapshots++
		v.seats = make(map[booking.SeatID]booking.SeatStatus)
	case "delta":
		if m.From == nil || *m.From != v.version || v.snapshots == 0 || m.Seats == nil {
			return m, fmt.Errorf("a delta that does not follow version %d: %.120s", v.version, text)
		}
		if m.Version <= v.version {
			return m, fmt.Errorf("a delta that leads nowhere: %.120s", text)
		}
		v.deltas++
	default:
		return m, fmt.Errorf("a message of type %q", m.Type)
	}
	v.version = m.Version
	for _, s := range m.Seats {
		v.seats[s.ID] = s.Status
	}
	return m, nil
}

// until hears messages until the viewer stands at a version.
func (v *viewer) until(version int64) error {
	for v.version < version {
		if _, err := v.hear(); err != nil {
			return err
		}
	}
	if v.version > version {
		return errors.New("the map went beyond the last version")
	}
	return nil
}

// agrees checks that a viewer sees the map.
func (v *viewer) agrees(m booking.SeatMap) error {
	if v.version != m.Version || len(v.seats) != len(m.Seats) {
		return fmt.Errorf("it shows %d seats at version %d, not %d at %d", len(v.seats), v.version, len(m.Seats), m.Version)
	}
	for _, s := range m.Seats {
		if v.seats[s.ID] != s.Status {
			return fmt.Errorf("seat %s is %q, not %q", s.ID, v.seats[s.ID], s.Status)
		}
	}
	return nil
}

func (v *viewer) say(t *testing.T, text string) {
	t.Helper()
	require.NoError(t, v.conn.WriteMessage(websocket.TextMessage, []byte(text)))
}

func (v *viewer) must(t *testing.T) message {
	t.Helper()
	m, err := v.hear()
	require.NoError(t, err)
	return m
}

// closed hears until the server closes the socket, and returns its code.
func (v *viewer) closed(t *testing.T) int {
	t.Helper()
	for {
		_, err := v.hear()
		var closing *websocket.CloseError
		if errors.As(err, &closing) {
			return closing.Code
		}
		require.NoError(t, err)
	}
}
