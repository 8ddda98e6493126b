package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"holdfast/internal/booking"
	"holdfast/internal/postgres/sqlcgen"
)

const timeFormat = time.RFC3339Nano

// eventOf names the event of each decision.
var eventOf = map[booking.Status]booking.EventType{
	booking.Confirmed: booking.EventConfirmed,
	booking.Expired:   booking.EventExpired,
	booking.Cancelled: booking.EventCancelled,
}

// Confirm makes a pending booking confirmed, paid for by p, which the provider
// has authorized. It refuses with hold_expired or not_payable when the deadline
// has passed or the booking was decided otherwise; the authorization has then to
// be given back.
func (s *Store) Confirm(ctx context.Context, id booking.ID, p booking.Payment) (booking.Booking, error) {
	var b booking.Booking
	err := s.inTx(ctx, "confirming a booking", func(ctx context.Context, q *sqlcgen.Queries) error {
		if err := q.LockBooking(ctx, id); err != nil {
			return err
		}
		known, err := q.GetPayment(ctx, p.ID)
		if err == nil {
			if known.BookingID != id || known.Status == booking.PaymentVoided || known.Status == booking.PaymentDeclined {
				return booking.Refuse(booking.CodeNotPayable, "this payment came to nothing before")
			}
			b, err = get(ctx, q, id) // it confirmed the booking when it was first asked to
			return err
		} else if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		b, err = decide(ctx, q, id, booking.Pending, booking.Confirmed, "")
		if errors.Is(err, pgx.ErrNoRows) {
			return notPayable(ctx, q, id)
		} else if err != nil {
			return err
		}
		if p.Amount != b.Total {
			return fmt.Errorf("payment %s is over %s, but booking %s costs %s", p.ID, p.Amount, id, b.Total)
		}
		if added, err := insertPayment(ctx, q, id, p, booking.PaymentAuthorized); err != nil {
			return err
		} else if !added {
			return errConcurrent
		}
		b, err = get(ctx, q, id)
		return err
	})
	return b, err
}

// notPayable says why a booking cannot be paid for any more.
func notPayable(ctx context.Context, q *sqlcgen.Queries, id booking.ID) error {
	b, err := get(ctx, q, id)
	if err != nil {
		return err
	}
	if b.Status == booking.Pending { // its deadline has passed and it is about to be expired
		return booking.NotPayable(booking.Expired)
	}
	return booking.NotPayable(b.Status)
}

// Expire ends a pending booking whose deadline has come. A booking that was
// decided before stays as it is; the one returned says how it stands.
func (s *Store) Expire(ctx context.Context, id booking.ID) (booking.Booking, error) {
	return s.end(ctx, id, booking.Pending, booking.Expired, booking.ReasonDeadline)
}

// Cancel ends a pending booking. A booking that was decided before stays as it
// is; the one returned says how it stands.
func (s *Store) Cancel(ctx context.Context, id booking.ID, reason booking.Reason) (booking.Booking, error) {
	return s.end(ctx, id, booking.Pending, booking.Cancelled, reason)
}

// Revoke cancels a booking: a confirmed one with its payment marked as to be
// refunded, in one transaction, until the showtime starts; a pending one at any
// time. Everything else is refused with not_cancellable.
func (s *Store) Revoke(ctx context.Context, id booking.ID, reason booking.Reason) (booking.Booking, error) {
	var b booking.Booking
	err := s.inTx(ctx, "revoking a booking", func(ctx context.Context, q *sqlcgen.Queries) error {
		err := q.LockBooking(ctx, id)
		if err != nil {
			return err
		}
		if b, err = get(ctx, q, id); err != nil {
			return err
		}
		if b.Status == booking.Cancelled {
			return nil // done before
		}
		show, err := q.GetShowtime(ctx, b.ShowtimeID)
		if err != nil {
			return err
		}
		from := booking.Pending
		if b.Status == booking.Confirmed {
			from = booking.Confirmed
			if !time.Now().Before(show.StartsAt) {
				return booking.Refuse(booking.CodeNotCancellable, "the showtime has begun")
			}
		}
		if _, err = decide(ctx, q, id, from, booking.Cancelled, reason); errors.Is(err, pgx.ErrNoRows) {
			return booking.Refuse(booking.CodeNotCancellable, fmt.Sprintf("a booking that is %s cannot be cancelled", b.Status))
		} else if err != nil {
			return err
		}
		if err := q.RefundDue(ctx, id); err != nil {
			return err
		}
		b, err = get(ctx, q, id)
		return err
	})
	return b, err
}

func (s *Store) end(ctx context.Context, id booking.ID, from, to booking.Status, reason booking.Reason) (booking.Booking, error) {
	var b booking.Booking
	err := s.inTx(ctx, "deciding a booking", func(ctx context.Context, q *sqlcgen.Queries) error {
		_, err := decide(ctx, q, id, from, to, reason)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		b, err = get(ctx, q, id)
		return err
	})
	return b, err
}

// decide moves a booking from one state to another by compare-and-set, with
// its event and history. pgx.ErrNoRows means that it was not in that state.
func decide(ctx context.Context, q *sqlcgen.Queries, id booking.ID, from, to booking.Status, reason booking.Reason) (booking.Booking, error) {
	if !from.CanBecome(to) {
		return booking.Booking{}, fmt.Errorf("a %s booking cannot become %s", from, to)
	}
	row, err := q.Decide(ctx, sqlcgen.DecideParams{
		ID: id, FromStatus: from, NextStatus: to, Reason: reason, InTime: to == booking.Confirmed && from == booking.Pending,
	})
	if err != nil {
		return booking.Booking{}, err
	}
	b, err := assemble(ctx, q, row)
	if err != nil {
		return booking.Booking{}, err
	}
	freed := 0
	if !to.Live() {
		freed = len(b.Seats)
	}
	data := map[string]string{}
	if reason != "" {
		data["reason"] = string(reason)
	}
	return b, record(ctx, q, b, eventOf[to], freed, data)
}

// record writes the history, adds one to the showtime's version and puts the
// event into the outbox, all within the caller's transaction. From here to the
// commit the showtime's row is locked, so this comes last.
func record(ctx context.Context, q *sqlcgen.Queries, b booking.Booking, t booking.EventType, freed int, data map[string]string) error {
	details, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("encoding history: %w", err)
	}
	if err := q.InsertHistory(ctx, sqlcgen.InsertHistoryParams{BookingID: b.ID, Type: string(t), Data: details}); err != nil {
		return err
	}
	if len(b.Seats) == 0 {
		return nil // a tombstone changes no seat
	}
	version, err := q.BumpVersion(ctx, sqlcgen.BumpVersionParams{ShowtimeID: b.ShowtimeID, Freed: int32(freed)})
	if err != nil {
		return fmt.Errorf("counting the version of showtime %s: %w", b.ShowtimeID, err)
	}
	changes := make([]booking.SeatChange, len(b.Seats))
	for i, seat := range b.Seats {
		changes[i] = booking.SeatChange{ID: seat.ID, Status: b.Status.SeatStatus()}
	}
	return emit(ctx, q, booking.Event{
		Type: t, ShowtimeID: b.ShowtimeID, Version: version, BookingID: b.ID, At: time.Now(), Seats: changes,
	})
}

// emit puts an event into the outbox and wakes the relay at commit.
func emit(ctx context.Context, q *sqlcgen.Queries, e booking.Event) error {
	e.ID = fmt.Sprintf("%s/%d", e.ShowtimeID, e.Version)
	payload, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encoding event %s: %w", e.ID, err)
	}
	if err := q.InsertOutbox(ctx, sqlcgen.InsertOutboxParams{EventID: e.ID, Type: e.Type, Payload: payload}); err != nil {
		return err
	}
	return q.NotifyOutbox(ctx)
}
