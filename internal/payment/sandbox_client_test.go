package payment_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/payment"
	"holdfast/internal/payment/paymenttest"
	"holdfast/internal/sandbox"
	"holdfast/internal/testenv"
)

const sandboxKey = "a key of the sandbox"

// mailbox keeps the messages that come to it.
type mailbox struct {
	mu       sync.Mutex
	messages []paymenttest.Message
}

func (b *mailbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.messages = append(b.messages, paymenttest.Message{Header: r.Header.Clone(), Body: body})
}

func (b *mailbox) all(*testing.T) []paymenttest.Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]paymenttest.Message(nil), b.messages...)
}

// startSandbox serves a sandbox of the test's own, whose messages go to the mailbox.
func startSandbox(t *testing.T) (address string, box *mailbox) {
	t.Helper()
	box = &mailbox{}
	inbox := httptest.NewServer(box)
	t.Cleanup(inbox.Close)
	s, err := sandbox.New(sandbox.Config{
		PostgresURL: testenv.Postgres(t), Key: sandboxKey, WebhookURL: inbox.URL, Late: time.Millisecond,
		Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	require.NoError(t, s.Migrate(t.Context()))
	var running sync.WaitGroup
	running.Go(func() { assert.NoError(t, s.Run(t.Context())) })
	t.Cleanup(running.Wait) // the test's context has ended by then
	api := httptest.NewServer(s.Handler())
	t.Cleanup(api.Close)
	return api.URL, box
}

func openSandbox(t *testing.T, address string, transport http.RoundTripper) *payment.SandboxClient {
	t.Helper()
	c, err := payment.NewSandbox(address, sandboxKey, &http.Client{Transport: transport, Timeout: 30 * time.Second})
	require.NoError(t, err)
	c.SetPage(2)
	return c
}

func TestTheSandboxKeepsTheContract(t *testing.T) {
	tokens := map[paymenttest.Card]string{
		paymenttest.Good: "tok_ok", paymenttest.Refused: "tok_declined",
		paymenttest.Challenged: "tok_challenge", paymenttest.Uncollectable: "tok_uncollectable",
	}
	signer, err := standardwebhooks.NewWebhookRaw([]byte(sandboxKey))
	require.NoError(t, err)
	paymenttest.Run(t, func(t *testing.T) paymenttest.Harness {
		address, box := startSandbox(t)
		line := &paymenttest.Line{}
		return paymenttest.Harness{
			Provider: openSandbox(t, address, line),
			Other:    openSandbox(t, address, nil),
			Token:    func(_ *testing.T, _ booking.Charge, card paymenttest.Card) string { return tokens[card] },
			Answer: func(_ *testing.T, _ booking.Charge, approve bool) string {
				if approve {
					return "approve"
				}
				return "decline"
			},
			Line:     line,
			Messages: box.all,
			Sign: func(t *testing.T, m paymenttest.Message, at time.Time) paymenttest.Message {
				m = m.Clone()
				signature, err := signer.Sign(m.Header.Get(standardwebhooks.HeaderWebhookID), at, m.Body)
				require.NoError(t, err)
				m.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(at.Unix(), 10))
				m.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
				return m
			},
			Signature: standardwebhooks.HeaderWebhookSignature,
			Amounts: []booking.Money{
				{Minor: 1500, Currency: "USD"}, {Minor: 999, Currency: "JPY"}, {Minor: 9_999_999_999_999, Currency: "KWD"},
			},
		}
	})
}

// makeCharge is one that was created, with a token.
func makeCharge(t *testing.T, p payment.Provider, id, token string) booking.Charge {
	t.Helper()
	c := booking.Charge{ID: id, BookingID: "b1", Token: token, Amount: booking.Money{Minor: 1500, Currency: "USD"}}
	_, err := p.Create(t.Context(), c)
	require.NoError(t, err)
	return c
}

func TestTheSandboxLosesEachFirstAnswer(t *testing.T) {
	address, _ := startSandbox(t)
	p := openSandbox(t, address, nil)
	c := makeCharge(t, p, "p/1?%", "tok_lost")
	for _, step := range []struct {
		do   func() (booking.Authorization, error)
		want booking.ChargeState
	}{
		{func() (booking.Authorization, error) { return p.Confirm(t.Context(), c) }, booking.ChargeAuthorized},
		{func() (booking.Authorization, error) { return p.Capture(t.Context(), c) }, booking.ChargeCaptured},
		{func() (booking.Authorization, error) { return p.Refund(t.Context(), c, "r1", c.Amount) }, booking.ChargeCaptured},
		{func() (booking.Authorization, error) { return p.Cancel(t.Context(), c) }, booking.ChargeCaptured},
	} {
		_, err := step.do()
		require.ErrorIs(t, err, io.EOF)
		done, err := p.LookUp(t.Context(), c)
		require.NoError(t, err)
		again, err := step.do()
		require.NoError(t, err)
		require.Equal(t, step.want, again.State)
		require.Equal(t, done, again)
	}
}

func TestWhatIsNotTheSandboxIsAnError(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"another server": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") },
		"another charge": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"id":"p2","state":"captured"}`)
		},
		"no state":         func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"id":"p1"}`) },
		"a proxy's error":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"a proxy's denial": http.NotFound,
		"an endless answer": func(w http.ResponseWriter, _ *http.Request) {
			for range 5 << 10 {
				_, _ = w.Write(make([]byte, 1<<10))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(answer)
			defer server.Close()
			_, err := openSandbox(t, server.URL, nil).LookUp(t.Context(), booking.Charge{ID: "p1"})
			require.Error(t, err)
		})
	}
}

func TestASandboxNeedsAnAddressAndAKey(t *testing.T) {
	for _, bad := range [][2]string{{"", "k"}, {"localhost:1", "k"}, {"ftp://h", "k"}, {"http://h", ""}} {
		_, err := payment.NewSandbox(bad[0], bad[1], nil)
		require.Error(t, err, "%q", bad)
	}
}
