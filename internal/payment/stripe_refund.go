package payment

import (
	"context"
	"errors"
	"fmt"

	"github.com/stripe/stripe-go/v85"

	"holdfast/internal/booking"
)

// Refund gives money back. The key makes it once while Stripe keeps it; after that
// the refund is found among those of the intent, by its metadata. A refund that
// failed has given nothing back, so asking again is a new one.
func (s *Stripe) Refund(ctx context.Context, c booking.Charge, id string, amount booking.Money) (booking.Authorization, error) {
	if err := checkRefund(c, id, amount); err != nil {
		return booking.Authorization{}, err
	}
	minor, err := toStripe(amount)
	if err != nil {
		return booking.Authorization{}, err
	}
	intent, err := s.find(ctx, c)
	if err != nil {
		return booking.Authorization{}, err
	}
	if intent == nil || intent.Status != stripe.PaymentIntentStatusSucceeded {
		return booking.Authorization{}, fmt.Errorf("nothing was taken for charge %s that could be given back", c.ID)
	}
	done, failed, err := s.refunds(ctx, intent.ID, id)
	if err != nil {
		return booking.Authorization{}, err
	}
	if !done {
		params := &stripe.RefundCreateParams{
			PaymentIntent: stripe.String(intent.ID),
			Amount:        stripe.Int64(minor),
			Metadata:      map[string]string{metaRefund: id, metaCharge: c.ID, metaBooking: string(c.BookingID)},
		}
		key := "holdfast-refund-" + id
		if failed != "" {
			key += "-after-" + failed
		}
		params.SetIdempotencyKey(key)
		if _, err := unlessBusy(ctx, func() (*stripe.Refund, error) {
			return s.intents.V1Refunds.Create(ctx, params)
		}); err != nil {
			return booking.Authorization{}, err
		}
	}
	return s.reread(ctx, c, intent.ID)
}

// refunds looks for a refund with our id: whether it is there, and otherwise the
// last one of that id that failed.
func (s *Stripe) refunds(ctx context.Context, intent, id string) (done bool, failed string, err error) {
	params := &stripe.RefundListParams{PaymentIntent: stripe.String(intent)}
	params.Limit = stripe.Int64(s.page)
	for refund, err := range s.intents.V1Refunds.List(ctx, params).All(ctx) { // newest first
		switch {
		case err != nil:
			return false, "", stripeError(err)
		case refund.Metadata[metaRefund] != id:
		case refund.Status != stripe.RefundStatusFailed && refund.Status != stripe.RefundStatusCanceled:
			return true, "", nil
		case failed == "":
			failed = refund.ID
		}
	}
	return false, failed, nil
}

// checkRefund refuses what is a mistake of the program.
func checkRefund(c booking.Charge, id string, amount booking.Money) error {
	switch {
	case id == "":
		return errors.New("a refund needs an id")
	case amount.Minor <= 0:
		return fmt.Errorf("%s cannot be given back: it is not more than nothing", amount)
	case amount.Currency != c.Amount.Currency:
		return fmt.Errorf("%s cannot be given back of %s: the currencies differ", amount, c.Amount)
	}
	return nil
}
