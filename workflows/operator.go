package workflows

import (
	"context"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"holdfast/activities"
	"holdfast/internal/booking"
)

// ReconciliationSchedule is the Temporal Schedule by which the books are compared.
// A task queue has its own, as it has its own bookings.
func ReconciliationSchedule(taskQueue string) string { return "reconciliation/" + taskQueue }

// Check has an open payment looked at now. ErrEnded says that nobody keeps the
// booking any more: the store knows how the payment stands.
func (c *Client) Check(ctx context.Context, id booking.ID, in CheckInput) error {
	var none nothing
	return c.ask(ctx, id, "", UpdateCheck, &none, in)
}

// News tells whoever keeps the booking that there is news of a payment. It reports
// false where nobody does.
func (c *Client) News(ctx context.Context, id booking.ID) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	err := translate("look at a payment", c.Temporal.SignalWorkflow(ctx, BookingWorkflowID(id), "", SignalPayment, nil))
	if errors.Is(err, ErrEnded) {
		return false, nil
	}
	return err == nil, err
}

// Keeps reports whether somebody keeps the booking, without disturbing them: what is
// told to a workflow costs it a task.
func (c *Client) Keeps(ctx context.Context, id booking.ID) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	d, err := c.Temporal.DescribeWorkflow(ctx, BookingWorkflowID(id), "")
	if err = translate("say how it stands", err); errors.Is(err, ErrEnded) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	return d.Status == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, nil
}

// Settle starts the settlement of a payment whose booking nobody keeps, or joins
// the one that runs. It does not wait for its end.
func (c *Client) Settle(ctx context.Context, in activities.Settle) error {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	_, err := c.Temporal.ExecuteWorkflow(ctx, SettlementOptions(in, c.TaskQueue), Settlement, in)
	return translate("settle a payment", err)
}

// progressEvery is how often an operator is told of progress.
const progressEvery = time.Second

// CancelShowtime cancels a showtime and waits until every booking of it is ended
// and refunded, telling of the progress meanwhile. Asked again, it goes on with what
// is left. Ending ctx ends the waiting, not the work.
func (c *Client) CancelShowtime(ctx context.Context, id booking.ShowtimeID, tell func(Progress)) (booking.ShowtimeReport, error) {
	in := ShowtimeInput{ShowtimeID: id}
	run, err := c.Temporal.ExecuteWorkflow(ctx, ShowtimeOptions(in, c.TaskQueue), ShowtimeCancellation, in)
	if err != nil {
		return booking.ShowtimeReport{}, translate("cancel a showtime", err)
	}
	var report booking.ShowtimeReport
	done := make(chan error, 1)
	go func() { done <- run.Get(ctx, &report) }()
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return report, translate("cancel a showtime", err)
		case <-tick.C:
			var p Progress
			if err := c.progress(ctx, run.GetID(), &p); err == nil {
				tell(p) // a progress that cannot be asked for is told at the next tick
			}
		}
	}
}

func (c *Client) progress(ctx context.Context, id string, p *Progress) error {
	ctx, cancel := context.WithTimeout(ctx, progressEvery)
	defer cancel()
	value, err := c.Temporal.QueryWorkflow(ctx, id, "", QueryProgress)
	if err != nil {
		return err
	}
	return value.Get(p)
}

// Reconcile compares the books now, mends what can be mended, and reports.
func (c *Client) Reconcile(ctx context.Context, in ReconciliationInput) (ReconciliationReport, error) {
	run, err := c.Temporal.ExecuteWorkflow(ctx, reconciliationOptions(c.TaskQueue), Reconciliation, in)
	var r ReconciliationReport
	if err == nil {
		err = run.Get(ctx, &r)
	}
	return r, translate("reconcile", err)
}

func reconciliationOptions(taskQueue string) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{TaskQueue: taskQueue, StaticSummary: "Compare the books of the payment providers with the bookings"}
}

// Schedule has the books compared every so often, by a Temporal Schedule; 0 is
// never. What an operator has paused stays paused.
func (c *Client) Schedule(ctx context.Context, every time.Duration, in ReconciliationInput) error {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	schedules := c.Temporal.ScheduleClient()
	id := ReconciliationSchedule(c.TaskQueue)
	if every == 0 {
		var gone *serviceerror.NotFound
		if err := schedules.GetHandle(ctx, id).Delete(ctx); err != nil && !errors.As(err, &gone) {
			return fmt.Errorf("removing the schedule of the reconciliation: %w", err)
		}
		return nil
	}
	spec := client.ScheduleSpec{Intervals: []client.ScheduleIntervalSpec{{Every: every}}}
	options := reconciliationOptions(c.TaskQueue)
	action := &client.ScheduleWorkflowAction{
		ID: id, Workflow: Reconciliation, Args: []any{in}, TaskQueue: c.TaskQueue, StaticSummary: options.StaticSummary,
	}
	_, err := schedules.Create(ctx, client.ScheduleOptions{ID: id, Spec: spec, Action: action})
	if errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		err = schedules.GetHandle(ctx, id).Update(ctx, client.ScheduleUpdateOptions{
			DoUpdate: func(was client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
				s := was.Description.Schedule
				s.Spec, s.Action = &spec, action
				return &client.ScheduleUpdate{Schedule: &s}, nil
			},
		})
	}
	if err != nil {
		return fmt.Errorf("scheduling the reconciliation: %w", err)
	}
	return nil
}
