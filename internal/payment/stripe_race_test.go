package payment_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

// before does something once, before a request to that path.
type before struct {
	path string
	do   func()
}

func (b *before) RoundTrip(r *http.Request) (*http.Response, error) {
	if do := b.do; do != nil && r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, b.path) {
		b.do = nil
		do()
	}
	return http.DefaultTransport.RoundTrip(r)
}

// What Stripe keeps under a key tells how things stood, not how they stand.
func TestStripeConfirmedAndGivenUpBySomebodyElse(t *testing.T) {
	s, other, c := stripeAt(t)
	c.Token = cardGood
	p := newStripe(t, s, &http.Client{Transport: &before{path: "/confirm", do: func() {
		want(t, booking.ChargeAuthorized)(other.Confirm(t.Context(), c))
		want(t, booking.ChargeCancelled)(other.Cancel(t.Context(), c))
	}}})
	want(t, booking.ChargeCancelled)(p.Confirm(t.Context(), c))
}

// A failure that Stripe keeps under the key of one card does not stand in the way
// of another one.
func TestStripeAnotherCardAfterTrouble(t *testing.T) {
	s, p, c := stripeAt(t)
	s.mu.Lock()
	s.lame = func(path string) bool { return strings.HasSuffix(path, "/confirm") }
	s.mu.Unlock()
	c.Token = cardChallenged
	for range 2 {
		_, err := p.Confirm(t.Context(), c)
		require.ErrorContains(t, err, "500")
		s.mu.Lock()
		s.lame = nil
		s.mu.Unlock()
	}
	c.Token = cardGood
	want(t, booking.ChargeAuthorized)(p.Confirm(t.Context(), c))
}

// inUse answers that the provider is at work on it already, so many times.
type inUse struct {
	path, body string
	times      int
}

func (u *inUse) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, u.path) || u.times == 0 {
		return http.DefaultTransport.RoundTrip(r)
	}
	u.times--
	w := newRecorder()
	w.WriteHeader(http.StatusConflict)
	_, err := w.WriteString(u.body)
	return w.Result(), err
}

func TestStripeAndRazorpayAtWork(t *testing.T) {
	t.Run("stripe", func(t *testing.T) {
		s, _, c := stripeAt(t)
		busy := &inUse{path: "/capture", times: 2, body: `{"error":{"type":"idempotency_error","code":"idempotency_key_in_use","message":"in use"}}`}
		p := newStripe(t, s, &http.Client{Transport: busy})
		takeByStripe(t, p, c)
		require.Zero(t, busy.times)
	})
	t.Run("razorpay", func(t *testing.T) {
		s, _, c, order := razorpayAt(t)
		s.pay(order, "authorized", "")
		busy := &inUse{path: "/refund", times: 2, body: `{"error":{"code":"BAD_REQUEST_ERROR","description":"Request failed because another request is in progress"}}`}
		p := newRazorpay(t, s, &http.Client{Transport: busy})
		want(t, booking.ChargeCaptured)(p.Capture(t.Context(), c))
		a := want(t, booking.ChargeCaptured)(p.Refund(t.Context(), c, "r-1", c.Amount))
		require.Equal(t, c.Amount, a.Refunded)
		require.Zero(t, busy.times)
	})
}

// A capture that is refused for another reason than the end of the promise is
// trouble: the money is promised still, and not taken.
func TestStripeAndRazorpayRefuseACapture(t *testing.T) {
	refused := saying{http.StatusBadRequest, nil}
	t.Run("stripe", func(t *testing.T) {
		s, _, c := stripeAt(t)
		refused.body = strings.NewReader(`{"error":{"type":"invalid_request_error","code":"account_invalid","message":"no"}}`)
		p := newStripe(t, s, &http.Client{Transport: instead{"/capture", refused}})
		c.Token = cardGood
		want(t, booking.ChargeAuthorized)(p.Confirm(t.Context(), c))
		_, err := p.Capture(t.Context(), c)
		require.ErrorContains(t, err, "account_invalid")
		require.NotErrorIs(t, err, booking.ErrUncollectable)
	})
	t.Run("razorpay", func(t *testing.T) {
		s, _, c, order := razorpayAt(t)
		s.pay(order, "authorized", "")
		refused.body = strings.NewReader(`{"error":{"code":"BAD_REQUEST_ERROR","description":"Your account does not support this"}}`)
		p := newRazorpay(t, s, &http.Client{Transport: instead{"/capture", refused}})
		_, err := p.Capture(t.Context(), c)
		require.ErrorContains(t, err, "does not support this")
		require.NotErrorIs(t, err, booking.ErrUncollectable)
	})
}

// instead answers for the server at that path.
type instead struct {
	path  string
	other http.RoundTripper
}

func (i instead) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, i.path) {
		return i.other.RoundTrip(r)
	}
	return http.DefaultTransport.RoundTrip(r)
}
