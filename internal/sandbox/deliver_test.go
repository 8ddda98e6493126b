package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"holdfast/internal/sandbox"
)

// note is a message that came.
type note struct {
	ID, Type string
	Data     struct {
		ChargeID  string `json:"charge_id"`
		BookingID string `json:"booking_id"`
	}
}

// inbox takes genuine messages and answers them with the statuses it is given, in
// their order, and then with 204.
func inbox(t *testing.T, statuses ...int) (url string, notes <-chan note) {
	t.Helper()
	verifier, err := standardwebhooks.NewWebhookRaw([]byte(key))
	require.NoError(t, err)
	came, answers := make(chan note, 64), make(chan int, len(statuses))
	for _, s := range statuses {
		answers <- s
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		assert.NoError(t, verifier.Verify(body, r.Header))
		n := note{ID: r.Header.Get(standardwebhooks.HeaderWebhookID)}
		assert.NoError(t, json.Unmarshal(body, &n))
		select {
		case status := <-answers:
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
		default:
			w.WriteHeader(http.StatusNoContent)
		}
		came <- n
	}))
	t.Cleanup(server.Close)
	return server.URL, came
}

func receive(t *testing.T, notes <-chan note) note {
	t.Helper()
	select {
	case n := <-notes:
		return n
	case <-time.After(patience):
		require.Fail(t, "no message comes")
		return note{}
	}
}

// empty awaits that no message is left.
func (b box) empty(t *testing.T) {
	t.Helper()
	conn := b.db(t)
	require.Eventually(t, func() bool {
		var left int
		return conn.QueryRow(t.Context(), "SELECT count(*) FROM sandbox.messages").Scan(&left) == nil && left == 0
	}, patience, 20*time.Millisecond)
}

func TestEachChangeIsAMessage(t *testing.T) {
	url, notes := inbox(t)
	b := open(t, sandbox.Config{WebhookURL: url})
	b.run(t)
	wants := func(kind, charge string) {
		t.Helper()
		n := receive(t, notes)
		require.Equal(t, kind, n.Type)
		require.Equal(t, charge, n.Data.ChargeID)
		require.Equal(t, "b1", n.Data.BookingID)
	}
	b.confirmed(t, "c1", "tok_ok", "authorized")
	wants("charge.authorized", "c1")
	b.want(t, "captured", "POST", "/v1/charges/c1/capture", "")
	wants("charge.captured", "c1")
	require.Equal(t, http.StatusOK, b.refund(t, "c1", "r1", 5))
	require.Equal(t, http.StatusOK, b.refund(t, "c1", "r1", 5))
	wants("charge.refunded", "c1")
	b.confirmed(t, "c2", "tok_declined", "declined")
	wants("charge.declined", "c2")
	b.want(t, "cancelled", "POST", "/v1/charges/c3/cancel", order)
	wants("charge.cancelled", "c3")
	b.empty(t)
	require.Empty(t, notes)
}

func TestALateChargeIsAMessageThoughNobodyLooks(t *testing.T) {
	url, notes := inbox(t)
	b := open(t, sandbox.Config{WebhookURL: url, Late: time.Millisecond})
	b.run(t)
	b.confirmed(t, "c1", "tok_late_transfer", "open")
	n := receive(t, notes)
	require.Equal(t, "charge.captured", n.Type)
	require.Equal(t, "c1", n.Data.ChargeID)
	b.empty(t)
}

func TestAMessageComesAgainUntilItIsTaken(t *testing.T) {
	url, notes := inbox(t, http.StatusInternalServerError, http.StatusFound, http.StatusBadRequest)
	b := open(t, sandbox.Config{WebhookURL: url})
	b.run(t)
	b.confirmed(t, "c1", "tok_ok", "authorized")
	first := receive(t, notes)
	for range 3 {
		require.Equal(t, first, receive(t, notes))
	}
	b.empty(t)
	require.Empty(t, notes)
}

func TestAMessageOutlivesTheProcess(t *testing.T) {
	url, notes := inbox(t, http.StatusServiceUnavailable)
	b := open(t, sandbox.Config{WebhookURL: url})
	stop := b.run(t)
	b.confirmed(t, "c1", "tok_ok", "authorized")
	first := receive(t, notes)
	stop()
	b.server.Close()
	open(t, sandbox.Config{PostgresURL: b.url, WebhookURL: url}).run(t)
	require.Equal(t, first, receive(t, notes))
	b.empty(t)
}

func TestWithoutAnAddressThereAreNoMessages(t *testing.T) {
	b := open(t, sandbox.Config{})
	b.confirmed(t, "c1", "tok_ok", "authorized")
	b.empty(t)
}
