package audit

import (
	"context"
	"time"

	"holdfast/internal/booking"
)

// Truth is what the audit reads of the store.
type Truth interface {
	Counts(ctx context.Context) (booking.StoreCounts, error)
	// UniqueIndexes returns the definitions of those that are valid, by name.
	UniqueIndexes(ctx context.Context) (map[string]string, error)
	OddSeats(ctx context.Context) ([]booking.Contradiction, error)
	OddHolds(ctx context.Context, late time.Duration) ([]booking.Contradiction, error)
	OddPayments(ctx context.Context, late time.Duration) ([]booking.Contradiction, error)
	OddHistory(ctx context.Context) ([]booking.Contradiction, error)
	ShowtimeIDs(ctx context.Context) ([]booking.ShowtimeID, error)
	Layout(ctx context.Context, id booking.ShowtimeID) ([]booking.SeatID, error)
	LiveOwners(ctx context.Context, id booking.ShowtimeID) (map[booking.SeatID][]booking.ID, error)
	SeatMap(ctx context.Context, id booking.ShowtimeID) (booking.SeatMap, error)
	OpenHolds(ctx context.Context) ([]booking.OpenHold, error)
	WithOpenMoney(ctx context.Context, ids []booking.ID) ([]booking.ID, error)
	// Depth returns how many events wait in the outbox, and for how long the oldest has.
	Depth(ctx context.Context) (rows int64, oldest time.Duration, err error)
}

// Locks is what the audit reads of the gatekeeper.
type Locks interface {
	Owners(ctx context.Context, id booking.ShowtimeID, seats []booking.SeatID) (map[booking.SeatID]booking.ID, error)
}

// Maps is what the audit reads of the read model.
type Maps interface {
	Get(ctx context.Context, id booking.ShowtimeID) (booking.SeatMap, error)
}

// Workflows is what the audit asks of whoever keeps the bookings.
type Workflows interface {
	Runs(ctx context.Context, id booking.ID) (bool, error)
	// Overdue returns the bookings that are kept although their deadline was before then.
	Overdue(ctx context.Context, then time.Time) ([]booking.ID, error)
}

// Books is the comparison with the books of the payment providers.
type Books interface {
	// Compare compares the payments made in a time, and passes each charge of the
	// providers to seen.
	Compare(ctx context.Context, from, until time.Time, seen func(booking.LedgerEntry)) ([]BookComparison, error)
}

// BookComparison is the comparison with one provider.
type BookComparison struct {
	Method      string
	Payments    int // in our books
	Differences []booking.Difference
	More        int // differences that are not listed
}
