package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzhttp"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
)

// GetSeats shows the seat map, as the read model has it: front answers what can be
// answered at once.
func (s *Server) GetSeats(c *gin.Context, id openapi.ShowtimeId, _ openapi.GetSeatsParams) {
	ctx := c.Request.Context()
	if !booking.IsUUID(id) {
		s.fail(c, booking.Refuse(booking.CodeShowtimeNotFound, ""))
		return
	}
	body, err := s.maps.get(ctx, booking.ShowtimeID(id))
	if err != nil {
		s.fail(c, s.noMap(ctx, booking.ShowtimeID(id), err))
		return
	}
	c.Header(gzhttp.HeaderNoCompression, "1") // it is compressed as it should be; this goes no further
	if _, err := body.answer(c.Writer, c.Request); err != nil {
		s.fail(c, err)
	}
}

// LiveSeats turns the connection into a WebSocket that follows the map.
func (s *Server) LiveSeats(c *gin.Context, id openapi.ShowtimeId) {
	ctx := c.Request.Context()
	if !booking.IsUUID(id) {
		s.fail(c, booking.Refuse(booking.CodeShowtimeNotFound, ""))
		return
	}
	if _, err := s.maps.get(ctx, booking.ShowtimeID(id)); err != nil {
		s.fail(c, s.noMap(ctx, booking.ShowtimeID(id), err))
		return
	}
	if c.Request.ContentLength != 0 { // which would be taken for its first frame
		RefuseSocket(c.Writer, c.Request, http.StatusBadRequest, "")
		return
	}
	s.Live.Serve(c.Writer, c.Request, booking.ShowtimeID(id))
}

// noMap says why there is no map: there is no such showtime, or the map has not
// been made yet.
func (s *Server) noMap(ctx context.Context, id booking.ShowtimeID, err error) error {
	if !errors.Is(err, s.NoSeatMap) {
		return &booking.UnavailableError{Server: "mongodb", Err: err}
	}
	if _, err := s.Store.Showtime(ctx, id); err != nil {
		return err
	}
	return booking.Refuse(booking.CodeUnavailable, "the seat map is being made; try again in a moment")
}
