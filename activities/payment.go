package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"

	"holdfast/internal/booking"
)

// Payment is a payment on its way: what the customer asked, and for what.
type Payment struct {
	BookingID booking.ID      `json:"bookingId"`
	Payment   booking.Payment `json:"payment"`
	Token     string          `json:"token,omitempty"`
	// ExpiresAt is when the hold ends, before any lengthening.
	ExpiresAt time.Time `json:"expiresAt,omitzero"`
}

func (p Payment) charge() booking.Charge {
	return booking.Charge{ID: p.Payment.ID, BookingID: p.BookingID, Amount: p.Payment.Amount, Reference: p.Payment.Reference}
}

// Promise is what became of asking for money: what the provider says, or why it was not
// asked.
type Promise struct {
	booking.Authorization
	Refusal *booking.Refusal `json:"refusal,omitempty"`
}

// AuthorizePayment asks the provider to promise the money. The store knows before it
// is asked: whoever asks may die, and be forgotten, before there is an answer.
func (a *Activities) AuthorizePayment(ctx context.Context, in Payment) (Promise, error) {
	g, err := a.gateway(in.Payment.Method)
	if err != nil {
		return Promise{}, err
	}
	err = a.Store.Attempt(ctx, in.BookingID, in.Payment)
	if r, ok := booking.Refused(err); ok {
		return Promise{Refusal: r}, nil
	} else if err != nil {
		return Promise{}, err
	}
	auth, err := a.authorize(ctx, g, in)
	return Promise{Authorization: auth}, err
}

func (a *Activities) authorize(ctx context.Context, g Gateway, in Payment) (booking.Authorization, error) {
	c := in.charge()
	if !in.ExpiresAt.IsZero() {
		c.Deadline = in.ExpiresAt.Add(a.Grace)
	}
	made, err := g.Create(ctx, c)
	if err != nil {
		return booking.Authorization{}, fmt.Errorf("making the charge of payment %s: %w", c.ID, err)
	}
	if made.Standing() != booking.ChargeOpen {
		return made, nil // it was asked before
	}
	c.Reference, c.Token = made.Reference, in.Token
	auth, err := g.Confirm(ctx, c)
	if err != nil {
		return booking.Authorization{}, fmt.Errorf("authorizing payment %s: %w", c.ID, err)
	}
	return auth, nil
}

// ConfirmBooking decides: the booking is confirmed by this payment, or it had
// ended and the refusal says so.
func (a *Activities) ConfirmBooking(ctx context.Context, in Payment) (Outcome, error) {
	out, err := outcome(a.Store.Confirm(ctx, in.BookingID, in.Payment))
	if err == nil && out.Booking != nil {
		out.Loose, err = a.loose(ctx, in.BookingID)
	}
	return out, err
}

// CapturePayment takes the promised money of a confirmed booking. The booking
// returned says how it stands: cancelled, if the money can never be taken.
func (a *Activities) CapturePayment(ctx context.Context, in Payment) (Outcome, error) {
	g, err := a.gateway(in.Payment.Method)
	if err != nil {
		return Outcome{}, err
	}
	return outcome(a.move(ctx, g, in.charge(), booking.ChargeUnknown))
}

// RefundPayment gives the money of a revoked booking back, once, but for what the
// house keeps. Money that was promised and not taken yet is taken first, which is
// done once whoever does it: a refund that overtook its capture would leave the
// customer without seats and without money.
func (a *Activities) RefundPayment(ctx context.Context, in Payment) error {
	_, err := a.CapturePayment(ctx, in)
	return err
}

// VoidPayment gives a promise back: its booking had ended, or nobody knows
// whether the promise was made. Money that turns out to be taken is refunded. It is
// noted first: the customer was told no, so that it may not confirm the booking after
// all, should the seats be free again by now.
func (a *Activities) VoidPayment(ctx context.Context, in Payment) error {
	noted := in.Payment
	noted.Status = booking.PaymentVoided
	if err := a.Store.RecordAttempt(ctx, in.BookingID, noted); err != nil {
		return err
	}
	out, err := a.SettlePayment(ctx, Settle{Payment: in, GiveUp: true})
	if err == nil && !out.Done {
		err = fmt.Errorf("payment %s cannot be given up while its provider is deciding", in.Payment.ID)
	}
	return err
}

// RecordDecline notes for the customer that the provider said no.
func (a *Activities) RecordDecline(ctx context.Context, in Payment) error {
	in.Payment.Status = booking.PaymentDeclined
	return a.Store.RecordAttempt(ctx, in.BookingID, in.Payment)
}

// NoteOpenPayment notes that the provider has not decided, and lets the hold last
// longer for it, once.
func (a *Activities) NoteOpenPayment(ctx context.Context, in Payment) (booking.Booking, error) {
	return a.Store.NoteOpen(ctx, in.BookingID, in.Payment, a.Grace)
}

// move moves the money of a payment to where the store says that it belongs:
// what is promised is taken, what is due is given back. state is what the provider
// has just said of the charge, or ChargeUnknown.
func (a *Activities) move(ctx context.Context, g Gateway, c booking.Charge, state booking.ChargeState) (booking.Booking, error) {
	p, id, err := a.Store.Payment(ctx, c.ID)
	if err != nil {
		return booking.Booking{}, err
	}
	if c.Reference == "" {
		c.Reference = p.Reference
	}
	if p.Status == booking.PaymentAuthorized || p.Status == booking.PaymentCaptured && state == booking.ChargeAuthorized {
		if _, err := g.Capture(ctx, c); errors.Is(err, booking.ErrUncollectable) {
			return a.Store.Uncollectable(ctx, c.ID)
		} else if err != nil {
			return booking.Booking{}, fmt.Errorf("capturing payment %s: %w", c.ID, err)
		}
		if err := a.Store.MovePayment(ctx, c.ID, booking.PaymentCaptured); err != nil {
			return booking.Booking{}, err
		}
		if p, _, err = a.Store.Payment(ctx, c.ID); err != nil { // due at once, if its booking was cancelled meanwhile
			return booking.Booking{}, err
		}
	}
	if p.Status == booking.PaymentRefundDue {
		if err := a.refund(ctx, g, c, p); err != nil {
			return booking.Booking{}, err
		}
	}
	return a.Store.Get(ctx, id)
}

// refund gives back what is due and not given back yet: somebody may have done so, in
// part or in full, in the provider's own books.
func (a *Activities) refund(ctx context.Context, g Gateway, c booking.Charge, p booking.Payment) error {
	auth, err := g.LookUp(ctx, c)
	if err != nil {
		return fmt.Errorf("refunding payment %s: %w", c.ID, err)
	}
	if auth.Standing() != booking.ChargeCaptured {
		return fmt.Errorf("refunding payment %s: its provider says that the charge is %s", c.ID, auth.Standing())
	}
	due := booking.Money{Minor: auth.Captured.Minor - auth.Refunded.Minor - p.Kept.Minor, Currency: p.Amount.Currency}
	due.Minor = min(due.Minor, p.ToRefund().Minor)
	if due.Minor > 0 {
		if _, err := g.Refund(ctx, c, refundID(c.ID), due); err != nil {
			return fmt.Errorf("refunding payment %s: %w", c.ID, err)
		}
	}
	return a.Store.MovePayment(ctx, c.ID, booking.PaymentRefunded)
}

// refundID names the one refund of a payment.
func refundID(paymentID string) string { return booking.DeriveID("refund", paymentID) }

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
