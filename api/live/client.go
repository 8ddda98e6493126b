package live

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/gorilla/websocket"

	"holdfast/internal/booking"
)

const (
	readLimit  = 512 // bytes of a message from a client
	readBuffer = 256 // bytes that are kept for a client that mostly says nothing
	// closeWait is what a client gets to answer a close frame.
	closeWait = 2 * time.Second
	// A client that sends more than maxMessages within messageWindow is cut off.
	maxMessages   = 30
	messageWindow = 10 * time.Second
	// maxLeftover bounds what is read, to be thrown away, of a message that was
	// too long; without that the close frame may not arrive.
	maxLeftover = 1 << 20
)

// client is one socket. One goroutine reads it; it is written to by the hub's writers
// while it takes what it gets, and by a goroutine of its own while it does not.
type client struct {
	hub  *Hub
	room *room // set before anything is offered
	slot int   // when it is pinged

	mu       sync.Mutex
	conn     *websocket.Conn // nil until the upgrade
	raw      syscall.RawConn // nil where writing at once is not possible
	compress bool            // was agreed on
	queue    []*frame
	lagging  bool   // the next frame must be a snapshot
	writing  bool   // somebody writes, or will: true while anything waits
	ping     bool   // is due
	pong     []byte // the answer that is due; nil when none is
	ended    bool   // is to be closed
	parted   bool   // the close frame was taken for writing: nothing comes after it
	code     int
	reason   string
}

// Serve upgrades a request to a WebSocket, which then is served the map of a showtime
// until the client or the hub ends it. It returns at once, so that nothing of the request
// stays in memory. The caller has made sure that the showtime exists. A request that gets
// no socket is answered through Config.Refuse, with 403 for a page that may not connect,
// 503 when the hub is full or ending, and 4xx for what is no WebSocket handshake.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, id booking.ShowtimeID) {
	c := &client{hub: h}
	if err := h.admit(c); err != nil {
		h.counters.refuse.Add(1)
		w.Header().Set("Retry-After", "2")
		h.cfg.Refuse(w, r, http.StatusServiceUnavailable, err.Error())
		return
	}
	upgrader := &h.upgrader
	if c.compress = offersDeflate(r.Header); !c.compress {
		upgrader = &h.plainUpgrader
	}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		h.counters.refuse.Add(1) // the upgrader has answered
		h.dismiss(c)
		return
	}
	go func() {
		defer h.dismiss(c)
		c.attach(conn)
		h.join(c, id)
		c.read()
		h.leave(c, c.room)
		c.hangUp()
	}()
}

// extensions is a header of nothing but extensions with plain parameters.
var extensions = regexp.MustCompile(`^\s*[\w-]+(\s*;\s*[\w-]+(=[\w-]+)?)*(\s*,\s*[\w-]+(\s*;\s*[\w-]+(=[\w-]+)?)*)*\s*$`)

// offersDeflate reports whether a client offers to take compressed messages. What is
// written otherwise than everybody writes it is no offer: the upgrader has to read it alike.
func offersDeflate(h http.Header) bool {
	all := h["Sec-Websocket-Extensions"]
	for _, header := range all {
		if !extensions.MatchString(header) {
			return false
		}
	}
	return slices.ContainsFunc(all, func(header string) bool {
		for one := range strings.SplitSeq(header, ",") {
			name, _, _ := strings.Cut(one, ";")
			if strings.TrimSpace(name) == "permessage-deflate" {
				return true
			}
		}
		return false
	})
}

func (c *client) attach(conn *websocket.Conn) {
	conn.SetReadLimit(readLimit)
	patience := 2 * c.hub.cfg.Ping
	conn.SetPongHandler(func(string) error {
		c.mu.Lock()
		defer c.mu.Unlock()
		if !c.ended {
			c.deadline(conn.SetReadDeadline, patience)
		}
		return nil
	})
	conn.SetPingHandler(func(data string) error {
		c.mu.Lock()
		c.pong = wireFrame(finalBit|websocket.PongMessage, []byte(data)) // to the last one is enough
		c.wake()
		return nil
	})
	answer := conn.CloseHandler()
	conn.SetCloseHandler(func(code int, text string) error {
		if c.isEnded() {
			return nil // it is the answer to ours
		}
		c.mute() // nothing comes after the answer
		return answer(code, text)
	})
	var raw syscall.RawConn
	if s, ok := conn.NetConn().(syscall.Conn); ok {
		var err error
		if raw, err = s.SyscallConn(); err != nil {
			c.hub.log.Debug("a socket has no file", "error", err)
		}
	}
	c.mu.Lock()
	c.conn, c.raw = conn, raw
	if c.ended {
		patience = closeWait
	}
	c.deadline(conn.SetReadDeadline, patience)
	c.wake() // if it is to be closed already
}

// end asks for the socket to be closed, with a close frame and a bounded wait for
// the answer to it. Only the first call counts.
func (c *client) end(code int, reason string) {
	c.mu.Lock()
	if c.ended {
		c.mu.Unlock()
		return
	}
	c.ended, c.code, c.reason, c.queue = true, code, reason, nil
	if c.conn != nil {
		c.deadline(c.conn.NetConn().SetDeadline, closeWait)
	}
	c.wake()
}

// mute makes writers leave a socket alone that is closed by its reader.
func (c *client) mute() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended, c.parted, c.queue = true, true, nil
}

func (c *client) isEnded() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ended
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

// read hears the client until the socket fails. After end it goes on, for the
// answer to the close frame, until the deadline set there.
func (c *client) read() {
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
		c.hear(heard, kind, text)
	}
}

// hear takes in one message. It is not a part of read, whose stack is kept for every socket.
//
//go:noinline
func (c *client) hear(heard, kind int, text []byte) {
	var message struct {
		Type string `json:"type"`
	}
	switch {
	case heard > maxMessages:
		c.end(websocket.ClosePolicyViolation, "too many messages")
	case kind != websocket.TextMessage || json.Unmarshal(text, &message) != nil:
		c.end(websocket.CloseUnsupportedData, "only JSON objects in text messages are understood")
	case message.Type == "resync":
		c.room.resync(c)
	}
}

// discard reads away the rest of a message that was too long, for a moment: a
// socket closed with unread data in it is reset, and the close frame, which has been
// sent, is lost.
func (c *client) discard() {
	c.mute()
	c.deadline(c.conn.SetReadDeadline, closeWait)
	if _, err := io.CopyN(io.Discard, c.conn.NetConn(), maxLeftover); err != nil {
		c.hub.log.Debug("reading away an oversized message", "error", err)
	}
}
