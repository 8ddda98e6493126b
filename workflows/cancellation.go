package workflows

import (
	"fmt"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"holdfast/activities"
	"holdfast/internal/booking"
)

// Cancellation revokes a confirmed booking: the store frees its seats and marks
// its money as due in one transaction; then the lock goes and the money is given
// back, once, however long the provider takes.
func Cancellation(ctx workflow.Context, in CancellationInput) (BookingResult, error) {
	if in.BookingID == "" {
		return BookingResult{}, temporal.NewNonRetryableApplicationError("a cancellation needs a booking", "bad_input", nil)
	}
	var revoked *activities.Outcome
	// Not cancelled with the workflow: once begun, money is given back.
	ctx, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	err := workflow.SetUpdateHandlerWithOptions(ctx, UpdateRevoke, func(ctx workflow.Context) (activities.Outcome, error) {
		ctx, cancel := workflow.NewDisconnectedContext(ctx)
		defer cancel()
		if err := workflow.Await(ctx, func() bool { return revoked != nil }); err != nil {
			return activities.Outcome{}, err
		}
		return *revoked, nil
	}, workflow.UpdateHandlerOptions{Description: "Waits until the booking is cancelled, or refused."})
	if err != nil {
		return BookingResult{}, fmt.Errorf("registering %s: %w", UpdateRevoke, err)
	}

	out, err := must[activities.Outcome](ctx, "revoke the booking", steps.RevokeBooking, in.Cancellation)
	if err != nil {
		return BookingResult{}, err
	}
	revoked = &out
	result := BookingResult{Status: StatusRefused, Refusal: out.Refusal}
	if out.Refusal == nil {
		result.Status = string(booking.Cancelled)
		if err := settle(ctx, *out.Booking); err != nil {
			return result, err
		}
	}
	if err := workflow.UpsertTypedSearchAttributes(ctx, AttrStatus.ValueSet(result.Status)); err != nil {
		return result, err
	}
	return result, workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) })
}

// settle frees the locks of the revoked booking and gives its money back.
func settle(ctx workflow.Context, b booking.Booking) error {
	if err := unlock(ctx, b); err != nil {
		return err
	}
	if b.Payment == nil {
		return nil
	}
	if b.Payment.Status == booking.PaymentOpen {
		return nil // whoever follows it gives it up
	}
	refund := activities.Payment{BookingID: b.ID, Payment: *b.Payment}
	_, err := call[nothing](ctx, 0, "refund "+b.Payment.Amount.String(), steps.RefundPayment, refund)
	return err
}
