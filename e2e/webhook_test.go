package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
)

// letter is a message of the bank as it was sent.
type letter struct {
	header http.Header
	body   []byte
}

// letterbox is where the bank's messages come by on their way to the API.
type letterbox struct {
	mu      sync.Mutex
	letters []letter
}

// intercept writes down what passes.
func (b *letterbox) intercept(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		b.mu.Lock()
		b.letters = append(b.letters, letter{r.Header.Clone(), body})
		b.mu.Unlock()
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

func (b *letterbox) all() []letter {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.letters)
}

// deliver brings a letter to the API and returns the status.
func (h *house) deliver(l letter) int {
	h.t.Helper()
	rec := httptest.NewRecorder()
	req := httptest.NewRequest(http.MethodPost, h.base+"/v1/webhooks/sandbox", bytes.NewReader(l.body))
	req.RequestURI = ""
	req.Header = l.header.Clone()
	resp, err := h.bank.post.RoundTrip(req)
	require.NoError(h.t, err)
	defer func() { require.NoError(h.t, resp.Body.Close()) }()
	_, err = io.Copy(rec, resp.Body)
	require.NoError(h.t, err)
	return resp.StatusCode
}

// sealed is a letter that the bank has really signed, at that time.
func (h *house) sealed(id string, at time.Time, body []byte) letter {
	h.t.Helper()
	signer, err := standardwebhooks.NewWebhookRaw([]byte(h.bank.key))
	require.NoError(h.t, err)
	signature, err := signer.Sign(id, at, body)
	require.NoError(h.t, err)
	return letter{http.Header{
		"Content-Type": {"application/json"}, "Webhook-Id": {id},
		"Webhook-Timestamp": {strconv.FormatInt(at.Unix(), 10)}, "Webhook-Signature": {signature},
	}, body}
}

// state is everything that a message could change.
func (h *house) state(ids ...string) string {
	h.t.Helper()
	ctx := context.Background()
	var out bytes.Buffer
	for _, id := range ids {
		b, err := h.store.Get(ctx, booking.ID(id))
		require.NoError(h.t, err)
		history, err := h.store.History(ctx, booking.ID(id))
		require.NoError(h.t, err)
		fmt.Fprintf(&out, "%s %s %s %+v %+v\n", b.ID, b.Status, b.Reason, *b.Payment, history)
	}
	for _, r := range slices.Sorted(func(yield func(string) bool) {
		for _, e := range h.bank.ledger() {
			if !yield(fmt.Sprintf("%+v", e)) {
				return
			}
		}
	}) {
		fmt.Fprintln(&out, r)
	}
	return out.String()
}

// Every message of the bank comes again: twice, in reverse order, under its own name
// and another; and nothing is changed by it. Forged and stale ones are refused.
func TestMessagesOfTheBankChangeNothing(t *testing.T) {
	t.Parallel()
	h := open(t, holdFor(2*time.Second), graceOf(time.Second))
	ada, bob := h.guest(), h.guest()
	paid := ada.mustBook(h.show, "A1")
	require.Equal(t, http.StatusCreated, ada.pay(paid.Id, "tok_ok", nil).status)
	declined := ada.mustBook(h.show, "B1")
	requireProblem(t, ada.pay(declined.Id, "tok_declined", nil), 402, "payment_declined")
	require.Equal(t, http.StatusCreated, ada.pay(declined.Id, "tok_ok", nil).status)
	refunded := ada.mustBook(h.show, "C1")
	require.Equal(t, http.StatusCreated, ada.pay(refunded.Id, "tok_ok", nil).status)
	require.Equal(t, http.StatusOK, ada.do(http.MethodDelete, "/v1/bookings/"+refunded.Id, "", nil).status)
	late := ada.mustBook(h.show, "D1")
	deadline := result(t, ada.pay(late.Id, "tok_late_transfer", nil)).Booking.ExpiresAt
	requireFreedInTime(t, h, bob, deadline, "D1")
	h.bank.decide(late.Id)
	for id, want := range map[string]openapi.PaymentStatus{paid.Id: openapi.Captured, declined.Id: openapi.Captured, refunded.Id: openapi.Refunded, late.Id: openapi.Refunded} {
		eventually(t, "its money is where it belongs", func() bool { p := ada.get(id).Payment; return p != nil && p.Status == want })
	}
	eventually(t, "the bank has told everything", func() bool { return len(h.bank.box.all()) >= 9 && h.bank.told() })
	before := h.state(paid.Id, declined.Id, refunded.Id, late.Id)
	letters := h.bank.box.all()

	for range 2 {
		for _, l := range slices.Backward(letters) {
			require.Equal(t, http.StatusNoContent, h.deliver(l))
			require.Equal(t, http.StatusNoContent, h.deliver(h.sealed("another-"+l.header.Get("Webhook-Id"), time.Now(), l.body)))
		}
	}

	l := letters[0]
	refused := 0
	refuse := func(what string, l letter) {
		t.Helper()
		require.Equal(t, http.StatusBadRequest, h.deliver(l), what)
		refused++
	}
	for i := range l.body {
		forged := bytes.Clone(l.body)
		forged[i] ^= 1
		refuse(fmt.Sprint("byte ", i), letter{l.header, forged})
	}
	for _, name := range []string{"Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"} {
		without := l.header.Clone()
		without.Del(name)
		refuse("without "+name, letter{without, l.body})
		other := l.header.Clone()
		other.Set(name, letters[1].header.Get(name)+"1")
		refuse("with another "+name, letter{other, l.body})
	}
	for _, age := range []time.Duration{-6 * time.Minute, 6 * time.Minute, -24 * time.Hour} {
		refuse("from another time", h.sealed("stale", time.Now().Add(age), l.body))
	}
	t.Logf("%d letters, each again four times; %d forged or stale ones refused", len(letters), refused)

	eventually(t, "what they have begun is over", func() bool { return h.nothingRuns(late.Id, paid.Id, refunded.Id, declined.Id) })
	require.Equal(t, before, h.state(paid.Id, declined.Id, refunded.Id, late.Id))
	requireProblem(t, ada.do(http.MethodPost, "/v1/webhooks/nobody", "{}", nil), 404, "not_found")
	h.requireAgreement()
}

// nothingRuns reports whether no settlement of these bookings is under way.
func (h *house) nothingRuns(ids ...string) bool {
	c := h.temporal()
	for _, id := range ids {
		b, err := h.store.Get(context.Background(), booking.ID(id))
		if err != nil || b.Payment == nil {
			return false
		}
		run := c.GetWorkflow(context.Background(), "payment/"+b.Payment.ID, "")
		if d, err := c.DescribeWorkflowExecution(context.Background(), run.GetID(), ""); err == nil && d.WorkflowExecutionInfo.Status == 1 {
			return false
		}
	}
	return true
}

// A payment of a booking that nobody keeps any more, because its workflow was ended
// by mistake, is settled by the bank's message alone.
func TestAMessageSettlesWhatNobodyKeeps(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada := h.guest()
	b := ada.mustBook(h.show, "A1")
	require.Equal(t, http.StatusAccepted, ada.pay(b.Id, "tok_slow", nil).status)
	require.NoError(t, h.temporal().TerminateWorkflow(t.Context(), "booking/"+b.Id, "", "by mistake"))
	h.bank.decide(b.Id)
	eventually(t, "it is confirmed", func() bool { return ada.get(b.Id).Status == openapi.Confirmed })
	h.requireNet(b.Id, 1500)
}
