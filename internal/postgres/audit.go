package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"holdfast/internal/booking"
	"holdfast/internal/postgres/sqlcgen"
)

// auditBound is how long one statement of an audit may take: it reads whole tables,
// and nobody waits behind it.
const auditBound = "10min"

// looking runs f in a transaction that can only read and may take long.
func (s *Store) looking(ctx context.Context, what string, f func(ctx context.Context, q *sqlcgen.Queries) error) error {
	o := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return s.inTxWith(ctx, what, o, func(ctx context.Context, q *sqlcgen.Queries) error {
		if err := q.LetStatementsTakeLong(ctx, auditBound); err != nil {
			return err
		}
		return f(ctx, q)
	})
}

// Counts says how much there is.
func (s *Store) Counts(ctx context.Context) (booking.StoreCounts, error) {
	var n booking.StoreCounts
	err := s.looking(ctx, "counting", func(ctx context.Context, q *sqlcgen.Queries) error {
		row, err := q.AuditCounts(ctx)
		n = booking.StoreCounts(row)
		return err
	})
	return n, err
}

// UniqueIndexes returns the unique indexes that the server keeps on what must be
// unique, with their definitions. One that is not valid is not among them.
func (s *Store) UniqueIndexes(ctx context.Context) (map[string]string, error) {
	rows, err := s.q.SoundUniqueIndexes(ctx)
	if err != nil {
		return nil, wrap("looking at the indexes", err)
	}
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.Name] = r.Definition
	}
	return out, nil
}

// OddSeats finds seats and bookings that do not belong together as they should.
func (s *Store) OddSeats(ctx context.Context) ([]booking.Contradiction, error) {
	return odd(ctx, s, "auditing seats", func(ctx context.Context, q *sqlcgen.Queries) ([]sqlcgen.AuditSeatsRow, error) {
		return q.AuditSeats(ctx)
	})
}

// OddHolds finds pending bookings whose deadline is past by more than late.
func (s *Store) OddHolds(ctx context.Context, late time.Duration) ([]booking.Contradiction, error) {
	return odd(ctx, s, "auditing holds", func(ctx context.Context, q *sqlcgen.Queries) ([]sqlcgen.AuditHoldsRow, error) {
		return q.AuditHolds(ctx, late.Seconds())
	})
}

// OddPayments finds confirmed bookings that are not paid exactly once, and money that
// has been about to move for more than late.
func (s *Store) OddPayments(ctx context.Context, late time.Duration) ([]booking.Contradiction, error) {
	return odd(ctx, s, "auditing payments", func(ctx context.Context, q *sqlcgen.Queries) ([]sqlcgen.AuditPaymentsRow, error) {
		return q.AuditPayments(ctx, late.Seconds())
	})
}

// OddHistory finds versions with gaps, and what was noted twice or not at all.
func (s *Store) OddHistory(ctx context.Context) ([]booking.Contradiction, error) {
	return odd(ctx, s, "auditing history", func(ctx context.Context, q *sqlcgen.Queries) ([]sqlcgen.AuditHistoryRow, error) {
		return q.AuditHistory(ctx)
	})
}

// oddRow is a row of each of these questions.
type oddRow interface {
	sqlcgen.AuditSeatsRow | sqlcgen.AuditHoldsRow | sqlcgen.AuditPaymentsRow | sqlcgen.AuditHistoryRow
}

func odd[R oddRow](ctx context.Context, s *Store, what string, ask func(context.Context, *sqlcgen.Queries) ([]R, error)) ([]booking.Contradiction, error) {
	var out []booking.Contradiction
	err := s.looking(ctx, what, func(ctx context.Context, q *sqlcgen.Queries) error {
		rows, err := ask(ctx, q)
		out = make([]booking.Contradiction, len(rows))
		for i, row := range rows {
			r := sqlcgen.AuditSeatsRow(row)
			out[i] = booking.Contradiction{
				Problem: r.Problem, ShowtimeID: booking.ShowtimeID(r.ShowtimeID), BookingID: booking.ID(r.BookingID),
				SeatID: booking.SeatID(r.SeatID), Found: r.Found, Wanted: r.Wanted,
			}
		}
		return err
	})
	return out, err
}

// LiveOwners returns which bookings own the seats of a showtime: one each, unless
// something is badly wrong.
func (s *Store) LiveOwners(ctx context.Context, id booking.ShowtimeID) (map[booking.SeatID][]booking.ID, error) {
	rows, err := s.q.LiveOwners(ctx, id)
	if err != nil {
		return nil, wrap("reading the owners of seats", err)
	}
	out := make(map[booking.SeatID][]booking.ID, len(rows))
	for _, r := range rows {
		out[r.SeatID] = append(out[r.SeatID], r.BookingID)
	}
	return out, nil
}

// OpenHolds returns the bookings that are not decided.
func (s *Store) OpenHolds(ctx context.Context) ([]booking.OpenHold, error) {
	var out []booking.OpenHold
	err := s.looking(ctx, "listing open holds", func(ctx context.Context, q *sqlcgen.Queries) error {
		rows, err := q.PendingBookings(ctx)
		out = make([]booking.OpenHold, len(rows))
		for i, r := range rows {
			out[i] = booking.OpenHold{BookingID: r.ID, ShowtimeID: r.ShowtimeID}
		}
		return err
	})
	return out, err
}

// WithOpenMoney returns those of the bookings that have a payment which is open, to be
// taken, or to be given back.
func (s *Store) WithOpenMoney(ctx context.Context, ids []booking.ID) ([]booking.ID, error) {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = string(id)
	}
	out, err := s.q.WithOpenMoney(ctx, texts)
	return out, wrap("looking for open payments", err)
}
