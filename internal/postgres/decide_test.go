package postgres_test

import (
	"context"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

func paymentOf(b booking.Booking) booking.Payment {
	return booking.Payment{ID: uuid.NewString(), Method: "sandbox", Amount: b.Total, Reference: "ref"}
}

func TestEveryDecisionIsMadeOnce(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	for round := range 25 {
		b, err := h.Hold(ctx, h.wish("ada", 1, 2))
		require.NoError(t, err)
		p := paymentOf(b)
		var wg sync.WaitGroup
		ends := make([]booking.Status, 6)
		for i := range ends {
			wg.Go(func() {
				var end booking.Booking
				var err error
				switch (i + round) % 3 {
				case 0:
					end, err = h.Confirm(ctx, b.ID, p)
				case 1:
					end, err = h.Expire(ctx, b.ID)
				case 2:
					end, err = h.Cancel(ctx, b.ID, booking.ReasonCustomer)
				}
				if refusal, ok := booking.Refused(err); ok && (refusal.Code == booking.CodeHoldExpired || refusal.Code == booking.CodeNotPayable) {
					return
				}
				if err != nil {
					t.Error(err)
				}
				ends[i] = end.Status
			})
		}
		wg.Wait()
		final, err := h.Get(ctx, b.ID)
		require.NoError(t, err)
		for _, end := range ends {
			if end == booking.Expired && final.Reason == booking.ReasonLate {
				continue // it was true until the money came
			}
			if end != "" {
				require.Equal(t, final.Status, end, "everybody was told the same outcome")
			}
		}
		require.Equal(t, final.Status == booking.Confirmed, final.Payment != nil)
		if final.Status == booking.Confirmed {
			require.Len(t, h.live(t), 2)
			require.NoError(t, h.MovePayment(ctx, p.ID, booking.PaymentCaptured))
			_, err := h.Revoke(ctx, b.ID, booking.ReasonCustomer, booking.RefundPolicy{})
			require.NoError(t, err)
		}
		require.Empty(t, h.live(t), "the seats are free for the next round")
	}
	requireContiguous(t, h.events(t))
}

func TestConfirmTwiceIsConfirmOnce(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	b, err := h.Hold(ctx, h.wish("ada", 1))
	require.NoError(t, err)
	p := paymentOf(b)
	for range 3 {
		done, err := h.Confirm(ctx, b.ID, p)
		require.NoError(t, err)
		require.Equal(t, booking.Confirmed, done.Status)
		require.Equal(t, p.ID, done.Payment.ID)
	}
	_, err = h.Confirm(ctx, b.ID, paymentOf(b))
	requireCode(t, booking.CodeNotPayable, err)
	require.Len(t, h.events(t), 3)
}

// A step may be repeated while its first copy is still committing, by a worker
// that was taken for dead: both must have the same answer.
func TestEveryStepBesideItself(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	both := func(what string, step func() error) {
		t.Helper()
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if err := step(); err != nil {
					t.Errorf("%s: %v", what, err)
				}
			})
		}
		wg.Wait()
	}
	for range 30 {
		r := h.wish("ada", 1, 2)
		r.MaxPending = 1
		both("hold", func() error { _, err := h.Hold(ctx, r); return err })
		b, err := h.Get(ctx, r.ID)
		require.NoError(t, err)
		p := paymentOf(b)
		both("confirm", func() error { _, err := h.Confirm(ctx, b.ID, p); return err })
		both("capture", func() error { return h.MovePayment(ctx, p.ID, booking.PaymentCaptured) })
		both("revoke", func() error {
			_, err := h.Revoke(ctx, b.ID, booking.ReasonCustomer, booking.RefundPolicy{})
			return err
		})
		both("refund", func() error { return h.MovePayment(ctx, p.ID, booking.PaymentRefunded) })
		history, err := h.History(ctx, b.ID)
		require.NoError(t, err)
		require.Len(t, history, 6, "each once")
	}
	requireContiguous(t, h.events(t))
}

func TestConfirmAfterTheDeadlineIsRefused(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	b, err := h.Hold(ctx, h.wish("ada", 1))
	require.NoError(t, err)
	_, err = h.Expire(ctx, b.ID)
	require.NoError(t, err)
	next, err := h.Hold(ctx, h.wish("bob", 1))
	require.NoError(t, err)
	_, err = h.Confirm(ctx, b.ID, paymentOf(b))
	requireCode(t, booking.CodeHoldExpired, err)
	require.Equal(t, map[booking.SeatID]booking.ID{"S1": next.ID}, h.live(t), "the seat stays with its new owner")
}

// A payment that came to nothing confirms nothing, however often it is asked to.
func TestAPaymentThatCameToNothingStaysSo(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	b, err := h.Hold(ctx, h.wish("ada", 1))
	require.NoError(t, err)
	for _, status := range []booking.PaymentStatus{booking.PaymentVoided, booking.PaymentDeclined} {
		p := paymentOf(b)
		p.Status = status
		require.NoError(t, h.RecordAttempt(ctx, b.ID, p))
		_, err := h.Confirm(ctx, b.ID, p)
		requireCode(t, booking.CodeNotPayable, err)
	}
	good := paymentOf(b)
	_, err = h.Confirm(ctx, b.ID, good)
	require.NoError(t, err)
	// Recorded after it, voided all the same: it is not the one that counts.
	other := paymentOf(b)
	other.Status = booking.PaymentVoided
	require.NoError(t, h.RecordAttempt(ctx, b.ID, other))
	now, err := h.Get(ctx, b.ID)
	require.NoError(t, err)
	require.Equal(t, good.ID, now.Payment.ID)
}

func TestConfirmOfAWrongAmountIsAnError(t *testing.T) {
	h := newHouse(t)
	b, err := h.Hold(t.Context(), h.wish("ada", 1))
	require.NoError(t, err)
	p := paymentOf(b)
	p.Amount.Minor--
	_, err = h.Confirm(t.Context(), b.ID, p)
	require.ErrorContains(t, err, "costs 10.00 USD")
	still, err := h.Get(t.Context(), b.ID)
	require.NoError(t, err)
	require.Equal(t, booking.Pending, still.Status)
}

func TestRevoke(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	b, err := h.Hold(ctx, h.wish("ada", 1, 2))
	require.NoError(t, err)
	p := paymentOf(b)
	_, err = h.Confirm(ctx, b.ID, p)
	require.NoError(t, err)
	require.NoError(t, h.MovePayment(ctx, p.ID, booking.PaymentCaptured))
	for range 2 {
		revoked, err := h.Revoke(ctx, b.ID, booking.ReasonCustomer, booking.RefundPolicy{})
		require.NoError(t, err)
		require.Equal(t, booking.Cancelled, revoked.Status)
		require.Equal(t, booking.PaymentRefundDue, revoked.Payment.Status)
	}
	for range 2 {
		require.NoError(t, h.MovePayment(ctx, p.ID, booking.PaymentRefunded))
	}
	history, err := h.History(ctx, b.ID)
	require.NoError(t, err)
	var types []string
	for _, item := range history {
		types = append(types, item.Type)
	}
	require.Equal(t, []string{
		"booking.held", "booking.confirmed", "payment.authorized", "payment.captured", "booking.cancelled", "payment.refunded",
	}, types)
	require.Empty(t, h.live(t))

	expired, err := h.Hold(ctx, h.wish("ada", 3))
	require.NoError(t, err)
	_, err = h.Expire(ctx, expired.ID)
	require.NoError(t, err)
	_, err = h.Revoke(ctx, expired.ID, booking.ReasonCustomer, booking.RefundPolicy{})
	requireCode(t, booking.CodeNotCancellable, err)
}

// A hold whose outcome nobody knows is abandoned: whether the lost call had
// arrived, or arrives later, it owns nothing.
func TestAbandon(t *testing.T) {
	for _, order := range []string{"before", "after"} {
		t.Run("the lost call arrives "+order, func(t *testing.T) {
			h := newHouse(t)
			ctx := t.Context()
			lost := h.wish("ada", 1, 2)
			if order == "before" {
				_, err := h.Hold(ctx, lost)
				require.NoError(t, err)
			}
			for range 2 {
				require.NoError(t, h.Abandon(ctx, lost))
			}
			if order == "after" {
				_, err := h.Hold(ctx, lost)
				requireCode(t, booking.CodeUnavailable, err)
			}
			require.Empty(t, h.live(t))
			b, err := h.Get(ctx, lost.ID)
			require.NoError(t, err)
			require.Equal(t, booking.ReasonUnsettled, b.Reason)
			_, err = h.Hold(ctx, h.wish("bob", 1, 2))
			require.NoError(t, err)
		})
	}
	h := newHouse(t)
	nowhere := h.wish("ada", 1)
	nowhere.ShowtimeID = booking.ShowtimeID(uuid.NewString())
	require.NoError(t, h.Abandon(t.Context(), nowhere))
}

// The constraint itself, without our code: the last line of defence.
func TestTheIndexRefusesASecondOwner(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	b, err := h.Hold(ctx, h.wish("ada", 1))
	require.NoError(t, err)
	_, err = h.Hold(ctx, h.wish("bob", 2))
	require.NoError(t, err)
	conn, err := pgx.Connect(ctx, h.url)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(context.Background())) }()
	_, err = conn.Exec(ctx, `UPDATE booking_seats SET seat_id = 'S2' WHERE booking_id = $1`, string(b.ID))
	require.ErrorContains(t, err, "one_live_owner")
	_, err = conn.Exec(ctx, `UPDATE booking_seats SET status = 'expired' WHERE booking_id = $1`, string(b.ID))
	require.ErrorContains(t, err, "booking_seats_booking_id_status_fkey", "a seat cannot disagree with its booking")
}
