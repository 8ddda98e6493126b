package activities

import (
	"context"
	"fmt"
	"time"

	"holdfast/internal/booking"
)

// Activities holds what the steps need. It is registered with the worker; the
// exported methods are the activities.
type Activities struct {
	Lock     SeatLock
	Store    Store
	Gateways map[string]Gateway // by payment method
	// MaxPending bounds the unpaid bookings of one user; 0 is no bound.
	MaxPending int
	// Grace is how long a hold is kept beyond its deadline, once, while a provider
	// is deciding.
	Grace time.Duration
	// Refunds says how much a customer who cancels gets back.
	Refunds booking.RefundPolicy
	// Told is called with what became of a hold, as soon as it is durable; nil where
	// nobody in this process waits for any.
	Told func(id booking.ID, fingerprint string, out Outcome)
}

// Seats names the seats of one owner, for the lock.
type Seats struct {
	ShowtimeID booking.ShowtimeID `json:"showtimeId"`
	SeatIDs    []booking.SeatID   `json:"seatIds"`
	Owner      booking.ID         `json:"owner"`
	// Fingerprint is of the request that a hold is for, whose owner may be told of a
	// refusal at once.
	Fingerprint string `json:"fingerprint,omitempty"`
	// Refused is why a hold was refused, to be told once its locks are gone.
	Refused *booking.Refusal `json:"refused,omitempty"`
	TTL     time.Duration    `json:"ttl,omitempty"`
}

// Outcome is a booking, or the reason why not.
type Outcome struct {
	Booking *booking.Booking `json:"booking,omitempty"`
	Refusal *booking.Refusal `json:"refusal,omitempty"`
	// Revision is that of the worker which locked the seats; the booking's story is
	// told in its way from then on. It is set by LockSeats only.
	Revision int `json:"revision,omitempty"`
	// Loose are the booking's payments whose end nobody knows, once it is decided.
	Loose []Payment `json:"loose,omitempty"`
}

// Standing is how a booking stands, with its payments whose end nobody knows.
type Standing struct {
	booking.Booking
	Loose []Payment `json:"loose,omitempty"`
}

// Revision of the story of a booking, which workers of today write down with the
// locks. A story without one was begun by workers that asked providers in steps of
// their own only. It is a version that costs nothing: workflow.GetVersion would write
// a marker and a search attribute into each history.
const Revision = 1

// outcome turns a refusal from a failure into a result.
func outcome(b booking.Booking, err error) (Outcome, error) {
	if r, ok := booking.Refused(err); ok {
		return Outcome{Refusal: r}, nil
	}
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{Booking: &b}, nil
}

// LockSeats takes the seats in the gatekeeper, all or none.
func (a *Activities) LockSeats(ctx context.Context, in Seats) (Outcome, error) {
	taken, err := a.Lock.Acquire(ctx, in.ShowtimeID, booking.SortedSeats(in.SeatIDs), in.Owner, in.TTL)
	if err != nil {
		return Outcome{}, fmt.Errorf("locking seats: %w", err)
	}
	if len(taken) > 0 {
		out := Outcome{Refusal: booking.Refuse(booking.CodeSeatsTaken, "somebody else was faster", taken...)}
		a.tell(in.Owner, in.Fingerprint, out)
		return out, nil
	}
	return Outcome{Revision: Revision}, nil
}

// KeepSeats lets the locks of sold seats live on, so that requests for them
// are turned away early.
func (a *Activities) KeepSeats(ctx context.Context, in Seats) error {
	return a.Lock.Keep(ctx, in.ShowtimeID, in.SeatIDs, in.Owner, in.TTL)
}

// ReleaseSeats frees what the owner has locked, and nothing of anybody else.
func (a *Activities) ReleaseSeats(ctx context.Context, in Seats) error {
	err := a.Lock.Release(ctx, in.ShowtimeID, in.SeatIDs, in.Owner)
	if err == nil && in.Refused != nil {
		a.tell(in.Owner, in.Fingerprint, Outcome{Refusal: in.Refused})
	}
	return err
}

// PersistHold writes the pending booking: from here on it is true.
func (a *Activities) PersistHold(ctx context.Context, h booking.HoldRequest) (Outcome, error) {
	h.MaxPending = a.MaxPending
	out, err := outcome(a.Store.Hold(ctx, h))
	if err == nil && out.Refusal == nil { // a refusal is told by ReleaseSeats
		a.tell(h.ID, h.Fingerprint, out)
	}
	return out, err
}

// tell has whoever waits for a hold in this process know of it as soon as it is durable.
func (a *Activities) tell(id booking.ID, fingerprint string, out Outcome) {
	if a.Told != nil {
		a.Told(id, fingerprint, out)
	}
}

// RecallHold finds what became of a hold of which somebody may have been told: the
// booking, as it stands, or the refusal of what was never held and is not held any
// more, whenever a lost call should still arrive.
func (a *Activities) RecallHold(ctx context.Context, h booking.HoldRequest) (Outcome, error) {
	out, err := outcome(a.Store.Recall(ctx, h))
	out.Revision = Revision
	return out, err
}

// AbandonHold makes sure that a hold which may or may not have been written
// owns nothing.
func (a *Activities) AbandonHold(ctx context.Context, h booking.HoldRequest) error {
	return a.Store.Abandon(ctx, h)
}

// ExpireBooking ends a hold whose deadline has come; the booking returned says
// how it stands, which is otherwise if something else decided it first.
func (a *Activities) ExpireBooking(ctx context.Context, id booking.ID) (booking.Booking, error) {
	return a.Store.Expire(ctx, id)
}

// Deadline is when the hold of a booking ends, as far as somebody knows.
type Deadline struct {
	BookingID booking.ID `json:"bookingId"`
	At        time.Time  `json:"at"`
}

// EndHold is ExpireBooking by who knows of a deadline: a hold that lasts longer
// meanwhile is not ended.
func (a *Activities) EndHold(ctx context.Context, in Deadline) (Standing, error) {
	b, err := a.Store.ExpireAt(ctx, in.BookingID, in.At)
	return a.standing(ctx, b, err)
}

// standing adds what somebody has to bring to its end.
func (a *Activities) standing(ctx context.Context, b booking.Booking, err error) (Standing, error) {
	if err != nil {
		return Standing{}, err
	}
	loose, err := a.loose(ctx, b.ID)
	return Standing{Booking: b, Loose: loose}, err
}

func (a *Activities) loose(ctx context.Context, id booking.ID) ([]Payment, error) {
	found, err := a.Store.Loose(ctx, id)
	if err != nil {
		return nil, err
	}
	var out []Payment
	for _, p := range found {
		out = append(out, Payment{BookingID: id, Payment: p})
	}
	return out, nil
}

// Cancellation asks to end a booking for a reason.
type Cancellation struct {
	BookingID booking.ID     `json:"bookingId"`
	Reason    booking.Reason `json:"reason"`
}

// CancelBooking ends a pending booking now; see ExpireBooking.
func (a *Activities) CancelBooking(ctx context.Context, in Cancellation) (Standing, error) {
	b, err := a.Store.Cancel(ctx, in.BookingID, in.Reason)
	return a.standing(ctx, b, err)
}

// RevokeBooking cancels a confirmed booking and marks its money as due.
func (a *Activities) RevokeBooking(ctx context.Context, in Cancellation) (Outcome, error) {
	return outcome(a.Store.Revoke(ctx, in.BookingID, in.Reason, a.Refunds))
}
