package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/worker"

	"holdfast/activities"
	"holdfast/internal/app"
	"holdfast/internal/booking"
	"holdfast/workflows"
)

// An operator finds every booking in Temporal: by id, by state, by showtime, by
// deadline.
func TestOperatorsFindBookings(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.temporal()
	ada := h.guest()
	open := ada.mustBook(h.show, "A1", "A2")
	sold := ada.mustBook(h.show, "B1")
	require.Equal(t, http.StatusCreated, ada.pay(sold.Id, "tok_ok", nil).status)

	found := func(query string, want ...string) {
		t.Helper()
		eventually(t, fmt.Sprintf("%q finds %v", query, want), func() bool {
			list, err := c.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{Query: query})
			if err != nil || len(list.Executions) != len(want) {
				return false
			}
			for i, w := range want {
				if list.Executions[i].Execution.WorkflowId != w {
					return false
				}
			}
			return true
		})
	}
	show := fmt.Sprintf(" AND BookingShowtime = '%s'", h.show)
	found("BookingStatus = 'pending'"+show, "booking/"+open.Id)
	found("BookingStatus = 'confirmed'"+show, "booking/"+sold.Id)
	found(fmt.Sprintf("BookingStatus = 'pending' AND BookingDeadline > '%s'", time.Now().UTC().Format(time.RFC3339))+show, "booking/"+open.Id)
	// A stuck booking: still open, though its deadline has passed.
	found(fmt.Sprintf("ExecutionStatus = 'Running' AND BookingDeadline < '%s'", time.Now().UTC().Format(time.RFC3339)) + show)

	d, err := c.DescribeWorkflowExecution(t.Context(), "booking/"+open.Id, "")
	require.NoError(t, err)
	var summary string
	require.NoError(t, converter.GetDefaultDataConverter().FromPayload(d.ExecutionConfig.UserMetadata.Summary, &summary))
	require.Contains(t, summary, "Seats A1, A2")

	// An operator cancels in the UI: the seats are free at once.
	require.NoError(t, c.CancelWorkflow(t.Context(), "booking/"+open.Id, ""))
	eventually(t, "the seats are free", func() bool { return ada.book(h.show, "A1").status == http.StatusCreated })
	require.Equal(t, "cancelled", string(ada.get(open.Id).Status))

	// An operator terminates by mistake: its owner can still free the seats.
	lost := ada.mustBook(h.show, "C1")
	require.NoError(t, c.TerminateWorkflow(t.Context(), "booking/"+lost.Id, "", "by mistake"))
	a := ada.do(http.MethodDelete, "/v1/bookings/"+lost.Id, "", nil)
	require.Equal(t, http.StatusOK, a.status, "%s", a.body)
	eventually(t, "its seat is free", func() bool { return ada.book(h.show, "C1").status == http.StatusCreated })
}

// recordHistories is set by `make histories`: the histories of this run replace
// those that the tests of the workflows replay.
var recordHistories = os.Getenv("HOLDFAST_RECORD_HISTORIES") != ""

// Every outcome, as the real servers have it, replays with the code of today.
func TestHistoriesReplay(t *testing.T) {
	t.Parallel()
	h := newHouse(t, holdFor(3*time.Second), graceOf(time.Second))
	h.run(app.All()...)
	h.waitForMap(1)
	c := h.temporal()
	ada := h.guest()
	status := func(b *browser, id, want string) func() bool {
		return func() bool { return string(b.get(id).Status) == want }
	}
	outcomes := map[string]func() string{
		"confirmed": func() string {
			b := ada.mustBook(h.show, "A1", "A2")
			require.Equal(t, http.StatusCreated, ada.pay(b.Id, "tok_ok", nil).status)
			return "booking/" + b.Id
		},
		"declined_then_paid": func() string {
			b := ada.mustBook(h.show, "B1")
			requireProblem(t, ada.pay(b.Id, "tok_declined", nil), 402, "payment_declined")
			require.Equal(t, http.StatusCreated, ada.pay(b.Id, "tok_ok", nil).status)
			return "booking/" + b.Id
		},
		"expired": func() string {
			b := ada.mustBook(h.show, "C1")
			eventually(t, "it has expired", status(ada, b.Id, "expired"))
			return "booking/" + b.Id
		},
		"cancelled_by_owner": func() string {
			b := ada.mustBook(h.show, "D1")
			require.Equal(t, http.StatusOK, ada.do(http.MethodDelete, "/v1/bookings/"+b.Id, "", nil).status)
			return "booking/" + b.Id
		},
		"cancelled_by_operator": func() string {
			b := ada.mustBook(h.show, "D2")
			require.NoError(t, c.CancelWorkflow(t.Context(), "booking/"+b.Id, ""))
			eventually(t, "it is cancelled", status(ada, b.Id, "cancelled"))
			return "booking/" + b.Id
		},
		"refunded": func() string {
			b := ada.mustBook(h.show, "E1")
			require.Equal(t, http.StatusCreated, ada.pay(b.Id, "tok_ok", nil).status)
			require.Equal(t, http.StatusOK, ada.do(http.MethodDelete, "/v1/bookings/"+b.Id, "", nil).status)
			return "booking/" + b.Id + "/cancellation"
		},
		"challenged": func() string {
			b := ada.mustBook(h.show, "E2")
			r := result(t, ada.pay(b.Id, "tok_challenge", nil))
			require.Equal(t, http.StatusOK, ada.confirm(b.Id, r.Id, "approve").status)
			return "booking/" + b.Id
		},
		"question_not_answered": func() string {
			b := ada.mustBook(h.show, "E3")
			require.Equal(t, http.StatusAccepted, ada.pay(b.Id, "tok_challenge", nil).status)
			return "booking/" + b.Id
		},
		"superseded": func() string {
			b := ada.mustBook(h.show, "E4")
			require.Equal(t, http.StatusAccepted, ada.pay(b.Id, "tok_challenge", nil).status)
			require.Equal(t, http.StatusCreated, ada.pay(b.Id, "tok_ok", nil).status)
			return "booking/" + b.Id
		},
		"uncollectable": func() string {
			b := ada.mustBook(h.show, "E5")
			require.Equal(t, http.StatusCreated, ada.pay(b.Id, "tok_uncollectable", nil).status)
			return "booking/" + b.Id
		},
		"late_payment_won": func() string {
			b := ada.mustBook(h.show, "E6")
			require.Equal(t, http.StatusAccepted, ada.pay(b.Id, "tok_slow", nil).status)
			eventually(t, "it has expired", status(ada, b.Id, "expired"))
			h.bank.decideLate(b.Id)
			eventually(t, "it is confirmed", status(ada, b.Id, "confirmed"))
			return "booking/" + b.Id
		},
		"late_payment_refunded": func() string {
			b := ada.mustBook(h.show, "E7")
			require.Equal(t, http.StatusAccepted, ada.pay(b.Id, "tok_late_transfer", nil).status)
			eventually(t, "its seat is somebody else's", func() bool { return h.guest().book(h.show, "E7").status == http.StatusCreated })
			h.bank.decide(b.Id)
			return "booking/" + b.Id
		},
		"silent_provider": func() string {
			b := ada.mustBook(h.show, "E8")
			h.bank.silent.Store(true)
			requireProblem(t, ada.pay(b.Id, "tok_ok", nil), 503, "provider_unavailable")
			h.bank.silent.Store(false)
			return "booking/" + b.Id
		},
		"settled_alone": func() string {
			b := ada.mustBook(h.show, "E9")
			r := result(t, ada.pay(b.Id, "tok_slow", nil))
			require.NoError(t, c.TerminateWorkflow(t.Context(), "booking/"+b.Id, "", "by mistake"))
			h.bank.decide(b.Id)
			eventually(t, "it is confirmed", status(ada, b.Id, "confirmed"))
			return "payment/" + r.Id
		},
		"showtime_cancelled": func() string {
			show := booking.ShowtimeID(uuid.NewString())
			h.addShowtime(show, time.Now().Add(24*time.Hour))
			paid, pending := ada.mustBook(show, "A1"), ada.mustBook(show, "A2")
			require.Equal(t, http.StatusCreated, ada.pay(paid.Id, "tok_ok", nil).status)
			engine := workflows.Client{Temporal: c, TaskQueue: h.cfg.TaskQueue, Timeout: h.cfg.AnswerWithin}
			_, err := engine.CancelShowtime(t.Context(), show, func(workflows.Progress) {})
			require.NoError(t, err)
			eventually(t, "the unpaid one is cancelled", status(ada, pending.Id, "cancelled"))
			return "showtime/" + string(show) + "/cancellation"
		},
		"reconciled": func() string {
			engine := workflows.Client{Temporal: c, TaskQueue: h.cfg.TaskQueue, Timeout: h.cfg.AnswerWithin}
			_, err := engine.Reconcile(t.Context(), workflows.ReconciliationInput{Window: time.Hour})
			require.NoError(t, err)
			var list *workflowservice.ListWorkflowExecutionsResponse
			eventually(t, "it is found", func() bool {
				list, err = c.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{
					Query: fmt.Sprintf("TaskQueue = '%s' AND WorkflowType = 'Reconciliation'", h.cfg.TaskQueue),
				})
				return err == nil && len(list.Executions) > 0
			})
			return list.Executions[0].Execution.WorkflowId
		},
		"refused_by_lock":  func() string { return h.refused("F1", false) },
		"refused_by_index": func() string { return h.refused("F2", true) },
	}
	for name, play := range outcomes {
		t.Run(name, func(t *testing.T) {
			id := play()
			history := closedHistory(t, c, id)
			replayer := worker.NewWorkflowReplayer()
			for _, w := range workflows.All() {
				replayer.RegisterWorkflow(w)
			}
			require.NoError(t, replayer.ReplayWorkflowHistory(nil, history))
			if recordHistories {
				record(t, name, history)
			}
		})
	}
}

// refused starts a workflow for a seat that is taken, past the API's glance at
// the locks, and returns its id. Without the lock, the index refuses.
func (h *house) refused(seat string, unlocked bool) string {
	owner := h.guest().mustBook(h.show, seat)
	if unlocked {
		require.NoError(h.t, h.locks.Release(h.t.Context(), h.show, []booking.SeatID{booking.SeatID(seat)}, booking.ID(owner.Id)))
	}
	id := booking.ID(booking.DeriveID("refused", owner.Id))
	engine := workflows.Client{Temporal: h.temporal(), TaskQueue: h.cfg.TaskQueue, Timeout: h.cfg.AnswerWithin}
	_, err := engine.Hold(h.t.Context(), workflows.BookingInput{
		BookingID: id, UserID: "eve", ShowtimeID: h.show, SeatIDs: []booking.SeatID{booking.SeatID(seat)},
		Fingerprint: "f", HoldDuration: h.cfg.HoldDuration,
	})
	r, ok := booking.Refused(err)
	require.True(h.t, ok, "%v", err)
	require.Equal(h.t, booking.CodeSeatsTaken, r.Code)
	return workflows.BookingWorkflowID(id)
}

// closedHistory waits for the end of a workflow and returns its events.
func closedHistory(t *testing.T, c client.Client, id string) *historypb.History {
	t.Helper()
	d, err := c.DescribeWorkflowExecution(t.Context(), id, "")
	require.NoError(t, err)
	run := d.WorkflowExecutionInfo.Execution.RunId // a settlement may be started again at any moment
	var result json.RawMessage
	require.NoError(t, c.GetWorkflow(t.Context(), id, run).Get(t.Context(), &result))
	var h historypb.History
	events := c.GetWorkflowHistory(t.Context(), id, run, false, 0)
	for events.HasNext() {
		e, err := events.Next()
		require.NoError(t, err)
		h.Events = append(h.Events, e)
	}
	return &h
}

func record(t *testing.T, name string, h *historypb.History) {
	t.Helper()
	data, err := temporalproto.CustomJSONMarshalOptions{Indent: " "}.Marshal(h)
	require.NoError(t, err)
	dir := filepath.Join("..", "workflows", "testdata", "histories", fmt.Sprint("revision-", activities.Revision))
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, name+".json"), data, 0o644))
}
