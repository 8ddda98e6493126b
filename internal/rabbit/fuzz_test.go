package rabbit

import (
	"encoding/json"
	"testing"

	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"
)

// FuzzLetter: whatever was set aside can be listed and named, and says why it is there.
func FuzzLetter(f *testing.F) {
	for _, body := range []string{
		`{"specversion":"1.0","id":"x","type":"booking.held","data":{"showtimeId":"s","version":1}}`, `{"data":{"version":1.5}}`, `{"type":1}`, `[]`, `null`, ``, "\xff",
	} {
		f.Add("id", "booking.held", int64(1), "delivery_limit", []byte(body))
	}
	f.Add("", "", int64(-1), "", []byte(`{"type":"booking.held"}`))
	f.Add("", "", int64(1<<63-1), "rejected", []byte(`{}`))
	f.Fuzz(func(t *testing.T, id, kind string, replays int64, reason string, body []byte) {
		headers := amqp.Table{replaysHeader: replays, "x-death": []any{amqp.Table{"reason": reason}}}
		l := letter(amqp.Delivery{MessageId: id, Type: kind, Body: body, Headers: headers})
		require.NotEmpty(t, l.ID)
		require.NotEmpty(t, l.Why)
		require.Positive(t, l.Times)
		_, err := json.Marshal(l)
		require.NoError(t, err)
		require.Equal(t, l.ID, letterID(amqp.Delivery{MessageId: id, Body: body}))
	})
}
