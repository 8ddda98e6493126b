package payment_test

import (
	"bufio"
	"bytes"
	"io"
	"maps"
	"net"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/devstack"
)

// Stripe's own description of its API has to allow every request that the adapter
// makes: stripe-mock reads it, and refuses parameters that it does not know.
func TestStripeAllowsEveryRequest(t *testing.T) {
	mock := startStripeMock(t)
	s := newStripeServer(t)
	both := &tee{t: t, mock: mock, seen: map[string]int{}}
	p := newStripe(t, s, &http.Client{Transport: both})
	do := func(want booking.ChargeState) func(booking.Authorization, error) {
		return func(a booking.Authorization, err error) {
			t.Helper()
			require.NoError(t, err)
			require.Equal(t, want, a.State)
		}
	}
	c := newCharge()
	do(booking.ChargeUnknown)(p.LookUp(t.Context(), c))
	do(booking.ChargeOpen)(p.Create(t.Context(), c))
	c.Token = cardGood
	do(booking.ChargeAuthorized)(p.Confirm(t.Context(), c))
	do(booking.ChargeCaptured)(p.Capture(t.Context(), c))
	do(booking.ChargeCaptured)(p.Refund(t.Context(), c, "r-1", booking.Money{Minor: 500, Currency: "USD"}))
	do(booking.ChargeCaptured)(p.Refund(t.Context(), c, "r-2", booking.Money{Minor: 500, Currency: "USD"}))
	do(booking.ChargeCancelled)(p.Cancel(t.Context(), newCharge()))
	d := newCharge()
	d.Token = cardDeclined + "expired_card"
	do(booking.ChargeDeclined)(p.Confirm(t.Context(), d))
	require.NoError(t, p.Ledger(t.Context(), time.Now().Add(-time.Hour), func(booking.LedgerEntry) error { return nil }))

	require.ElementsMatch(t, slices.Collect(maps.Keys(stripeParams)), slices.Collect(maps.Keys(both.seen)), "one of each kind")

	// It would have told: a parameter that Stripe does not have.
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+mock+"/v1/payment_intents", strings.NewReader("amount=1000&currency=usd&holdfast=1"))
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+stripeTestKey)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	require.Equal(t, http.StatusBadRequest, statusOf(t, r))
}

func statusOf(t *testing.T, r *http.Request) int {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	if answer.StatusCode >= 300 {
		t.Logf("%s %s: %s", r.Method, r.URL, body)
	}
	return answer.StatusCode
}

// tee sends each request to stripe-mock as well, which keeps no state, and wants it
// to be allowed there.
type tee struct {
	t    *testing.T
	mock string
	mu   sync.Mutex
	seen map[string]int
}

func (c *tee) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	again := r.Clone(r.Context())
	again.URL.Host, again.RequestURI = c.mock, ""
	again.Body = io.NopCloser(bytes.NewReader(body))
	require.Equal(c.t, http.StatusOK, statusOf(c.t, again), "%s %s %s", r.Method, r.URL, body)

	c.mu.Lock()
	c.seen[kindOfRequest(r.Method, r.URL.Path)]++
	c.mu.Unlock()
	r.Body = io.NopCloser(bytes.NewReader(body))
	return http.DefaultTransport.RoundTrip(r)
}

// startStripeMock runs the pinned stripe-mock on loopback and returns its address.
func startStripeMock(t *testing.T) string {
	t.Helper()
	program, err := devstack.InstallTool(t.Context(), t.Output(), devstack.StripeMock)
	require.NoError(t, err)
	cmd := exec.Command(program, "-http-addr", "127.0.0.1:0", "-https-addr", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	read := make(chan struct{})
	t.Cleanup(func() {
		require.NoError(t, cmd.Process.Kill())
		<-read // all of what it says, before its pipe is closed
		_ = cmd.Wait()
	})
	said := make(chan string, 1)
	go func() {
		defer close(read)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if address, ok := strings.CutPrefix(lines.Text(), "Listening for HTTP at address: "); ok {
				said <- address
			}
		}
	}()
	var address string
	select {
	case address = <-said:
	case <-time.After(30 * time.Second):
		t.Fatal("stripe-mock does not say where it listens")
	}
	require.Eventually(t, func() bool {
		conn, err := net.DialTimeout("tcp", address, time.Second)
		return err == nil && conn.Close() == nil
	}, 30*time.Second, 20*time.Millisecond)
	return address
}
