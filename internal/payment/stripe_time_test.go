package payment_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/payment"
	"holdfast/internal/payment/paymenttest"
)

// stripeAt is a server with the adapter and a charge that the server has.
func stripeAt(t *testing.T) (*stripeServer, *payment.Stripe, booking.Charge) {
	t.Helper()
	s := newStripeServer(t)
	p, c := newStripe(t, s, nil), newCharge()
	a, err := p.Create(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, booking.ChargeOpen, a.State)
	return s, p, c
}

func TestStripeFindsWithoutReference(t *testing.T) {
	s, p, c := stripeAt(t)
	a, err := p.LookUp(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, booking.ChargeOpen, a.State, "the search does not have it yet, the list has")

	s.age(a.Reference, 30*24*time.Hour)
	a, err = p.LookUp(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, booking.ChargeOpen, a.State, "the list does not go back so far, the search has it")

	c.Token = cardGood
	c.Reference = a.Reference
	_, err = p.Confirm(t.Context(), c)
	require.NoError(t, err)
	c.Reference = ""
	a, err = p.LookUp(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, booking.ChargeAuthorized, a.State, "the search is behind, the intent is not")
}

func TestStripeLookUpMakesNothing(t *testing.T) {
	s := newStripeServer(t)
	a, err := newStripe(t, s, nil).LookUp(t.Context(), newCharge())
	require.NoError(t, err)
	require.Equal(t, booking.ChargeUnknown, a.State)
	for _, asked := range s.requests() {
		require.NotContains(t, asked, "POST")
	}
}

func TestStripeWithTheReferenceOfAnother(t *testing.T) {
	_, p, c := stripeAt(t)
	a, err := p.LookUp(t.Context(), c)
	require.NoError(t, err)
	other := newCharge()
	other.Reference = a.Reference
	_, err = p.LookUp(t.Context(), other)
	require.ErrorContains(t, err, c.ID)

	other.Reference = "pi_nobody"
	a, err = p.LookUp(t.Context(), other)
	require.NoError(t, err)
	require.Equal(t, booking.ChargeUnknown, a.State)
}

func TestStripeAfterItsKeysAreForgotten(t *testing.T) {
	t.Run("a charge is made once", func(t *testing.T) {
		s, p, c := stripeAt(t)
		s.pass(48 * time.Hour)
		c.Deadline = time.Now().Add(-47 * time.Hour)
		a, err := p.Create(t.Context(), c)
		require.NoError(t, err)
		require.Equal(t, s.reference(t, c), a.Reference)
		require.Equal(t, 1, s.count(c))
	})
	t.Run("a charge is cancelled once", func(t *testing.T) {
		s, p, c := stripeAt(t)
		s.pass(48 * time.Hour)
		a, err := p.Cancel(t.Context(), c)
		require.NoError(t, err)
		require.Equal(t, booking.ChargeCancelled, a.State)
		require.Equal(t, 1, s.count(c))
	})
	t.Run("a refund is made once", func(t *testing.T) {
		s, p, c := stripeAt(t)
		id, part := uuid.NewString(), booking.Money{Minor: 500, Currency: "USD"}
		takeByStripe(t, p, c)
		for range 2 {
			a, err := p.Refund(t.Context(), c, id, part)
			require.NoError(t, err)
			require.Equal(t, part, a.Refunded)
			s.pass(48 * time.Hour)
		}
	})
	t.Run("a refund that failed is made again", func(t *testing.T) {
		s, p, c := stripeAt(t)
		id, part := uuid.NewString(), booking.Money{Minor: 500, Currency: "USD"}
		takeByStripe(t, p, c)
		for range 3 {
			a, err := p.Refund(t.Context(), c, id, part)
			require.NoError(t, err)
			require.Equal(t, part, a.Refunded)
			s.failRefunds(c)
		}
		a, err := p.LookUp(t.Context(), c)
		require.NoError(t, err)
		require.Zero(t, a.Refunded.Minor)
	})
}

// takeByStripe confirms and captures a charge.
func takeByStripe(t *testing.T, p *payment.Stripe, c booking.Charge) {
	t.Helper()
	c.Token = cardGood
	_, err := p.Confirm(t.Context(), c)
	require.NoError(t, err)
	a, err := p.Capture(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, booking.ChargeCaptured, a.State)
}

// count is how many intents a charge has.
func (s *stripeServer) count(c booking.Charge) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range s.intents {
		if i.metadata["holdfast_charge"] == c.ID {
			n++
		}
	}
	return n
}

func (s *stripeServer) failRefunds(c booking.Charge) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range s.intents {
		for _, r := range i.refunds {
			if i.metadata["holdfast_charge"] == c.ID {
				r["status"] = "failed"
			}
		}
	}
}

// What Stripe answers with 5xx may have been done, and it keeps that answer under
// the key. The intent tells.
func TestStripeInTrouble(t *testing.T) {
	s, p, c := stripeAt(t)
	s.mu.Lock()
	s.break5xx = func(path string) bool { return strings.HasSuffix(path, "/confirm") }
	s.mu.Unlock()
	c.Token = cardGood
	_, err := p.Confirm(t.Context(), c)
	require.ErrorContains(t, err, "500")
	a, err := p.Confirm(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, booking.ChargeAuthorized, a.State)
}

// refusing answers everything with one status.
type refusing int

func (s refusing) RoundTrip(*http.Request) (*http.Response, error) {
	w := newRecorder()
	w.WriteHeader(int(s))
	_, err := w.WriteString(`{"error":{"type":"api_error","message":"no","payment_intent":{"id":"pi_1","client_secret":"pi_1_secret_2"}}}`)
	return w.Result(), err
}

func TestStripeErrorsLeaveItOpen(t *testing.T) {
	s := newStripeServer(t)
	broken := &paymenttest.Line{}
	for name, client := range map[string]http.RoundTripper{
		"429": refusing(http.StatusTooManyRequests), "500": refusing(500), "503": refusing(503), "401": refusing(401), "line": broken,
	} {
		t.Run(name, func(t *testing.T) {
			p, c := newStripe(t, s, &http.Client{Transport: client}), newCharge()
			c.Reference = "pi_1"
			for what, do := range map[string]func() (booking.Authorization, error){
				"create":  func() (booking.Authorization, error) { return p.Create(t.Context(), c) },
				"confirm": func() (booking.Authorization, error) { return p.Confirm(t.Context(), c) },
				"capture": func() (booking.Authorization, error) { return p.Capture(t.Context(), c) },
				"cancel":  func() (booking.Authorization, error) { return p.Cancel(t.Context(), c) },
				"look up": func() (booking.Authorization, error) { return p.LookUp(t.Context(), c) },
				"refund":  func() (booking.Authorization, error) { return p.Refund(t.Context(), c, "r", c.Amount) },
			} {
				broken.Lose(0)
				a, err := do()
				require.Error(t, err, what)
				require.NotErrorIs(t, err, booking.ErrUncollectable, what)
				require.NotContains(t, err.Error(), "secret", what)
				require.Zero(t, a, what)
			}
		})
	}
}
