package e2e_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
	"holdfast/internal/config"
)

func graceOf(d time.Duration) func(*config.Config) {
	return func(c *config.Config) { c.PaymentGrace = d }
}

// confirm goes on with an open payment.
func (b *browser) confirm(id, payment, word string) answer {
	b.t.Helper()
	body, err := json.Marshal(openapi.PaymentAnswer{Answer: &word})
	require.NoError(b.t, err)
	return b.do(http.MethodPost, "/v1/bookings/"+id+"/payments/"+payment+"/confirmation", string(body), nil)
}

func result(t *testing.T, a answer) openapi.PaymentResult {
	t.Helper()
	var r openapi.PaymentResult
	require.NoError(t, json.Unmarshal(a.body, &r), "%s", a.body)
	return r
}

// requireNet waits until the bank has taken just that for a booking, with nothing
// promised or undecided.
func (h *house) requireNet(id string, want int64) {
	h.t.Helper()
	eventually(h.t, "the money is where it belongs", func() bool {
		net, open := h.bank.net(booking.ID(id))
		return net == want && !open
	})
}

// A card whose line breaks is asked again, and the customer sees nothing of it.
func TestFlakyCardPays(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada := h.guest()
	b := ada.mustBook(h.show, "A1")
	paid := ada.pay(b.Id, "tok_flaky", nil)
	require.Equal(t, http.StatusCreated, paid.status, "%s", paid.body)
	require.Equal(t, openapi.Confirmed, ada.get(b.Id).Status)
	h.requireNet(b.Id, 1500)
}

// Every answer of the bank is lost once: what it did is done once all the same.
func TestLostAnswersPayOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada := h.guest()
	b := ada.mustBook(h.show, "A1")
	paid := ada.pay(b.Id, "tok_lost", nil)
	require.Equal(t, http.StatusCreated, paid.status, "%s", paid.body)
	h.requireNet(b.Id, 1500)
	require.Equal(t, http.StatusOK, ada.do(http.MethodDelete, "/v1/bookings/"+b.Id, "", nil).status)
	h.requireNet(b.Id, 0)
	require.Len(t, h.bank.ledger(), 1)
}

// The bank asks its customer something: the hold waits for it, beyond its deadline,
// and the page can show it after a reload.
func TestTheBankAsksItsCustomer(t *testing.T) {
	t.Parallel()
	h := open(t, holdFor(30*time.Second), graceOf(time.Minute))
	ada := h.guest()
	b := ada.mustBook(h.show, "A1", "A2")
	key := map[string]string{"Idempotency-Key": "k1"}
	asked := ada.pay(b.Id, "tok_challenge", key)
	require.Equal(t, http.StatusAccepted, asked.status, "%s", asked.body)
	r := result(t, asked)
	require.Equal(t, openapi.RequiresAction, r.Status)
	require.Equal(t, "challenge", r.Action.Type)
	require.WithinDuration(t, b.ExpiresAt.Add(time.Minute), r.Booking.ExpiresAt, 0, "the new deadline")
	require.Equal(t, openapi.Open, ada.get(b.Id).Payment.Status)
	require.NotNil(t, ada.get(b.Id).Payment.Action)

	// The same request again, and a look without an answer, change nothing.
	require.Equal(t, r.Id, result(t, ada.pay(b.Id, "tok_challenge", key)).Id)
	require.Equal(t, http.StatusAccepted, ada.confirm(b.Id, r.Id, "").status)
	requireProblem(t, ada.confirm(b.Id, b.Id, ""), 404, "payment_not_found")
	requireProblem(t, h.guest().confirm(b.Id, r.Id, "approve"), 404, "booking_not_found")

	done := ada.confirm(b.Id, r.Id, "approve")
	require.Equal(t, http.StatusOK, done.status, "%s", done.body)
	require.Equal(t, openapi.Confirmed, result(t, done).Booking.Status)
	require.Equal(t, http.StatusOK, ada.confirm(b.Id, r.Id, "decline").status, "it is decided")
	require.Equal(t, http.StatusCreated, ada.pay(b.Id, "tok_challenge", key).status)
	h.requireNet(b.Id, 3000)
}

// Its customer says no, and pays with another card.
func TestTheCustomerRefusesTheBanksQuestion(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada := h.guest()
	b := ada.mustBook(h.show, "A1")
	r := result(t, ada.pay(b.Id, "tok_challenge", nil))
	requireProblem(t, ada.confirm(b.Id, r.Id, "decline"), 402, "payment_declined")
	require.Equal(t, http.StatusCreated, ada.pay(b.Id, "tok_ok", nil).status)
	h.requireNet(b.Id, 1500)
}

// Another card while the bank waits for its customer: the first payment is given up.
func TestAnotherCardInsteadOfTheQuestion(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada := h.guest()
	b := ada.mustBook(h.show, "A1")
	first := result(t, ada.pay(b.Id, "tok_challenge", nil))
	paid := ada.pay(b.Id, "tok_ok", nil)
	require.Equal(t, http.StatusCreated, paid.status, "%s", paid.body)
	requireProblem(t, ada.confirm(b.Id, first.Id, "approve"), 409, "not_payable")
	h.requireNet(b.Id, 1500)
}

// A question that nobody answers ends with the hold, and costs nothing.
func TestAnUnansweredQuestionEndsWithTheHold(t *testing.T) {
	t.Parallel()
	h := open(t, holdFor(2*time.Second), graceOf(2*time.Second))
	ada := h.guest()
	b := ada.mustBook(h.show, "A1")
	r := result(t, ada.pay(b.Id, "tok_challenge", nil))
	requireFreedInTime(t, h, h.guest(), r.Booking.ExpiresAt, "A1")
	eventually(t, "the payment is given up", func() bool { return ada.get(b.Id).Payment.Status == openapi.Voided })
	requireProblem(t, ada.confirm(b.Id, r.Id, "approve"), 409, "hold_expired")
	h.requireNet(b.Id, 0)
}

// Money that cannot be taken after all ends the booking: its seats are free.
func TestMoneyThatCannotBeTaken(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada := h.guest()
	b := ada.mustBook(h.show, "A1")
	require.Equal(t, http.StatusCreated, ada.pay(b.Id, "tok_uncollectable", nil).status)
	eventually(t, "the booking is cancelled", func() bool { return ada.get(b.Id).Status == openapi.Cancelled })
	require.Equal(t, openapi.BookingReasonUncollectable, *ada.get(b.Id).Reason)
	h.requireNet(b.Id, 0)
	eventually(t, "its seat is free", func() bool { return h.guest().book(h.show, "A1").status == http.StatusCreated })
}

// Money that comes after the end of the hold takes the same seats again, if they
// are free: the lock as well, and the map shows it.
func TestLateMoneyTakesTheSeatsAgain(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"tok_slow", "tok_late_transfer"} {
		h := open(t, holdFor(2*time.Second), graceOf(time.Second))
		ada := h.guest()
		b := ada.mustBook(h.show, "A1", "A2")
		asked := ada.pay(b.Id, token, nil)
		require.Equal(t, http.StatusAccepted, asked.status, "%s", asked.body)
		require.Equal(t, openapi.Processing, result(t, asked).Status)
		requireProblem(t, ada.pay(b.Id, "tok_ok", nil), 409, "not_payable")
		eventually(t, "the hold is over", func() bool { return ada.get(b.Id).Status == openapi.Expired })
		h.bank.decideLate(b.Id)
		eventually(t, "late money has won", func() bool { return ada.get(b.Id).Status == openapi.Confirmed })
		require.Equal(t, openapi.BookingReasonLate, *ada.get(b.Id).Reason)
		require.Contains(t, ada.history(b.Id), "booking.expired")
		h.requireNet(b.Id, 3000)
		requireProblem(t, h.guest().book(h.show, "A2"), 409, "seats_taken")
		h.requireAgreement()
	}
}

// Where somebody else has one of the seats by then, the money goes back: a promise
// is given up, and what was taken is refunded once.
func TestLateMoneyComesTooLate(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]openapi.PaymentStatus{"tok_slow": openapi.Voided, "tok_late_transfer": openapi.Refunded} {
		h := open(t, holdFor(2*time.Second), graceOf(time.Second))
		ada, bob := h.guest(), h.guest()
		b := ada.mustBook(h.show, "A1", "A2")
		r := result(t, ada.pay(b.Id, token, nil))
		requireFreedInTime(t, h, bob, r.Booking.ExpiresAt, "A2")
		h.bank.decide(b.Id)
		eventually(t, "the money is given back", func() bool {
			p := ada.get(b.Id).Payment
			return p != nil && p.Status == want
		})
		require.Equal(t, openapi.Expired, ada.get(b.Id).Status)
		requireProblem(t, ada.confirm(b.Id, r.Id, ""), 409, "hold_expired")
		h.requireNet(b.Id, 0)
		require.Equal(t, openapi.Pending, bob.get(requireOwned(t, bob)).Status)
		h.requireAgreement()
	}
}

// requireOwned is the one booking that somebody has.
func requireOwned(t *testing.T, who *browser) string {
	t.Helper()
	a := who.do(http.MethodGet, "/v1/bookings", "", nil)
	var list openapi.BookingList
	require.NoError(t, json.Unmarshal(a.body, &list))
	require.Len(t, list.Items, 1)
	return list.Items[0].Id
}

// What cancelling gives back is told before it is asked for, and is what comes.
func TestRefundByPolicy(t *testing.T) {
	t.Parallel()
	h := open(t, func(c *config.Config) { c.RefundPolicy = "48h=100,12h=50" }) // the show is in a day
	ada := h.guest()
	b := ada.mustBook(h.show, "A1", "A2")
	require.Nil(t, ada.get(b.Id).Refund, "nothing was paid")
	require.Equal(t, http.StatusCreated, ada.pay(b.Id, "tok_ok", nil).status)
	refund := ada.get(b.Id).Refund
	require.NotNil(t, refund)
	require.Equal(t, openapi.Money{Amount: "15.00", Currency: "USD"}, *refund)
	require.Equal(t, http.StatusOK, ada.do(http.MethodDelete, "/v1/bookings/"+b.Id, "", nil).status)
	h.requireNet(b.Id, 1500)
	now := ada.get(b.Id)
	require.Nil(t, now.Refund, "it is given back already")
	require.Equal(t, *refund, *now.Payment.Refund)
}

// How one can pay is told to everybody.
func TestPaymentMethods(t *testing.T) {
	t.Parallel()
	h := open(t)
	a := h.guest().do(http.MethodGet, "/v1/payment-methods", "", nil)
	require.JSONEq(t, `{"items":[{"id":"sandbox"}]}`, string(a.body))
}
