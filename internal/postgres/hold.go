package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"holdfast/internal/booking"
	"holdfast/internal/postgres/sqlcgen"
)

// Hold persists a pending booking with its seats, price, history and event, or
// refuses: showtime_not_found, sales_closed, unknown_seat, seats_taken,
// hold_limit, idempotency_key_reused, unavailable (the booking was given up
// before, see Abandon).
func (s *Store) Hold(ctx context.Context, h booking.HoldRequest) (booking.Booking, error) {
	var b booking.Booking
	err := s.transact(ctx, "holding seats", pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) (err error) {
		if b, err = quote(ctx, tx, h); err != nil {
			return err
		}
		return makeHold(ctx, tx, b, h.SeatIDs)
	})
	if _, refused := booking.Refused(err); !refused && !errors.Is(err, errConcurrent) {
		return b, err
	}
	// It may be that an earlier call has made it already.
	known, heldErr := held(ctx, s.q, h)
	switch {
	case heldErr != nil:
		return b, wrap("holding seats", heldErr)
	case known != nil:
		return *known, nil
	}
	return b, err
}

// held returns the booking if an earlier call made it already.
func held(ctx context.Context, q *sqlcgen.Queries, h booking.HoldRequest) (*booking.Booking, error) {
	b, err := get(ctx, q, h.ID)
	if r, ok := booking.Refused(err); ok && r.Code == booking.CodeBookingNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	switch {
	case b.UserID != h.UserID || b.Fingerprint != h.Fingerprint:
		return nil, booking.Refuse(booking.CodeKeyReused, "this Idempotency-Key was used with another request")
	case b.Reason == booking.ReasonUnsettled:
		return nil, booking.Refuse(booking.CodeUnavailable, "this attempt was given up; try again")
	}
	return &b, nil
}

// makeHold writes the booking with its seats, which are named in the order in which they
// were asked for, and what is to be told of it. Nothing of it may be committed when it fails.
func makeHold(ctx context.Context, tx pgx.Tx, b booking.Booking, seats []booking.SeatID) error {
	record, err := recording(booking.Event{Type: booking.EventHeld, ShowtimeID: b.ShowtimeID, BookingID: b.ID, Seats: changes(seatsOf(b), b.Status)},
		-len(b.Seats), map[string]string{"total": b.Total.String(), "expiresAt": b.ExpiresAt.UTC().Format(timeFormat)})
	if err != nil {
		return err
	}
	var p pipeline
	inserted := ask[sqlcgen.InsertHoldRow](&p, sqlcgen.InsertHold, sqlcgen.InsertHoldParams{
		ID: b.ID, UserID: b.UserID, ShowtimeID: b.ShowtimeID, Currency: b.Total.Currency, TotalMinor: b.Total.Minor,
		Fingerprint: b.Fingerprint, CreatedAt: b.CreatedAt, ExpiresAt: b.ExpiresAt, SeatIds: seatStrings(seats),
	})
	recorded := ask[sqlcgen.RecordRow](&p, sqlcgen.Record, record)
	if err := p.run(ctx, tx); err != nil {
		return err
	}
	if made := (*inserted)[0]; !made.Made {
		return errConcurrent // or its tombstone came in between, see Abandon
	} else if taken := without(seats, seatIDs(made.Free)); len(taken) > 0 {
		return takenRefusal(taken)
	}
	if len(*recorded) == 0 {
		return cancelledShowtime()
	}
	return nil
}

// errConcurrent makes the activity repeat the call, which then finds what the
// other call has done.
var errConcurrent = errors.New("another call is doing the same")

// quote prices the hold as it would be, or refuses it. From here to the end of the
// transaction calls of one user go on one after the other, so that their number is exact
// and a call that is repeated while its first copy commits finds what that has made.
func quote(ctx context.Context, tx pgx.Tx, h booking.HoldRequest) (booking.Booking, error) {
	var p pipeline
	p.do(sqlcgen.LockUser, string(h.UserID))
	shows := ask[sqlcgen.QuoteHoldRow](&p, sqlcgen.QuoteHold, sqlcgen.QuoteHoldParams{UserID: h.UserID, ShowtimeID: h.ShowtimeID})
	seats := ask[sqlcgen.QuoteSeatsRow](&p, sqlcgen.QuoteSeats, sqlcgen.QuoteSeatsParams{ShowtimeID: h.ShowtimeID, SeatIds: seatStrings(h.SeatIDs)})
	if err := p.run(ctx, tx); err != nil {
		return booking.Booking{}, err
	}
	if len(*shows) == 0 {
		return booking.Booking{}, booking.Refuse(booking.CodeShowtimeNotFound, "there is no such showtime")
	}
	show := (*shows)[0]
	if h.MaxPending > 0 && show.Pending >= int64(h.MaxPending) {
		r := booking.Refuse(booking.CodeHoldLimit, fmt.Sprintf("you already hold seats in %d unpaid bookings; pay or cancel one first", show.Pending))
		r.RetryAfter = max(0, show.FirstEndsAt.Sub(h.CreatedAt))
		return booking.Booking{}, r
	}
	if !show.OnSale {
		return booking.Booking{}, booking.Refuse(booking.CodeSalesClosed, "this showtime is not on sale now")
	}
	return price(h, show.Currency, *seats)
}

// price checks the seats against the layout, of which rows are those that it has.
func price(h booking.HoldRequest, currency string, rows []sqlcgen.QuoteSeatsRow) (booking.Booking, error) {
	slices.SortFunc(rows, func(a, b sqlcgen.QuoteSeatsRow) int { return int(a.Ordinal) - int(b.Ordinal) })
	b := booking.Booking{
		ID: h.ID, UserID: h.UserID, ShowtimeID: h.ShowtimeID, Status: booking.Pending, Fingerprint: h.Fingerprint,
		Total:     booking.Money{Currency: currency},
		CreatedAt: h.CreatedAt, ExpiresAt: h.ExpiresAt,
	}
	var known, blocked []booking.SeatID
	var err error
	for _, r := range rows {
		price := booking.Money{Minor: r.AmountMinor, Currency: currency}
		if b.Total, err = b.Total.Add(price); err != nil {
			return booking.Booking{}, err
		}
		known = append(known, r.ID)
		if r.Blocked {
			blocked = append(blocked, r.ID)
		}
		b.Seats = append(b.Seats, booking.BookedSeat{ID: r.ID, Row: r.RowName, Number: int(r.Number), Category: r.Category, Price: price})
	}
	if unknown := without(h.SeatIDs, known); len(unknown) > 0 {
		return booking.Booking{}, booking.Refuse(booking.CodeUnknownSeat, "there is no such seat in this showtime", unknown...)
	}
	if len(blocked) > 0 {
		return booking.Booking{}, booking.Refuse(booking.CodeSeatsTaken, "these seats are not for sale", blocked...)
	}
	return b, nil
}

func takenRefusal(seats []booking.SeatID) *booking.Refusal {
	return booking.Refuse(booking.CodeSeatsTaken, "somebody else was faster", seats...)
}

// Abandon makes sure that a hold whose outcome is unknown owns nothing, now and
// whenever a lost call of Hold should still arrive: a booking that is there is
// cancelled, and where there is none a tombstone takes its id.
func (s *Store) Abandon(ctx context.Context, h booking.HoldRequest) error {
	return s.inTx(ctx, "abandoning a hold", func(ctx context.Context, q *sqlcgen.Queries) error {
		buried, err := bury(ctx, q, h)
		if err != nil || buried {
			return err
		}
		err = decide(ctx, q, h.ID, booking.Pending, booking.Cancelled, booking.ReasonUnsettled)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil // decided already
		}
		return err
	})
}

// Recall returns the booking that a hold has made, as it stands. Where it has made none,
// it never will: a tombstone takes its id, and the refusal is unavailable.
func (s *Store) Recall(ctx context.Context, h booking.HoldRequest) (booking.Booking, error) {
	var b booking.Booking
	var refused *booking.Refusal
	err := s.inTx(ctx, "recalling a hold", func(ctx context.Context, q *sqlcgen.Queries) error {
		if _, err := bury(ctx, q, h); err != nil {
			return err
		}
		known, err := held(ctx, q, h)
		if r, ok := booking.Refused(err); ok {
			refused = r // with the tombstone written
			return nil
		} else if err != nil {
			return err
		}
		if known == nil {
			refused = booking.Refuse(booking.CodeShowtimeNotFound, "there is no such showtime")
			return nil
		}
		b = *known
		return nil
	})
	if err == nil && refused != nil {
		return b, refused
	}
	return b, err
}

// bury puts a tombstone where a hold would be; buried is false where there is a booking,
// or no such showtime.
func bury(ctx context.Context, q *sqlcgen.Queries, h booking.HoldRequest) (buried bool, err error) {
	inserted, err := q.InsertTombstone(ctx, sqlcgen.InsertTombstoneParams{
		ID: h.ID, UserID: h.UserID, ShowtimeID: h.ShowtimeID, Reason: booking.ReasonUnsettled,
		Fingerprint: h.Fingerprint, CreatedAt: h.CreatedAt, ExpiresAt: h.ExpiresAt,
	})
	return inserted == 1, err
}

// without returns the ids that are not among present, in their own order.
func without(ids, present []booking.SeatID) []booking.SeatID {
	var out []booking.SeatID
	for _, id := range ids {
		if !slices.Contains(present, id) {
			out = append(out, id)
		}
	}
	return out
}

func seatStrings(ids []booking.SeatID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

func seatIDs(texts []string) []booking.SeatID {
	out := make([]booking.SeatID, len(texts))
	for i, text := range texts {
		out[i] = booking.SeatID(text)
	}
	return out
}
