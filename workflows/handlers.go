package workflows

import (
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"holdfast/activities"
	"holdfast/internal/booking"
)

// onHold waits until the seats are held, or refused.
func (k *keeper) onHold(ctx workflow.Context, fingerprint string) (activities.Outcome, error) {
	if fingerprint != k.in.Fingerprint {
		return activities.Outcome{Refusal: booking.Refuse(booking.CodeKeyReused, "this Idempotency-Key was used with another request")}, nil
	}
	// Not cancelled with the workflow: the answer comes in any case.
	ctx, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	if err := workflow.Await(ctx, func() bool { return k.hold != nil }); err != nil {
		return activities.Outcome{}, err
	}
	return *k.hold, nil
}

// onCancel ends the unpaid booking at its owner's wish. A booking that was
// decided before stays as it is, and the outcome says how.
func (k *keeper) onCancel(ctx workflow.Context) (activities.Outcome, error) {
	ctx, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	if err := workflow.Await(ctx, func() bool { return k.hold != nil }); err != nil {
		return activities.Outcome{}, err
	}
	if k.hold.Refusal != nil {
		return *k.hold, nil
	}
	if err := k.cancel(ctx, booking.ReasonCustomer); err != nil {
		return activities.Outcome{}, err
	}
	b := k.booking
	return activities.Outcome{Booking: &b}, nil
}

// rejection carries a refusal through the rejection of an update.
func rejection(r *booking.Refusal) error {
	return temporal.NewNonRetryableApplicationError(r.Message, string(r.Code), nil, r)
}
