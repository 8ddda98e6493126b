package sandbox_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/sandbox"
)

func TestTokensDecide(t *testing.T) {
	b := open(t, sandbox.Config{})
	for token, state := range map[string]string{
		"tok_ok": "authorized", "tok_uncollectable": "authorized", "tok_declined": "declined", "tok_unheard_of": "declined",
		"tok_challenge": "open", "tok_slow": "open", "tok_transfer": "open", "tok_late_transfer": "open",
	} {
		a := b.confirmed(t, "c-"+token, token, state)
		require.Equal(t, state == "declined", a.Reason != "")
		require.Equal(t, token == "tok_challenge", a.Action != nil)
	}
	a := b.want(t, "declined", "GET", "/v1/charges/c-tok_unheard_of", "")
	for _, known := range []string{"tok_ok", "tok_declined", "tok_flaky", "tok_challenge", "tok_slow", "tok_lost",
		"tok_transfer", "tok_late_transfer", "tok_uncollectable"} {
		require.Contains(t, a.Reason, known)
	}
}

func TestTheFirstTokenIsKept(t *testing.T) {
	b := open(t, sandbox.Config{})
	b.want(t, "open", "PUT", "/v1/charges/c1", order)
	b.want(t, "open", "POST", "/v1/charges/c1/confirm", `{"token":""}`)
	b.want(t, "open", "POST", "/v1/charges/c1/confirm", `{"token":"tok_slow"}`)
	b.want(t, "open", "POST", "/v1/charges/c1/confirm", `{"token":"tok_ok"}`)
	b.confirmed(t, "c2", "tok_ok", "authorized")
	b.want(t, "authorized", "POST", "/v1/charges/c2/confirm", `{"token":"tok_declined"}`)
}

func TestAFlakyChargeFailsTwiceAlsoOverARestart(t *testing.T) {
	b := open(t, sandbox.Config{})
	b.want(t, "open", "PUT", "/v1/charges/c1", order)
	confirm := func(b box) (int, answer) {
		return b.ask(t, "POST", "/v1/charges/c1/confirm", `{"token":"tok_flaky"}`)
	}
	status, a := confirm(b)
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, "flaky", a.Error.Code)
	again := open(t, sandbox.Config{PostgresURL: b.url})
	again.want(t, "open", "GET", "/v1/charges/c1", "")
	status, _ = confirm(again)
	require.Equal(t, http.StatusServiceUnavailable, status)
	status, a = confirm(b)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "authorized", a.State)
}

func TestAChallengeWaitsForItsAnswer(t *testing.T) {
	b := open(t, sandbox.Config{})
	for _, no := range []string{"", "perhaps", "tok_ok", "tok_challenge", "APPROVE"} {
		a := b.confirmed(t, "c1", "tok_challenge", "open")
		require.Equal(t, "challenge", a.Action.Type)
		require.NotNil(t, b.want(t, "open", "POST", "/v1/charges/c1/confirm", `{"token":"`+no+`"}`).Action)
	}
	b.want(t, "authorized", "POST", "/v1/charges/c1/confirm", `{"token":"approve"}`)
	b.want(t, "authorized", "POST", "/v1/charges/c1/confirm", `{"token":"decline"}`)
	b.confirmed(t, "c2", "tok_challenge", "open")
	require.NotEmpty(t, b.want(t, "declined", "POST", "/v1/charges/c2/confirm", `{"token":"decline"}`).Reason)
}

func TestLateChargesDecideByThemselves(t *testing.T) {
	b := open(t, sandbox.Config{Late: time.Hour})
	for token, state := range map[string]string{"tok_slow": "authorized", "tok_late_transfer": "captured"} {
		path := "/v1/charges/" + token
		a := b.confirmed(t, token, token, "open")
		require.Nil(t, a.Action)
		b.want(t, "open", "POST", path+"/cancel", order)
		b.want(t, "open", "POST", path+"/capture", "")
		b.want(t, "open", "GET", path, "")
		b.come(t, token)
		b.want(t, state, "GET", path, "")
	}
	b.want(t, "cancelled", "POST", "/v1/charges/tok_slow/cancel", order)
	b.want(t, "captured", "POST", "/v1/charges/tok_late_transfer/cancel", order)

	b.confirmed(t, "c3", "tok_transfer", "open")
	require.EqualValues(t, 1500, b.want(t, "captured", "POST", "/v1/charges/c3/cancel", order).Captured)
}

func TestTheLedgerSettlesLateCharges(t *testing.T) {
	b := open(t, sandbox.Config{Late: time.Hour})
	b.confirmed(t, "c1", "tok_slow", "open")
	b.come(t, "c1")
	require.Equal(t, "authorized", b.page(t, "").Charges[0].State)
}

func TestLateIsAfterTheDeadline(t *testing.T) {
	b := open(t, sandbox.Config{})
	b.want(t, "open", "PUT", "/v1/charges/c1", `{"booking_id":"b1","amount":1,"currency":"USD","deadline":"2100-01-01T00:00:00Z"}`)
	b.want(t, "open", "POST", "/v1/charges/c1/confirm", `{"token":"tok_slow"}`)
	b.confirmed(t, "c2", "tok_slow", "open")
	var first time.Time
	var second time.Duration
	require.NoError(t, b.db(t).QueryRow(t.Context(), "SELECT settles_at FROM sandbox.charges WHERE id = 'c1'").Scan(&first))
	require.Equal(t, time.Date(2100, 1, 1, 0, 0, 2, 0, time.UTC), first.UTC())
	require.NoError(t, b.db(t).QueryRow(t.Context(),
		"SELECT settles_at - created_at FROM sandbox.charges WHERE id = 'c2'").Scan(&second))
	require.GreaterOrEqual(t, second, 2*time.Second)
}

func TestAnUncollectableChargeIsCancelledByItsCapture(t *testing.T) {
	b := open(t, sandbox.Config{})
	b.confirmed(t, "c1", "tok_uncollectable", "authorized")
	for range 2 {
		status, a := b.ask(t, "POST", "/v1/charges/c1/capture", "")
		require.Equal(t, http.StatusConflict, status)
		require.Equal(t, "uncollectable", a.Error.Code)
		b.want(t, "cancelled", "GET", "/v1/charges/c1", "")
	}
}
