package postgres_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

func (h *house) kinds(t *testing.T, id booking.ID) []string {
	t.Helper()
	items, err := h.History(context.Background(), id)
	require.NoError(t, err)
	kinds := make([]string, len(items))
	for i, item := range items {
		kinds[i] = item.Type
	}
	return kinds
}

// Money that comes after the deadline confirms the booking, if all of its seats are
// still to be had: whether the timer has fired or not.
func TestLateMoneyWinsFreeSeats(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	available := func(id booking.ShowtimeID) int {
		show, err := h.Showtime(ctx, id)
		require.NoError(t, err)
		return show.AvailableSeats
	}
	for _, fired := range []bool{false, true} {
		late := h.wish("ada", 1, 2)
		late.ExpiresAt = late.CreatedAt.Add(-time.Millisecond)
		b, err := h.Hold(ctx, late)
		require.NoError(t, err)
		if fired {
			_, err = h.Expire(ctx, b.ID)
			require.NoError(t, err)
		}
		b, err = h.Confirm(ctx, b.ID, paymentOf(b))
		require.NoError(t, err)
		require.Equal(t, booking.Confirmed, b.Status)
		require.Equal(t, booking.ReasonLate, b.Reason)
		require.Len(t, h.live(t), 2)
		taken := available(b.ShowtimeID)
		_, err = h.Revoke(ctx, b.ID, booking.ReasonOperator, booking.RefundPolicy{})
		require.NoError(t, err)
		require.Equal(t, taken+2, available(b.ShowtimeID), "counted as taken once")
	}
	requireContiguous(t, h.events(t))
}

// Late money loses where one seat of several is gone: nothing is taken then.
func TestLateMoneyLosesWithOneSeatGone(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	b, err := h.Hold(ctx, h.wish("ada", 1, 2))
	require.NoError(t, err)
	_, err = h.Expire(ctx, b.ID)
	require.NoError(t, err)
	next, err := h.Hold(ctx, h.wish("bob", 2))
	require.NoError(t, err)
	_, err = h.Confirm(ctx, b.ID, paymentOf(b))
	requireCode(t, booking.CodeHoldExpired, err)
	refusal, _ := booking.Refused(err)
	require.Equal(t, []booking.SeatID{"S2"}, refusal.Seats)
	require.Equal(t, map[booking.SeatID]booking.ID{"S2": next.ID}, h.live(t))
	now, err := h.Get(ctx, b.ID)
	require.NoError(t, err)
	require.Nil(t, now.Payment)
}

// Late money and other people ask for the same seats at once: one of them has all.
func TestLateMoneyAgainstNewHolds(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	won := map[bool]int{}
	for range 25 {
		b, err := h.Hold(ctx, h.wish("ada", 1, 2))
		require.NoError(t, err)
		_, err = h.Expire(ctx, b.ID)
		require.NoError(t, err)
		var wg sync.WaitGroup
		var late, fresh error
		rival := h.wish("bob", 2, 3)
		wg.Go(func() { _, late = h.Confirm(ctx, b.ID, paymentOf(b)) })
		wg.Go(func() { _, fresh = h.Hold(ctx, rival) })
		wg.Wait()
		won[late == nil]++
		if late == nil {
			requireCode(t, booking.CodeSeatsTaken, fresh)
			_, err = h.Revoke(ctx, b.ID, booking.ReasonOperator, booking.RefundPolicy{})
		} else {
			requireCode(t, booking.CodeHoldExpired, late)
			require.NoError(t, fresh)
			_, err = h.Cancel(ctx, rival.ID, booking.ReasonCustomer)
		}
		require.NoError(t, err)
		require.Empty(t, h.live(t))
	}
	t.Logf("late money won %d times, and lost %d times", won[true], won[false])
	requireContiguous(t, h.events(t))
}

// An open payment lengthens the hold once, from the first deadline, however many
// there are and however often each is noted.
func TestAnOpenPaymentLengthensTheHoldOnce(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	b, err := h.Hold(ctx, h.wish("ada", 1))
	require.NoError(t, err)
	first, second := paymentOf(b), paymentOf(b)
	first.Action = &booking.Action{Type: "challenge", Data: map[string]string{"ask": "PIN"}}
	second.Reference = ""
	var wg sync.WaitGroup
	for range 4 {
		for _, p := range []booking.Payment{first, second} {
			wg.Go(func() {
				if _, err := h.NoteOpen(ctx, b.ID, p, time.Minute); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	now, err := h.Get(ctx, b.ID)
	require.NoError(t, err)
	require.WithinDuration(t, b.ExpiresAt.Add(time.Minute), now.ExpiresAt, 0)
	require.ElementsMatch(t, []string{"booking.held", "booking.extended", "payment.open", "payment.open"}, h.kinds(t, b.ID))
	noted, _, err := h.Payment(ctx, first.ID)
	require.NoError(t, err)
	require.Equal(t, first.Action, noted.Action)

	// What is decided stays so, and its reference is not forgotten.
	first.Reference = ""
	done, err := h.Confirm(ctx, b.ID, first)
	require.NoError(t, err)
	require.Equal(t, "ref", done.Payment.Reference)
	require.Nil(t, done.Payment.Action)
	done, err = h.NoteOpen(ctx, b.ID, first, time.Minute)
	require.NoError(t, err)
	require.Equal(t, booking.PaymentAuthorized, done.Payment.Status)
	second.Status = booking.PaymentVoided
	require.NoError(t, h.RecordAttempt(ctx, b.ID, second))
	_, err = h.Confirm(ctx, b.ID, second)
	requireCode(t, booking.CodeNotPayable, err)
}

// Money that was taken without a promise confirms as it is, and money that nobody
// can use is owed in full.
func TestTakenMoney(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	b, err := h.Hold(ctx, h.wish("ada", 1))
	require.NoError(t, err)
	good, other := paymentOf(b), paymentOf(b)
	good.Status = booking.PaymentCaptured
	b, err = h.Confirm(ctx, b.ID, good)
	require.NoError(t, err)
	require.Equal(t, booking.PaymentCaptured, b.Payment.Status)
	other.Status = booking.PaymentRefundDue
	for range 2 {
		require.NoError(t, h.RecordAttempt(ctx, b.ID, other))
		require.NoError(t, h.MovePayment(ctx, other.ID, booking.PaymentRefunded))
	}
	p, _, err := h.Payment(ctx, other.ID)
	require.NoError(t, err)
	require.Equal(t, booking.PaymentRefunded, p.Status)
	require.Equal(t, b.Total, p.ToRefund())
	now, err := h.Get(ctx, b.ID)
	require.NoError(t, err)
	require.Equal(t, good.ID, now.Payment.ID, "the one that confirmed it counts")
}

// What a customer gets back is decided with the cancellation, also when the money
// was only promised then.
func TestRefundByPolicy(t *testing.T) {
	h := newHouse(t) // its show begins in an hour
	ctx := t.Context()
	policy := func(text string) booking.RefundPolicy {
		p, err := booking.ParseRefundPolicy(text)
		require.NoError(t, err)
		return p
	}
	for _, c := range []struct {
		policy   string
		reason   booking.Reason
		captured bool
		back     int64
		status   booking.PaymentStatus
	}{
		{"30m=40", booking.ReasonCustomer, true, 400, booking.PaymentRefundDue},
		{"30m=40", booking.ReasonCustomer, false, 400, booking.PaymentRefundDue},
		{"2h=100", booking.ReasonCustomer, true, 0, booking.PaymentCaptured},
		{"2h=100", booking.ReasonCustomer, false, 0, booking.PaymentCaptured},
		{"2h=100", booking.ReasonShowtime, true, 1000, booking.PaymentRefundDue},
		{"", booking.ReasonCustomer, false, 1000, booking.PaymentRefundDue},
	} {
		b, err := h.Hold(ctx, h.wish("ada", 1))
		require.NoError(t, err)
		p := paymentOf(b)
		_, err = h.Confirm(ctx, b.ID, p)
		require.NoError(t, err)
		if c.captured {
			require.NoError(t, h.MovePayment(ctx, p.ID, booking.PaymentCaptured))
		}
		_, err = h.Revoke(ctx, b.ID, c.reason, policy(c.policy))
		require.NoError(t, err)
		require.NoError(t, h.MovePayment(ctx, p.ID, booking.PaymentCaptured))
		now, _, err := h.Payment(ctx, p.ID)
		require.NoError(t, err)
		require.Equal(t, c.back, now.ToRefund().Minor, "%+v", c)
		require.Equal(t, c.status, now.Status, "%+v", c)
		require.Equal(t, c.status == booking.PaymentCaptured, now.Settled())
	}
}

// A promise that can never be kept ends the booking, once.
func TestUncollectable(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	b, err := h.Hold(ctx, h.wish("ada", 1))
	require.NoError(t, err)
	p := paymentOf(b)
	_, err = h.Confirm(ctx, b.ID, p)
	require.NoError(t, err)
	for range 2 {
		b, err = h.Uncollectable(ctx, p.ID)
		require.NoError(t, err)
		require.Equal(t, booking.Cancelled, b.Status)
		require.Equal(t, booking.ReasonUncollectable, b.Reason)
	}
	require.Empty(t, h.live(t))
	require.Equal(t, []string{"booking.held", "booking.confirmed", "payment.authorized", "payment.voided", "booking.cancelled"}, h.kinds(t, b.ID))

	paid, err := h.Hold(ctx, h.wish("ada", 1))
	require.NoError(t, err)
	taken := paymentOf(paid)
	_, err = h.Confirm(ctx, paid.ID, taken)
	require.NoError(t, err)
	require.NoError(t, h.MovePayment(ctx, taken.ID, booking.PaymentCaptured))
	paid, err = h.Uncollectable(ctx, taken.ID)
	require.NoError(t, err)
	require.Equal(t, booking.Confirmed, paid.Status, "money that is here stays here")
}

// From a showtime's cancellation on nothing is sold in it, not even for late money,
// however the two meet; what was held before is found.
func TestACancelledShowtimeSellsNothing(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	expired, err := h.Hold(ctx, h.wish("ada", 1))
	require.NoError(t, err)
	_, err = h.Expire(ctx, expired.ID)
	require.NoError(t, err)
	var wg sync.WaitGroup
	var mu sync.Mutex
	held := map[booking.ID]bool{}
	for i := range 8 {
		r := h.wish(string(rune('a'+i)), 2+i)
		wg.Go(func() {
			b, err := h.Hold(ctx, r)
			if err == nil {
				mu.Lock()
				defer mu.Unlock()
				held[b.ID] = true
			}
		})
	}
	for range 2 {
		wg.Go(func() {
			if err := h.CancelShowtime(ctx, expired.ShowtimeID); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	_, err = h.Hold(ctx, h.wish("bob", 1))
	requireCode(t, booking.CodeSalesClosed, err)
	_, err = h.Confirm(ctx, expired.ID, paymentOf(expired))
	requireCode(t, booking.CodeHoldExpired, err)
	found := 0
	after := booking.ID("")
	for {
		ids, err := h.UnfinishedBookings(ctx, expired.ShowtimeID, after, 3)
		require.NoError(t, err)
		if len(ids) == 0 {
			break
		}
		for _, id := range ids {
			require.True(t, held[id])
			found++
			_, err := h.Revoke(ctx, id, booking.ReasonShowtime, booking.RefundPolicy{})
			require.NoError(t, err)
		}
		after = ids[len(ids)-1]
	}
	require.Len(t, held, found)
	report, err := h.ShowtimeReport(ctx, expired.ShowtimeID)
	require.NoError(t, err)
	require.NotNil(t, report.CancelledAt)
	require.Equal(t, []int{found, 1, 0}, []int{report.Cancelled, report.EndedBefore, report.Live})
	requireCode(t, booking.CodeShowtimeNotFound, h.CancelShowtime(ctx, booking.ShowtimeID(expired.ID)))
	requireContiguous(t, h.events(t))
}
