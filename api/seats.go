package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
)

// GetSeats shows the seat map, as the read model has it.
func (s *Server) GetSeats(c *gin.Context, id openapi.ShowtimeId, params openapi.GetSeatsParams) {
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
	c.Header("ETag", body.etag)
	c.Header("Cache-Control", "no-cache") // kept, but asked for anew each time
	if params.IfNoneMatch != nil && matches(*params.IfNoneMatch, body.etag) {
		c.Status(http.StatusNotModified)
		return
	}
	c.Data(http.StatusOK, "application/json; charset=utf-8", body.json)
}

// LiveSeats turns the connection into a WebSocket that follows the map.
func (s *Server) LiveSeats(c *gin.Context, id openapi.ShowtimeId) {
	ctx := c.Request.Context()
	if !booking.IsUUID(id) {
		s.fail(c, booking.Refuse(booking.CodeShowtimeNotFound, ""))
		return
	}
	if _, err := s.Maps.Version(ctx, booking.ShowtimeID(id)); err != nil {
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

// matches implements If-None-Match (RFC 9110, 13.1.2): weak comparison with a
// list of tags, or with anything.
func matches(header, etag string) bool {
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == etag || tag == "*" {
			return true
		}
	}
	return false
}

// encodedMap is a map as it goes over the wire.
type encodedMap struct {
	version int64
	etag    string
	json    []byte
}

// mapCache keeps the newest encoded map of each showtime: reading a version is
// cheap, encoding thousands of seats is not.
type mapCache struct {
	maps SeatMaps
	mu   sync.Mutex
	kept map[booking.ShowtimeID]*encodedMap
}

func newMapCache(maps SeatMaps) *mapCache {
	return &mapCache{maps: maps, kept: map[booking.ShowtimeID]*encodedMap{}}
}

func (m *mapCache) get(ctx context.Context, id booking.ShowtimeID) (*encodedMap, error) {
	version, err := m.maps.Version(ctx, id)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	kept := m.kept[id]
	m.mu.Unlock()
	if kept != nil && kept.version >= version {
		return kept, nil
	}
	seats, err := m.maps.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(seats)
	if err != nil {
		return nil, fmt.Errorf("encoding the seat map of %s: %w", id, err)
	}
	fresh := &encodedMap{version: seats.Version, etag: `"` + strconv.FormatInt(seats.Version, 10) + `"`, json: body}
	m.mu.Lock()
	defer m.mu.Unlock()
	if kept := m.kept[id]; kept != nil && kept.version > fresh.version {
		return kept, nil // somebody read a newer one meanwhile: never go back
	}
	m.kept[id] = fresh
	return fresh, nil
}
