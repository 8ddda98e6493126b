package api

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"runtime/debug"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/sync/singleflight"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
)

// rfc3339 is what a time looks like; time.Parse takes a comma and short hours, too.
var rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`)

// ListShowtimes lists what is shown.
func (s *Server) ListShowtimes(c *gin.Context, params openapi.ListShowtimesParams) {
	p, err := page(params.Limit, params.Cursor)
	if err != nil {
		s.fail(c, err)
		return
	}
	f := booking.ShowtimeFilter{Page: p}
	if params.From != nil {
		if f.From, err = time.Parse(time.RFC3339, *params.From); err != nil || !rfc3339.MatchString(*params.From) || f.From.Year() < 1970 {
			s.fail(c, invalid("from is a time from 1970 to 9999 as RFC 3339 writes it"))
			return
		}
	}
	if params.Movie != nil {
		if len(*params.Movie) > 64 || !printable(*params.Movie) {
			s.fail(c, invalid("movie is the id of a movie"))
			return
		}
		f.MovieID = *params.Movie
	}
	list, err := s.programme.list(c.Request.Context(), f)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, list)
}

func (s *Server) askShowtimes(ctx context.Context, f booking.ShowtimeFilter) (openapi.ShowtimeList, error) {
	items, next, err := s.Store.Showtimes(ctx, f)
	if err != nil {
		return openapi.ShowtimeList{}, err
	}
	list := openapi.ShowtimeList{Items: make([]openapi.Showtime, len(items)), NextCursor: optional(next)}
	for i, show := range items {
		list.Items[i] = s.showtimeView(show)
	}
	return list, nil
}

// GetShowtime shows one.
func (s *Server) GetShowtime(c *gin.Context, id openapi.ShowtimeId) {
	if !booking.IsUUID(id) {
		s.fail(c, booking.Refuse(booking.CodeShowtimeNotFound, ""))
		return
	}
	show, err := s.Store.Showtime(c.Request.Context(), booking.ShowtimeID(id))
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, s.showtimeView(show))
}

const (
	// showtimeFreshness is how long what is known of a showtime is used. The layout never
	// changes; the sales window hardly ever does, and the store checks it once more when it
	// decides.
	showtimeFreshness = time.Second
	// showtimeAhead is how long before that it is asked for anew where somebody wants it, so
	// that a crowd does not halt for it.
	showtimeAhead = showtimeFreshness / 4
	// showtimePatience bounds the questions to the store.
	showtimePatience = 5 * time.Second
)

// showtimeCache spares the store a question per request of a stampede.
type showtimeCache struct {
	store Store
	asked singleflight.Group
	mu    sync.Mutex
	known map[booking.ShowtimeID]*knownShowtime
}

type knownShowtime struct {
	booking.Showtime
	seats   map[booking.SeatID]struct{}
	blocked map[booking.SeatID]struct{}
	asked   time.Time
}

func newShowtimeCache(store Store) *showtimeCache {
	return &showtimeCache{store: store, known: map[booking.ShowtimeID]*knownShowtime{}}
}

// ready returns what is known of a showtime where that can still be used, or nil.
func (c *showtimeCache) ready(id booking.ShowtimeID, now time.Time) *knownShowtime {
	k := c.find(id)
	if k == nil {
		return nil
	}
	age := now.Sub(k.asked)
	if age >= showtimeFreshness {
		return nil
	}
	if age >= showtimeFreshness-showtimeAhead {
		c.ask(id)
	}
	return k
}

func (c *showtimeCache) find(id booking.ShowtimeID) *knownShowtime {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.known[id]
}

func (c *showtimeCache) get(ctx context.Context, id booking.ShowtimeID) (*knownShowtime, error) {
	if !booking.IsUUID(string(id)) {
		return nil, booking.Refuse(booking.CodeShowtimeNotFound, "there is no such showtime")
	}
	if k := c.ready(id, time.Now()); k != nil {
		return k, nil
	}
	select {
	case r := <-c.ask(id):
		k, _ := r.Val.(*knownShowtime)
		return k, r.Err
	case <-ctx.Done():
		return nil, &booking.UnavailableError{Server: "postgresql", Err: ctx.Err()}
	}
}

// ask has one ask for all who wait, in its own time: it does not end with the request that
// happened to be first.
func (c *showtimeCache) ask(id booking.ShowtimeID) <-chan singleflight.Result {
	return c.asked.DoChan(string(id), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.Background(), showtimePatience)
		defer cancel()
		return c.read(ctx, id)
	})
}

func (c *showtimeCache) read(ctx context.Context, id booking.ShowtimeID) (k *knownShowtime, err error) {
	defer func() {
		if cause := recover(); cause != nil { // there is no request here that could answer for it
			k, err = nil, fmt.Errorf("reading a showtime: panic: %v\n%s", cause, debug.Stack())
		}
	}()
	asked := time.Now()
	show, err := c.store.Showtime(ctx, id)
	if err != nil {
		return nil, err
	}
	fresh := &knownShowtime{Showtime: show, asked: asked}
	if k := c.find(id); k != nil {
		fresh.seats = k.seats
	} else {
		ids, err := c.store.Layout(ctx, id)
		if err != nil {
			return nil, err
		}
		fresh.seats = set(ids)
	}
	blocked, err := c.store.Blocked(ctx, id)
	if err != nil {
		return nil, err
	}
	fresh.blocked = set(blocked)
	c.mu.Lock()
	c.known[id] = fresh
	c.mu.Unlock()
	return fresh, nil
}

func set(ids []booking.SeatID) map[booking.SeatID]struct{} {
	out := make(map[booking.SeatID]struct{}, len(ids))
	for _, id := range ids {
		out[id] = struct{}{}
	}
	return out
}

// sells refuses what is not on sale.
func (k *knownShowtime) sells(seats []booking.SeatID, now time.Time) error {
	if !k.OnSale(now) {
		return booking.Refuse(booking.CodeSalesClosed, "this showtime is not on sale now")
	}
	if blocked := k.among(k.blocked, seats); len(blocked) > 0 {
		return booking.Refuse(booking.CodeSeatsTaken, "these seats are not for sale", blocked...)
	}
	return nil
}

// among returns those of the ids that are in the set.
func (k *knownShowtime) among(in map[booking.SeatID]struct{}, ids []booking.SeatID) []booking.SeatID {
	var out []booking.SeatID
	for _, id := range ids {
		if _, ok := in[id]; ok {
			out = append(out, id)
		}
	}
	return out
}

// unknown returns those of the ids that the layout does not have, cut to what
// could be an id at all.
func (k *knownShowtime) unknown(ids []booking.SeatID) []booking.SeatID {
	var out []booking.SeatID
	for _, id := range ids {
		if _, ok := k.seats[id]; !ok {
			out = append(out, id[:min(len(id), booking.MaxSeatIDLength)])
		}
	}
	return out
}
