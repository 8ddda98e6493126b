package live_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"holdfast/api/live"
	"holdfast/internal/booking"
)

func TestOrigins(t *testing.T) {
	h := newHouse(t, 1, live.Config{Origins: []string{"https://tickets.example", "http://localhost:5173"}})
	own := strings.Replace(h.url, "ws:", "http:", 1)
	cases := []struct {
		origin  string
		allowed bool
	}{
		{"", true},
		{own, true},
		{"https://tickets.example", true},
		{"HTTPS://Tickets.Example", true},
		{"http://localhost:5173", true},
		{"http://tickets.example", false},
		{"https://tickets.example.evil.example", false},
		{"https://evil.example", false},
		{"http://localhost:5174", false},
		{"null", false},
		{"::", false},
	}
	for _, c := range cases {
		t.Run(c.origin, func(t *testing.T) {
			header := http.Header{}
			if c.origin != "" {
				header.Set("Origin", c.origin)
			}
			_, resp, err := h.dial(t, header)
			if c.allowed {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, websocket.ErrBadHandshake)
			require.Equal(t, http.StatusForbidden, resp.StatusCode)
		})
	}
}

func TestAnyOriginIfSaidSo(t *testing.T) {
	h := newHouse(t, 1, live.Config{Origins: []string{"*"}})
	_, _, err := h.dial(t, http.Header{"Origin": {"https://anywhere.example"}})
	require.NoError(t, err)
}

func TestWhatAClientMaySay(t *testing.T) {
	cases := []struct {
		name string
		kind int
		text string
		code int
	}{
		{"too long", websocket.TextMessage, `{"type":"` + strings.Repeat("x", 600) + `"}`, websocket.CloseMessageTooBig},
		{"far too long", websocket.TextMessage, strings.Repeat("x", 1<<18), websocket.CloseMessageTooBig},
		{"not JSON", websocket.TextMessage, `resync`, websocket.CloseUnsupportedData},
		{"empty", websocket.TextMessage, ``, websocket.CloseUnsupportedData},
		{"not an object", websocket.TextMessage, `[]`, websocket.CloseUnsupportedData},
		{"a type that is no text", websocket.TextMessage, `{"type":1}`, websocket.CloseUnsupportedData},
		{"binary", websocket.BinaryMessage, `{"type":"resync"}`, websocket.CloseUnsupportedData},
	}
	h := newHouse(t, 3, live.Config{})
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v := h.enter(t)
			v.must(t)
			require.NoError(t, v.conn.WriteMessage(c.kind, []byte(c.text)))
			require.Equal(t, c.code, v.closed(t))
		})
	}
	t.Run("another type", func(t *testing.T) {
		v := h.enter(t)
		v.must(t)
		v.say(t, `{"type":"hello","since":7}`)
		v.say(t, `{"type":"resync"}`)
		require.Equal(t, "snapshot", v.must(t).Type)
	})
	t.Run("more than anybody needs", func(t *testing.T) {
		v := h.enter(t)
		v.must(t)
		for range 40 {
			if err := v.conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"resync"}`)); err != nil {
				break // closed already
			}
		}
		require.Equal(t, websocket.ClosePolicyViolation, v.closed(t))
	})
	require.Eventually(t, func() bool { return h.hub.Stats().Sockets <= 2 }, patience, 5*time.Millisecond,
		"what was closed is counted out")
}

func TestARoomIsThereWhileSomebodyIs(t *testing.T) {
	h := newHouse(t, 1, live.Config{Window: time.Hour})
	require.Zero(t, h.hub.Stats().Rooms)
	one, two := h.enter(t), h.enter(t)
	one.must(t)
	two.must(t)
	require.Equal(t, live.Stats{Sockets: 2, Rooms: 1, Subscriptions: 1, Loads: h.hub.Stats().Loads, Snapshots: 2}, h.hub.Stats())
	h.tell(t, h.change(booking.SeatHeld, 0), h.change(booking.SeatSold, 0)) // the second is pending
	require.NoError(t, one.conn.Close())
	require.NoError(t, two.conn.Close())
	require.Eventually(t, func() bool { s := h.hub.Stats(); return s.Sockets == 0 && s.Rooms == 0 }, patience, 5*time.Millisecond)
	three := h.enter(t)
	three.must(t)
	require.NoError(t, three.agrees(h.current()))
}

func TestAFullHubRefuses(t *testing.T) {
	refused := make(chan string, 1)
	h := newHouse(t, 1, live.Config{MaxSockets: 1, Refuse: func(w http.ResponseWriter, _ *http.Request, status int, reason string) {
		refused <- reason
		w.WriteHeader(status)
	}})
	h.enter(t).must(t)
	_, resp, err := h.dial(t, nil)
	require.ErrorIs(t, err, websocket.ErrBadHandshake)
	require.Equal(t, http.StatusServiceUnavailable, resp.StatusCode)
	require.NotEmpty(t, resp.Header.Get("Retry-After"))
	require.Contains(t, <-refused, "too many")
}

func TestTheEndClosesEverySocketAndWaits(t *testing.T) {
	h := newHouse(t, 3, live.Config{Window: time.Hour})
	viewers := []*viewer{h.enter(t), h.enter(t), h.enter(t)}
	for _, v := range viewers {
		v.must(t)
	}
	h.enter(t) // one that never reads and never answers the close frame
	h.tell(t, h.change(booking.SeatHeld, 0), h.change(booking.SeatHeld, 1))
	codes := make(chan int, len(viewers))
	for _, v := range viewers {
		go func() { codes <- v.closed(t) }()
	}
	h.stop()
	for range viewers {
		require.Equal(t, websocket.CloseServiceRestart, <-codes)
	}
	require.Zero(t, h.hub.Stats().Sockets)
	_, resp, err := h.dial(t, nil)
	require.ErrorIs(t, err, websocket.ErrBadHandshake)
	require.Equal(t, http.StatusServiceUnavailable, resp.StatusCode)
}

func TestASocketLivesByItsPongs(t *testing.T) {
	h := newHouse(t, 1, live.Config{Ping: 100 * time.Millisecond})
	dead, alive := h.enter(t), h.enter(t)
	dead.conn.SetPingHandler(func(string) error { return nil })
	pings := 0
	answer := alive.conn.PingHandler()
	ended := make(chan struct{})
	alive.conn.SetPingHandler(func(data string) error {
		pings++
		if pings == 6 { // past the patience with the one that is dead
			close(ended)
		}
		return answer(data)
	})
	go func() {
		for {
			if _, err := alive.hear(); err != nil {
				return
			}
		}
	}()
	dead.must(t)
	_, err := dead.hear()
	require.Error(t, err, "the server hangs up")
	<-ended
	require.Equal(t, 1, h.hub.Stats().Sockets)
}

func TestWhatIsNoHandshakeIsRefused(t *testing.T) {
	h := newHouse(t, 1, live.Config{})
	resp, err := http.Get(strings.Replace(h.url, "ws:", "http:", 1)) //nolint:noctx // a test against its own server
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusBadRequest, resp.StatusCode)
	require.Zero(t, h.hub.Stats().Sockets)
	http.DefaultClient.CloseIdleConnections()
}
