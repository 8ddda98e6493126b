package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
	"holdfast/internal/identity"
	"holdfast/internal/ticket"
)

// keysFreshness is how long anybody may keep the public keys, in seconds. A key
// signs for months; a door that has not heard of a new one asks again.
const keysFreshness = "public, max-age=300"

// GetTicketKeys shows the public keys.
func (s *Server) GetTicketKeys(c *gin.Context) {
	set, err := s.Tickets.KeySet()
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Header("Cache-Control", keysFreshness)
	c.Data(http.StatusOK, "application/jwk-set+json", set)
}

// GetTicket shows the ticket of one of the caller's bookings.
func (s *Server) GetTicket(c *gin.Context, id openapi.BookingId, params openapi.GetTicketParams) {
	b, ok := s.own(c, id)
	if !ok {
		return
	}
	format := openapi.Json
	if params.Format != nil {
		format = *params.Format
	}
	if !format.Valid() {
		s.fail(c, invalid("format is one of: json, png, svg, pdf"))
		return
	}
	issued, err := s.issue(c.Request.Context(), b)
	if err != nil {
		s.fail(c, err)
		return
	}
	if err := issued.send(c, format); err != nil {
		s.fail(c, err)
	}
}

// issued is a ticket with what it is for.
type issued struct {
	ticket.Ticket
	token   string
	booking booking.Booking
	show    booking.Showtime
}

func (s *Server) issue(ctx context.Context, b booking.Booking) (issued, error) {
	if b.Status != booking.Confirmed {
		return issued{}, booking.Refuse(booking.CodeNoTicket, "a booking that is "+string(b.Status)+" has no ticket")
	}
	show, err := s.Store.Showtime(ctx, b.ShowtimeID)
	if err != nil {
		return issued{}, err
	}
	if show.CancelledAt != nil {
		return issued{}, booking.Refuse(booking.CodeNoTicket, "this showtime was cancelled")
	}
	t := ticket.Ticket{
		BookingID: b.ID, ShowtimeID: b.ShowtimeID, Seats: b.SeatIDs(),
		StartsAt: show.StartsAt.UTC().Truncate(time.Second), IssuedAt: time.Now().UTC().Truncate(time.Second),
	}
	token, err := s.Tickets.Sign(t)
	return issued{Ticket: t, token: token, booking: b, show: show}, err
}

func (i issued) send(c *gin.Context, format openapi.GetTicketParamsFormat) error {
	var body []byte
	var kind string
	var err error
	switch format {
	case openapi.Png:
		kind = "image/png"
		body, err = ticket.PNG(i.token)
	case openapi.Svg:
		kind = "image/svg+xml"
		body, err = ticket.SVG(i.token)
	case openapi.Pdf:
		kind = "application/pdf"
		body, err = ticket.PDF(i.token, i.booking, i.show)
	}
	if err != nil {
		return err
	}
	if format == openapi.Pdf {
		c.Header("Content-Disposition", `attachment; filename="ticket-`+string(i.BookingID)+`.pdf"`)
	}
	// Nobody but its holder keeps it, and not beyond the booking.
	c.Header("Cache-Control", "private, no-cache")
	if format == openapi.Json {
		c.JSON(http.StatusOK, openapi.Ticket{
			Token: i.token, BookingId: string(i.BookingID), ShowtimeId: string(i.ShowtimeID), Seats: seatNames(i.Seats),
			StartsAt: i.StartsAt, IssuedAt: i.IssuedAt,
		})
		return nil
	}
	c.Data(http.StatusOK, kind, body)
	return nil
}

// CreateCheckin lets the people of a ticket in.
func (s *Server) CreateCheckin(c *gin.Context) {
	caller, ok := s.caller(c)
	if !ok {
		return
	}
	if caller.Role != identity.Usher {
		s.fail(c, booking.Refuse(codeForbidden, "this is for ushers: their tokens have the role usher"))
		return
	}
	done, err := s.checkIn(c, caller.User)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusCreated, openapi.Checkin{
		BookingId: string(done.BookingID), ShowtimeId: string(done.ShowtimeID), Seats: seatNames(done.Seats), CheckedInAt: done.At.UTC(),
	})
}

func (s *Server) checkIn(c *gin.Context, usher booking.UserID) (booking.Checkin, error) {
	var none booking.Checkin
	var body openapi.NewCheckin
	if err := decode(c, &body); err != nil {
		return none, err
	}
	if body.Ticket == "" {
		return none, invalid("ticket is missing")
	}
	t, err := s.Tickets.Verify(body.Ticket)
	if err != nil {
		return none, booking.Refuse(booking.CodeInvalidTicket, err.Error())
	}
	seats := t.Seats
	if body.Seats != nil {
		if seats, err = present(*body.Seats, t.Seats); err != nil {
			return none, err
		}
	}
	return s.Store.CheckIn(c.Request.Context(), booking.Checkin{BookingID: t.BookingID, Seats: seats, Usher: usher})
}

// present reads whose people have come: some of the ticket's seats, each once.
func present(named []string, all []booking.SeatID) ([]booking.SeatID, error) {
	if len(named) == 0 {
		return nil, invalid("seats is empty; leave it out for all of them")
	}
	var seats []booking.SeatID
	for _, name := range named {
		id := booking.SeatID(name)
		if !slices.Contains(all, id) || slices.Contains(seats, id) {
			return nil, invalid("seats names one that the ticket does not have, or one twice")
		}
		seats = append(seats, id)
	}
	return seats, nil
}
