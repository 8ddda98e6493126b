package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"holdfast/activities"
)

// ReconciliationInput says which payments are compared.
type ReconciliationInput struct {
	// Window is how far back, and Settled how recent the newest: younger ones are
	// on their way.
	Window  time.Duration `json:"window"`
	Settled time.Duration `json:"settled"`
}

// ReconciliationReport is what was found, and what was mended by itself.
type ReconciliationReport struct {
	Before activities.Comparison `json:"before"`
	Mended int                   `json:"mended"`
	After  activities.Comparison `json:"after"` // what is left for people
}

const (
	compareBound = 30 * time.Minute // long enough for a provider's month, page by page
	mendBound    = time.Minute      // of one payment; it is tried again at the next reconciliation
)

// Reconciliation compares the books of every provider with the bookings, settles
// what can be settled, and compares again.
func Reconciliation(ctx workflow.Context, in ReconciliationInput) (ReconciliationReport, error) {
	var r ReconciliationReport
	now := workflow.Now(ctx)
	period := activities.Period{From: now.Add(-in.Window), Until: now.Add(-in.Settled)}
	var err error
	if r.Before, err = compare(ctx, period); err != nil {
		return r, err
	}
	r.After = r.Before
	mendable := r.Before.Mendable()
	if len(mendable) == 0 {
		return r, nil
	}
	for _, m := range mendable {
		id := m.Payment.Payment.ID
		out, err := call[activities.Settlement](ctx, mendBound, "settle payment "+id, steps.SettlePayment, m)
		if err != nil {
			workflow.GetLogger(ctx).Warn("a difference is not mended", "payment", id, "error", err)
			continue
		}
		if !out.Done {
			continue
		}
		r.Mended++
		if b := out.Booking; b != nil && !b.Status.Live() {
			if err := unlock(ctx, *b); err != nil {
				return r, err
			}
		}
	}
	r.After, err = compare(ctx, period)
	return r, err
}

func compare(ctx workflow.Context, period activities.Period) (activities.Comparison, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: compareBound,
		HeartbeatTimeout:    time.Minute,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute, MaximumAttempts: 10},
		Summary:             "compare the books",
	})
	var out activities.Comparison
	err := workflow.ExecuteActivity(ctx, steps.CompareBooks, period).Get(ctx, &out)
	return out, err
}
