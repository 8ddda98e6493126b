package e2e_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
	"holdfast/internal/config"
	"holdfast/workflows"
)

// reconcile runs the command and returns its report.
func (h *house) reconcile() (workflows.ReconciliationReport, error) {
	h.t.Helper()
	out, err := h.command("reconcile", "--settled", "0s", "--json")
	var r workflows.ReconciliationReport
	// Behind the report there may be the sentence that says why the command failed.
	require.NoError(h.t, json.NewDecoder(strings.NewReader(out)).Decode(&r), "%s", out)
	return r, err
}

// The books of the bank and ours are compared: what differs is named with its
// booking, and what can be mended by itself is.
func TestTheBooksAreCompared(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada := h.guest()
	ctx := context.Background()
	paid := ada.mustBook(h.show, "A1")
	require.Equal(t, http.StatusCreated, ada.pay(paid.Id, "tok_ok", nil).status)
	refunded := ada.mustBook(h.show, "A2")
	require.Equal(t, http.StatusCreated, ada.pay(refunded.Id, "tok_ok", nil).status)
	require.Equal(t, http.StatusOK, ada.do(http.MethodDelete, "/v1/bookings/"+refunded.Id, "", nil).status)
	h.requireNet(paid.Id, 1500)
	h.requireNet(refunded.Id, 0)
	even := booking.Balance{Currency: "USD", Captured: 3000, Refunded: 1500, Confirmed: 1500}
	eventually(t, "the refund is noted", func() bool { return ada.get(refunded.Id).Payment.Status == openapi.Refunded })
	r, err := h.reconcile()
	require.NoError(t, err)
	require.Zero(t, r.Before.Differences(), "%+v", r)
	require.Equal(t, []booking.Balance{even}, r.After.Providers[0].Balances)

	h.bank.api.Store(nil) // from here on its messages are lost

	// Money of a pending booking that nobody noted confirms it; an open charge that
	// nobody follows is given up; money for a booking that has ended goes back.
	charge := func(b openapi.Booking, token string) booking.Charge {
		c := booking.Charge{ID: uuid.NewString(), BookingID: booking.ID(b.Id), Amount: booking.Money{Minor: 1500, Currency: "USD"}, Token: token}
		_, err := h.bank.client.Create(ctx, c)
		require.NoError(t, err)
		_, err = h.bank.client.Confirm(ctx, c)
		require.NoError(t, err)
		return c
	}
	won, asked := ada.mustBook(h.show, "B1"), ada.mustBook(h.show, "B2")
	charge(won, "tok_ok")
	charge(asked, "tok_challenge")
	twice := charge(paid, "tok_ok")
	_, err = h.bank.client.Capture(ctx, twice)
	require.NoError(t, err)
	r, err = h.reconcile()
	require.NoError(t, err, "%+v", r)
	require.Equal(t, 3, r.Before.Differences(), "%+v", r)
	require.Equal(t, 3, r.Mended)
	require.Equal(t, openapi.Confirmed, ada.get(won.Id).Status)
	require.Equal(t, openapi.Pending, ada.get(asked.Id).Status)
	h.requireNet(won.Id, 1500)
	h.requireNet(paid.Id, 1500)
	h.requireNet(asked.Id, 0)
	even = booking.Balance{Currency: "USD", Captured: 6000, Refunded: 3000, Confirmed: 3000}
	require.Equal(t, []booking.Balance{even}, r.After.Providers[0].Balances)

	// Money that somebody gave back by hand is for people.
	_, err = h.bank.client.Refund(ctx, booking.Charge{ID: ada.get(paid.Id).Payment.Id, BookingID: booking.ID(paid.Id), Amount: twice.Amount}, uuid.NewString(), booking.Money{Minor: 500, Currency: "USD"})
	require.NoError(t, err)
	r, err = h.reconcile()
	require.Error(t, err, "the command fails")
	require.Len(t, r.After.Providers[0].Differences, 1)
	d := r.After.Providers[0].Differences[0]
	require.Equal(t, booking.ID(paid.Id), d.BookingID)
	require.Equal(t, "less money is here than belongs here", d.Problem)
	require.False(t, d.Mendable)
	out, err := h.command("reconcile", "--settled", "0s")
	require.Error(t, err)
	require.Contains(t, out, "booking "+paid.Id)
	require.Contains(t, out, "NOT EVEN")
}

// The comparison comes by itself, by a schedule of Temporal; another interval
// replaces the one before, and 0 ends it.
func TestTheBooksAreComparedBySchedule(t *testing.T) {
	t.Parallel()
	h := open(t, func(c *config.Config) { c.ReconcileEach = time.Hour })
	c := h.temporal()
	engine := workflows.Client{Temporal: c, TaskQueue: h.cfg.TaskQueue, Timeout: time.Minute}
	in := workflows.ReconciliationInput{Window: time.Hour}
	handle := c.ScheduleClient().GetHandle(t.Context(), workflows.ReconciliationSchedule(h.cfg.TaskQueue))
	every := func(interval time.Duration) func() bool {
		return func() bool {
			d, err := handle.Describe(t.Context())
			return err == nil && d.Schedule.Spec.Intervals[0].Every == interval
		}
	}
	eventually(t, "the worker has made it", every(time.Hour))
	require.NoError(t, engine.Schedule(t.Context(), time.Minute, in))
	eventually(t, "it has the new interval", every(time.Minute))
	require.NoError(t, handle.Trigger(t.Context(), client.ScheduleTriggerOptions{}))
	eventually(t, "it has run", func() bool {
		d, err := handle.Describe(t.Context())
		if err != nil || len(d.Info.RecentActions) == 0 {
			return false
		}
		var r workflows.ReconciliationReport
		started := d.Info.RecentActions[0].StartWorkflowResult
		return c.GetWorkflow(t.Context(), started.WorkflowID, started.FirstExecutionRunID).Get(t.Context(), &r) == nil && len(r.After.Providers) == 1
	})
	for range 2 {
		require.NoError(t, engine.Schedule(t.Context(), 0, in))
	}
	_, err := handle.Describe(t.Context())
	require.Error(t, err)
}
