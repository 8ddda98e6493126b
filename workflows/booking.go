package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"holdfast/activities"
	"holdfast/internal/booking"
)

// lockMargin is by how much the lock outlives the hold. The lock goes with the
// hold; its own time to live matters only if nobody is there to release it.
const lockMargin = time.Minute

// steps names the activities; the worker has the ones that work.
var steps *activities.Activities

// keeper keeps one booking. What is true of it stands in PostgreSQL; the keeper
// knows what the store last said, and sees to it that what must happen next does.
type keeper struct {
	in      BookingInput
	hold    *activities.Outcome // of the hold; nil while the seats are being taken
	booking booking.Booking     // as the store last said
	payment *activities.Payment // the one that is being decided while its customer waits
	open    *openPayment        // the one that its provider has not decided
	paid    *activities.Payment // the one that confirmed the booking: its money is to be taken
	undoing int                 // what goes on beside the story: compensations, an open payment
	noting  int                 // open payments that are being noted
	waiting bool                // the payment waits for another to be given up: nobody is asked for its money yet
	revoked bool                // somebody says that the booking was ended from outside
	broken  error               // a compensation that cannot be done

	adopted  map[string]bool // payments that were found loose, by id
	revision int             // of the story, as the worker that locked the seats wrote down
}

// Booking keeps one booking: it takes the seats, awaits the payment until the
// deadline, and ends it one way.
func Booking(ctx workflow.Context, in BookingInput) (BookingResult, error) {
	k, err := setup(ctx, in)
	if err != nil {
		return BookingResult{}, err
	}
	return k.run(ctx)
}

func setup(ctx workflow.Context, in BookingInput) (*keeper, error) {
	if in.BookingID == "" || in.ShowtimeID == "" || len(in.SeatIDs) == 0 || in.HoldDuration <= 0 {
		return nil, temporal.NewNonRetryableApplicationError("a booking needs an id, a showtime, seats and a hold duration", "bad_input", nil)
	}
	k := &keeper{in: in}
	handlers := []struct {
		name    string
		handler any
		options workflow.UpdateHandlerOptions
	}{
		{UpdateHold, k.onHold, workflow.UpdateHandlerOptions{Description: "Waits until the seats are held, or refused."}},
		{UpdatePay, k.onPay, workflow.UpdateHandlerOptions{Description: "Pays for the booking.", Validator: k.checkPay}},
		{UpdateCancel, k.onCancel, workflow.UpdateHandlerOptions{Description: "Cancels the unpaid booking."}},
		{UpdateCheck, k.onCheck, workflow.UpdateHandlerOptions{Description: "Asks the provider after the open payment."}},
	}
	for _, h := range handlers {
		if err := workflow.SetUpdateHandlerWithOptions(ctx, h.name, h.handler, h.options); err != nil {
			return nil, fmt.Errorf("registering %s: %w", h.name, err)
		}
	}
	k.listen(ctx)
	return k, nil
}

// run tells the story of a booking.
func (k *keeper) run(ctx workflow.Context) (BookingResult, error) {
	hold := k.takeSeats(ctx)
	k.hold = &hold
	if hold.Refusal != nil {
		if err := k.show(ctx, "refused: "+hold.Refusal.Error(), AttrStatus.ValueSet(StatusRefused)); err != nil {
			return BookingResult{}, err
		}
		return k.finish(ctx, BookingResult{Status: StatusRefused, Refusal: hold.Refusal})
	}
	k.booking = *hold.Booking
	details := "held until " + k.booking.ExpiresAt.UTC().Format(time.RFC3339) + ", awaiting payment of " + k.booking.Total.String()
	if err := k.show(ctx, details, k.heldAttributes()...); err != nil {
		return BookingResult{}, err
	}
	if err := k.awaitDecision(ctx); err != nil {
		return BookingResult{}, err
	}
	k.findPaid()
	result := BookingResult{Status: string(k.booking.Status)}
	if err := k.show(ctx, result.Status, AttrStatus.ValueSet(result.Status)); err != nil {
		return result, err
	}
	if k.booking.Status == booking.Confirmed {
		return k.finish(ctx, result, k.keepSold, k.settlePayment)
	}
	return k.finish(ctx, result, k.release, k.settlePayment)
}

// heldAttributes are those of a held booking, but for the ones that it was started with:
// each change of them is a write to Temporal's index. The deadline there is from some
// milliseconds before the hold.
func (k *keeper) heldAttributes() []temporal.SearchAttributeUpdate {
	if k.revision >= 1 && k.in.Shown && k.booking.Status == booking.Pending {
		return nil
	}
	return []temporal.SearchAttributeUpdate{AttrStatus.ValueSet(string(k.booking.Status)), AttrDeadline.ValueSet(k.booking.ExpiresAt)}
}

// takeSeats locks the seats, then persists the hold. Each step is undone when a
// later one fails: a refusal has left nothing behind.
//
// It may run from the top more than once: what a local activity has done is
// known only when the workflow task has ended, and a worker may die before. So
// whoever refuses here without the store having said no has to allow for a hold
// that an earlier attempt has persisted; see doubt.
func (k *keeper) takeSeats(ctx workflow.Context) activities.Outcome {
	request := k.request(ctx)
	again := k.in.Eager && k.waited(ctx) > firstTry
	seats := k.seats(k.in.HoldDuration + lockMargin)
	if !again {
		seats.Fingerprint = k.in.Fingerprint // whoever waits may be told of a refusal at once
	}
	if k.waited(ctx) > k.in.Patience {
		return k.doubt(ctx, request, again, unavailable("nobody was there to take the seats in time"))
	}
	locked, err := attempt[activities.Outcome](ctx, "lock "+seatList(k.in.SeatIDs), steps.LockSeats, seats)
	if err != nil || k.waited(ctx) > k.in.Patience+stepBound {
		return k.doubt(ctx, request, again, unavailable("the seats could not be locked in time"))
	}
	k.revision = locked.Revision
	if locked.Refusal != nil {
		if k.waited(ctx) > firstTry {
			return k.doubt(ctx, request, again, locked)
		}
		return locked
	}
	request = k.request(ctx) // the hold begins now
	persisted, err := attempt[activities.Outcome](ctx, "persist the hold", steps.PersistHold, request)
	if err != nil {
		return k.doubt(ctx, request, again, unavailable("the booking could not be stored in time"))
	}
	if persisted.Refusal != nil && k.waited(ctx) > firstTry {
		return k.doubt(ctx, request, again, persisted) // an attempt before may be about to persist it still
	} else if persisted.Refusal != nil {
		k.undo(ctx, k.releaseRefused(persisted.Refusal))
	}
	return persisted
}

// doubt is where a hold may have been persisted by an earlier attempt. Where somebody
// may have been told of it, which is only if this is not the first attempt, what the
// store knows counts. Else nobody knows of it, so that it is given up.
func (k *keeper) doubt(ctx workflow.Context, request booking.HoldRequest, again bool, otherwise activities.Outcome) activities.Outcome {
	if !again {
		k.giveUp(ctx, request)
		return otherwise
	}
	found, err := must[activities.Outcome](ctx, "recall the hold", steps.RecallHold, request)
	k.revision = found.Revision
	if err != nil {
		k.broken = err
		return otherwise
	}
	if found.Booking != nil {
		return found
	}
	k.undo(ctx, k.release)
	return otherwise
}

// request is the hold as it would be if it began now.
func (k *keeper) request(ctx workflow.Context) booking.HoldRequest {
	now := workflow.Now(ctx).UTC().Truncate(time.Microsecond) // as precise as the store is
	return booking.HoldRequest{
		ID: k.in.BookingID, UserID: k.in.UserID, ShowtimeID: k.in.ShowtimeID, SeatIDs: k.in.SeatIDs,
		Fingerprint: k.in.Fingerprint, CreatedAt: now, ExpiresAt: now.Add(k.in.HoldDuration),
	}
}

// firstTry is the time within which a refusal is surely that of a first attempt:
// a workflow task is given to another worker after taskTimeout only. Like
// stepBound and Patience it decides by recorded time which way the story goes, so
// a change of it needs workflow.GetVersion.
const firstTry = time.Second

// waited is how long the customer has been waiting.
func (k *keeper) waited(ctx workflow.Context) time.Duration {
	if k.in.Patience <= 0 {
		return -1
	}
	return workflow.Now(ctx).Sub(workflow.GetInfo(ctx).WorkflowStartTime)
}

// giveUp makes sure that a hold which may have been written, or may still be,
// owns nothing. It works in its own time: what failed just now may be away for
// long, and the customer has the answer meanwhile.
func (k *keeper) giveUp(ctx workflow.Context, request booking.HoldRequest) {
	k.undo(ctx, func(ctx workflow.Context) error {
		_, err := call[nothing](ctx, 0, "abandon the hold", steps.AbandonHold, request)
		return err
	})
	k.undo(ctx, func(ctx workflow.Context) error {
		_, err := call[nothing](ctx, 0, "unlock after giving up", steps.ReleaseSeats, k.seats(0))
		return err
	})
}

// undo compensates beside the story, also when the workflow was cancelled; finish
// waits for it.
func (k *keeper) undo(ctx workflow.Context, compensate func(ctx workflow.Context) error) {
	k.undoing++
	ctx, cancel := workflow.NewDisconnectedContext(ctx)
	workflow.Go(ctx, func(ctx workflow.Context) {
		defer cancel()
		defer func() { k.undoing-- }()
		if err := compensate(ctx); err != nil {
			k.broken = err
		}
	})
}

// awaitDecision returns when the booking is decided: paid or cancelled by a
// handler, or expired at its deadline by the durable timer.
func (k *keeper) awaitDecision(ctx workflow.Context) error {
	for !k.decided() { // it may have been, by an earlier run under the same id
		deadline := k.booking.ExpiresAt
		_, err := workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{
			Timeout:      deadline.Sub(workflow.Now(ctx)),
			TimerOptions: workflow.TimerOptions{Summary: "the hold ends"},
		}, func() bool { return k.decided() || k.revoked || k.booking.ExpiresAt.After(deadline) })
		switch {
		case k.decided() || k.booking.ExpiresAt.After(deadline):
		case err != nil: // cancelled from outside, by an operator
			return k.cancel(ctx, booking.ReasonOperator)
		case k.revoked:
			return k.cancel(ctx, booking.ReasonShowtime)
		default:
			if lengthened, err := k.spare(ctx, deadline); err != nil || lengthened {
				if err != nil {
					return err
				}
				continue
			}
			if err := k.expire(ctx, deadline); err != nil {
				return err
			}
		}
	}
	return nil
}

// expire ends the hold, unless it lasts longer than anybody knew here.
func (k *keeper) expire(ctx workflow.Context, deadline time.Time) error {
	const summary = "expire the booking"
	if k.revision == 0 {
		return k.decide(ctx, summary, steps.ExpireBooking, k.in.BookingID)
	}
	return k.decide(ctx, summary, steps.EndHold, activities.Deadline{BookingID: k.in.BookingID, At: deadline})
}

// findPaid finds the payment of a booking that the store says is confirmed, though
// nobody here has paid for it: its update was lost with the servers, in the midst of it.
func (k *keeper) findPaid() {
	if p := k.booking.Payment; k.revision >= 1 && k.booking.Status == booking.Confirmed && k.paid == nil && p != nil && p.Status == booking.PaymentAuthorized {
		k.paid = &activities.Payment{BookingID: k.in.BookingID, Payment: *p}
	}
}

func (k *keeper) decided() bool { return k.booking.Status != booking.Pending }

// spare keeps the hold beyond its deadline where a provider is being asked at that
// very moment: it reports whether the deadline is another now, or the booking decided.
func (k *keeper) spare(ctx workflow.Context, deadline time.Time) (bool, error) {
	ctx, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	if p := k.payment; p != nil && !k.waiting && k.noting == 0 && workflow.GetVersion(ctx, changeMoneySaga, workflow.DefaultVersion, 1) != workflow.DefaultVersion {
		open := *p
		open.Token, open.Payment.Status = "", booking.PaymentOpen
		if err := k.lengthen(ctx, open); err != nil {
			return false, err
		}
	}
	if err := workflow.Await(ctx, func() bool { return k.noting == 0 }); err != nil {
		return false, err
	}
	return k.decided() || k.booking.ExpiresAt.After(deadline), nil
}

// cancel ends the booking for a reason of its own. What the store says counts.
func (k *keeper) cancel(ctx workflow.Context, reason booking.Reason) error {
	return k.decide(ctx, "cancel the booking", steps.CancelBooking, activities.Cancellation{BookingID: k.in.BookingID, Reason: reason})
}

// decide asks the store to end the booking. Where something else had decided it
// before, the store says so, and that is what counts.
func (k *keeper) decide(ctx workflow.Context, summary string, activity, in any) error {
	now, err := must[activities.Standing](ctx, summary, activity, in)
	if err != nil {
		return err
	}
	if err := k.learn(ctx, now.Booking); err != nil {
		return err
	}
	k.adopt(ctx, now.Loose)
	return nil
}

// release frees the locks of a booking that has no seats, or has them no more.
func (k *keeper) release(ctx workflow.Context) error { return unlockSeats(ctx, k.seats(0)) }

// releaseRefused does so for a hold that the store has refused, and has its owner told.
func (k *keeper) releaseRefused(r *booking.Refusal) func(workflow.Context) error {
	seats := k.seats(0)
	seats.Fingerprint, seats.Refused = k.in.Fingerprint, r
	return func(ctx workflow.Context) error { return unlockSeats(ctx, seats) }
}

// keepSold lets the locks of sold seats live until the show. Should it fail,
// requests for them cost more until they are refused by the store, no worse.
func (k *keeper) keepSold(ctx workflow.Context) error {
	ttl := k.in.SoldUntil.Sub(workflow.Now(ctx))
	if ttl <= 0 {
		return nil
	}
	if _, err := attempt[nothing](ctx, "keep the seats locked as sold", steps.KeepSeats, k.seats(ttl)); err != nil {
		workflow.GetLogger(ctx).Warn("the locks of sold seats end early", "error", err)
	}
	return nil
}

// finish does what is left to do, whether or not the workflow was cancelled,
// waits until nobody is left who needs this workflow, and ends it.
func (k *keeper) finish(ctx workflow.Context, r BookingResult, left ...func(workflow.Context) error) (BookingResult, error) {
	ctx, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	for _, step := range left {
		if err := step(ctx); err != nil {
			return r, err
		}
	}
	err := workflow.Await(ctx, func() bool { return k.undoing == 0 && workflow.AllHandlersFinished(ctx) })
	if err != nil {
		return r, err
	}
	if r.Refusal == nil { // money that came late has the last word
		r.Status = string(k.booking.Status)
	}
	return r, k.broken
}

// show tells the operator where the booking stands: attributes to find it by,
// and a line on its page.
func (k *keeper) show(ctx workflow.Context, details string, attributes ...temporal.SearchAttributeUpdate) error {
	workflow.SetCurrentDetails(ctx, details)
	if len(attributes) == 0 {
		return nil
	}
	return workflow.UpsertTypedSearchAttributes(ctx, attributes...)
}

func (k *keeper) seats(ttl time.Duration) activities.Seats {
	return activities.Seats{ShowtimeID: k.in.ShowtimeID, SeatIDs: k.in.SeatIDs, Owner: k.in.BookingID, TTL: ttl}
}

func unavailable(why string) activities.Outcome {
	r := booking.Refuse(booking.CodeUnavailable, why)
	r.RetryAfter = time.Second
	return activities.Outcome{Refusal: r}
}
