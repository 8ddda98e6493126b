// Package api is the HTTP face: one file per resource, shapes and routes from
// openapi.yaml, refusals turned into problem+json in one place (problem.go).
//
// What a client did wrong is told before any workflow starts; what the world
// refuses is decided by the workflow alone.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzhttp"
	"github.com/prometheus/client_golang/prometheus"

	"holdfast/activities"
	"holdfast/api/openapi"
	"holdfast/internal/booking"
	"holdfast/internal/identity"
	"holdfast/internal/ticket"
	"holdfast/workflows"
)

// Store is what is read from the truth, and decided by it alone: who has come in.
type Store interface {
	Get(ctx context.Context, id booking.ID) (booking.Booking, error)
	ListByUser(ctx context.Context, user booking.UserID, page booking.Page) ([]booking.Booking, string, error)
	History(ctx context.Context, id booking.ID) ([]booking.HistoryItem, error)
	Payment(ctx context.Context, paymentID string) (booking.Payment, booking.ID, error)
	Showtimes(ctx context.Context, f booking.ShowtimeFilter) ([]booking.Showtime, string, error)
	Showtime(ctx context.Context, id booking.ShowtimeID) (booking.Showtime, error)
	Layout(ctx context.Context, id booking.ShowtimeID) ([]booking.SeatID, error)
	Blocked(ctx context.Context, id booking.ShowtimeID) ([]booking.SeatID, error)
	CheckIn(ctx context.Context, c booking.Checkin) (booking.Checkin, error)
}

// Engine decides; *workflows.Client is the one.
type Engine interface {
	Hold(ctx context.Context, in workflows.BookingInput) (booking.Booking, error)
	Pay(ctx context.Context, id booking.ID, in workflows.PayInput) (workflows.PayOutcome, error)
	Cancel(ctx context.Context, id booking.ID) (booking.Booking, error)
	Revoke(ctx context.Context, in workflows.CancellationInput) (booking.Booking, error)
	Check(ctx context.Context, id booking.ID, in workflows.CheckInput) error
	News(ctx context.Context, id booking.ID) (bool, error)
	Keeps(ctx context.Context, id booking.ID) (bool, error)
	Settle(ctx context.Context, in activities.Settle) error
}

// Glance looks at the gatekeeper without deciding.
type Glance interface {
	// Owners returns whom the locks of the seats name; a seat without a lock is not among them.
	Owners(ctx context.Context, id booking.ShowtimeID, seats []booking.SeatID) (map[booking.SeatID]booking.ID, error)
}

// SeatMaps is the read model. Version and Get fail with NoSeatMap where there
// is no map of the showtime.
type SeatMaps interface {
	Version(ctx context.Context, id booking.ShowtimeID) (int64, error)
	Get(ctx context.Context, id booking.ShowtimeID) (booking.SeatMap, error)
}

// Live serves seat maps over WebSockets.
type Live interface {
	Serve(w http.ResponseWriter, r *http.Request, id booking.ShowtimeID)
	// Heed has f called with every step of a map before any socket is told of it.
	Heed(f func(booking.Delta))
}

// Page is what people see. Has tells its files, by their path; every other path
// is one of its views.
type Page interface {
	http.Handler
	Has(path string) bool
}

// Deps is what the API stands on.
type Deps struct {
	Store     Store
	Engine    Engine
	Glance    Glance
	Maps      SeatMaps
	NoSeatMap error // what Maps says when it has no map
	Live      Live
	Tokens    *identity.Tokens
	Tickets   *ticket.Signer
	Checks    map[string]func(context.Context) error // of /readyz, by the name of the server
	Metrics   *prometheus.Registry
	Page      Page               // nil without one
	Webhooks  map[string]Webhook // by payment method
	Log       *slog.Logger
}

// Settings are the rules that the operator sets.
type Settings struct {
	HoldDuration time.Duration
	AnswerWithin time.Duration // then a request is answered with 503
	MaxSeats     int           // of one booking
	Methods      []string      // of payment
	Tokenless    []string      // those of them that begin without a token
	Refunds      booking.RefundPolicy
}

// Server answers the calls of openapi.yaml.
type Server struct {
	Deps
	Settings
	programme *programme
	showtimes *showtimeCache
	maps      *mapCache
	seconds   *requestSeconds
	looks     *looks
	turns     *turns
	draining  chan struct{}
}

// New makes a server.
func New(d Deps, settings Settings) *Server {
	s := &Server{
		Deps: d, Settings: settings,
		showtimes: newShowtimeCache(d.Store), maps: newMapCache(d.Maps, d.NoSeatMap), turns: newTurns(), draining: make(chan struct{}),
		seconds: newRequestSeconds(d.Metrics), looks: newLooks(d.Glance, settings.AnswerWithin),
	}
	d.Live.Heed(s.maps.heed)
	s.programme = newProgramme(s.askShowtimes)
	return s
}

// Drain makes /readyz say no, so that no new requests are sent here. It is
// called once.
func (s *Server) Drain() { close(s.draining) }

// Handler is the whole of HTTP.
func (s *Server) Handler() http.Handler { return s.front(s.refused(s.router())) }

// router is every route, with what all of them share.
func (s *Server) router() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.RedirectTrailingSlash = false
	r.Use(s.observe, s.recover, s.bound)
	r.NoRoute(s.elsewhere)
	r.NoMethod(func(c *gin.Context) { s.fail(c, booking.Refuse(codeMethodNotAllowed, "")) })
	openapi.RegisterHandlersWithOptions(r, s, openapi.GinServerOptions{
		ErrorHandler: func(c *gin.Context, err error, _ int) { s.fail(c, invalid(unreadable(err))) },
	})
	s.registerDocs(r)
	return gzhttp.GzipHandler(head(r))
}

// elsewhere answers what is no call of the API: people who look around get the
// page, which knows its own addresses, and programs get a problem.
func (s *Server) elsewhere(c *gin.Context) {
	r := c.Request
	if s.Page == nil || r.Method != http.MethodGet || isAPI(r) || !(s.Page.Has(r.URL.Path) || forPeople(r)) {
		s.fail(c, booking.Refuse(codeNotFound, ""))
		return
	}
	s.Page.ServeHTTP(c.Writer, r)
}

// isAPI reports whether a path is that of a call, also of one that does not exist.
func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/v1/") }

// forPeople reports whether a browser asks for a page to show.
func forPeople(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

// head answers HEAD as GET; net/http leaves the body out. It opens no WebSocket.
func head(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			r = r.Clone(r.Context())
			r.Method = http.MethodGet
			r.Header.Del("Upgrade")
		}
		next.ServeHTTP(w, r)
	})
}

// unreadable says which parameter cannot be read. What the generated code says
// begins with it and goes on about itself.
func unreadable(err error) string {
	message, _, _ := strings.Cut(err.Error(), ":")
	if _, name, ok := strings.Cut(message, "parameter "); ok {
		return name + " is not of the form that it should have"
	}
	return "the request cannot be read"
}

const livePath = "/v1/showtimes/:id/live"

// bound gives every request the time that an answer may take. What still hangs
// then, because a server hangs, is answered with 503. It also refuses queries
// that cannot be read, which net/http would drop without a word.
func (s *Server) bound(c *gin.Context) {
	if isAPI(c.Request) && !plainPath(c.Request.URL.EscapedPath()) {
		s.fail(c, booking.Refuse(codeNotFound, ""))
		return
	}
	if c.FullPath() == "" {
		return // there is nothing here, whatever the query
	}
	if _, err := url.ParseQuery(c.Request.URL.RawQuery); err != nil {
		s.fail(c, invalid("the query cannot be read"))
		return
	}
	if c.FullPath() == livePath {
		return // a WebSocket, which lives as long as it likes
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), s.AnswerWithin)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	c.Next()
}

// plainPath reports whether every slash of a path stands between two segments that are
// not empty. Gin would take one that is written as %2F for such a slash, and nothing
// for an id.
func plainPath(escaped string) bool {
	return !strings.Contains(escaped, "//") && !strings.Contains(strings.ToLower(escaped), "%2f")
}

// recover turns a panic, which is a bug, into an answer and a log line.
func (s *Server) recover(c *gin.Context) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler { //nolint:errorlint // it is compared as net/http compares it
				panic(p)
			}
			s.Log.ErrorContext(c.Request.Context(), "a handler panicked", "path", c.FullPath(), "panic", p, "stack", string(debug.Stack()))
			if !c.Writer.Written() {
				s.fail(c, booking.Refuse(codeInternal, ""))
			}
		}
	}()
	c.Next()
}

// page reads limit and cursor.
func page(limit *int, cursor *string) (booking.Page, error) {
	p := booking.Page{Limit: 20}
	if limit != nil {
		if *limit < 1 || *limit > 100 {
			return p, invalid("limit is a number from 1 to 100")
		}
		p.Limit = *limit
	}
	if cursor != nil {
		p.Cursor = *cursor
	}
	return p, nil
}
