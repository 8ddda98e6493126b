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
	items, err := assembleAll(ctx, s.q, rows)
	return items, next, wrap("listing bookings", err)
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
		return booking.Booking{}, booking.Refuse(booking.CodeBookingNotFound, "there is no such booking")
	} else if err != nil {
		return booking.Booking{}, err
	}
	return assemble(ctx, q, row)
}

func assemble(ctx context.Context, q *sqlcgen.Queries, row sqlcgen.Booking) (booking.Booking, error) {
	all, err := assembleAll(ctx, q, []sqlcgen.Booking{row})
	if err != nil {
		return booking.Booking{}, err
	}
	return all[0], nil
}

// assembleAll adds the seats, payments and check-ins to the rows, in a query of each for all.
func assembleAll(ctx context.Context, q *sqlcgen.Queries, rows []sqlcgen.Booking) ([]booking.Booking, error) {
	out, ids, at, err := withSeats(ctx, q, rows)
	if err != nil {
		return nil, err
	}
	payments, err := q.PaymentsOfBookings(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, p := range payments {
		paid, err := payment(p)
		if err != nil {
			return nil, err
		}
		out[at[p.BookingID]].Payment = &paid
	}
	return out, addCheckins(ctx, q, out, at)
}

// withSeats adds the seats only. At is where each booking is in out, ids are theirs.
func withSeats(ctx context.Context, q *sqlcgen.Queries, rows []sqlcgen.Booking) (out []booking.Booking, ids []string, at map[booking.ID]int, err error) {
	ids, at, out = make([]string, len(rows)), make(map[booking.ID]int, len(rows)), make([]booking.Booking, len(rows))
	for i, r := range rows {
		ids[i], at[r.ID] = string(r.ID), i
		out[i] = booking.Booking{
			ID: r.ID, UserID: r.UserID, ShowtimeID: r.ShowtimeID, Status: r.Status, Reason: r.Reason,
			Seats: []booking.BookedSeat{}, Total: booking.Money{Minor: r.TotalMinor, Currency: r.Currency},
			CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt, Fingerprint: r.Fingerprint,
		}
	}
	seats, err := q.SeatsOfBookings(ctx, ids)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, seat := range seats {
		b := &out[at[seat.BookingID]]
		b.Seats = append(b.Seats, booking.BookedSeat{
			ID: seat.SeatID, Row: seat.RowName, Number: int(seat.Number), Category: seat.Category,
			Price: booking.Money{Minor: seat.AmountMinor, Currency: b.Total.Currency},
		})
	}
	return out, ids, at, nil
}
