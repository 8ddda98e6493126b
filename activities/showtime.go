package activities

import (
	"context"

	"holdfast/internal/booking"
)

// BookingPage asks for some of the live bookings of a showtime, by their ids.
type BookingPage struct {
	ShowtimeID booking.ShowtimeID `json:"showtimeId"`
	After      booking.ID         `json:"after,omitempty"`
	Limit      int                `json:"limit"`
}

// CloseShowtime marks a showtime as cancelled: no booking is made in it from then on.
func (a *Activities) CloseShowtime(ctx context.Context, id booking.ShowtimeID) (Outcome, error) {
	out, err := outcome(booking.Booking{}, a.Store.CancelShowtime(ctx, id))
	out.Booking = nil
	return out, err
}

// LiveBookings finds the bookings that are still to be ended.
func (a *Activities) LiveBookings(ctx context.Context, in BookingPage) ([]booking.ID, error) {
	return a.Store.LiveBookings(ctx, in.ShowtimeID, in.After, in.Limit)
}

// ReportShowtime says what became of the bookings of a showtime.
func (a *Activities) ReportShowtime(ctx context.Context, id booking.ShowtimeID) (booking.ShowtimeReport, error) {
	return a.Store.ShowtimeReport(ctx, id)
}
