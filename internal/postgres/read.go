package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"holdfast/internal/booking"
	"holdfast/internal/postgres/sqlcgen"
)

// Get returns a booking; booking_not_found is a refusal.
func (s *Store) Get(ctx context.Context, id booking.ID) (booking.Booking, error) {
	b, err := get(ctx, s.q, id)
	return b, wrap("reading a booking", err)
}

// ListByUser returns a user's bookings, newest first, and the cursor of the
// next page, empty at the end. A cursor that List did not make is refused.
func (s *Store) ListByUser(ctx context.Context, user booking.UserID, page booking.Page) ([]booking.Booking, string, error) {
	after, err := parseCursor(page.Cursor, latest)
	if err != nil {
		return nil, "", err
	}
	rows, err := s.q.ListBookings(ctx, sqlcgen.ListBookingsParams{
		UserID: user, BeforeAt: after.At, BeforeID: after.ID, MaxRows: int32(page.Limit) + 1,
	})
	if err != nil {
		return nil, "", wrap("listing bookings", err)
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		last := rows[len(rows)-1]
		next = cursor{At: last.CreatedAt, ID: string(last.ID)}.String()
	}
	items := make([]booking.Booking, len(rows))
	for i, row := range rows {
		if items[i], err = whole(row); err != nil {
			return nil, "", err
		}
	}
	return items, next, nil
}

// History returns what happened to a booking, in order.
func (s *Store) History(ctx context.Context, id booking.ID) ([]booking.HistoryItem, error) {
	rows, err := s.q.History(ctx, id)
	if err != nil {
		return nil, wrap("reading history", err)
	}
	items := make([]booking.HistoryItem, len(rows))
	for i, r := range rows {
		items[i] = booking.HistoryItem{At: r.At, Type: r.Type}
		if err := json.Unmarshal(r.Data, &items[i].Data); err != nil {
			return nil, fmt.Errorf("reading history of %s: %w", id, err)
		}
	}
	return items, nil
}

func get(ctx context.Context, q *sqlcgen.Queries, id booking.ID) (booking.Booking, error) {
	row, err := q.GetBooking(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return booking.Booking{}, noBooking()
	} else if err != nil {
		return booking.Booking{}, err
	}
	return whole(row)
}

func noBooking() error {
	return booking.Refuse(booking.CodeBookingNotFound, "there is no such booking")
}

// seatOfRow is a seat within a row of whole_bookings.
type seatOfRow struct {
	ID       booking.SeatID `json:"id"`
	Row      string         `json:"row"`
	Number   int            `json:"number"`
	Category string         `json:"category"`
	Minor    int64          `json:"minor"`
}

// whole is a booking as it is read at once, with its seats, payment and check-in.
func whole(r sqlcgen.WholeBooking) (booking.Booking, error) {
	b := booking.Booking{
		ID: r.ID, UserID: r.UserID, ShowtimeID: r.ShowtimeID, Status: r.Status, Reason: r.Reason,
		Total:     booking.Money{Minor: r.TotalMinor, Currency: r.Currency},
		CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt, Fingerprint: r.Fingerprint, CheckedInAt: r.CheckedInAt,
	}
	var seats []seatOfRow
	if err := json.Unmarshal(r.Seats, &seats); err != nil {
		return b, fmt.Errorf("reading the seats of booking %s: %w", r.ID, err)
	}
	b.Seats = make([]booking.BookedSeat, len(seats))
	for i, seat := range seats {
		b.Seats[i] = booking.BookedSeat{ID: seat.ID, Row: seat.Row, Number: seat.Number, Category: seat.Category,
			Price: booking.Money{Minor: seat.Minor, Currency: r.Currency}}
	}
	if r.Payment == nil {
		return b, nil
	}
	var row sqlcgen.Payment
	if err := json.Unmarshal(r.Payment, &row); err != nil {
		return b, fmt.Errorf("reading the payment of booking %s: %w", r.ID, err)
	}
	p, err := payment(row)
	b.Payment = &p
	return b, err
}
