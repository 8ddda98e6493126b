package postgres_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

// paid is a confirmed booking.
func (h house) paid(t *testing.T, seats ...int) booking.Booking {
	t.Helper()
	b, err := h.Hold(t.Context(), h.wish("ada", seats...))
	require.NoError(t, err)
	b, err = h.Confirm(t.Context(), b.ID, paymentOf(b))
	require.NoError(t, err)
	return b
}

func entering(b booking.Booking) booking.Checkin {
	return booking.Checkin{BookingID: b.ID, Seats: b.SeatIDs(), Usher: "eve"}
}

func TestCheckInOnce(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	b := h.paid(t, 1, 2)
	require.Nil(t, b.CheckedInAt)
	done, err := h.CheckIn(ctx, entering(b))
	require.NoError(t, err)
	require.Equal(t, b.ShowtimeID, done.ShowtimeID)
	_, err = h.CheckIn(ctx, entering(b))
	requireCode(t, booking.CodeAlreadyCheckedIn, err)
	refusal, _ := booking.Refused(err)
	require.Equal(t, done.At, refusal.At, "the time of the first")
	b, err = h.Get(ctx, b.ID)
	require.NoError(t, err)
	require.Equal(t, done.At, *b.CheckedInAt)
	require.Equal(t, []string{"booking.held", "booking.confirmed", "payment.authorized", "booking.checked_in"}, h.kinds(t, b.ID))
	requireContiguous(t, h.events(t))
}

// Forty doors see the same ticket at once: one of them opens.
func TestFortyDoorsAdmitOnce(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	b := h.paid(t, 1, 2)
	var wg sync.WaitGroup
	var admitted atomic.Int32
	begin := make(chan struct{})
	for range 40 {
		wg.Go(func() {
			<-begin
			_, err := h.CheckIn(ctx, entering(b))
			if refusal, ok := booking.Refused(err); ok && refusal.Code == booking.CodeAlreadyCheckedIn {
				return
			}
			if err != nil {
				t.Error(err)
			}
			admitted.Add(1)
		})
	}
	close(begin)
	wg.Wait()
	require.EqualValues(t, 1, admitted.Load())
}

func TestOnlyConfirmedBookingsCheckIn(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	pending, err := h.Hold(ctx, h.wish("ada", 1))
	require.NoError(t, err)
	_, err = h.CheckIn(ctx, entering(pending))
	requireCode(t, booking.CodeTicketVoid, err)
	cancelled := h.paid(t, 2)
	_, err = h.Revoke(ctx, cancelled.ID, booking.ReasonCustomer, booking.RefundPolicy{})
	require.NoError(t, err)
	_, err = h.CheckIn(ctx, entering(cancelled))
	requireCode(t, booking.CodeTicketVoid, err)
	unknown := pending
	unknown.ID = booking.ID(uuid.NewString())
	_, err = h.CheckIn(ctx, entering(unknown))
	requireCode(t, booking.CodeTicketVoid, err)
}

// Whoever has come in does not cancel; the house still can.
func TestCheckedInIsNotCancelledByItsCustomer(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	b := h.paid(t, 1)
	_, err := h.CheckIn(ctx, entering(b))
	require.NoError(t, err)
	_, err = h.Revoke(ctx, b.ID, booking.ReasonCustomer, booking.RefundPolicy{})
	requireCode(t, booking.CodeNotCancellable, err)
	ended, err := h.Revoke(ctx, b.ID, booking.ReasonShowtime, booking.RefundPolicy{})
	require.NoError(t, err)
	require.Equal(t, booking.Cancelled, ended.Status)
	_, err = h.CheckIn(ctx, entering(b))
	requireCode(t, booking.CodeTicketVoid, err)
}

// A door and its customer's cancellation at the same time: one of them wins.
func TestCheckInAgainstCancellation(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	for n := range 20 {
		b := h.paid(t, n+1)
		var wg sync.WaitGroup
		var in, out error
		wg.Go(func() { _, in = h.CheckIn(ctx, entering(b)) })
		wg.Go(func() { _, out = h.Revoke(ctx, b.ID, booking.ReasonCustomer, booking.RefundPolicy{}) })
		wg.Wait()
		if in == nil {
			requireCode(t, booking.CodeNotCancellable, out)
		} else {
			requireCode(t, booking.CodeTicketVoid, in)
			require.NoError(t, out)
		}
	}
}
