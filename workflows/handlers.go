package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"holdfast/activities"
	"holdfast/internal/booking"
)

// authorizeBound is how long a provider may take to promise the money. The
// customer waits for it, so it is short; what it did after that is given back.
const authorizeBound = 8 * time.Second

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

// checkPay turns payments away that cannot succeed, before they leave a trace
// in the history. The store decides about all others.
func (k *keeper) checkPay(ctx workflow.Context, in PayInput) error {
	switch {
	case k.hold == nil || k.hold.Refusal != nil:
		return rejection(booking.Refuse(booking.CodeNotPayable, "the seats are not held yet"))
	case k.booking.Status == booking.Expired || k.booking.Status == booking.Pending && !workflow.Now(ctx).Before(k.booking.ExpiresAt):
		return rejection(booking.Refuse(booking.CodeHoldExpired, "the hold has ended; the seats are free again"))
	case k.booking.Status != booking.Pending:
		return rejection(booking.Refuse(booking.CodeNotPayable, "a booking that is "+string(k.booking.Status)+" cannot be paid for"))
	case k.payment != nil:
		return rejection(booking.Refuse(booking.CodeNotPayable, "another payment for this booking is being decided"))
	}
	return nil
}

// onPay pays: the provider promises the money, the store decides, and only a
// confirmed booking's money is taken. Everything else is given back.
func (k *keeper) onPay(ctx workflow.Context, in PayInput) (PayOutcome, error) {
	ctx, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	p := &activities.Payment{
		BookingID: k.in.BookingID, Token: in.Token,
		Payment: booking.Payment{
			ID: in.PaymentID, Method: in.Method, Amount: k.booking.Total,
			CreatedAt: workflow.Now(ctx), Fingerprint: in.Fingerprint,
		},
	}
	k.payment = p
	defer func() { k.payment = nil }()
	refuse := func(r *booking.Refusal) (PayOutcome, error) {
		return PayOutcome{Refusal: r, Fingerprint: in.Fingerprint}, nil
	}

	auth, err := call[booking.Authorization](ctx, authorizeBound, "authorize "+p.Payment.Amount.String(), steps.AuthorizePayment, *p)
	p.Token = "" // of no use any more, and not for the history of later steps
	if err != nil {
		k.giveBack(ctx, *p) // what may have been promised all the same
		return refuse(unavailable("the payment provider did not answer").Refusal)
	}
	p.Payment.Reference = auth.Reference
	if auth.Declined {
		if _, err := must[nothing](ctx, "record the decline", steps.RecordDecline, *p); err != nil {
			return PayOutcome{}, err
		}
		return refuse(booking.Refuse(booking.CodePaymentDeclined, auth.Reason))
	}

	confirmed, err := must[activities.Outcome](ctx, "confirm the booking", steps.ConfirmBooking, *p)
	if err != nil {
		return PayOutcome{}, err
	}
	if confirmed.Refusal != nil { // the deadline, or a cancellation, was first
		k.giveBack(ctx, *p)
		return refuse(confirmed.Refusal)
	}
	p.Payment.Status = booking.PaymentAuthorized
	k.paid = p
	k.booking = *confirmed.Booking
	return PayOutcome{Payment: &p.Payment, Booking: confirmed.Booking, Fingerprint: in.Fingerprint}, nil
}

// giveBack returns a promise of money to the provider, in its own time.
func (k *keeper) giveBack(ctx workflow.Context, p activities.Payment) {
	k.undo(ctx, func(ctx workflow.Context) error {
		_, err := call[nothing](ctx, 0, "void "+p.Payment.Amount.String(), steps.VoidPayment, p)
		return err
	})
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
	err := k.decide(ctx, "cancel the booking", steps.CancelBooking, activities.Cancellation{BookingID: k.in.BookingID, Reason: booking.ReasonCustomer})
	if err != nil {
		return activities.Outcome{}, err
	}
	b := k.booking
	return activities.Outcome{Booking: &b}, nil
}

// settlePayment takes the money of the payment that confirmed the booking. It is
// retried until the provider has it: the customer has the seats. That holds also
// when the booking has been cancelled since; its refund waits for this.
func (k *keeper) settlePayment(ctx workflow.Context) error {
	if err := workflow.Await(ctx, func() bool { return k.payment == nil }); err != nil || k.paid == nil {
		return err
	}
	_, err := call[nothing](ctx, 0, "capture "+k.paid.Payment.Amount.String(), steps.CapturePayment, *k.paid)
	return err
}

// rejection carries a refusal through the rejection of an update.
func rejection(r *booking.Refusal) error {
	return temporal.NewNonRetryableApplicationError(r.Message, string(r.Code), nil, r)
}
