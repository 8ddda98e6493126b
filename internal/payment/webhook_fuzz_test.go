package payment_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/payment"
)

// FuzzStripeWebhook: a message is taken if Stripe has signed it and it is not old; with
// any other signature it is forged.
func FuzzStripeWebhook(f *testing.F) {
	good := stripeEvent("charge.captured", "charge", ofCharge)
	for _, body := range [][]byte{good, nil, []byte(`null`), []byte(`{}`), []byte(`{"object":"event"}`), []byte(`{"object":"event","data":null}`), append(good, good...)} {
		f.Add(int64(0), "", body)
	}
	f.Add(int64(301), "t=1900000000,v1=00", good)
	f.Add(int64(-1<<62), "t=1900000000,t=1900000000,v1=", good)
	p, err := payment.NewStripe(payment.StripeConfig{Key: stripeTestKey, WebhookSecrets: []string{"whsec_a", "whsec_b"}})
	require.NoError(f, err)
	now := time.Unix(1_900_000_000, 0)
	f.Fuzz(func(t *testing.T, age int64, signature string, body []byte) {
		at := time.Unix(now.Unix()-age, 0)
		right := signedByStripe(body, "whsec_b", at)
		if signature != right.Header.Get("Stripe-Signature") {
			news, err := p.Webhook(http.Header{"Stripe-Signature": {signature}}, body, now)
			require.ErrorIs(t, err, booking.ErrForged, "nobody else can sign")
			require.Zero(t, news)
		}
		news, err := p.Webhook(right.Header, body, now)
		requireNews(t, news, err, body, now.Sub(at))
	})
}

// FuzzRazorpayWebhook: the same, where the time is in the message, and what it is about
// may have to be asked for.
func FuzzRazorpayWebhook(f *testing.F) {
	for _, body := range []string{
		`{"event":"order.paid","created_at":1900000000,"payload":{"order":{"entity":{"id":"order_1","notes":{"holdfast_charge":"c1","holdfast_booking":"b1"}}}}}`,
		`{"event":"payment.captured","created_at":1900000000,"payload":{"payment":{"entity":{"order_id":"order_1"}}}}`,
		`{"event":"payment.captured","created_at":1900000000,"payload":{"payment":{"entity":{"order_id":"../x?y#z"}}}}`,
		`{"created_at":1900000000,"payload":{"order":{"entity":{"id":"o","notes":[]}}}}`, `{"created_at":1900000000,"payload":null}`,
		`{"created_at":-9223372036854775808}`, `{"created_at":1e400}`, `{}`, `null`, ``, "\x00",
	} {
		f.Add("", []byte(body))
	}
	away := &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("it is away") })}
	p, err := payment.NewRazorpay(payment.RazorpayConfig{
		KeyID: razorpayKeyID, KeySecret: razorpaySecret, WebhookSecrets: []string{"a", "b"}, BaseURL: "http://razorpay", Client: away,
	})
	require.NoError(f, err)
	now := time.Unix(1_900_000_000, 0)
	f.Fuzz(func(t *testing.T, signature string, body []byte) {
		right := signedText(body, "b")
		if signature != right {
			news, err := p.Webhook(http.Header{"X-Razorpay-Signature": {signature}}, body, now)
			require.ErrorIs(t, err, booking.ErrForged, "nobody else can sign")
			require.Zero(t, news)
		}
		news, err := p.Webhook(http.Header{"X-Razorpay-Signature": {right}}, body, now)
		var said struct {
			CreatedAt int64 `json:"created_at"`
		}
		if json.Unmarshal(body, &said) != nil {
			require.Error(t, err)
		}
		if err != nil { // it is old, cannot be read, or cannot be looked up
			require.Zero(t, news)
			return
		}
		requireNews(t, news, err, body, now.Sub(time.Unix(said.CreatedAt, 0)))
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// requireNews: a signed message that is not old is read, or is an error that has it sent
// again; one that is old is forged.
func requireNews(t *testing.T, news booking.ChargeNews, err error, body []byte, age time.Duration) {
	t.Helper()
	switch {
	case age.Abs() > payment.MaxMessageAge:
		require.ErrorIs(t, err, booking.ErrForged)
		require.Zero(t, news)
	case err != nil:
		require.NotErrorIs(t, err, booking.ErrForged, "it is signed, and of now")
		require.Zero(t, news)
	default:
		require.True(t, json.Valid(body), "%q", body)
	}
}
