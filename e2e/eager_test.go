package e2e_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"holdfast/activities"
	"holdfast/api/openapi"
	"holdfast/internal/app"
	"holdfast/internal/booking"
	"holdfast/internal/testenv/wire"
	holdfastworker "holdfast/worker"
	"holdfast/workflows"
)

// counter is the API's half of a process that has its worker in it, as `holdfast all`
// and `holdfast api --worker` do.
func (h *house) counter(store activities.Store, through string) *workflows.Client {
	h.t.Helper()
	c, err := client.Dial(workflows.Options(through, h.cfg.Namespace, h.log))
	require.NoError(h.t, err)
	notices := new(workflows.Notices)
	w := holdfastworker.New(c, h.cfg.TaskQueue, &activities.Activities{
		Lock: h.locks, Store: store, Gateways: map[string]activities.Gateway{"sandbox": h.bank.client}, Told: notices.Tell,
	}, func(error) {})
	require.NoError(h.t, w.Start())
	h.t.Cleanup(func() { w.Stop(); c.Close() })
	return &workflows.Client{Temporal: c, TaskQueue: h.cfg.TaskQueue, Timeout: h.cfg.AnswerWithin, Notices: notices}
}

func (h *house) wish(user booking.UserID, seats ...booking.SeatID) workflows.BookingInput {
	return workflows.BookingInput{
		BookingID: booking.ID(uuid.NewString()), UserID: user, ShowtimeID: h.show, SeatIDs: seats,
		Fingerprint: "f", HoldDuration: time.Minute, SoldUntil: time.Now().Add(time.Hour),
	}
}

// Whoever was told that the seats are held has them, though the process that told it
// was cut off from Temporal before that knew.
func TestAProcessDiesRightAfterItToldOfAHold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.run(app.API, app.Relay, app.Project)
	line, through := wire.To(t, "tcp://"+h.cfg.TemporalAddr)
	d := &doomed{Store: h.store, after: "hold", cut: line.Cut, done: make(chan struct{})}
	dying := h.counter(d, through[len("tcp://"):])
	ada := h.guest()
	in := h.wish(ada.user, "A1", "A2")
	b, err := dying.Hold(t.Context(), in)
	require.NoError(t, err, "it is told all the same")
	require.Equal(t, booking.Pending, b.Status)
	d.await(t)

	h.run(app.Worker)
	c := h.temporal()
	eventually(t, "the other worker keeps it", func() bool {
		d, err := c.DescribeWorkflowExecution(t.Context(), workflows.BookingWorkflowID(in.BookingID), "")
		return err == nil && d.PendingWorkflowTask == nil
	})
	require.Equal(t, openapi.Pending, ada.get(string(b.ID)).Status)
	requireProblem(t, h.guest().book(h.show, "A1"), 409, "seats_taken")
	require.Equal(t, http.StatusCreated, ada.pay(string(b.ID), "tok_ok", nil).status)
	require.Equal(t, []string{"booking.held", "booking.confirmed", "payment.authorized", "payment.captured"}, ada.history(string(b.ID)), "each once")
	h.requireNet(string(b.ID), 3000)
	h.requireAgreement()
}

// A process that dies with the seats locked and no hold has told nobody: they are free
// when another worker takes the booking over.
func TestAProcessDiesBeforeTheHold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.run(app.API, app.Relay, app.Project)
	line, through := wire.To(t, "tcp://"+h.cfg.TemporalAddr)
	m := &mortal{last: moment{"lock: acquire", 1}, cut: line.Cut, died: make(chan struct{})}
	c, err := client.Dial(workflows.Options(through[len("tcp://"):], h.cfg.Namespace, h.log))
	require.NoError(t, err)
	notices := new(workflows.Notices)
	w := holdfastworker.New(c, h.cfg.TaskQueue, &activities.Activities{
		Lock: mortalLock{h.locks, m}, Store: mortalStore{h.store, m}, Told: notices.Tell,
	}, func(error) {})
	require.NoError(t, w.Start())
	t.Cleanup(func() { w.Stop(); c.Close() })
	dying := &workflows.Client{Temporal: c, TaskQueue: h.cfg.TaskQueue, Timeout: 3 * time.Second, Notices: notices}
	in := h.wish("ada", "A1")
	_, err = dying.Hold(t.Context(), in)
	require.Error(t, err)

	h.run(app.Worker)
	result := workflows.BookingResult{}
	require.NoError(t, h.temporal().GetWorkflow(t.Context(), workflows.BookingWorkflowID(in.BookingID), "").Get(t.Context(), &result))
	require.Equal(t, workflows.StatusRefused, result.Status)
	eventually(t, "the seat is free", func() bool { return h.guest().book(h.show, "A1").status == http.StatusCreated })
	h.requireAgreement()
}

// Where the worker of the process gives nobody a notice, because another has the
// booking, the answer comes all the same.
func TestABookingThatBeganElsewhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.run(app.API, app.Relay, app.Project, app.Worker)
	elsewhere := workflows.Client{Temporal: h.temporal(), TaskQueue: h.cfg.TaskQueue, Timeout: h.cfg.AnswerWithin, Notices: new(workflows.Notices)}
	in := h.wish("ada", "A1")
	for range 2 {
		b, err := elsewhere.Hold(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, booking.Pending, b.Status)
	}
	other := in
	other.Fingerprint = "g"
	_, err := elsewhere.Hold(t.Context(), other)
	r, ok := booking.Refused(err)
	require.True(t, ok, "%v", err)
	require.Equal(t, booking.CodeKeyReused, r.Code)
	d, err := h.temporal().DescribeWorkflowExecution(t.Context(), workflows.BookingWorkflowID(in.BookingID), "")
	require.NoError(t, err)
	require.Equal(t, enums.WORKFLOW_EXECUTION_STATUS_RUNNING, d.WorkflowExecutionInfo.Status)
}

// A booking begins in the process that was asked for it, without the way over a task
// queue: its first task was never scheduled for anybody.
func TestABookingBeginsInTheProcessThatWasAsked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.run(app.All()...)
	ada, c := h.guest(), h.temporal()
	var id string
	seats := []string{}
	eventually(t, "one begins here, once the worker is there", func() bool {
		seats = append(seats, fmt.Sprintf("A%d", len(seats)+1))
		id = ada.mustBook(h.show, seats[len(seats)-1]).Id
		events := c.GetWorkflowHistory(t.Context(), "booking/"+id, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		require.True(t, events.HasNext())
		started, err := events.Next()
		require.NoError(t, err)
		return len(seats) == 8 || started.GetWorkflowExecutionStartedEventAttributes().GetEagerExecutionAccepted()
	})
	require.Less(t, len(seats), 8, "none of them began here")
	for _, seat := range seats {
		requireProblem(t, ada.book(h.show, seat), 409, "seats_taken")
	}
	require.Equal(t, http.StatusCreated, ada.pay(id, "tok_ok", nil).status)
}
