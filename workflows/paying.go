package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"holdfast/activities"
	"holdfast/internal/booking"
)

// authorizeBound is how long a provider may take to promise the money. The
// customer waits for it, so it is short; what it does after that is followed.
const authorizeBound = 8 * time.Second

// quickBound is how long a provider is asked without a step of its own in the history,
// which costs more than all else of a booking: most answer within it. Nothing else can
// happen to the booking meanwhile, so it is short, and a hold is never longer for it.
const quickBound = 2 * time.Second

// checkPay turns payments away that cannot succeed, before they leave a trace
// in the history. The store decides about all others. A hold that was told of before
// this workflow knows of it is waited for.
func (k *keeper) checkPay(ctx workflow.Context, in PayInput) error {
	if k.hold == nil && k.in.Eager {
		return nil
	}
	if r := k.unpayable(ctx); r != nil {
		return rejection(r)
	}
	return nil
}

// unpayable says why a payment cannot succeed now.
func (k *keeper) unpayable(ctx workflow.Context) *booking.Refusal {
	switch {
	case k.hold == nil || k.hold.Refusal != nil:
		return booking.Refuse(booking.CodeNotPayable, "the seats are not held yet")
	case k.booking.Status == booking.Expired || k.booking.Status == booking.Pending && !workflow.Now(ctx).Before(k.booking.ExpiresAt):
		return booking.Refuse(booking.CodeHoldExpired, "the hold has ended; the seats are free again")
	case k.booking.Status != booking.Pending:
		return booking.Refuse(booking.CodeNotPayable, "a booking that is "+string(k.booking.Status)+" cannot be paid for")
	case k.payment != nil:
		return booking.Refuse(booking.CodeNotPayable, "another payment for this booking is being decided")
	}
	return nil
}

// onPay pays: the provider promises the money, the store decides, and only a
// confirmed booking's money is taken. A provider that does not decide while the
// customer waits lengthens the hold, and is followed until it does.
func (k *keeper) onPay(ctx workflow.Context, in PayInput) (PayOutcome, error) {
	ctx, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	refuse := func(r *booking.Refusal) (PayOutcome, error) {
		return PayOutcome{Refusal: r, Fingerprint: in.Fingerprint}, nil
	}
	if k.hold == nil {
		if err := workflow.Await(ctx, func() bool { return k.hold != nil && (k.hold.Refusal != nil || k.booking.ID != "") }); err != nil {
			return PayOutcome{}, err
		}
		if r := k.unpayable(ctx); r != nil {
			return refuse(r)
		}
	}
	p := &activities.Payment{
		BookingID: k.in.BookingID, Token: in.Token, ExpiresAt: k.hold.Booking.ExpiresAt,
		Payment: booking.Payment{
			ID: in.PaymentID, Method: in.Method, Amount: k.booking.Total,
			CreatedAt: workflow.Now(ctx), Fingerprint: in.Fingerprint,
		},
	}
	k.payment = p
	defer func() { k.payment = nil }()
	if r := k.supersede(ctx); r != nil {
		return refuse(r)
	}

	auth, err := k.authorize(ctx, *p)
	p.Token = "" // of no use any more, and not for the history of later steps
	unanswered := err != nil
	if unanswered {
		if workflow.GetVersion(ctx, changeMoneySaga, workflow.DefaultVersion, 1) == workflow.DefaultVersion {
			k.giveBack(ctx, *p) // what may have been promised all the same
			return refuse(unavailable("the payment provider did not answer").Refusal)
		}
		auth = activities.Promise{Authorization: booking.Authorization{State: booking.ChargeOpen}}
	}
	if auth.Refusal != nil { // the booking was decided meanwhile, and this try asked nobody
		k.giveBack(ctx, *p) // it may be noted as open, as one that spared the hold is
		return refuse(auth.Refusal)
	}
	p.Payment.Reference = auth.Reference
	switch auth.Standing() {
	case booking.ChargeDeclined, booking.ChargeCancelled:
		if _, err := must[nothing](ctx, "record the decline", steps.RecordDecline, *p); err != nil {
			return PayOutcome{}, err
		}
		return refuse(booking.Refuse(booking.CodePaymentDeclined, auth.Reason))
	case booking.ChargeOpen:
		p.Payment.Status, p.Payment.Action = booking.PaymentOpen, auth.Action
		if err := k.leaveOpen(ctx, *p); err != nil {
			return PayOutcome{}, err
		}
		if unanswered {
			r := booking.Refuse(booking.CodeProviderUnavailable, "the payment provider does not answer; whatever becomes of the payment, nothing is charged twice")
			r.RetryAfter = firstLook
			return refuse(r)
		}
		b := k.booking
		return PayOutcome{Payment: &p.Payment, Booking: &b, Fingerprint: in.Fingerprint}, nil
	case booking.ChargeCaptured:
		p.Payment.Status = booking.PaymentCaptured
	default:
		p.Payment.Status = booking.PaymentAuthorized
	}

	confirmed, err := must[activities.Outcome](ctx, "confirm the booking", steps.ConfirmBooking, *p)
	if err != nil {
		return PayOutcome{}, err
	}
	if confirmed.Refusal != nil { // a cancellation was first, or the deadline and somebody else
		k.giveBack(ctx, *p)
		return refuse(confirmed.Refusal)
	}
	k.paid = p
	k.adopt(ctx, confirmed.Loose)
	if err := k.learn(ctx, *confirmed.Booking); err != nil {
		return PayOutcome{}, err
	}
	return PayOutcome{Payment: &p.Payment, Booking: confirmed.Booking, Fingerprint: in.Fingerprint}, nil
}

// authorize asks the provider to promise the money: quickly if all is well, else
// durably. It may be asked twice, by a worker that comes after one that died or after a
// try that took too long: the charge has the payment's id.
func (k *keeper) authorize(ctx workflow.Context, p activities.Payment) (activities.Promise, error) {
	summary, bound := "authorize "+p.Payment.Amount.String(), authorizeBound
	if k.revision >= 1 && k.booking.ExpiresAt.Sub(workflow.Now(ctx)) > quickBound {
		auth, err := within[activities.Promise](ctx, quickBound, summary, steps.AuthorizePayment, p)
		if err == nil {
			return auth, nil
		}
		workflow.GetLogger(ctx).Warn("a step goes on as an activity", "step", summary, "error", err)
		bound -= quickBound
	}
	return call[activities.Promise](ctx, bound, summary, steps.AuthorizePayment, p)
}

// giveBack returns money to the provider's customer, in its own time.
func (k *keeper) giveBack(ctx workflow.Context, p activities.Payment) {
	k.undo(ctx, func(ctx workflow.Context) error {
		_, err := call[nothing](ctx, 0, "void "+p.Payment.Amount.String(), steps.VoidPayment, p)
		return err
	})
}

// settlePayment takes the money of the payment that confirmed the booking. It is
// retried until the provider has it: the customer has the seats. That holds also
// when the booking has been cancelled since; its refund waits for this. A provider
// that can never take it ends the booking.
func (k *keeper) settlePayment(ctx workflow.Context) error {
	if err := workflow.Await(ctx, func() bool { return k.payment == nil }); err != nil || k.paid == nil {
		return err
	}
	out, err := k.capture(ctx, *k.paid)
	if err != nil || out.Booking == nil || out.Booking.Reason != booking.ReasonUncollectable {
		return err
	}
	k.booking = *out.Booking
	if err := k.show(ctx, "cancelled: the provider could not take the money", AttrStatus.ValueSet(string(k.booking.Status))); err != nil {
		return err
	}
	return k.release(ctx)
}

// capture takes the money. The customer, whose answer goes out with the end of the
// task, waits for a quick provider, and not for one that is not.
func (k *keeper) capture(ctx workflow.Context, p activities.Payment) (activities.Outcome, error) {
	summary := "capture " + p.Payment.Amount.String()
	if k.revision >= 1 {
		out, err := within[activities.Outcome](ctx, quickBound/2, summary, steps.CapturePayment, p)
		if err == nil {
			return out, nil
		}
		workflow.GetLogger(ctx).Warn("a step goes on as an activity", "step", summary, "error", err)
	}
	return call[activities.Outcome](ctx, 0, summary, steps.CapturePayment, p)
}

// learn takes over what the store says of the booking. One that was confirmed
// after its end has let its locks go: they are taken again, for what they are worth.
func (k *keeper) learn(ctx workflow.Context, b booking.Booking) error {
	if b.Status == booking.Pending && k.booking.Status != booking.Pending {
		return nil // it was read before the booking was decided
	}
	late := k.booking.Status == booking.Expired && b.Status == booking.Confirmed
	lost := k.booking.Status == booking.Confirmed && b.Status == booking.Cancelled
	k.booking = b
	if !late && !lost {
		return nil
	}
	if lost {
		if err := k.release(ctx); err != nil {
			return err
		}
	} else if ttl := k.in.SoldUntil.Sub(workflow.Now(ctx)); ttl > 0 {
		if _, err := attempt[activities.Outcome](ctx, "lock the seats again", steps.LockSeats, k.seats(ttl)); err != nil {
			workflow.GetLogger(ctx).Warn("sold seats are not locked", "error", err)
		}
	}
	return k.show(ctx, string(b.Status)+", "+string(b.Reason), AttrStatus.ValueSet(string(b.Status)))
}
