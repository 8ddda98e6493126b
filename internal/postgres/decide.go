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

// Expire ends a pending booking whose deadline has come. A booking that was
// decided before stays as it is; the one returned says how it stands.
func (s *Store) Expire(ctx context.Context, id booking.ID) (booking.Booking, error) {
	return s.end(ctx, id, booking.Pending, booking.Expired, booking.ReasonDeadline)
}

// ExpireAt is Expire by somebody who knows of that deadline. A hold that lasts longer
// meanwhile stays pending.
func (s *Store) ExpireAt(ctx context.Context, id booking.ID, deadline time.Time) (booking.Booking, error) {
	var b booking.Booking
	err := s.transact(ctx, "deciding a booking", pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) (err error) {
		if b, err = lockAndGet(ctx, tx, id, new(pipeline)); err != nil || b.Status != booking.Pending || b.ExpiresAt.After(deadline) {
			return err
		}
		b, err = decideLocked(ctx, tx, b, booking.Expired, booking.ReasonDeadline, new(pipeline))
		return err
	})
	return b, err
}

// Cancel ends a pending booking. A booking that was decided before stays as it
// is; the one returned says how it stands.
func (s *Store) Cancel(ctx context.Context, id booking.ID, reason booking.Reason) (booking.Booking, error) {
	return s.end(ctx, id, booking.Pending, booking.Cancelled, reason)
}

// Revoke cancels a booking: a confirmed one with its payment marked as to be
// refunded, in one transaction; a pending one at any time. Its owner can cancel a
// confirmed one until the showtime starts or somebody comes in with its ticket, and
// gets back what the policy says; for every other reason all of it goes back, at
// any time. Everything else is refused with not_cancellable.
func (s *Store) Revoke(ctx context.Context, id booking.ID, reason booking.Reason, policy booking.RefundPolicy) (booking.Booking, error) {
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
		from, refund := booking.Pending, b.Total
		if b.Status == booking.Confirmed {
			from = booking.Confirmed
		}
		if from == booking.Confirmed && reason == booking.ReasonCustomer {
			if b.CheckedInAt != nil {
				return booking.Refuse(booking.CodeNotCancellable, "somebody has come in with its ticket")
			}
			show, err := q.GetShowtime(ctx, b.ShowtimeID)
			if err != nil {
				return err
			}
			left := time.Until(show.StartsAt)
			if left <= 0 {
				return booking.Refuse(booking.CodeNotCancellable, "the showtime has begun")
			}
			refund = policy.Refund(b.Total, left)
		}
		if err = decide(ctx, q, id, from, booking.Cancelled, reason); errors.Is(err, pgx.ErrNoRows) {
			return booking.Refuse(booking.CodeNotCancellable, fmt.Sprintf("a booking that is %s cannot be cancelled", b.Status))
		} else if err != nil {
			return err
		}
		if _, err := q.OweRefund(ctx, sqlcgen.OweRefundParams{BookingID: id, RefundMinor: refund.Minor}); err != nil {
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
		err := decide(ctx, q, id, from, to, reason)
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
func decide(ctx context.Context, q *sqlcgen.Queries, id booking.ID, from, to booking.Status, reason booking.Reason) error {
	if !from.CanBecome(to) {
		return fmt.Errorf("a %s booking cannot become %s", from, to)
	}
	row, err := q.Decide(ctx, sqlcgen.DecideParams{
		ID: id, FromStatus: from, NextStatus: to, Reason: reason,
	})
	if err != nil {
		return err
	}
	if len(row.SeatIds) == 0 {
		return history(ctx, q, id, string(eventOf[to]), because(reason)) // a tombstone changes no seat
	}
	e, freed := decision(id, row.ShowtimeID, seatIDs(row.SeatIds), from, to)
	return record(ctx, q, e, freed, because(reason))
}

// lockAndGet has calls for one booking go on one after the other from here: what is read
// after it, the call before has committed. Also is read in the same round trip.
func lockAndGet(ctx context.Context, tx pgx.Tx, id booking.ID, also *pipeline) (booking.Booking, error) {
	p := pipeline{}
	p.do(sqlcgen.LockBooking, id)
	p.join(also)
	rows := ask[sqlcgen.WholeBooking](&p, sqlcgen.GetBooking, id)
	if err := p.run(ctx, tx); err != nil {
		return booking.Booking{}, err
	}
	if len(*rows) == 0 {
		return booking.Booking{}, noBooking()
	}
	return whole((*rows)[0])
}

// decideLocked is decide of a booking that is locked and was read since, with what else
// is to be written. It returns the booking as it stands then.
func decideLocked(ctx context.Context, tx pgx.Tx, b booking.Booking, to booking.Status, reason booking.Reason, also *pipeline) (booking.Booking, error) {
	if !b.Status.CanBecome(to) {
		return b, fmt.Errorf("a %s booking cannot become %s", b.Status, to)
	}
	e, freed := decision(b.ID, b.ShowtimeID, seatsOf(b), b.Status, to)
	params, err := recording(e, freed, because(reason))
	if err != nil {
		return b, err
	}
	p := pipeline{}
	decided := ask[sqlcgen.DecideRow](&p, sqlcgen.Decide, sqlcgen.DecideParams{ID: b.ID, FromStatus: b.Status, NextStatus: to, Reason: reason})
	recorded := ask[sqlcgen.RecordRow](&p, sqlcgen.Record, params)
	p.join(also)
	rows := ask[sqlcgen.WholeBooking](&p, sqlcgen.GetBooking, b.ID)
	if err := p.run(ctx, tx); err != nil {
		return b, err
	}
	switch {
	case len(*decided) == 0:
		return b, errConcurrent // which the lock rules out
	case len(*recorded) == 0:
		return b, cancelledShowtime()
	}
	return whole((*rows)[0])
}

// decision is the event of a booking that moves from one state to another, and how many
// seats are free for it; fewer than none where it takes them again.
func decision(id booking.ID, show booking.ShowtimeID, seats []booking.SeatID, from, to booking.Status) (e booking.Event, freed int) {
	switch {
	case from.Live() && !to.Live():
		freed = len(seats)
	case !from.Live() && to.Live():
		freed = -len(seats)
	}
	return booking.Event{Type: eventOf[to], ShowtimeID: show, BookingID: id, Seats: changes(seats, to)}, freed
}

// changes are what an event says of seats whose booking is in this state now.
func changes(seats []booking.SeatID, status booking.Status) []booking.SeatChange {
	out := make([]booking.SeatChange, len(seats))
	for i, seat := range seats {
		out[i] = booking.SeatChange{ID: seat, Status: status.SeatStatus()}
	}
	return out
}

// seatsOf are the seats of a booking, in their order.
func seatsOf(b booking.Booking) []booking.SeatID {
	out := make([]booking.SeatID, len(b.Seats))
	for i, seat := range b.Seats {
		out[i] = seat.ID
	}
	return out
}

// because is what the history says of a decision.
func because(reason booking.Reason) map[string]string {
	data := map[string]string{}
	if reason != "" {
		data["reason"] = string(reason)
	}
	return data
}

// record writes the history, adds one to the showtime's version and puts the
// event into the outbox, all within the caller's transaction. From here to the
// commit the showtime's row is locked, so this comes last.
func record(ctx context.Context, q *sqlcgen.Queries, e booking.Event, freed int, data map[string]string) error {
	params, err := recording(e, freed, data)
	if err != nil {
		return err
	}
	_, err = q.Record(ctx, params)
	if errors.Is(err, pgx.ErrNoRows) {
		return cancelledShowtime()
	}
	return err
}

// recording is what Record is given: an event without its id and version, and the line
// of history.
func recording(e booking.Event, freed int, data map[string]string) (sqlcgen.RecordParams, error) {
	e.At = time.Now()
	event, err := json.Marshal(e)
	if err != nil {
		return sqlcgen.RecordParams{}, fmt.Errorf("encoding an event of %s: %w", e.ShowtimeID, err)
	}
	note, err := historyData(data)
	if err != nil {
		return sqlcgen.RecordParams{}, err
	}
	return sqlcgen.RecordParams{
		BookingID: e.BookingID, ShowtimeID: e.ShowtimeID, Type: string(e.Type), Data: note, Freed: int32(freed), Event: event,
	}, nil
}

func cancelledShowtime() error {
	return booking.Refuse(booking.CodeSalesClosed, "this showtime was cancelled")
}

// emit puts an event into the outbox and wakes the relay at commit.
func emit(ctx context.Context, q *sqlcgen.Queries, e booking.Event) error {
	e.ID = fmt.Sprintf("%s/%d", e.ShowtimeID, e.Version)
	payload, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encoding event %s: %w", e.ID, err)
	}
	return q.Emit(ctx, sqlcgen.EmitParams{EventID: e.ID, Type: e.Type, Payload: payload})
}
