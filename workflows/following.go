package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"holdfast/activities"
	"holdfast/internal/booking"
)

// An open payment is looked at after firstLook, then less and less often, and at
// once when somebody has news of it.
const (
	firstLook   = 2 * time.Second
	slowestLook = time.Hour
)

// openPayment is a payment that its provider has not decided.
type openPayment struct {
	activities.Payment
	news   bool   // worth a look now
	answer string // of the customer to the provider's question, not passed on yet
	giveUp bool   // its money is not wanted any more
	asking bool   // a look is under way
	looks  int    // that are done
}

// leaveOpen notes a payment that is not decided, keeps the hold for it a while
// longer, and follows it beside the story.
func (k *keeper) leaveOpen(ctx workflow.Context, p activities.Payment) error {
	if err := k.lengthen(ctx, p); err != nil {
		return err
	}
	k.follow(ctx, p)
	return nil
}

func (k *keeper) follow(ctx workflow.Context, p activities.Payment) {
	o := &openPayment{Payment: p}
	k.open = o
	k.undo(ctx, func(ctx workflow.Context) error {
		defer func() { k.open = nil }()
		return follow(ctx, o, k.decided, func(ctx workflow.Context, now activities.Settlement) error {
			if err := k.learn(ctx, *now.Booking); err != nil {
				return err
			}
			k.adopt(ctx, now.Loose)
			return nil
		})
	})
}

// adopt takes payments over whose end nobody knows: the update that asked for them was
// lost, as it is when the servers die in the midst of it, or refused when it was given
// to another worker. Of one that was noted as open the customer was told, so that it is
// followed; one of which there is only the attempt is given back.
func (k *keeper) adopt(ctx workflow.Context, loose []activities.Payment) {
	for _, p := range loose {
		id := p.Payment.ID
		switch {
		case k.payment != nil && k.payment.Payment.ID == id, k.open != nil && k.open.Payment.Payment.ID == id, k.adopted[id]:
			continue
		case p.Payment.Status == booking.PaymentOpen && k.open == nil:
			k.follow(ctx, p)
		default:
			k.giveBack(ctx, p)
		}
		if k.adopted == nil {
			k.adopted = map[string]bool{}
		}
		k.adopted[id] = true
	}
}

// lengthen notes the payment as open: the store lets the hold last longer, once.
func (k *keeper) lengthen(ctx workflow.Context, p activities.Payment) error {
	k.noting++
	defer func() { k.noting-- }()
	b, err := must[booking.Booking](ctx, "note the open payment", steps.NoteOpenPayment, p)
	if err != nil {
		return err
	}
	before := k.booking.ExpiresAt
	if err := k.learn(ctx, b); err != nil {
		return err
	}
	if !b.ExpiresAt.After(before) || k.booking.Status != booking.Pending {
		return nil
	}
	if _, err := attempt[nothing](ctx, "keep the seats locked for longer", steps.KeepSeats, k.seats(b.ExpiresAt.Sub(workflow.Now(ctx))+lockMargin)); err != nil {
		workflow.GetLogger(ctx).Warn("the locks end before the hold does", "error", err)
	}
	details := "held until " + b.ExpiresAt.UTC().Format(time.RFC3339) + ", while the provider decides about " + b.Total.String()
	return k.show(ctx, details, AttrDeadline.ValueSet(b.ExpiresAt))
}

// follow asks after the payment until it is at its end, and tells what became of
// the booking. Once its money is not wanted any more it is given up, where the
// provider can; money that comes all the same is settled like any other.
func follow(ctx workflow.Context, o *openPayment, over func() bool, learn func(workflow.Context, activities.Settlement) error) error {
	unwanted := func() bool { return over() && !o.giveUp }
	for wait := firstLook; ; wait = min(2*wait, slowestLook) {
		_, err := workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{
			Timeout: wait, TimerOptions: workflow.TimerOptions{Summary: "then the provider is asked again"},
		}, func() bool { return o.news || unwanted() })
		if err != nil {
			return err
		}
		o.giveUp = o.giveUp || unwanted()
		if o.news {
			wait = firstLook
		}
		in := activities.Settle{Payment: o.Payment, Answer: o.answer, GiveUp: o.giveUp}
		o.news, o.answer, o.asking = false, "", true
		out, err := call[activities.Settlement](ctx, 0, "settle payment of "+o.Payment.Payment.Amount.String(), steps.SettlePayment, in)
		o.asking = false
		o.looks++
		if err != nil {
			return err
		}
		if out.Booking != nil {
			if err := learn(ctx, out); err != nil {
				return err
			}
		}
		if out.Done {
			return nil
		}
	}
}

// look has the open payment looked at, once from its beginning, and waits for that.
func (k *keeper) look(ctx workflow.Context, o *openPayment, bound time.Duration) error {
	o.news = true
	enough := o.looks + 1
	if o.asking {
		enough++ // what is under way may have asked before there was news
	}
	_, err := workflow.AwaitWithTimeout(ctx, bound, func() bool { return k.open != o || o.looks >= enough })
	return err
}

// onCheck looks at an open payment now, with the customer's answer. The store says
// then how it stands; so it does of every other payment.
func (k *keeper) onCheck(ctx workflow.Context, in CheckInput) error {
	ctx, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	o := k.open
	if o == nil || o.Payment.Payment.ID != in.PaymentID {
		return nil
	}
	if in.Answer != "" {
		o.answer = in.Answer
	}
	return k.look(ctx, o, authorizeBound)
}

// supersede gives an open payment up for one that its customer wants to make
// instead, or says why that cannot be.
func (k *keeper) supersede(ctx workflow.Context) *booking.Refusal {
	o := k.open
	if o == nil {
		return nil
	}
	o.giveUp = true
	k.waiting = true
	defer func() { k.waiting = false }()
	err := k.look(ctx, o, authorizeBound)
	switch {
	case err != nil || k.open == o:
		return booking.Refuse(booking.CodeNotPayable, "another payment for this booking is being decided by its provider")
	case k.booking.Status != booking.Pending:
		return booking.NotPayable(k.booking.Status)
	}
	return nil
}

// listen passes on what others know: news of the payment, or of the booking's end.
func (k *keeper) listen(ctx workflow.Context) {
	payment := workflow.GetSignalChannel(ctx, SignalPayment)
	revoked := workflow.GetSignalChannel(ctx, SignalRevoked)
	workflow.Go(ctx, func(ctx workflow.Context) {
		s := workflow.NewSelector(ctx)
		s.AddReceive(payment, func(c workflow.ReceiveChannel, _ bool) {
			c.Receive(ctx, nil)
			if k.open != nil {
				k.open.news = true
			}
		})
		s.AddReceive(revoked, func(c workflow.ReceiveChannel, _ bool) {
			c.Receive(ctx, nil)
			k.revoked = true
		})
		for {
			s.Select(ctx)
		}
	})
}
