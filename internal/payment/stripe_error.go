package payment

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/stripe/stripe-go/v85"
)

// stripeFailure is an error of Stripe's without the intent that comes with it: the
// client secret in there is not for logs.
type stripeFailure struct{ cause *stripe.Error }

func (f *stripeFailure) Error() string {
	return fmt.Sprintf("stripe answered %d %s %s: %s (request %s)",
		f.cause.HTTPStatusCode, f.cause.Type, f.cause.Code, f.cause.Msg, f.cause.RequestID)
}

func (f *stripeFailure) Unwrap() error { return f.cause }

func stripeError(err error) error {
	if err == nil {
		return nil
	}
	var e *stripe.Error
	if errors.As(err, &e) {
		return &stripeFailure{cause: e}
	}
	return fmt.Errorf("asking stripe: %w", err)
}

// unlessBusy asks Stripe, again while the same key is in use or the object is locked.
func unlessBusy[T any](ctx context.Context, ask func() (T, error)) (T, error) {
	answer, err := whileBusy(ctx, stripeBusy, ask)
	if err != nil {
		var none T
		return none, stripeError(err)
	}
	return answer, nil
}

func stripeBusy(err error) bool {
	var e *stripe.Error
	return errors.As(err, &e) && (e.HTTPStatusCode == http.StatusConflict || e.Code == stripe.ErrorCodeLockTimeout)
}

// refusedByStripe says that Stripe has understood the request and refused it,
// which is final; all else leaves open whether it was done.
func refusedByStripe(err error) bool {
	var e *stripe.Error
	if !errors.As(err, &e) {
		return false
	}
	return e.Type == stripe.ErrorTypeCard ||
		(e.Type == stripe.ErrorTypeInvalidRequest &&
			(e.HTTPStatusCode == http.StatusBadRequest || e.HTTPStatusCode == http.StatusPaymentRequired))
}

// expired says that the promise of the money is void.
func expired(err error) bool {
	var e *stripe.Error
	return errors.As(err, &e) &&
		(e.Code == stripe.ErrorCodeChargeExpiredForCapture || e.Code == stripe.ErrorCodeCaptureChargeAuthorizationExpired)
}

// declineCode is why a confirmation was declined; empty when it was not. A payment
// method that Stripe does not know, or does not take, came from the customer too.
func declineCode(err error) string {
	var e *stripe.Error
	switch {
	case !errors.As(err, &e):
		return ""
	case e.Type == stripe.ErrorTypeCard:
		return codeOf(e)
	case e.Type == stripe.ErrorTypeInvalidRequest && e.Param == "payment_method":
		return codeUnknownCard
	default:
		return ""
	}
}

// refusedAmount is the sentence for an amount that Stripe does not take; empty for
// all other errors.
func refusedAmount(err error) string {
	var e *stripe.Error
	if !errors.As(err, &e) {
		return ""
	}
	switch e.Code {
	case stripe.ErrorCodeAmountTooSmall:
		return "the amount is too small to be paid by card"
	case stripe.ErrorCodeAmountTooLarge:
		return "the amount is too large to be paid by card"
	default:
		return ""
	}
}
