package api

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/identity"
	"holdfast/workflows"
)

// hall is a showtime with three seats, of which A3 is not for sale.
type hall struct{ Store }

func (hall) Showtime(_ context.Context, id booking.ShowtimeID) (booking.Showtime, error) {
	now := time.Now()
	return booking.Showtime{ID: id, StartsAt: now.Add(time.Hour), SalesOpenAt: now.Add(-time.Hour), SalesCloseAt: now.Add(time.Hour)}, nil
}

func (hall) Layout(context.Context, booking.ShowtimeID) ([]booking.SeatID, error) {
	return []booking.SeatID{"A1", "A2", "A3"}, nil
}

func (hall) Blocked(context.Context, booking.ShowtimeID) ([]booking.SeatID, error) {
	return []booking.SeatID{"A3"}, nil
}

func (hall) Get(context.Context, booking.ID) (booking.Booking, error) {
	return booking.Booking{}, booking.Refuse(booking.CodeBookingNotFound, "")
}

// till holds whatever it is asked to, under one name.
type till struct{ Engine }

func (till) Hold(_ context.Context, in workflows.BookingInput) (booking.Booking, error) {
	return booking.Booking{ID: "b", Status: booking.Expired, ShowtimeID: in.ShowtimeID}, nil
}

// gate is locks that can be looked at while it is open.
type gate struct {
	shelf
	open chan struct{}
}

func (g *gate) Owners(ctx context.Context, show booking.ShowtimeID, seats []booking.SeatID) (map[booking.SeatID]booking.ID, error) {
	<-g.open
	return g.shelf.Owners(ctx, show, seats)
}

// A crowd that is refused in front of the router hears what the router says, to the
// letter, and everybody else gets there with all that they have sent.
func TestTheCrowdAndTheRouteHearTheSame(t *testing.T) {
	tokens, err := identity.New(strings.Repeat("s", identity.MinSecret))
	require.NoError(t, err)
	token, err := tokens.Issue(identity.Caller{User: "ada"}, time.Now(), time.Now().Add(time.Hour))
	require.NoError(t, err)
	locks := &gate{shelf: shelf{owner: map[booking.SeatID]booking.ID{"A1": "x"}}}
	s := New(Deps{
		Store: hall{}, Engine: till{}, Glance: locks, Maps: newShelves(), NoSeatMap: errNoMap, Live: &deaf{}, Tokens: tokens,
		Metrics: prometheus.NewRegistry(), Log: slog.New(slog.DiscardHandler),
	}, Settings{AnswerWithin: time.Minute, MaxSeats: 2})
	_, err = s.showtimes.get(t.Context(), anyShow)
	require.NoError(t, err)
	route := s.router()
	walked := 0
	front := s.refused(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { walked++; route.ServeHTTP(w, r) }))

	ask := func(h http.Handler, path, body string, headers []string) *http.Response {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result()
	}
	wants := func(seats string) string { return `{"showtimeId":"` + anyShow + `","seatIds":[` + seats + `]}` }
	for name, c := range map[string]struct {
		body, path string
		headers    []string
		status     int
		short      bool // it is answered without the router
		first      bool // it joins those who look
	}{
		"taken":              {body: wants(`"A1"`), status: 409, short: true, first: true},
		"taken, compressed":  {body: wants(`"A1"`), headers: []string{"Accept-Encoding", "gzip, br, zstd"}, status: 409, short: true, first: true},
		"another type":       {body: wants(`"A1"`), headers: []string{"Content-Type", "application/json; charset=utf-8"}, status: 409, short: true, first: true},
		"free":               {body: wants(`"A2"`), status: 201, first: true},
		"nobody looks there": {body: wants(`"A2","A1"`), status: 409},
		"with a key":         {body: wants(`"A1"`), headers: []string{"Idempotency-Key", "k"}, status: 409},
		"with a bad key":     {body: wants(`"A1"`), headers: []string{"Idempotency-Key", "two words"}, status: 422},
		"with a query":       {body: wants(`"A1"`), path: "?x=%", status: 422},
		"elsewhere":          {body: wants(`"A1"`), path: "/", status: 404},
		"nobody":             {body: wants(`"A1"`), headers: []string{"Authorization", ""}, status: 401},
		"a forger":           {body: wants(`"A1"`), headers: []string{"Authorization", "Bearer x.y.z"}, status: 401},
		"not JSON":           {body: wants(`"A1"`), headers: []string{"Content-Type", "text/plain"}, status: 415},
		"half":               {body: wants(`"A1"`)[:20], status: 422},
		"nothing":            {status: 422},
		"null":               {body: `{"showtimeId":"` + anyShow + `","seatIds":null}`, status: 422},
		"another field":      {body: `{"showtimeId":"` + anyShow + `","seatIds":["A1"],"x":1}`, status: 422},
		"twice":              {body: wants(`"A1","A1"`), status: 422},
		"too many":           {body: wants(`"A1","A2","A3"`), status: 422},
		"unknown":            {body: wants(`"Z9"`), status: 422},
		"not for sale":       {body: wants(`"A3"`), status: 409},
		"no showtime":        {body: `{"showtimeId":"1","seatIds":["A1"]}`, status: 404},
		"too large":          {body: wants(`"A1"`) + strings.Repeat(" ", maxBody), status: 413},
	} {
		t.Run(name, func(t *testing.T) {
			seat := booking.SeatID("A1")
			if strings.Contains(c.body, `["A2"]`) {
				seat = "A2"
			}
			locks.open = make(chan struct{})
			var crowd sync.WaitGroup
			crowd.Go(func() { _, _ = s.looks.owners(context.Background(), anyShow, []booking.SeatID{seat}) })
			require.Eventually(t, s.looks.anybody, time.Minute, time.Millisecond)
			walked = 0
			var short *http.Response
			crowd.Go(func() { short = ask(front, bookingsRoute+c.path, c.body, c.headers) })
			if c.first {
				require.Eventually(t, func() bool {
					s.looks.mu.Lock()
					defer s.looks.mu.Unlock()
					at := s.looks.spots[nameOf(anyShow, []booking.SeatID{seat})]
					return at != nil && at.next != nil
				}, time.Minute, time.Millisecond)
			}
			close(locks.open)
			crowd.Wait()
			require.Eventually(t, func() bool { return !s.looks.anybody() }, time.Minute, time.Millisecond)
			require.Equal(t, c.short, walked == 0)
			long := ask(route, bookingsRoute+c.path, c.body, c.headers)
			require.Equal(t, c.status, long.StatusCode)
			require.Equal(t, long.StatusCode, short.StatusCode)
			require.Equal(t, long.Header, short.Header)
			require.Equal(t, bodyOf(t, long), bodyOf(t, short))
		})
	}
}

// A body that does not arrive whole is as broken for the route as it was before.
func TestABodyThatBreaksOff(t *testing.T) {
	s, _, _ := house(t)
	r := httptest.NewRequest(http.MethodPost, bookingsRoute, strings.NewReader("abc"))
	r.ContentLength = 5
	_, _, ok := s.asked(r, time.Now())
	require.False(t, ok)
	text := make([]byte, 5)
	n, err := io.ReadFull(r.Body, text)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Equal(t, "abc", string(text[:n]))
}
