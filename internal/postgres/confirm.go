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
	err := s.transact(ctx, "confirming a booking", pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
		var reading pipeline
		known := ask[sqlcgen.Payment](&reading, sqlcgen.GetPayment, p.ID)
		var err error
		if b, err = lockAndGet(ctx, tx, id, &reading); err != nil {
			return err
		}
		if len(*known) > 0 {
			switch k := (*known)[0]; {
			case k.BookingID != id || k.Status == booking.PaymentVoided || k.Status == booking.PaymentDeclined:
				return booking.Refuse(booking.CodeNotPayable, "this payment came to nothing before")
			case k.Status != booking.PaymentOpen:
				return nil // it was asked before
			}
		}
		if err := confirmable(ctx, s.q.WithTx(tx), b); err != nil {
			return err
		}
		if p.Amount != b.Total {
			return fmt.Errorf("payment %s is over %s, but booking %s costs %s", p.ID, p.Amount, id, b.Total)
		}
		b, err = confirm(ctx, tx, b, p)
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

func confirm(ctx context.Context, tx pgx.Tx, b booking.Booking, p booking.Payment) (booking.Booking, error) {
	var reason booking.Reason
	if b.Status == booking.Expired || !time.Now().Before(b.ExpiresAt) {
		reason = booking.ReasonLate
	}
	if p.Status != booking.PaymentCaptured {
		p.Status = booking.PaymentAuthorized
	}
	note, err := noting(b.ID, p)
	if err != nil {
		return b, err
	}
	var last pipeline
	noted := ask[count](&last, sqlcgen.NotePayment, note)
	if b, err = decideLocked(ctx, tx, b, booking.Confirmed, reason, &last); err == nil && (*noted)[0].N == 0 {
		err = errConcurrent
	}
	return b, err
}

// taken reports whether the index said that another booking owns a seat.
func taken(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23505" && pg.ConstraintName == "one_live_owner"
}

func lostSeats(seats ...booking.SeatID) *booking.Refusal {
	return booking.Refuse(booking.CodeHoldExpired, "the hold had ended, and somebody else has its seats now", seats...)
}
