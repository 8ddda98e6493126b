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
	err := s.inTx(ctx, "holding seats", func(ctx context.Context, q *sqlcgen.Queries) error {
		// From here on, calls of one user go on one after the other: a call that
		// is repeated while its first copy commits must find what that has made.
		if err := q.LockUser(ctx, string(h.UserID)); err != nil {
			return err
		}
		known, err := s.held(ctx, q, h)
		if err != nil || known != nil {
			if known != nil {
				b = *known
			}
			return err
		}
		if err := withinLimit(ctx, q, h); err != nil {
			return err
		}
		b, err = insertHold(ctx, q, h)
		return err
	})
	return b, err
}

// held returns the booking if an earlier call made it already.
func (s *Store) held(ctx context.Context, q *sqlcgen.Queries, h booking.HoldRequest) (*booking.Booking, error) {
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

func withinLimit(ctx context.Context, q *sqlcgen.Queries, h booking.HoldRequest) error {
	if h.MaxPending <= 0 {
		return nil
	}
	n, err := q.PendingOfUser(ctx, h.UserID)
	if err != nil {
		return err
	}
	if n.Pending < int64(h.MaxPending) {
		return nil
	}
	r := booking.Refuse(booking.CodeHoldLimit, fmt.Sprintf("you already hold seats in %d unpaid bookings; pay or cancel one first", n.Pending))
	r.RetryAfter = max(0, n.FirstEndsAt.Sub(h.CreatedAt))
	return r
}

func insertHold(ctx context.Context, q *sqlcgen.Queries, h booking.HoldRequest) (booking.Booking, error) {
	show, err := q.QuoteShowtime(ctx, h.ShowtimeID)
	if errors.Is(err, pgx.ErrNoRows) {
		return booking.Booking{}, booking.Refuse(booking.CodeShowtimeNotFound, "there is no such showtime")
	} else if err != nil {
		return booking.Booking{}, err
	}
	if !show.OnSale {
		return booking.Booking{}, booking.Refuse(booking.CodeSalesClosed, "this showtime is not on sale now")
	}
	b, err := quote(ctx, q, h, show)
	if err != nil {
		return booking.Booking{}, err
	}
	inserted, err := q.InsertBooking(ctx, sqlcgen.InsertBookingParams{
		ID: b.ID, UserID: b.UserID, ShowtimeID: b.ShowtimeID, Status: b.Status, Currency: b.Total.Currency,
		TotalMinor: b.Total.Minor, Fingerprint: b.Fingerprint, CreatedAt: b.CreatedAt, ExpiresAt: b.ExpiresAt,
	})
	if err != nil {
		return booking.Booking{}, err
	}
	if inserted == 0 { // its tombstone came in between, see Abandon
		return booking.Booking{}, errConcurrent
	}
	free, err := q.InsertBookingSeats(ctx, sqlcgen.InsertBookingSeatsParams{
		BookingID: b.ID, ShowtimeID: b.ShowtimeID, AuditoriumID: show.AuditoriumID, SeatIds: seatStrings(h.SeatIDs),
	})
	if err != nil {
		return booking.Booking{}, err
	}
	if taken := without(h.SeatIDs, free); len(taken) > 0 {
		return booking.Booking{}, takenRefusal(taken)
	}
	return b, record(ctx, q, b, booking.EventHeld, -len(b.Seats), map[string]string{
		"total": b.Total.String(), "expiresAt": b.ExpiresAt.UTC().Format(timeFormat),
	})
}

// errConcurrent makes the activity repeat the call, which then finds what the
// other call has done.
var errConcurrent = errors.New("another call is doing the same")

// quote checks the seats against the layout and prices them.
func quote(ctx context.Context, q *sqlcgen.Queries, h booking.HoldRequest, show sqlcgen.QuoteShowtimeRow) (booking.Booking, error) {
	rows, err := q.QuoteSeats(ctx, sqlcgen.QuoteSeatsParams{
		ShowtimeID: h.ShowtimeID, AuditoriumID: show.AuditoriumID, SeatIds: seatStrings(h.SeatIDs),
	})
	if err != nil {
		return booking.Booking{}, err
	}
	slices.SortFunc(rows, func(a, b sqlcgen.QuoteSeatsRow) int { return int(a.Ordinal) - int(b.Ordinal) })
	b := booking.Booking{
		ID: h.ID, UserID: h.UserID, ShowtimeID: h.ShowtimeID, Status: booking.Pending, Fingerprint: h.Fingerprint,
		Total:     booking.Money{Currency: show.Currency},
		CreatedAt: h.CreatedAt, ExpiresAt: h.ExpiresAt,
	}
	var known, blocked []booking.SeatID
	for _, r := range rows {
		price := booking.Money{Minor: r.AmountMinor, Currency: show.Currency}
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
		known, err := s.held(ctx, q, h)
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
	show, err := q.QuoteShowtime(ctx, h.ShowtimeID)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil // nothing can be held in a showtime that does not exist
	} else if err != nil {
		return false, err
	}
	inserted, err := q.InsertBooking(ctx, sqlcgen.InsertBookingParams{
		ID: h.ID, UserID: h.UserID, ShowtimeID: h.ShowtimeID, Status: booking.Cancelled, Reason: booking.ReasonUnsettled,
		Currency: show.Currency, Fingerprint: h.Fingerprint, CreatedAt: h.CreatedAt, ExpiresAt: h.ExpiresAt, DecidedAt: &h.CreatedAt,
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
