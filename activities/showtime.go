package activities

import (
	"context"

	"holdfast/internal/booking"
)

// BookingPage asks for some of the unfinished bookings of a showtime, by their ids.
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

// UnfinishedBookings finds the bookings that are still to be ended, or refunded.
func (a *Activities) UnfinishedBookings(ctx context.Context, in BookingPage) ([]booking.ID, error) {
	return a.Store.UnfinishedBookings(ctx, in.ShowtimeID, in.After, in.Limit)
}

// ReportShowtime says what became of the bookings of a showtime.
func (a *Activities) ReportShowtime(ctx context.Context, id booking.ShowtimeID) (booking.ShowtimeReport, error) {
	return a.Store.ShowtimeReport(ctx, id)
}
