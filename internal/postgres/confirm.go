package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"holdfast/internal/booking"
	"holdfast/internal/postgres/sqlcgen"
)

// Confirm makes a booking confirmed, paid for by p, which its provider has
// authorized or (PaymentCaptured) taken already. Money that comes after the
// deadline confirms the booking too, with the reason "late", if its seats can
// still be had: all of them, in the same update, or the partial unique index
// refuses. Otherwise the refusal is hold_expired or not_payable, and the money has
// to be given back.
//
// A payment that was noted as authorized, captured or refunded before is answered
// with the booking as it stands.
func (s *Store) Confirm(ctx context.Context, id booking.ID, p booking.Payment) (booking.Booking, error) {
	var b booking.Booking
	err := s.inTx(ctx, "confirming a booking", func(ctx context.Context, q *sqlcgen.Queries) error {
		err := q.LockBooking(ctx, id)
		if err != nil {
			return err
		}
		if b, err = get(ctx, q, id); err != nil {
			return err
		}
		known, err := q.GetPayment(ctx, p.ID)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
		case err != nil:
			return err
		case known.BookingID != id || known.Status == booking.PaymentVoided || known.Status == booking.PaymentDeclined:
			return booking.Refuse(booking.CodeNotPayable, "this payment came to nothing before")
		case known.Status != booking.PaymentOpen:
			return nil // it was asked before
		}
		if err := confirmable(ctx, q, b); err != nil {
			return err
		}
		if p.Amount != b.Total {
			return fmt.Errorf("payment %s is over %s, but booking %s costs %s", p.ID, p.Amount, id, b.Total)
		}
		if err := s.confirm(ctx, q, b, p); err != nil {
			return err
		}
		b, err = get(ctx, q, id)
		return err
	})
	if taken(err) {
		return b, lostSeats()
	}
	return b, err
}

// confirmable refuses where the booking was decided otherwise, or where it is too
// late even for late money.
func confirmable(ctx context.Context, q *sqlcgen.Queries, b booking.Booking) error {
	switch b.Status {
	case booking.Pending:
		return nil
	case booking.Expired:
	default:
		return booking.NotPayable(b.Status)
	}
	show, err := q.GetShowtime(ctx, b.ShowtimeID)
	if err != nil {
		return err
	}
	if show.CancelledAt != nil || !time.Now().Before(show.StartsAt) {
		return booking.NotPayable(booking.Expired)
	}
	gone, err := q.TakenByOthers(ctx, b.ID)
	if err != nil {
		return err
	}
	if len(gone) > 0 {
		return lostSeats(gone...)
	}
	return nil
}

func (s *Store) confirm(ctx context.Context, q *sqlcgen.Queries, b booking.Booking, p booking.Payment) error {
	var reason booking.Reason
	if b.Status == booking.Expired || !time.Now().Before(b.ExpiresAt) {
		reason = booking.ReasonLate
	}
	if err := decide(ctx, q, b.ID, b.Status, booking.Confirmed, reason); err != nil {
		return err // the row is locked, so it is in the state that was read
	}
	status := booking.PaymentAuthorized
	if p.Status == booking.PaymentCaptured {
		status = booking.PaymentCaptured
	}
	noted, err := notePayment(ctx, q, b.ID, p, status)
	if err == nil && !noted {
		err = errConcurrent
	}
	return err
}

// taken reports whether the index said that another booking owns a seat.
func taken(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23505" && pg.ConstraintName == "one_live_owner"
}

func lostSeats(seats ...booking.SeatID) *booking.Refusal {
	return booking.Refuse(booking.CodeHoldExpired, "the hold had ended, and somebody else has its seats now", seats...)
}
