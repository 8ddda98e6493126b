package payment_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/payment"
)

func stripeHook(t *testing.T, secrets ...string) *payment.Stripe {
	t.Helper()
	p, err := payment.NewStripe(payment.StripeConfig{Key: stripeTestKey, WebhookSecrets: secrets})
	require.NoError(t, err)
	return p
}

func stripeEvent(kind, object, metadata string) []byte {
	return fmt.Appendf(nil, `{"id":"evt_1","object":"event","api_version":"2020-08-27","type":%q,"created":1,
		"data":{"object":{"id":"x_1","object":%q,"metadata":%s}}}`, kind, object, metadata)
}

const ofCharge = `{"holdfast_charge":"c-1","holdfast_booking":"b-1"}`

func TestStripeMessages(t *testing.T) {
	p, now := stripeHook(t, "whsec_a"), time.Now()
	for kind, object := range map[string]string{
		"payment_intent.succeeded": "payment_intent", "payment_intent.amount_capturable_updated": "payment_intent",
		"payment_intent.payment_failed": "payment_intent", "charge.captured": "charge", "charge.refunded": "charge", "refund.failed": "refund",
	} {
		m := signedByStripe(stripeEvent(kind, object, ofCharge), "whsec_a", now)
		news, err := p.Webhook(m.Header, m.Body, now)
		require.NoError(t, err)
		require.Equal(t, booking.ChargeNews{MessageID: "evt_1", Type: kind, ChargeID: "c-1", BookingID: "b-1"}, news)
	}
	m := signedByStripe(stripeEvent("payment_intent.succeeded", "payment_intent", `{}`), "whsec_a", now)
	news, err := p.Webhook(m.Header, m.Body, now)
	require.NoError(t, err)
	require.Empty(t, news.ChargeID, "of a charge that somebody else made")
}

func TestStripeSecretsAreRolled(t *testing.T) {
	now, body := time.Now(), stripeEvent("charge.captured", "charge", ofCharge)
	both, later := stripeHook(t, "whsec_old", "whsec_new"), stripeHook(t, "whsec_new")
	for secret, good := range map[string]bool{"whsec_old": true, "whsec_new": true, "whsec_other": false, "": false} {
		m := signedByStripe(body, secret, now)
		_, err := both.Webhook(m.Header, m.Body, now)
		require.Equal(t, good, err == nil, secret)
	}
	m := signedByStripe(body, "whsec_old", now)
	_, err := later.Webhook(m.Header, m.Body, now)
	require.ErrorIs(t, err, booking.ErrForged)

	// While a secret is rolled Stripe signs with both in one header.
	again := signedByStripe(body, "whsec_new", now)
	m.Header.Set("Stripe-Signature", m.Header.Get("Stripe-Signature")+",v1="+again.Header.Get("Stripe-Signature")[len(fmt.Sprintf("t=%d,v1=", now.Unix())):])
	_, err = later.Webhook(m.Header, m.Body, now)
	require.NoError(t, err)
}

func TestStripeForgeries(t *testing.T) {
	p, now := stripeHook(t, "whsec_a"), time.Now()
	old := signedByStripe(stripeEvent("charge.captured", "charge", ofCharge), "whsec_a", now.Add(-time.Hour))
	signature := old.Header.Get("Stripe-Signature")
	for name, header := range map[string]string{
		"stale":             signature,
		"a second time":     fmt.Sprintf("t=%d,%s", now.Unix(), signature),
		"a time after it":   fmt.Sprintf("%s,t=%d", signature, now.Unix()),
		"a time of its own": fmt.Sprintf("t=%d%s", now.Unix(), signature[len("t=0000000000"):]),
		"no time":           signature[len("t=0000000000,"):],
		"no number":         "t=now" + signature[len("t=0000000000"):],
		"nothing":           "",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := p.Webhook(http.Header{"Stripe-Signature": {header}}, old.Body, now)
			require.ErrorIs(t, err, booking.ErrForged)
		})
	}
	// It was good in its time.
	_, err := p.Webhook(old.Header, old.Body, now.Add(-time.Hour))
	require.NoError(t, err)
}

// Messages come twice and in any order; what counts is what Stripe says when asked.
func TestStripeMessagesOutOfOrder(t *testing.T) {
	s, p, c := stripeAt(t)
	takeByStripe(t, p, c)
	_, err := p.Refund(t.Context(), c, "r-1", c.Amount)
	require.NoError(t, err)
	sent := s.sent()
	require.Greater(t, len(sent), 3)
	for range 2 {
		for i := len(sent) - 1; i >= 0; i-- {
			news, err := p.Webhook(sent[i].Header, sent[i].Body, time.Now())
			require.NoError(t, err)
			require.Equal(t, c.ID, news.ChargeID)
			a, err := p.LookUp(t.Context(), booking.Charge{ID: news.ChargeID, Amount: c.Amount})
			require.NoError(t, err)
			require.Equal(t, booking.ChargeCaptured, a.State)
			require.Equal(t, c.Amount, a.Refunded)
		}
	}
}
