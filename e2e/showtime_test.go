package e2e_test

import (
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"holdfast/api/openapi"
	"holdfast/internal/app"
	"holdfast/internal/booking"
)

// command runs a command of the program against the house.
func (h *house) command(args ...string) (string, error) {
	h.t.Helper()
	path, err := binary()
	require.NoError(h.t, err)
	cmd := exec.CommandContext(h.t.Context(), path, args...)
	cmd.Env = append(cmd.Environ(), environ(h.cfg)...)
	cmd.Env = append(cmd.Env, "HOLDFAST_LOG_LEVEL=error")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// A showtime is cancelled while people pay for it, by two operators at once, and the
// worker is killed half-way: every booking of it is ended, every payment refunded in
// full, once, and nothing is sold in it any more.
func TestAShowtimeIsCancelled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.cfg.MaxHolds, h.cfg.RefundPolicy = 100, "72h=100" // a customer would get nothing back
	h.run(app.API, app.Relay, app.Project)
	worker := h.start("worker")
	h.waitForMap(1)
	ada := h.guest()
	const bought, held = 30, 9
	var paid, pending []string
	for i := range bought + held {
		seat := fmt.Sprint(string(rune('A'+i/perRow)), i%perRow+1)
		b := ada.mustBook(h.show, seat)
		if i >= bought {
			pending = append(pending, b.Id)
			continue
		}
		require.Equal(t, http.StatusCreated, ada.pay(b.Id, "tok_ok", nil).status)
		paid = append(paid, b.Id)
	}
	asked := result(t, ada.pay(pending[0], "tok_challenge", nil))
	require.Equal(t, openapi.RequiresAction, asked.Status)

	var operators sync.WaitGroup
	for range 2 {
		operators.Go(func() {
			if out, err := h.command("showtime", "cancel", string(h.show)); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	eventually(t, "the cancellation has begun", func() bool {
		b := ada.get(paid[0])
		return b.Status == openapi.Cancelled || ada.get(paid[bought-1]).Status == openapi.Cancelled
	})
	worker.kill()
	h.start("worker")
	operators.Wait()

	for _, id := range paid {
		b := ada.get(id)
		require.Equal(t, openapi.Cancelled, b.Status)
		require.Equal(t, openapi.BookingReasonShowtime, *b.Reason)
		require.Equal(t, openapi.Refunded, b.Payment.Status)
		require.Equal(t, b.Total, *b.Payment.Refund)
	}
	for _, id := range pending {
		require.Equal(t, openapi.Cancelled, ada.get(id).Status)
	}
	eventually(t, "the open payment is given up", func() bool { return ada.get(pending[0]).Payment.Status == openapi.Voided })
	refunds := 0
	for _, e := range h.bank.ledger() {
		require.Equal(t, e.Captured, e.Refunded, "%+v", e)
		if e.Refunded.Minor > 0 {
			refunds++
		}
	}
	require.Equal(t, bought, refunds)
	requireProblem(t, ada.book(h.show, "F1"), 409, "sales_closed")
	show := ada.do(http.MethodGet, "/v1/showtimes/"+string(h.show), "", nil)
	require.Contains(t, string(show.body), `"cancelledAt"`)
	m := h.requireAgreement()
	for _, s := range m.Seats {
		require.NotContains(t, []booking.SeatStatus{booking.SeatHeld, booking.SeatSold}, s.Status)
	}

	// Again is harmless, and reports the same.
	out, err := h.command("showtime", "cancel", string(h.show))
	require.NoError(t, err, out)
	require.Contains(t, out, fmt.Sprintf("%d bookings were ended with it", bought+held))
	require.Contains(t, out, "Given back: 450.00 USD. Still due or undecided: 0.00 USD.")
	out, err = h.command("showtime", "cancel", booking.DeriveID("no", "showtime"))
	require.Error(t, err)
	require.Equal(t, "holdfast: there is no such showtime", strings.TrimSpace(out))
}
