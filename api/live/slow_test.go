package live_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"holdfast/api/live"
	"holdfast/internal/booking"
)

// Clients that read nothing, more of them than there are writers, keep nobody waiting.
func TestSlowClientsStallNobody(t *testing.T) {
	const seats = 3000
	h := newHouse(t, seats, live.Config{Window: -1, Queue: 2, Write: time.Hour})
	for range 20 {
		h.enter(t)
	}
	v := h.enter(t)
	v.must(t)
	all := make([]int, seats)
	for i := range all {
		all[i] = i
	}
	status := []booking.SeatStatus{booking.SeatHeld, booking.SeatAvailable}
	for i := 0; h.hub.Stats().Skips < 20; i++ { // until each of them has run full
		require.Less(t, i, 5_000, "the queues do not run full")
		h.tell(t, h.change(status[i%2], all...))
		require.NoError(t, v.until(h.current().Version))
	}
	require.NoError(t, v.agrees(h.current()))
	require.Equal(t, 1, v.snapshots, "it has got every step, one by one")
}

// A client that reads nothing is closed when a frame cannot be sent in time.
func TestAClientThatTakesNothingIsClosed(t *testing.T) {
	const seats = 3000
	h := newHouse(t, seats, live.Config{Window: -1, Queue: 2, Write: 100 * time.Millisecond})
	h.enter(t)
	require.Eventually(t, func() bool { return h.hub.Stats().Snapshots == 1 }, patience, time.Millisecond)
	all := make([]int, seats)
	for i := range all {
		all[i] = i
	}
	status := []booking.SeatStatus{booking.SeatHeld, booking.SeatAvailable}
	began := time.Now()
	for i := 0; h.hub.Stats().Sockets > 0; i++ {
		require.Less(t, time.Since(began), patience)
		h.tell(t, h.change(status[i%2], all...))
	}
}

// A slow frame has a deadline; the frames after it, when the client has caught up, do not
// inherit it.
func TestADeadlineEndsWithItsFrame(t *testing.T) {
	const seats = 3000
	const write = 3 * time.Second
	h := newHouse(t, seats, live.Config{Window: -1, Queue: 2, Write: write})
	v := h.enter(t)
	v.must(t)
	all := make([]int, seats)
	for i := range all {
		all[i] = i
	}
	status := []booking.SeatStatus{booking.SeatHeld, booking.SeatAvailable}
	// Until nothing comes of a hundred steps: the buffers on the way are full.
	for i, still, last := 0, 0, h.hub.Stats(); still < 100; i, still = i+1, still+1 {
		require.Less(t, i, 20_000, "the client takes everything")
		h.tell(t, h.change(status[i%2], all...))
		now := h.hub.Stats()
		if now.Skips != last.Skips || now.Snapshots != last.Snapshots || now.Skips == 0 {
			still = 0
		}
		last = now
	}
	require.NoError(t, v.until(h.current().Version))
	over := time.NewTimer(write + write/10) // past every deadline that was set
	<-over.C
	h.tell(t, h.change(booking.SeatSold, 0))
	require.NoError(t, v.until(h.current().Version))
	require.NoError(t, v.agrees(h.current()))
}

// Large messages are compressed for whoever agreed on that, by a library that is not ours.
func TestCompressedMessages(t *testing.T) {
	h := newHouse(t, 3000, live.Config{})
	conn, resp, err := (&websocket.Dialer{HandshakeTimeout: patience, EnableCompression: true}).Dial(h.url, nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	defer func() { _ = conn.Close() }()
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(patience)))
	require.Contains(t, resp.Header.Get("Sec-Websocket-Extensions"), "permessage-deflate")
	v := &viewer{conn: conn}
	require.Equal(t, "snapshot", v.must(t).Type)
	require.NoError(t, v.agrees(h.current()))
	h.tell(t, h.change(booking.SeatHeld, 1))
	v.seats["A2"] = ""
	require.NoError(t, v.until(2))
	require.NoError(t, v.agrees(h.current()))
	require.NoError(t, conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"resync"}`)))
	require.Equal(t, "snapshot", v.must(t).Type)
}

// A ping of the client is answered, with what is in it.
func TestPingsAreAnswered(t *testing.T) {
	h := newHouse(t, 1, live.Config{})
	v := h.enter(t)
	v.must(t)
	pongs := make(chan string, 1)
	v.conn.SetPongHandler(func(data string) error { pongs <- data; return nil })
	data := string(bytes.Repeat([]byte("p"), 125))
	require.NoError(t, v.conn.WriteControl(websocket.PingMessage, []byte(data), time.Now().Add(patience)))
	h.tell(t, h.change(booking.SeatHeld, 0))
	for len(pongs) == 0 { // whichever of the two comes first
		if v.version == 2 {
			v.say(t, `{"type":"resync"}`)
		}
		v.must(t)
	}
	require.Equal(t, data, <-pongs)
}

// A client that says goodbye is answered in kind.
func TestAGoodbyeIsAnswered(t *testing.T) {
	h := newHouse(t, 1, live.Config{})
	v := h.enter(t)
	v.must(t)
	bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	require.NoError(t, v.conn.WriteControl(websocket.CloseMessage, bye, time.Now().Add(patience)))
	require.Equal(t, websocket.CloseNormalClosure, v.closed(t))
	require.Eventually(t, func() bool { return h.hub.Stats().Sockets == 0 }, patience, time.Millisecond)
}
