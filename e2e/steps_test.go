package e2e_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"holdfast/activities"
	"holdfast/api/openapi"
	"holdfast/internal/booking"
)

// held is a hold of the store's alone, and a charge for it at the bank.
func (h *house) held(seat booking.SeatID, token string) (booking.Booking, activities.Payment) {
	h.t.Helper()
	ctx := h.t.Context()
	now := time.Now()
	b, err := h.store.Hold(ctx, booking.HoldRequest{
		ID: booking.ID(uuid.NewString()), UserID: "ada", ShowtimeID: h.show, SeatIDs: []booking.SeatID{seat}, Fingerprint: "f",
		CreatedAt: now, ExpiresAt: now.Add(time.Hour),
	})
	require.NoError(h.t, err)
	p := activities.Payment{BookingID: b.ID, Payment: booking.Payment{ID: uuid.NewString(), Method: "sandbox", Amount: b.Total}}
	c := booking.Charge{ID: p.Payment.ID, BookingID: b.ID, Amount: b.Total, Token: token}
	_, err = h.bank.client.Create(ctx, c)
	require.NoError(h.t, err)
	_, err = h.bank.client.Confirm(ctx, c)
	require.NoError(h.t, err)
	return b, p
}

func (h *house) steps() *activities.Activities {
	return &activities.Activities{Lock: h.locks, Store: h.store, Gateways: map[string]activities.Gateway{"sandbox": h.bank.client}}
}

// Whoever was told no is not sold the seats after all, though they are free again
// when the promise of money is given back.
func TestAPaymentThatWasRefusedConfirmsNothingLater(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	b, p := h.held("A1", "tok_ok")
	_, err := h.store.Expire(ctx, b.ID)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, h.steps().VoidPayment(ctx, p))
	}
	now, err := h.store.Get(ctx, b.ID)
	require.NoError(t, err)
	require.Equal(t, booking.Expired, now.Status)
	require.Equal(t, booking.PaymentVoided, now.Payment.Status)
	h.requireNet(string(b.ID), 0)
}

// Where the promise had become money meanwhile, it is refunded.
func TestATransferThatWasRefusedIsRefunded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	b, p := h.held("A1", "tok_transfer")
	_, err := h.store.Cancel(ctx, b.ID, booking.ReasonCustomer)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, h.steps().VoidPayment(ctx, p))
	}
	now, err := h.store.Get(ctx, b.ID)
	require.NoError(t, err)
	require.Equal(t, booking.PaymentRefunded, now.Payment.Status)
	h.requireNet(string(b.ID), 0)
}

// An answer that the bank cannot take does not keep the payment from going on.
func TestAnAnswerThatTheBankCannotTake(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, p := h.held("A1", "tok_challenge")
	for _, answer := range []string{"ja bitte", strings.Repeat("x", 5000), "maybe"} {
		out, err := h.steps().SettlePayment(t.Context(), activities.Settle{Payment: p, Answer: answer})
		require.NoError(t, err)
		require.False(t, out.Done)
	}
	out, err := h.steps().SettlePayment(t.Context(), activities.Settle{Payment: p, Answer: "approve"})
	require.NoError(t, err)
	require.True(t, out.Done)
	require.Equal(t, booking.Confirmed, out.Booking.Status)
}

// Clients hear what is wrong with a token or an answer before anybody is asked.
func TestTokensAndAnswersThatNobodyUnderstands(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada := h.guest()
	b := ada.mustBook(h.show, "A1")
	for _, token := range []string{"", "tok ok", "tök", strings.Repeat("t", 201)} {
		requireProblem(t, ada.pay(b.Id, token, nil), 422, "invalid_request")
	}
	r := result(t, ada.pay(b.Id, "tok_challenge", nil))
	for _, answer := range []string{"ja bitte", "nö", strings.Repeat("a", 201)} {
		requireProblem(t, ada.confirm(b.Id, r.Id, answer), 422, "invalid_request")
	}
	require.Equal(t, http.StatusAccepted, ada.confirm(b.Id, r.Id, "maybe").status)
	require.Equal(t, http.StatusOK, ada.confirm(b.Id, r.Id, "approve").status)
}

// What somebody gave back in the bank's own books is not given back again, and does
// not stand in the way of the rest.
func TestARefundByHandAndTheRest(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada := h.guest()
	for seat, byHand := range map[string]int64{"A1": 500, "A2": 1500} {
		b := ada.mustBook(h.show, seat)
		require.Equal(t, http.StatusCreated, ada.pay(b.Id, "tok_ok", nil).status)
		h.requireNet(b.Id, 1500)
		c := booking.Charge{ID: ada.get(b.Id).Payment.Id, BookingID: booking.ID(b.Id), Amount: booking.Money{Minor: 1500, Currency: "USD"}}
		_, err := h.bank.client.Refund(t.Context(), c, uuid.NewString(), booking.Money{Minor: byHand, Currency: "USD"})
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, ada.do(http.MethodDelete, "/v1/bookings/"+b.Id, "", nil).status)
		eventually(t, "the money is back", func() bool { return ada.get(b.Id).Payment.Status == openapi.Refunded })
		h.requireNet(b.Id, 0)
	}
}
