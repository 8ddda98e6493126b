package live

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"holdfast/internal/booking"
)

// Maps is where whole maps are read.
type Maps interface {
	Get(ctx context.Context, id booking.ShowtimeID) (booking.SeatMap, error)
}

// Feed is where the steps of maps come from.
type Feed interface {
	// Follow calls step with every step told from now on, until ctx ends.
	// subscribed is called each time the subscription stands, before the first
	// step over it: steps told before may have been missed. Both are called from
	// one goroutine.
	Follow(ctx context.Context, subscribed func(), step func(booking.Delta)) error
}

// Config is how a hub works. Zero values mean the defaults.
type Config struct {
	// Window is how long steps are gathered into one delta. The first step after
	// a quiet time goes out at once. 25 milliseconds; less than 0 means none.
	Window time.Duration
	// Origins are the pages from other hosts that may connect, as
	// scheme://host[:port], or "*" for all. A page from this host always may, and
	// so may a client that is no browser (it sends no Origin).
	Origins []string
	// Queue is the number of frames that wait for a slow client. 32.
	Queue int
	// MaxSockets bounds the sockets of this hub; further ones get 503. 20,000.
	MaxSockets int
	// Ping is the time between pings; a pong must come within twice as long. 25 seconds.
	Ping time.Duration
	// Write bounds the sending of one frame. 10 seconds.
	Write time.Duration
	// Refuse answers a request that gets no socket. http.Error by default.
	Refuse func(w http.ResponseWriter, r *http.Request, status int, reason string)
}

func (c Config) withDefaults() Config {
	if c.Window == 0 {
		c.Window = 25 * time.Millisecond
	}
	c.Window = max(c.Window, 0)
	if c.Queue <= 0 {
		c.Queue = 32
	}
	if c.MaxSockets <= 0 {
		c.MaxSockets = 20_000
	}
	if c.Ping <= 0 {
		c.Ping = 25 * time.Second
	}
	if c.Write <= 0 {
		c.Write = 10 * time.Second
	}
	if c.Refuse == nil {
		c.Refuse = func(w http.ResponseWriter, _ *http.Request, status int, reason string) {
			http.Error(w, reason, status)
		}
	}
	return c
}

// Hub keeps the rooms of this process. It is safe for concurrent use.
type Hub struct {
	cfg      Config
	maps     Maps
	log      *slog.Logger
	writers  writers
	counters counters
	heed     atomic.Pointer[func(booking.Delta)]
	// Of clients that take compressed messages, and of those that do not.
	upgrader, plainUpgrader websocket.Upgrader

	// ctx ends with the hub; the loads of rooms live in it.
	ctx  context.Context
	stop context.CancelFunc
	work sync.WaitGroup // sockets, loads and pending flushes

	mu      sync.RWMutex
	rooms   map[booking.ShowtimeID]*room
	sockets map[*client]struct{}
	came    int  // sockets that there were
	pulsing bool // whether somebody pings
	closed  bool
}

// New makes a hub. Its sockets are served from the start; Run connects it to the
// feed and ends it.
func New(maps Maps, cfg Config, log *slog.Logger) *Hub {
	cfg = cfg.withDefaults()
	h := &Hub{cfg: cfg, maps: maps, log: log,
		rooms: make(map[booking.ShowtimeID]*room), sockets: make(map[*client]struct{})}
	h.ctx, h.stop = context.WithCancel(context.Background())
	h.writers.hub = h
	h.plainUpgrader = websocket.Upgrader{
		HandshakeTimeout: 5 * time.Second,
		ReadBufferSize:   readBuffer, WriteBufferSize: readBuffer, WriteBufferPool: &sync.Pool{}, // messages are written without
		CheckOrigin: cfg.allows,
		Error: func(w http.ResponseWriter, r *http.Request, status int, reason error) {
			cfg.Refuse(w, r, status, reason.Error())
		},
	}
	h.upgrader = h.plainUpgrader
	h.upgrader.EnableCompression = true
	return h
}

// Run follows the feed until ctx ends; then it closes every socket and waits
// until all goroutines of the hub have ended. A hub runs once. The error is the
// feed's, if it ended by itself.
func (h *Hub) Run(ctx context.Context, feed Feed) error {
	err := feed.Follow(ctx, h.subscribed, h.step)
	h.close()
	if err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

func (h *Hub) close() {
	h.mu.Lock()
	h.closed = true
	for c := range h.sockets {
		c.end(websocket.CloseServiceRestart, "the server is going away")
	}
	h.mu.Unlock()
	h.stop()
	h.work.Wait()
}

// Heed has f called with every step before the room of its showtime hears of it: what
// else this process knows of a map can then be as new as what a socket shows. The last
// one counts.
func (h *Hub) Heed(f func(booking.Delta)) { h.heed.Store(&f) }

// step hears of one step of a map.
func (h *Hub) step(d booking.Delta) {
	h.counters.steps.Add(1)
	if f := h.heed.Load(); f != nil {
		(*f)(d)
	}
	h.mu.RLock()
	r := h.rooms[d.ShowtimeID]
	h.mu.RUnlock()
	if r != nil {
		r.step(d)
	}
}

// subscribed makes every room read its map: steps may have been missed before.
func (h *Hub) subscribed() {
	h.counters.subscriptions.Add(1)
	h.mu.RLock()
	rooms := make([]*room, 0, len(h.rooms))
	for _, r := range h.rooms {
		rooms = append(rooms, r)
	}
	h.mu.RUnlock()
	for _, r := range rooms {
		r.reload()
	}
}

var (
	errClosing = errors.New("the server is going away; connect again")
	errFull    = errors.New("too many live seat maps are open here; connect again later")
)

// admit counts a socket in before it exists, so that the end of the hub waits
// for it.
func (h *Hub) admit(c *client) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return errClosing
	}
	if len(h.sockets) >= h.cfg.MaxSockets {
		return errFull
	}
	h.sockets[c] = struct{}{}
	h.work.Add(1)
	c.slot = h.came % slots
	h.came++
	if !h.pulsing {
		h.pulsing = true
		h.work.Go(h.pulse)
	}
	return nil
}

func (h *Hub) dismiss(c *client) {
	h.mu.Lock()
	delete(h.sockets, c)
	h.mu.Unlock()
	h.work.Done()
}

// join puts a client into the room of a showtime, which is made if need be.
func (h *Hub) join(c *client, id booking.ShowtimeID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.rooms[id]
	if r == nil {
		r = newRoom(h, id)
		h.rooms[id] = r
	}
	c.room = r
	r.join(c)
}

// leave takes a client out of its room, and the room down after the last.
func (h *Hub) leave(c *client, r *room) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.leave(c) {
		delete(h.rooms, r.id)
	}
}
