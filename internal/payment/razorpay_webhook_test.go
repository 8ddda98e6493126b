package payment_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/payment"
)

func razorpayHook(t *testing.T, s *razorpayServer, secrets ...string) *payment.Razorpay {
	t.Helper()
	p, err := payment.NewRazorpay(payment.RazorpayConfig{
		KeyID: razorpayKeyID, KeySecret: razorpaySecret, WebhookSecrets: secrets, BaseURL: s.URL,
	})
	require.NoError(t, err)
	return p
}

func TestRazorpaySecretsAreChanged(t *testing.T) {
	s, now := newRazorpayServer(t), time.Now()
	both, later := razorpayHook(t, s, "old", "new"), razorpayHook(t, s, "new")
	for secret, good := range map[string]bool{"old": true, "new": true, "other": false, "": false, razorpaySecret: false} {
		m := razorpayMessage(secret, "evt_1", "payment.captured", nil, now)
		_, err := both.Webhook(m.Header, m.Body, now)
		require.Equal(t, good, err == nil, secret)
	}
	m := razorpayMessage("old", "evt_1", "payment.captured", nil, now)
	_, err := later.Webhook(m.Header, m.Body, now)
	require.ErrorIs(t, err, booking.ErrForged)
}

func TestRazorpayForgeries(t *testing.T) {
	s, p, c, order := razorpayAt(t)
	now := time.Now()
	old := razorpayMessage(s.secret, "evt_1", "payment.captured", map[string]any{"order": renderOrder(s.order(order), false)}, now.Add(-time.Hour))
	_, err := p.Webhook(old.Header, old.Body, now)
	require.ErrorIs(t, err, booking.ErrForged, "its time has passed")
	news, err := p.Webhook(old.Header, old.Body, now.Add(-time.Hour))
	require.NoError(t, err)
	require.Equal(t, c.ID, news.ChargeID)

	body := []byte(`{"entity":"event","event":"payment.captured","payload":{}}`)
	_, err = p.Webhook(http.Header{"X-Razorpay-Signature": {signedText(body, s.secret)}}, body, now)
	require.ErrorIs(t, err, booking.ErrForged, "without a time it may be of any")

	body = []byte(`not JSON`)
	_, err = p.Webhook(http.Header{"X-Razorpay-Signature": {signedText(body, s.secret)}}, body, now)
	require.Error(t, err)
	require.NotErrorIs(t, err, booking.ErrForged, "Razorpay has signed it")
}

func TestRazorpayMessages(t *testing.T) {
	s, p, c, order := razorpayAt(t)
	now := time.Now()
	paid := s.pay(order, "authorized", "")
	hook := func(kind string, payload map[string]any) booking.ChargeNews {
		m := razorpayMessage(s.secret, "evt_1", kind, payload, now)
		news, err := p.Webhook(m.Header, m.Body, now)
		require.NoError(t, err)
		require.Equal(t, kind, news.Type)
		require.Equal(t, "evt_1", news.MessageID)
		return news
	}
	ours := booking.ChargeNews{MessageID: "evt_1", ChargeID: c.ID, BookingID: c.BookingID}
	for _, kind := range []string{"payment.authorized", "payment.failed", "payment.captured", "refund.processed"} {
		ours.Type = kind
		require.Equal(t, ours, hook(kind, map[string]any{"payment": renderPayment(paid)}))
	}
	ours.Type = "order.paid"
	require.Equal(t, ours, hook("order.paid", map[string]any{"order": renderOrder(s.order(order), false), "payment": renderPayment(paid)}))
	require.Empty(t, hook("settlement.processed", map[string]any{"settlement": map[string]any{"id": "setl_1"}}).ChargeID)
	require.Empty(t, hook("payment.captured", map[string]any{"payment": map[string]any{"id": "pay_x", "order_id": "order_nobody"}}).ChargeID)

	// The page writes the notes of a payment, so anybody may.
	require.Equal(t, c.ID, hook("payment.captured", map[string]any{"payment": map[string]any{
		"id": "pay_x", "order_id": order, "notes": map[string]any{"holdfast_charge": "another"},
	}}).ChargeID)

	m := razorpayMessage(s.secret, "", "payment.captured", map[string]any{"payment": renderPayment(paid)}, now)
	first, err := p.Webhook(m.Header, m.Body, now)
	require.NoError(t, err)
	again, err := p.Webhook(m.Header, m.Body, now)
	require.NoError(t, err)
	require.NotEmpty(t, first.MessageID)
	require.Equal(t, first, again)

	s.mu.Lock()
	s.break5xx = func(string) bool { return true }
	s.mu.Unlock()
	_, err = p.Webhook(m.Header, m.Body, now)
	require.Error(t, err, "Razorpay will send it again")
	require.NotErrorIs(t, err, booking.ErrForged)
}

// Messages come twice and in any order; what counts is what Razorpay says when asked.
func TestRazorpayMessagesOutOfOrder(t *testing.T) {
	s, p, c, order := razorpayAt(t)
	s.pay(order, "authorized", "")
	want(t, booking.ChargeCaptured)(p.Capture(t.Context(), c))
	want(t, booking.ChargeCaptured)(p.Refund(t.Context(), c, "r-1", c.Amount))
	sent := s.sent()
	require.Greater(t, len(sent), 3)
	for range 2 {
		for i := len(sent) - 1; i >= 0; i-- {
			news, err := p.Webhook(sent[i].Header, sent[i].Body, time.Now())
			require.NoError(t, err)
			a := want(t, booking.ChargeCaptured)(p.LookUp(t.Context(), booking.Charge{ID: news.ChargeID, Amount: c.Amount}))
			require.Equal(t, c.Amount, a.Refunded)
		}
	}
}
