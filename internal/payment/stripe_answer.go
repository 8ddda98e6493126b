package payment

import (
	"context"
	"strings"

	"github.com/stripe/stripe-go/v85"

	"holdfast/internal/booking"
)

// answer says how an intent stands, after it has made a decline final.
func (s *Stripe) answer(ctx context.Context, c booking.Charge, intent *stripe.PaymentIntent, err error) (booking.Authorization, error) {
	if err != nil {
		if reason := refusedAmount(err); reason != "" {
			return declined(c, "", reason), nil
		}
		return booking.Authorization{}, err
	}
	if code := lastDecline(intent); code != "" {
		return s.refuse(ctx, c, intent.ID, code)
	}
	return standing(intent, c.Amount.Currency), nil
}

// reread answers how an intent stands by now.
func (s *Stripe) reread(ctx context.Context, c booking.Charge, id string) (booking.Authorization, error) {
	intent, err := s.retrieve(ctx, id)
	return s.answer(ctx, c, intent, err)
}

// fresh answers how an intent stands that Stripe has answered with, reading it
// again if that answer was an old one.
func (s *Stripe) fresh(ctx context.Context, c booking.Charge, intent *stripe.PaymentIntent) (booking.Authorization, error) {
	if replayed(intent) {
		return s.reread(ctx, c, intent.ID)
	}
	return s.answer(ctx, c, intent, nil)
}

// refuse makes a decline final. Stripe would take another card for the same
// intent, so it is cancelled, after what it was declined for was written to it:
// without that, a declined charge could not be told from one that was given up.
func (s *Stripe) refuse(ctx context.Context, c booking.Charge, id, code string) (booking.Authorization, error) {
	params := &stripe.PaymentIntentUpdateParams{Metadata: map[string]string{metaDeclined: code}}
	_, err := unlessBusy(ctx, func() (*stripe.PaymentIntent, error) {
		return s.intents.V1PaymentIntents.Update(ctx, id, params)
	})
	if err != nil && !refusedByStripe(err) {
		return booking.Authorization{}, err
	}
	cancel := &stripe.PaymentIntentCancelParams{}
	_, err = unlessBusy(ctx, func() (*stripe.PaymentIntent, error) {
		return s.intents.V1PaymentIntents.Cancel(ctx, id, cancel)
	})
	if err != nil && !refusedByStripe(err) {
		return booking.Authorization{}, err
	}
	// Another process may have been first, or the customer with another card: what
	// counts is how it stands now.
	intent, err := s.retrieve(ctx, id)
	if err != nil {
		return booking.Authorization{}, err
	}
	return standing(intent, c.Amount.Currency), nil
}

// unconfirmed says that no card was tried for the intent yet.
func unconfirmed(intent *stripe.PaymentIntent) bool {
	switch intent.Status {
	case stripe.PaymentIntentStatusRequiresPaymentMethod, stripe.PaymentIntentStatusRequiresConfirmation:
		return lastDecline(intent) == ""
	default:
		return false
	}
}

// lastDecline is why the last card of an intent was declined; empty when it was not,
// or when more has happened since.
func lastDecline(intent *stripe.PaymentIntent) string {
	if intent.Status != stripe.PaymentIntentStatusRequiresPaymentMethod || intent.LastPaymentError == nil {
		return ""
	}
	return codeOf(intent.LastPaymentError)
}

// standing says how an intent stands.
func standing(intent *stripe.PaymentIntent, currency string) booking.Authorization {
	none := booking.Money{Currency: currency}
	a := booking.Authorization{Reference: intent.ID, Captured: none, Refunded: none}
	switch intent.Status {
	case stripe.PaymentIntentStatusRequiresCapture:
		a.State = booking.ChargeAuthorized
	case stripe.PaymentIntentStatusSucceeded:
		a.State = booking.ChargeCaptured
		a.Captured = fromStripe(intent.AmountReceived, currency)
		if intent.LatestCharge != nil {
			a.Refunded = fromStripe(intent.LatestCharge.AmountRefunded, currency)
		}
	case stripe.PaymentIntentStatusCanceled:
		a.State = booking.ChargeCancelled
		if code := intent.Metadata[metaDeclined]; code != "" {
			a.State, a.Declined, a.Reason = booking.ChargeDeclined, true, stripeReason(code)
		}
	case stripe.PaymentIntentStatusRequiresPaymentMethod:
		a.State = booking.ChargeOpen
		if code := lastDecline(intent); code != "" {
			a.State, a.Declined, a.Reason = booking.ChargeDeclined, true, stripeReason(code)
		}
	default: // it waits for the customer or the bank; so does a state that Stripe may add
		a.State = booking.ChargeOpen
		a.Action = stripeAction(intent)
	}
	return a
}

// stripeAction is what the customer has to do, when the intent waits for that.
func stripeAction(intent *stripe.PaymentIntent) *booking.Action {
	if intent.Status != stripe.PaymentIntentStatusRequiresAction {
		return nil
	}
	if next := intent.NextAction; next != nil && next.RedirectToURL != nil && next.RedirectToURL.URL != "" {
		return &booking.Action{Type: "redirect", URL: next.RedirectToURL.URL}
	}
	return &booking.Action{Type: "stripe", Data: map[string]string{"client_secret": intent.ClientSecret}}
}

// declined is the answer to a charge that can never be paid.
func declined(c booking.Charge, reference, reason string) booking.Authorization {
	none := booking.Money{Currency: c.Amount.Currency}
	return booking.Authorization{
		State: booking.ChargeDeclined, Declined: true, Reason: reason, Reference: reference,
		Captured: none, Refunded: none,
	}
}

// stripeRefusal is the answer to a charge whose amount Stripe does not take; nil
// when it does. It is the same each time, so there is no need to ask Stripe.
func stripeRefusal(c booking.Charge) *booking.Authorization {
	if c.Amount == (booking.Money{}) { // who only looks a charge up may not know what it was about
		return nil
	}
	if _, err := toStripe(c.Amount); err != nil {
		a := declined(c, "", strings.TrimSpace(err.Error()))
		return &a
	}
	return nil
}
