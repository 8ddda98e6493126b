package api

import (
	"net/http"
	"strings"
	"time"

	"holdfast/internal/booking"
)

const (
	seatsRoute  = "/v1/showtimes/:id/seats"
	seatsPrefix = "/v1/showtimes/"
	seatsSuffix = "/seats"
)

// front answers what is asked most, a map that is in memory, without the walk through
// router, middleware and parameters that would cost more than the answer. It says what
// the route says, by the same code, and is measured as the same route; whatever is not
// plainly that question, or cannot be answered at once, goes on to the route.
func (s *Server) front(next http.Handler) http.Handler {
	whole := s.seconds.of(series{http.MethodGet, seatsRoute, http.StatusOK})
	unchanged := s.seconds.of(series{http.MethodGet, seatsRoute, http.StatusNotModified})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, ok := asksForSeats(r)
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		began := time.Now()
		body := s.maps.ready(id, began)
		if body == nil {
			next.ServeHTTP(w, r)
			return
		}
		status, err := body.answer(w, r)
		if err != nil { // and the route says so
			next.ServeHTTP(w, r)
			return
		}
		seconds := whole
		if status == http.StatusNotModified {
			seconds = unchanged
		}
		seconds.Observe(time.Since(began).Seconds())
	})
}

// asksForSeats reports whether a request is plainly one for a seat map.
func asksForSeats(r *http.Request) (booking.ShowtimeID, bool) {
	if r.Method != http.MethodGet || r.URL.RawPath != "" || r.URL.RawQuery != "" || len(r.Header["If-None-Match"]) > 1 {
		return "", false
	}
	id, ok := strings.CutPrefix(r.URL.Path, seatsPrefix)
	if !ok {
		return "", false
	}
	id, ok = strings.CutSuffix(id, seatsSuffix)
	return booking.ShowtimeID(id), ok && booking.IsUUID(id)
}
