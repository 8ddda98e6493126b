package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"holdfast/internal/booking"
	"holdfast/internal/postgres/sqlcgen"
)

// CancelShowtime marks a showtime as not taking place: from its commit on no seat is
// taken in it, not even for late money. A hold of before may still be paid until it is
// revoked; its money goes back then. Its bookings are for the caller
// to revoke. Again it changes nothing; showtime_not_found is a refusal.
func (s *Store) CancelShowtime(ctx context.Context, id booking.ShowtimeID) error {
	return s.inTx(ctx, "cancelling a showtime", func(ctx context.Context, q *sqlcgen.Queries) error {
		if _, err := q.GetShowtime(ctx, id); errors.Is(err, pgx.ErrNoRows) {
			return booking.Refuse(booking.CodeShowtimeNotFound, "there is no such showtime")
		} else if err != nil {
			return err
		}
		version, err := q.CancelShowtime(ctx, id)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil // done before
		} else if err != nil {
			return err
		}
		return emit(ctx, q, booking.Event{Type: booking.EventShowtimeCancelled, ShowtimeID: id, Version: version, At: time.Now()})
	})
}

// UnfinishedBookings returns up to limit bookings of a showtime, with ids above
// after, in the order of ids: those that are pending or confirmed, and cancelled
// ones whose money is not back yet.
func (s *Store) UnfinishedBookings(ctx context.Context, id booking.ShowtimeID, after booking.ID, limit int) ([]booking.ID, error) {
	if after == "" {
		after = booking.ID(earliest.ID)
	}
	ids, err := s.q.UnfinishedBookings(ctx, sqlcgen.UnfinishedBookingsParams{ShowtimeID: id, AfterID: after, MaxRows: int32(limit)})
	return ids, wrap("listing the bookings of a showtime", err)
}

// ShowtimeReport says what became of the bookings of a showtime and of their money.
func (s *Store) ShowtimeReport(ctx context.Context, id booking.ShowtimeID) (booking.ShowtimeReport, error) {
	show, err := s.Showtime(ctx, id)
	if err != nil {
		return booking.ShowtimeReport{}, err
	}
	rows, err := s.q.ShowtimeReport(ctx, id)
	if err != nil {
		return booking.ShowtimeReport{}, wrap("reporting on a showtime", err)
	}
	r := booking.ShowtimeReport{ShowtimeID: id, CancelledAt: show.CancelledAt}
	currency := show.FromPrice.Currency
	r.Refunded, r.Due = booking.Money{Currency: currency}, booking.Money{Currency: currency}
	for _, row := range rows {
		r.Refunded.Minor += row.RefundedMinor
		r.Due.Minor += row.DueMinor
		switch {
		case row.Status.Live():
			r.Live += int(row.Bookings)
		case row.Status == booking.Cancelled && row.Reason == booking.ReasonShowtime:
			r.Cancelled += int(row.Bookings)
		default:
			r.EndedBefore += int(row.Bookings)
		}
	}
	return r, nil
}

// PaymentsSince returns up to limit payments of a method that were made since
// then, with ids above after, in the order of ids.
func (s *Store) PaymentsSince(ctx context.Context, method string, since time.Time, after string, limit int) ([]booking.Account, error) {
	if after == "" {
		after = earliest.ID
	}
	rows, err := s.q.PaymentsSince(ctx, sqlcgen.PaymentsSinceParams{Method: method, Since: since, AfterID: after, MaxRows: int32(limit)})
	if err != nil {
		return nil, wrap("listing payments", err)
	}
	out := make([]booking.Account, len(rows))
	for i, r := range rows {
		out[i] = booking.Account{
			PaymentID: r.ID, BookingID: r.BookingID, Booking: r.BookingStatus, Payment: r.Status,
			CreatedAt: r.CreatedAt, Amount: booking.Money{Minor: r.AmountMinor, Currency: r.Currency},
			Kept: booking.Money{Minor: r.KeptMinor, Currency: r.Currency},
		}
	}
	return out, nil
}
