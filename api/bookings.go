package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"holdfast/activities"
	"holdfast/api/openapi"
	"holdfast/internal/booking"
	"holdfast/workflows"
)

// CreateBooking holds seats: it answers when the hold is durable, or refused.
func (s *Server) CreateBooking(c *gin.Context, params openapi.CreateBookingParams) {
	caller, ok := s.caller(c)
	if !ok {
		return
	}
	b, err := s.hold(c, caller.User, params.IdempotencyKey)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Header("Location", "/v1/bookings/"+string(b.ID))
	s.show(c, http.StatusCreated, b)
}

func (s *Server) hold(c *gin.Context, user booking.UserID, header *string) (booking.Booking, error) {
	ctx := c.Request.Context()
	key, err := idempotencyKey(header)
	if err != nil {
		return booking.Booking{}, err
	}
	var body openapi.NewBooking
	if err := decode(c, &body); err != nil {
		return booking.Booking{}, err
	}
	in, show, err := s.checkBooking(ctx, body)
	if err != nil {
		return booking.Booking{}, err
	}
	in.UserID = user
	in.Fingerprint = fingerprint(append([]string{body.ShowtimeId}, seatNames(in.SeatIDs)...)...)
	known, err := s.identify(ctx, &in, key)
	if err != nil || known != nil {
		if known != nil {
			return *known, nil
		}
		return booking.Booking{}, err
	}
	if err := show.sells(in.SeatIDs, time.Now()); err != nil {
		return booking.Booking{}, err
	}
	return s.holdInTurn(ctx, in.ShowtimeID, in.SeatIDs, in.BookingID, func() (booking.Booking, error) {
		return s.Engine.Hold(ctx, in)
	})
}

// checkBooking refuses what can be refused without asking anybody who decides.
func (s *Server) checkBooking(ctx context.Context, body openapi.NewBooking) (workflows.BookingInput, *knownShowtime, error) {
	in := workflows.BookingInput{ShowtimeID: booking.ShowtimeID(body.ShowtimeId), HoldDuration: s.HoldDuration}
	var err error
	if in.SeatIDs, err = s.checkSeats(body); err != nil {
		return in, nil, err
	}
	show, err := s.showtimes.get(ctx, in.ShowtimeID)
	if err != nil {
		return in, nil, err
	}
	if unknown := show.unknown(in.SeatIDs); len(unknown) > 0 {
		return in, nil, booking.Refuse(booking.CodeUnknownSeat, "there is no such seat in this showtime", unknown...)
	}
	in.SoldUntil = show.StartsAt
	return in, show, nil
}

// checkSeats returns the seats that are asked for, in their order.
func (s *Server) checkSeats(body openapi.NewBooking) ([]booking.SeatID, error) {
	if body.ShowtimeId == "" {
		return nil, invalid("showtimeId is missing")
	}
	if len(body.SeatIds) == 0 {
		return nil, invalid("seatIds is missing or empty")
	}
	if len(body.SeatIds) > s.MaxSeats {
		return nil, booking.Refuse(booking.CodeTooManySeats, fmt.Sprintf("a booking has at most %d seats", s.MaxSeats))
	}
	seats := make([]booking.SeatID, 0, len(body.SeatIds))
	for _, text := range body.SeatIds {
		id := booking.SeatID(text)
		if slices.Contains(seats, id) {
			return nil, invalid("a seat is named twice")
		}
		seats = append(seats, id)
	}
	return booking.SortedSeats(seats), nil
}

// identify names the booking. Without a key it is a new one. With a key the name
// follows from user and key, so that the same request finds what it made: known
// is then the booking as it stands.
func (s *Server) identify(ctx context.Context, in *workflows.BookingInput, key string) (known *booking.Booking, err error) {
	if key == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return nil, fmt.Errorf("making an id: %w", err)
		}
		in.BookingID = booking.ID(id.String())
		return nil, nil
	}
	for attempt := 0; ; attempt++ {
		in.BookingID = booking.ID(booking.DeriveID("booking", string(in.UserID), key, fmt.Sprint(attempt)))
		b, err := s.Store.Get(ctx, in.BookingID)
		if r, ok := booking.Refused(err); ok && r.Code == booking.CodeBookingNotFound {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		if b.Fingerprint != in.Fingerprint {
			return nil, booking.Refuse(booking.CodeKeyReused, "use a new key for a new request")
		}
		if b.Reason != booking.ReasonUnsettled {
			return &b, nil
		}
		// That attempt was given up by the engine and answered with 503; its id
		// is used up, and the key goes on to the next.
	}
}

// GetBooking shows one of the caller's bookings.
func (s *Server) GetBooking(c *gin.Context, id openapi.BookingId) {
	if b, ok := s.own(c, id); ok {
		s.show(c, http.StatusOK, b)
	}
}

// ListBookings shows the caller's bookings, newest first.
func (s *Server) ListBookings(c *gin.Context, params openapi.ListBookingsParams) {
	caller, ok := s.caller(c)
	if !ok {
		return
	}
	p, err := page(params.Limit, params.Cursor)
	if err != nil {
		s.fail(c, err)
		return
	}
	items, next, err := s.Store.ListByUser(c.Request.Context(), caller.User, p)
	if err != nil {
		s.fail(c, err)
		return
	}
	v := s.viewer()
	list := openapi.BookingList{Items: make([]openapi.Booking, len(items)), NextCursor: optional(next)}
	for i, b := range items {
		list.Items[i] = v.booking(c.Request.Context(), b)
	}
	c.JSON(http.StatusOK, list)
}

// GetHistory shows what happened to one of the caller's bookings.
func (s *Server) GetHistory(c *gin.Context, id openapi.BookingId) {
	b, ok := s.own(c, id)
	if !ok {
		return
	}
	items, err := s.Store.History(c.Request.Context(), b.ID)
	if err != nil {
		s.fail(c, err)
		return
	}
	list := openapi.History{Items: make([]openapi.HistoryItem, len(items))}
	for i, item := range items {
		list.Items[i] = openapi.HistoryItem{At: item.At.UTC(), Type: item.Type}
		if len(item.Data) > 0 {
			list.Items[i].Data = &item.Data
		}
	}
	c.JSON(http.StatusOK, list)
}

// CancelBooking ends a booking at its owner's wish.
func (s *Server) CancelBooking(c *gin.Context, id openapi.BookingId) {
	b, ok := s.own(c, id)
	if !ok {
		return
	}
	b, err := s.cancel(c.Request.Context(), b)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.show(c, http.StatusOK, b)
}

func (s *Server) cancel(ctx context.Context, b booking.Booking) (booking.Booking, error) {
	var err error
	if b.Status == booking.Pending {
		id := b.ID
		if b, err = s.Engine.Cancel(ctx, id); errors.Is(err, workflows.ErrEnded) {
			b, err = s.Store.Get(ctx, id) // decided between our reading and asking
		}
		if err != nil {
			return b, err
		}
		if b.Status == booking.Confirmed { // what it costs to cancel it now is for its owner to see first
			return b, booking.Refuse(booking.CodeNotCancellable, "it was paid for at this moment; look at what comes back, and cancel again")
		}
	}
	switch {
	case b.Status == booking.Cancelled && (b.Payment.Settled() || b.Payment.Status == booking.PaymentOpen):
		return b, nil // an open payment is given up by whoever follows it
	case b.Status == booking.Cancelled:
		// Its refund is under way; asking again takes up what may have been lost.
	case b.Status == booking.Expired:
		return b, booking.Refuse(booking.CodeNotCancellable, "a booking that has expired cannot be cancelled")
	}
	// Or it is pending, though its workflow has ended: somebody terminated it.
	// Its owner can still free the seats.
	return s.Engine.Revoke(ctx, workflows.CancellationInput{
		Cancellation: activities.Cancellation{BookingID: b.ID, Reason: booking.ReasonCustomer}, ShowtimeID: b.ShowtimeID,
	})
}

// own returns one of the caller's bookings, or answers 401 or 404. Somebody
// else's booking is not found, so that ids tell nothing.
func (s *Server) own(c *gin.Context, id string) (booking.Booking, bool) {
	caller, ok := s.caller(c)
	if !ok {
		return booking.Booking{}, false
	}
	notFound := booking.Refuse(booking.CodeBookingNotFound, "")
	if !booking.IsUUID(id) {
		s.fail(c, notFound)
		return booking.Booking{}, false
	}
	b, err := s.Store.Get(c.Request.Context(), booking.ID(id))
	if err == nil && b.UserID != caller.User {
		err = notFound
	}
	if err != nil {
		s.fail(c, err)
		return booking.Booking{}, false
	}
	return b, true
}

// fingerprint is a digest of what a request asks for.
func fingerprint(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return hex.EncodeToString(sum[:16])
}

func seatNames(ids []booking.SeatID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}
