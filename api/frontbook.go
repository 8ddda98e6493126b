package api

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
)

const bookingsRoute = "/v1/bookings"

// refused answers a crowd whose seats are gone, as front does with maps: whoever asks
// for seats at which others look already, and finds them locked, is told so without the
// walk through router and middleware. Everything else goes on to the route, whole.
func (s *Server) refused(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		status := 0
		if asksForBooking(r) && s.looks.anybody() {
			status = s.refuse(w, r, began)
		}
		if status == 0 {
			next.ServeHTTP(w, r)
			return
		}
		s.seconds.of(series{http.MethodPost, bookingsRoute, status}).Observe(time.Since(began).Seconds())
	})
}

// asksForBooking reports whether a request is plainly one for a new booking.
func asksForBooking(r *http.Request) bool {
	return r.Method == http.MethodPost && r.URL.Path == bookingsRoute && r.URL.RawPath == "" && r.URL.RawQuery == "" &&
		r.Header["Idempotency-Key"] == nil && r.Header["Expect"] == nil &&
		r.ContentLength > 0 && r.ContentLength <= maxBody && isJSON(r)
}

// refuse refuses a request whose seats are locked, and leaves every other one as it was.
// It returns the status that it has answered with, or 0.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, now time.Time) (status int) {
	token, ok := bearer(r)
	if !ok {
		return 0
	}
	if _, err := s.Tokens.Verify(token); err != nil {
		return 0
	}
	show, seats, ok := s.asked(r, now)
	if !ok {
		return 0
	}
	mine, turn := s.looks.join(show, seats, true)
	if mine == nil {
		return 0
	}
	// A look has an end of its own (see), which spares each a deadline.
	if err := s.looks.await(r.Context(), mine, turn); err != nil {
		return s.say(w, r, err)
	}
	defer s.looks.leave(mine)
	// Whoever is called runs next, in the time that was given to the one before: together a
	// crowd would keep a core for longer than others should wait. So each stands back first.
	runtime.Gosched()
	if mine.err != nil {
		return s.say(w, r, mine.err)
	}
	body := mine.refusal(seats)
	if body == nil {
		return 0
	}
	return write(w, http.StatusConflict, body)
}

// say answers with the problem that err is, as fail does.
func (s *Server) say(w http.ResponseWriter, r *http.Request, err error) (status int) {
	status, body := s.asProblem(r.Context(), w.Header(), bookingsRoute, err)
	return write(w, status, body)
}

// write answers with a problem. Its headers are those that router and compression give to a short one.
func write(w http.ResponseWriter, status int, body []byte) int {
	h := w.Header()
	h["Content-Type"], h["Content-Length"], h["Vary"] = problemTypes, []string{strconv.Itoa(len(body))}, mapVary
	w.WriteHeader(status)
	_, _ = w.Write(body) // who does not read the answer does not need it
	return status
}

// asked reads what a request asks for, where nothing is to be said against that. The body
// can be read again.
func (s *Server) asked(r *http.Request, now time.Time) (show booking.ShowtimeID, seats []booking.SeatID, ok bool) {
	text := make([]byte, r.ContentLength)
	n, err := io.ReadFull(r.Body, text)
	r.Body = again{io.MultiReader(bytes.NewReader(text[:n]), r.Body), r.Body}
	if err != nil {
		return "", nil, false
	}
	var body openapi.NewBooking
	if err := understand(text, &body); err != nil {
		return "", nil, false
	}
	if seats, err = s.checkSeats(body); err != nil {
		return "", nil, false
	}
	show = booking.ShowtimeID(body.ShowtimeId)
	k := s.showtimes.ready(show, now)
	if k == nil || len(k.unknown(seats)) > 0 || k.sells(seats, now) != nil {
		return "", nil, false
	}
	return show, seats, true
}

// again is a body that was read.
type again struct {
	io.Reader
	io.Closer
}

var problemTypes = []string{problemType}

// refusal is what somebody is told who wants these seats, or nil where they are not
// plainly taken. It is the same for all who share the look: none of them has a lock yet.
func (n *look) refusal(seats []booking.SeatID) []byte {
	n.once.Do(func() {
		var r *booking.Refusal
		if err := refuseTaken(n.owners, seats, ""); !errors.As(err, &r) {
			return
		}
		if body, err := problem(r, statuses[r.Code]); err == nil && len(body) < gzhttp.DefaultMinSize {
			n.body = body // longer ones are compressed for whoever likes that
		}
	})
	return n.body
}
