package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/api/openapi"
)

// A card whose line breaks is asked again, and the customer sees nothing of it.
func TestFlakyCardPays(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada := h.guest()
	b := ada.mustBook(h.show, "A1")
	paid := ada.pay(b.Id, "tok_flaky", nil)
	require.Equal(t, http.StatusCreated, paid.status, "%s", paid.body)
	require.Equal(t, openapi.Confirmed, ada.get(b.Id).Status)
}

// A provider that does not answer in time costs the customer neither money nor
// seats: the hold stays, and another card pays for it.
func TestSlowCardLeavesTheHold(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada := h.guest()
	b := ada.mustBook(h.show, "A1")
	requireProblem(t, ada.pay(b.Id, "tok_slow", nil), 503, "unavailable")
	require.Equal(t, openapi.Pending, ada.get(b.Id).Status)
	require.Equal(t, http.StatusCreated, ada.pay(b.Id, "tok_ok", nil).status)
}

// A hold that ends while the provider is still thinking is over, and nothing
// was charged.
func TestSlowCardAtTheDeadline(t *testing.T) {
	t.Parallel()
	h := open(t, holdFor(3*time.Second))
	ada := h.guest()
	b := ada.mustBook(h.show, "A1")
	requireProblem(t, ada.pay(b.Id, "tok_slow", nil), 503, "unavailable")
	eventually(t, "the hold is over", func() bool { return ada.get(b.Id).Status == openapi.Expired })
	eventually(t, "the promise is given back", func() bool {
		p := ada.get(b.Id).Payment
		return p != nil && p.Status == openapi.Voided
	})
	h.guest().mustBook(h.show, "A1")
}

// What cancelling gives back is told before it is asked for.
func TestRefundIsForetold(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada := h.guest()
	b := ada.mustBook(h.show, "A1", "A2")
	require.Nil(t, ada.get(b.Id).Refund, "nothing was paid")
	require.Equal(t, http.StatusCreated, ada.pay(b.Id, "tok_ok", nil).status)
	refund := ada.get(b.Id).Refund
	require.NotNil(t, refund)
	require.Equal(t, openapi.Money{Amount: "30.00", Currency: "USD"}, *refund)
	require.Equal(t, http.StatusOK, ada.do(http.MethodDelete, "/v1/bookings/"+b.Id, "", nil).status)
	require.Nil(t, ada.get(b.Id).Refund, "it is given back already")
}
