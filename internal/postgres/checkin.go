package postgres

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"holdfast/internal/booking"
	"holdfast/internal/postgres/sqlcgen"
)

// CheckIn notes that the people of a booking have come in. It is the one change
// that is not made twice with the same answer: whoever comes second is refused
// with already_checked_in and the time of the first, and a booking that is not
// confirmed (any more) with ticket_void.
func (s *Store) CheckIn(ctx context.Context, c booking.Checkin) (booking.Checkin, error) {
	seats := make([]string, len(c.Seats))
	for i, id := range c.Seats {
		seats[i] = string(id)
	}
	err := s.inTx(ctx, "checking in", func(ctx context.Context, q *sqlcgen.Queries) error {
		// A cancellation comes before this or after it, not between.
		if err := q.LockBooking(ctx, c.BookingID); err != nil {
			return err
		}
		b, err := q.GetBooking(ctx, c.BookingID)
		if errors.Is(err, pgx.ErrNoRows) {
			return booking.Refuse(booking.CodeTicketVoid, "its booking is not known here")
		} else if err != nil {
			return err
		}
		if b.Status != booking.Confirmed {
			return booking.Refuse(booking.CodeTicketVoid, "its booking is "+string(b.Status))
		}
		c.ShowtimeID = b.ShowtimeID
		c.At, err = q.InsertCheckin(ctx, sqlcgen.InsertCheckinParams{BookingID: c.BookingID, Usher: c.Usher, Seats: seats})
		if errors.Is(err, pgx.ErrNoRows) {
			return cameBefore(ctx, q, c.BookingID)
		} else if err != nil {
			return err
		}
		return history(ctx, q, c.BookingID, "booking.checked_in", map[string]string{"seats": strings.Join(seats, " ")})
	})
	return c, err
}

func cameBefore(ctx context.Context, q *sqlcgen.Queries, id booking.ID) error {
	first, err := q.GetCheckin(ctx, id)
	if err != nil {
		return err
	}
	r := booking.Refuse(booking.CodeAlreadyCheckedIn, "somebody came in with this ticket at "+first.At.UTC().Format(time.RFC3339))
	r.At = first.At
	return r
}
