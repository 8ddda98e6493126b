package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// stepBound is how long a quick step is tried. Two of them, lock and persist, and
// the time that a customer's request may wait before (BookingInput.Patience) fit
// into the time in which the API answers.
const stepBound = 3 * time.Second

// attempt runs a quick step as a local activity: within the worker that has the
// workflow in its hands, which spares the way over a task queue. It gives up
// after a few seconds; the outcome of a step that failed is unknown.
func attempt[T any](ctx workflow.Context, summary string, activity, in any) (T, error) {
	return within[T](ctx, stepBound, summary, activity, in)
}

// within is attempt with another bound.
func within[T any](ctx workflow.Context, bound time.Duration, summary string, activity, in any) (T, error) {
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout:    min(bound, 2*time.Second),
		ScheduleToCloseTimeout: bound,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: 50 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 500 * time.Millisecond,
		},
		Summary: summary,
	})
	var out T
	err := workflow.ExecuteLocalActivity(ctx, activity, in).Get(ctx, &out)
	return out, err
}

// onceBound is how long one try of a step may take: some ask a provider several times.
// It is also how late it is seen that a worker died in it.
const onceBound = 20 * time.Second

// call runs a step as an activity of its own, which is retried until bound has
// passed, or for ever where bound is 0. An operator sees it pending in Temporal
// UI, with its attempts and last error.
func call[T any](ctx workflow.Context, bound time.Duration, summary string, activity, in any) (T, error) {
	once := onceBound
	if bound > 0 {
		once = bound / 3 // so that a worker that died in it leaves time for another try
	}
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout:    once,
		ScheduleToCloseTimeout: bound,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: 200 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 10 * time.Second,
		},
		Summary: summary,
	})
	var out T
	err := workflow.ExecuteActivity(ctx, activity, in).Get(ctx, &out)
	return out, err
}

// must runs a step that has to happen, whatever it takes: quickly if all is
// well, else durably. It does not end with the workflow's cancellation.
func must[T any](ctx workflow.Context, summary string, activity, in any) (T, error) {
	ctx, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	out, err := attempt[T](ctx, summary, activity, in)
	if err != nil {
		workflow.GetLogger(ctx).Warn("a step goes on as an activity", "step", summary, "error", err)
		return call[T](ctx, 0, summary, activity, in)
	}
	return out, nil
}

// nothing is the result of a step that has none.
type nothing struct{}
