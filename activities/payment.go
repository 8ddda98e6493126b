package activities

import (
	"context"
	"fmt"

	"go.temporal.io/sdk/temporal"

	"holdfast/internal/booking"
)

// Payment is a payment on its way: what the customer asked, and for what.
type Payment struct {
	BookingID booking.ID      `json:"bookingId"`
	Payment   booking.Payment `json:"payment"`
	Token     string          `json:"token,omitempty"`
}

// AuthorizePayment asks the provider to promise the money.
func (a *Activities) AuthorizePayment(ctx context.Context, in Payment) (booking.Authorization, error) {
	g, err := a.gateway(in.Payment.Method)
	if err != nil {
		return booking.Authorization{}, err
	}
	auth, err := g.Authorize(ctx, booking.Charge{ID: in.Payment.ID, Amount: in.Payment.Amount, Token: in.Token})
	if err != nil {
		return booking.Authorization{}, fmt.Errorf("authorizing payment %s: %w", in.Payment.ID, err)
	}
	return auth, nil
}

// ConfirmBooking decides: the booking is confirmed by this payment, or it had
// ended and the refusal says so.
func (a *Activities) ConfirmBooking(ctx context.Context, in Payment) (Outcome, error) {
	return outcome(a.Store.Confirm(ctx, in.BookingID, in.Payment))
}

// CapturePayment takes the promised money of a confirmed booking.
func (a *Activities) CapturePayment(ctx context.Context, in Payment) error {
	g, err := a.gateway(in.Payment.Method)
	if err != nil {
		return err
	}
	if err := g.Capture(ctx, in.Payment.ID, in.Payment.Reference); err != nil {
		return fmt.Errorf("capturing payment %s: %w", in.Payment.ID, err)
	}
	return a.Store.MovePayment(ctx, in.Payment.ID, booking.PaymentCaptured)
}

// VoidPayment gives a promise back: its booking had ended, or nobody knows
// whether the promise was made.
func (a *Activities) VoidPayment(ctx context.Context, in Payment) error {
	g, err := a.gateway(in.Payment.Method)
	if err != nil {
		return err
	}
	if err := g.Void(ctx, in.Payment.ID); err != nil {
		return fmt.Errorf("voiding payment %s: %w", in.Payment.ID, err)
	}
	in.Payment.Status = booking.PaymentVoided
	return a.Store.RecordAttempt(ctx, in.BookingID, in.Payment)
}

// RecordDecline notes for the customer that the provider said no.
func (a *Activities) RecordDecline(ctx context.Context, in Payment) error {
	in.Payment.Status = booking.PaymentDeclined
	return a.Store.RecordAttempt(ctx, in.BookingID, in.Payment)
}

// RefundPayment gives the money of a revoked booking back, once. Money that was
// promised and not taken yet is taken first, which is done once whoever does it:
// a refund that overtook its capture would leave the customer without seats and
// without money.
func (a *Activities) RefundPayment(ctx context.Context, in Payment) error {
	g, err := a.gateway(in.Payment.Method)
	if err != nil {
		return err
	}
	now, _, err := a.Store.Payment(ctx, in.Payment.ID)
	if err != nil {
		return err
	}
	switch now.Status {
	case booking.PaymentRefunded, booking.PaymentVoided, booking.PaymentDeclined:
		return nil // there is nothing to give back
	case booking.PaymentAuthorized:
		if err := a.CapturePayment(ctx, in); err != nil {
			return err
		}
	case booking.PaymentCaptured, booking.PaymentRefundDue:
	}
	if err := g.Refund(ctx, in.Payment.ID, in.Payment.Reference); err != nil {
		return fmt.Errorf("refunding payment %s: %w", in.Payment.ID, err)
	}
	return a.Store.MovePayment(ctx, in.Payment.ID, booking.PaymentRefunded)
}

// gateway returns the provider of a method. The API refuses methods that are
// not configured, so one that is missing here was switched off meanwhile: the
// step waits, retried, until the operator has switched it on again.
func (a *Activities) gateway(method string) (Gateway, error) {
	g, ok := a.Gateways[method]
	if !ok {
		return nil, temporal.NewApplicationError(fmt.Sprintf("no payment provider %q is configured on this worker", method), "no_gateway")
	}
	return g, nil
}
