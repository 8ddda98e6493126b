package payment_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/payment"
	"holdfast/internal/payment/paymenttest"
)

// saying answers everything with the same.
type saying struct {
	status int
	body   io.Reader
}

func (s saying) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: s.status, Header: http.Header{}, Body: io.NopCloser(s.body)}, nil
}

// Nobody knows what was done when Razorpay does not say so, in whole.
func TestRazorpayErrorsLeaveItOpen(t *testing.T) {
	s := newRazorpayServer(t)
	broken := &paymenttest.Line{}
	text := strings.NewReader
	for name, line := range map[string]http.RoundTripper{
		"the line breaks":    broken,
		"429":                saying{429, text(`{"error":{"code":"BAD_REQUEST_ERROR","description":"Too many requests"}}`)},
		"500":                saying{500, text(`{"error":{"code":"SERVER_ERROR","description":"no"}}`)},
		"502, no JSON":       saying{502, text(`<html>Bad Gateway</html>`)},
		"400 without a code": saying{400, text(`{}`)},
		"401":                saying{401, text(`{"error":{"code":"BAD_REQUEST_ERROR","description":"The api key provided is invalid"}}`)},
		"nothing":            saying{200, text(``)},
		"no JSON":            saying{200, text(`<html>Welcome to the wireless of this hotel</html>`)},
		"the half of it":     saying{200, io.MultiReader(text(`{"id":"order_1",`), iotest.ErrReader(errors.New("reset")))},
		"none of it":         saying{200, iotest.ErrReader(errors.New("reset"))},
	} {
		t.Run(name, func(t *testing.T) {
			p, c := newRazorpay(t, s, &http.Client{Transport: line}), newCharge()
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
				require.Zero(t, a, what)
			}
		})
	}
}

func TestRazorpayDidItAndFailedToSaySo(t *testing.T) {
	s, p, c, order := razorpayAt(t)
	s.pay(order, "authorized", "")
	fail := func(what string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.break5xx = func(path string) bool { return strings.HasSuffix(path, what) }
	}
	fail("/capture")
	_, err := p.Capture(t.Context(), c)
	require.ErrorContains(t, err, "502")
	want(t, booking.ChargeCaptured)(p.Capture(t.Context(), c))

	fail("/refund")
	_, err = p.Refund(t.Context(), c, "r-1", c.Amount)
	require.ErrorContains(t, err, "502")
	a := want(t, booking.ChargeCaptured)(p.Refund(t.Context(), c, "r-1", c.Amount))
	require.Equal(t, c.Amount, a.Refunded)
}

func TestRazorpayEndsWithItsContextOrItsTimeLimit(t *testing.T) {
	s := newRazorpayServer(t)
	p := newRazorpay(t, s, &http.Client{Transport: waiting{}, Timeout: time.Millisecond})
	_, err := p.LookUp(t.Context(), newCharge())
	require.ErrorContains(t, err, "deadline exceeded")
}

// waiting answers nothing until nobody waits any more.
type waiting struct{}

func (waiting) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestRazorpayNeedsItsSettings(t *testing.T) {
	for says, config := range map[string]payment.RazorpayConfig{
		"id of a key":    {KeySecret: "s", WebhookSecrets: []string{"w"}},
		"its secret":     {KeyID: "k", WebhookSecrets: []string{"w"}},
		"webhook secret": {KeyID: "k", KeySecret: "s"},
		"is empty":       {KeyID: "k", KeySecret: "s", WebhookSecrets: []string{""}},
		"address of":     {KeyID: "k", KeySecret: "s", WebhookSecrets: []string{"w"}, BaseURL: "razorpay"},
	} {
		_, err := payment.NewRazorpay(config)
		require.ErrorContains(t, err, says)
	}
}
