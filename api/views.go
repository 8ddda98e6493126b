package api

import (
	"context"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
)

// viewer shows bookings of one request.
type viewer struct {
	*Server
	now    time.Time
	starts map[booking.ShowtimeID]time.Time // of the shows that were looked up; zero where that failed
}

func (s *Server) viewer() *viewer {
	return &viewer{Server: s, now: time.Now(), starts: map[booking.ShowtimeID]time.Time{}}
}

// booking is the booking as its owner sees it, with what cancelling would give
// back by the policy of the house. The store decides that when it is asked to; here it is foretold, or left out where the show cannot be looked up:
// what was booked and paid is told in any case.
func (v *viewer) booking(ctx context.Context, b booking.Booking) openapi.Booking {
	out := bookingView(b, v.now)
	if b.Status != booking.Confirmed || b.CheckedInAt != nil {
		return out
	}
	starts, known := v.starts[b.ShowtimeID]
	if !known {
		show, err := v.Store.Showtime(ctx, b.ShowtimeID)
		if err != nil {
			v.Log.WarnContext(ctx, "a booking is shown without its refund", "booking", b.ID, "error", err)
		}
		starts = show.StartsAt
		v.starts[b.ShowtimeID] = starts
	}
	if refund := v.Refunds.Refund(b.Total, starts.Sub(v.now)); v.now.Before(starts) {
		out.Refund = new(moneyView(refund))
	}
	return out
}

// show answers with one booking.
func (s *Server) show(c *gin.Context, status int, b booking.Booking) {
	c.JSON(status, s.viewer().booking(c.Request.Context(), b))
}

func bookingView(b booking.Booking, now time.Time) openapi.Booking {
	v := openapi.Booking{
		Id: string(b.ID), Status: openapi.BookingStatus(b.Status), ShowtimeId: string(b.ShowtimeID),
		Seats: make([]openapi.BookedSeat, len(b.Seats)), Total: moneyView(b.Total),
		CreatedAt: b.CreatedAt.UTC(), ExpiresAt: b.ExpiresAt.UTC(), CheckedInAt: inUTC(b.CheckedInAt),
	}
	if b.Status == booking.Pending {
		v.ExpiresInSeconds = max(0, b.ExpiresAt.Sub(now).Seconds())
	}
	for i, s := range b.Seats {
		v.Seats[i] = openapi.BookedSeat{Id: string(s.ID), Row: s.Row, Number: s.Number, Category: s.Category, Price: moneyView(s.Price)}
	}
	if p := b.Payment; p != nil {
		v.Payment = paymentView(*p)
	}
	if b.Reason != "" {
		v.Reason = new(openapi.BookingReason(b.Reason))
	}
	return v
}

func paymentView(p booking.Payment) *openapi.Payment {
	v := &openapi.Payment{Id: p.ID, Method: p.Method, Status: openapi.PaymentStatus(p.Status), Amount: moneyView(p.Amount), Action: actionView(p.Action)}
	if p.Status == booking.PaymentRefundDue || p.Status == booking.PaymentRefunded {
		v.Refund = new(moneyView(p.ToRefund()))
	}
	return v
}

func actionView(a *booking.Action) *openapi.PaymentAction {
	if a == nil {
		return nil
	}
	v := &openapi.PaymentAction{Type: a.Type, Url: optional(a.URL)}
	if len(a.Data) > 0 {
		v.Data = &a.Data
	}
	return v
}

func (s *Server) showtimeView(show booking.Showtime) openapi.Showtime {
	return openapi.Showtime{
		Id: string(show.ID),
		Movie: openapi.Movie{
			Id: show.Movie.ID, Title: show.Movie.Title, RuntimeMinutes: int(show.Movie.Runtime / time.Minute),
			Rating: optional(show.Movie.Rating), Tagline: optional(show.Movie.Tagline),
		},
		Auditorium: openapi.Auditorium{Id: show.Auditorium.ID, Name: show.Auditorium.Name, Venue: show.Auditorium.Venue},
		StartsAt:   show.StartsAt.UTC(), SalesOpenAt: show.SalesOpenAt.UTC(), SalesCloseAt: show.SalesCloseAt.UTC(),
		TotalSeats: show.TotalSeats, AvailableSeats: show.AvailableSeats, FromPrice: moneyView(show.FromPrice),
		MaxSeatsPerBooking: s.MaxSeats, CancelledAt: inUTC(show.CancelledAt),
	}
}

// inUTC is a time that there may be none of.
func inUTC(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	return new(at.UTC())
}

func moneyView(m booking.Money) openapi.Money {
	return openapi.Money{Amount: m.Amount(), Currency: m.Currency}
}

// optional leaves out what is empty.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// printable reports whether s has visible ASCII only.
func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < '!' || r > '~' })
}
