package payment_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/payment"
)

// FuzzSandboxWebhook: a message is taken if its signature is that of the sandbox and it
// is not old, and then says what its body says; with any other signature it is forged.
func FuzzSandboxWebhook(f *testing.F) {
	const good = `{"type":"charge.captured","timestamp":"2030-01-01T00:00:00Z","data":{"charge_id":"c1","booking_id":"b1"}}`
	for _, body := range []string{good, ``, `null`, `{}`, `[]`, good + good, `{"data":{"charge_id":1}}`, "\x00"} {
		f.Add("msg_1", int64(0), "", []byte(body))
	}
	f.Add("msg_1", int64(time.Hour/time.Second), "", []byte(good))
	f.Add("msg_1", int64(-1<<62), "", []byte(good))
	f.Add("", int64(0), "v1,AAAA v2,", []byte(good))
	f.Add("msg.1", int64(0), "v1a", []byte(good))
	client, err := payment.NewSandbox("http://sandbox", sandboxKey, &http.Client{})
	require.NoError(f, err)
	signer, err := standardwebhooks.NewWebhookRaw([]byte(sandboxKey))
	require.NoError(f, err)
	now := time.Unix(1_900_000_000, 0)
	f.Fuzz(func(t *testing.T, id string, age int64, signature string, body []byte) {
		at := time.Unix(now.Unix()-age, 0)
		right, err := signer.Sign(id, at, body)
		require.NoError(t, err)
		header := func(signature string) http.Header {
			h := http.Header{}
			h.Set(standardwebhooks.HeaderWebhookID, id)
			h.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(at.Unix(), 10))
			h.Set(standardwebhooks.HeaderWebhookSignature, signature)
			return h
		}
		if news, err := client.Webhook(header(signature), body, now); err == nil {
			require.Contains(t, signature, right, "nobody else can sign")
		} else {
			require.Zero(t, news)
		}
		news, err := client.Webhook(header(right), body, now)
		if id == "" || now.Sub(at).Abs() > payment.MaxMessageAge {
			require.ErrorIs(t, err, booking.ErrForged)
			return
		}
		require.NotErrorIs(t, err, booking.ErrForged, "it is signed, and of now")
		if err != nil {
			require.Zero(t, news)
			return
		}
		require.True(t, json.Valid(body), "%q", body)
		require.Equal(t, id, news.MessageID)
	})
}
