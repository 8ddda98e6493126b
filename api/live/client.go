package live

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"holdfast/internal/booking"
)

const (
	readLimit = 512 // bytes of a message from a client
	// closeWait is what a client gets to answer a close frame.
	closeWait = 2 * time.Second
	// A client that sends more than maxMessages within messageWindow is cut off.
	maxMessages   = 30
	messageWindow = 10 * time.Second
	// maxLeftover bounds what is read, to be thrown away, of a message that was
	// too long; without that the close frame may not arrive.
	maxLeftover = 1 << 20
)

// client is one socket.
type client struct {
	hub   *Hub
	queue chan *frame
	// lagging says that the next frame must be a snapshot. It is written under
	// the room's lock, and stays true in a running stream only when the queue was
	// full, so the writer always comes by once more to see it.
	lagging atomic.Bool

	mu     sync.Mutex
	conn   *websocket.Conn // nil until the upgrade
	ended  chan struct{}   // closed when the socket is to be closed
	code   int
	reason string
}

// Serve upgrades a request to a WebSocket and serves the map of a showtime on it
// until the client or the hub ends it. The caller has made sure that the
// showtime exists. A request that gets no socket is answered through
// Config.Refuse, with 403 for a page that may not connect, 503 when the hub is
// full or ending, and 4xx for what is no WebSocket handshake.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, id booking.ShowtimeID) {
	c := &client{hub: h, queue: make(chan *frame, h.cfg.Queue), ended: make(chan struct{})}
	if err := h.admit(c); err != nil {
		h.counters.refuse.Add(1)
		w.Header().Set("Retry-After", "2")
		h.cfg.Refuse(w, r, http.StatusServiceUnavailable, err.Error())
		return
	}
	defer h.dismiss(c)
	conn, err := h.upgrader.Upgrade(w, r, nil)
	if err != nil {
		h.counters.refuse.Add(1) // the upgrader has answered
		return
	}
	c.attach(conn)
	room := h.join(c, id)
	var writing sync.WaitGroup
	gone := make(chan struct{})
	writing.Go(func() { c.write(room, gone) })
	c.read(room)
	close(gone)
	h.leave(c, room)
	c.hangUp()
	writing.Wait()
}

func (c *client) attach(conn *websocket.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn = conn
	patience := 2 * c.hub.cfg.Ping
	if c.isEnded() {
		patience = closeWait
	}
	c.deadline(conn.SetReadDeadline, patience)
	conn.SetReadLimit(readLimit)
	conn.SetPongHandler(func(string) error {
		c.mu.Lock()
		defer c.mu.Unlock()
		if !c.isEnded() {
			c.deadline(conn.SetReadDeadline, patience)
		}
		return nil
	})
}

// end asks for the socket to be closed, with a close frame and a bounded wait for
// the answer to it. Only the first call counts.
func (c *client) end(code int, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isEnded() {
		return
	}
	c.code, c.reason = code, reason
	close(c.ended)
	if c.conn != nil {
		c.deadline(c.conn.NetConn().SetDeadline, closeWait)
	}
}

func (c *client) isEnded() bool {
	select {
	case <-c.ended:
		return true
	default:
		return false
	}
}

// deadline sets a deadline on the socket. It fails only on a closed socket, whose
// reads and writes fail anyway.
func (c *client) deadline(set func(time.Time) error, after time.Duration) {
	if err := set(time.Now().Add(after)); err != nil {
		c.hub.log.Debug("setting a deadline on a closed socket", "error", err)
	}
}

func (c *client) hangUp() {
	if err := c.conn.Close(); err != nil {
		c.hub.log.Debug("closing a socket", "error", err)
	}
}

// offer puts a frame into the queue if there is room. The room's lock is held.
func (c *client) offer(f *frame) bool {
	select {
	case c.queue <- f:
		return true
	default:
		return false
	}
}

// write sends frames and pings until the socket fails or is to be closed.
func (c *client) write(room *room, gone <-chan struct{}) {
	ping := time.NewTicker(c.hub.cfg.Ping)
	defer ping.Stop()
	for {
		var err error
		select {
		case <-c.ended:
			c.sayGoodbye()
			return
		case <-gone:
			return
		case f := <-c.queue:
			err = c.send(f)
			if err == nil && len(c.queue) == 0 && c.lagging.Load() {
				room.drained(c)
			}
		case <-ping.C:
			err = c.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(c.hub.cfg.Write))
		}
		if err != nil {
			if c.isEnded() {
				c.sayGoodbye()
			} else {
				c.hangUp() // which ends the reader too
			}
			return
		}
	}
}

func (c *client) send(f *frame) error {
	c.conn.EnableWriteCompression(f.compress)
	c.mu.Lock()
	patience := c.hub.cfg.Write
	if c.isEnded() {
		patience = closeWait
	}
	err := c.conn.SetWriteDeadline(time.Now().Add(patience))
	c.mu.Unlock()
	if err != nil {
		return err
	}
	return c.conn.WritePreparedMessage(f.message)
}

func (c *client) sayGoodbye() {
	message := websocket.FormatCloseMessage(c.code, c.reason)
	err := c.conn.WriteControl(websocket.CloseMessage, message, time.Now().Add(closeWait))
	if err != nil {
		c.hangUp() // there is nobody to answer it
	}
}

// read hears the client until the socket fails. After end it goes on, for the
// answer to the close frame, until the deadline set there.
func (c *client) read(room *room) {
	heard, since := 0, time.Now()
	for {
		kind, text, err := c.conn.ReadMessage()
		if errors.Is(err, websocket.ErrReadLimit) {
			c.discard()
		}
		if err != nil {
			return
		}
		if c.isEnded() {
			continue
		}
		if time.Since(since) > messageWindow {
			heard, since = 0, time.Now()
		}
		heard++
		var message struct {
			Type string `json:"type"`
		}
		switch {
		case heard > maxMessages:
			c.end(websocket.ClosePolicyViolation, "too many messages")
		case kind != websocket.TextMessage || json.Unmarshal(text, &message) != nil:
			c.end(websocket.CloseUnsupportedData, "only JSON objects in text messages are understood")
		case message.Type == "resync":
			room.resync(c)
		}
	}
}

// discard reads away the rest of a message that was too long, for a moment: a
// socket closed with unread data in it is reset, and the close frame is lost.
func (c *client) discard() {
	c.deadline(c.conn.SetReadDeadline, closeWait)
	if _, err := io.CopyN(io.Discard, c.conn.NetConn(), maxLeftover); err != nil {
		c.hub.log.Debug("reading away an oversized message", "error", err)
	}
}
