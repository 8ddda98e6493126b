// Package activities is what the workflows do to the world, one method a step.
//
// Each step is idempotent, because the engine may run it again after a crash
// whose outcome it cannot know; each expected refusal is a result, because only
// trouble is worth a retry.
package activities

import (
	"context"
	"time"

	"holdfast/internal/booking"
)

// SeatLock is the gatekeeper in front of the truth. It turns the stampede away;
// it never decides who owns a seat.
type SeatLock interface {
	// Acquire takes all the seats for owner until ttl has passed, or none; it
	// returns those that another owner has. The same owner again is success.
	Acquire(ctx context.Context, id booking.ShowtimeID, seats []booking.SeatID, owner booking.ID, ttl time.Duration) (taken []booking.SeatID, err error)
	// Keep sets a new time to live for those of the seats that owner has.
	Keep(ctx context.Context, id booking.ShowtimeID, seats []booking.SeatID, owner booking.ID, ttl time.Duration) error
	// Release frees those of the seats that owner has, and no others.
	Release(ctx context.Context, id booking.ShowtimeID, seats []booking.SeatID, owner booking.ID) error
}

// Store is the truth. Refusals come as *booking.Refusal errors.
type Store interface {
	Hold(ctx context.Context, h booking.HoldRequest) (booking.Booking, error)
	Abandon(ctx context.Context, h booking.HoldRequest) error
	Recall(ctx context.Context, h booking.HoldRequest) (booking.Booking, error)
	Confirm(ctx context.Context, id booking.ID, p booking.Payment) (booking.Booking, error)
	Expire(ctx context.Context, id booking.ID) (booking.Booking, error)
	ExpireAt(ctx context.Context, id booking.ID, deadline time.Time) (booking.Booking, error)
	Cancel(ctx context.Context, id booking.ID, reason booking.Reason) (booking.Booking, error)
	Revoke(ctx context.Context, id booking.ID, reason booking.Reason, policy booking.RefundPolicy) (booking.Booking, error)
	Get(ctx context.Context, id booking.ID) (booking.Booking, error)
	Attempt(ctx context.Context, id booking.ID, p booking.Payment) error
	Loose(ctx context.Context, id booking.ID) ([]booking.Payment, error)
	NoteOpen(ctx context.Context, id booking.ID, p booking.Payment, grace time.Duration) (booking.Booking, error)
	Uncollectable(ctx context.Context, paymentID string) (booking.Booking, error)
	RecordAttempt(ctx context.Context, id booking.ID, p booking.Payment) error
	MovePayment(ctx context.Context, paymentID string, to booking.PaymentStatus) error
	Payment(ctx context.Context, paymentID string) (booking.Payment, booking.ID, error)
	PaymentsSince(ctx context.Context, method string, since time.Time, after string, limit int) ([]booking.Account, error)
	CancelShowtime(ctx context.Context, id booking.ShowtimeID) error
	UnfinishedBookings(ctx context.Context, id booking.ShowtimeID, after booking.ID, limit int) ([]booking.ID, error)
	ShowtimeReport(ctx context.Context, id booking.ShowtimeID) (booking.ShowtimeReport, error)
}

// Gateway is a payment provider: what the steps need of payment.Provider, which
// says what each method promises.
type Gateway interface {
	Create(ctx context.Context, c booking.Charge) (booking.Authorization, error)
	Confirm(ctx context.Context, c booking.Charge) (booking.Authorization, error)
	Capture(ctx context.Context, c booking.Charge) (booking.Authorization, error)
	Cancel(ctx context.Context, c booking.Charge) (booking.Authorization, error)
	Refund(ctx context.Context, c booking.Charge, id string, amount booking.Money) (booking.Authorization, error)
	LookUp(ctx context.Context, c booking.Charge) (booking.Authorization, error)
	Ledger(ctx context.Context, since time.Time, visit func(booking.LedgerEntry) error) error
}
