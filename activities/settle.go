package activities

import (
	"context"
	"fmt"

	"holdfast/internal/booking"
)

// Settle asks to bring a payment that was left open to its end.
type Settle struct {
	Payment Payment `json:"payment"`
	// Answer is what the customer has answered to the provider's question, if
	// anything.
	Answer string `json:"answer,omitempty"`
	// GiveUp is that its money is not wanted any more: the booking has ended, or
	// its customer pays otherwise.
	GiveUp bool `json:"giveUp,omitempty"`
}

// Settlement is how far it came. Done is that the payment is at its end: paid for
// a booking, declined, voided or refunded.
type Settlement struct {
	Done    bool             `json:"done"`
	Booking *booking.Booking `json:"booking,omitempty"`
	// Loose are other payments of the booking, once this one is at its end.
	Loose []Payment `json:"loose,omitempty"`
}

// SettlePayment asks the provider how a charge stands and does what is left to do,
// whatever was done before: money that is promised or taken confirms its booking,
// also after the deadline if its seats can still be had, and is otherwise given
// back. It decides nothing itself: the provider says what became of the charge, and
// the store what becomes of the booking.
func (a *Activities) SettlePayment(ctx context.Context, in Settle) (Settlement, error) {
	g, err := a.gateway(in.Payment.Payment.Method)
	if err != nil {
		return Settlement{}, err
	}
	if err := a.recall(ctx, &in.Payment.Payment); err != nil {
		return Settlement{}, err
	}
	auth, err := ask(ctx, g, in)
	if err != nil {
		return Settlement{}, fmt.Errorf("settling payment %s: %w", in.Payment.Payment.ID, err)
	}
	if auth.Reference != "" {
		in.Payment.Payment.Reference = auth.Reference
	}
	b, err := a.conclude(ctx, g, in.Payment, auth)
	if err != nil {
		return Settlement{}, err
	}
	out := Settlement{Done: auth.Standing() != booking.ChargeOpen, Booking: &b}
	if out.Done {
		out.Loose, err = a.loose(ctx, b.ID)
	}
	return out, err
}

// recall completes a payment by the provider's own id of it, where the store knows it:
// some providers find a charge by it only, or much faster.
func (a *Activities) recall(ctx context.Context, p *booking.Payment) error {
	if p.Reference != "" {
		return nil
	}
	known, _, err := a.Store.Payment(ctx, p.ID)
	if r, ok := booking.Refused(err); ok && r.Code == booking.CodePaymentNotFound {
		return nil
	}
	p.Reference = known.Reference
	return err
}

// ask finds out how the charge stands. Money that is there is never given up here,
// wanted or not: whether a booking can have it is for the store to say. A charge that
// the provider does not know is given up, so that it cannot come to be later.
func ask(ctx context.Context, g Gateway, in Settle) (booking.Authorization, error) {
	c := in.Payment.charge()
	auth, err := g.LookUp(ctx, c)
	if err != nil {
		return auth, err
	}
	open := auth.Standing() == booking.ChargeOpen
	switch {
	case auth.Standing() == booking.ChargeUnknown, open && in.GiveUp:
		return g.Cancel(ctx, c)
	case open && in.Answer != "":
		c.Reference, c.Token = auth.Reference, in.Answer
		if answered, err := g.Confirm(ctx, c); err == nil {
			return answered, nil
		}
		// An answer that the provider cannot take, or did not get, is not worth more
		// tries: the customer is asked again, and the payment goes on without it.
	}
	return auth, nil
}

// conclude does what follows from the state of a charge.
func (a *Activities) conclude(ctx context.Context, g Gateway, in Payment, auth booking.Authorization) (booking.Booking, error) {
	p := in.Payment
	switch state := auth.Standing(); state {
	case booking.ChargeOpen:
		p.Action = auth.Action
		return a.Store.NoteOpen(ctx, in.BookingID, p, a.Grace)
	case booking.ChargeDeclined, booking.ChargeCancelled, booking.ChargeUnknown:
		p.Status = booking.PaymentVoided
		if state == booking.ChargeDeclined {
			p.Status = booking.PaymentDeclined
		}
		if err := a.Store.RecordAttempt(ctx, in.BookingID, p); err != nil {
			return booking.Booking{}, err
		}
		return a.Store.Get(ctx, in.BookingID)
	case booking.ChargeAuthorized, booking.ChargeCaptured:
		p.Status = booking.PaymentAuthorized
		if state == booking.ChargeCaptured {
			p.Status = booking.PaymentCaptured
		}
		_, err := a.Store.Confirm(ctx, in.BookingID, p)
		if _, refused := booking.Refused(err); refused {
			return a.giveBack(ctx, g, in, state)
		} else if err != nil {
			return booking.Booking{}, err
		}
		return a.move(ctx, g, in.charge(), state)
	default:
		return booking.Booking{}, fmt.Errorf("the provider says that charge %s is %q", p.ID, state)
	}
}

// giveBack returns money that no booking needs: a promise is given up, and what
// was taken is refunded, once. The store is told first: where somebody else settles
// the same payment and had it confirmed meanwhile, that stands.
func (a *Activities) giveBack(ctx context.Context, g Gateway, in Payment, state booking.ChargeState) (booking.Booking, error) {
	c, p := in.charge(), in.Payment
	p.Status = booking.PaymentVoided
	if state == booking.ChargeCaptured {
		p.Status = booking.PaymentRefundDue
	}
	if err := a.Store.RecordAttempt(ctx, in.BookingID, p); err != nil {
		return booking.Booking{}, err
	}
	noted, _, err := a.Store.Payment(ctx, p.ID)
	if err != nil {
		return booking.Booking{}, err
	}
	switch noted.Status {
	case booking.PaymentVoided, booking.PaymentDeclined:
		auth, err := g.Cancel(ctx, c)
		if err != nil {
			return booking.Booking{}, fmt.Errorf("voiding payment %s: %w", c.ID, err)
		}
		if auth.Standing() == booking.ChargeCaptured { // it was taken at the last moment
			if err := a.Store.MovePayment(ctx, p.ID, booking.PaymentRefundDue); err != nil {
				return booking.Booking{}, err
			}
		}
	default:
	}
	return a.move(ctx, g, c, state)
}
