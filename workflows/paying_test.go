package workflows

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"

	"holdfast/activities"
	"holdfast/internal/booking"
)

// becomes lets the store decide the booking as if a settlement had.
func (w *world) becomes(s booking.Status, reason booking.Reason) *booking.Booking {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state.Status, w.state.Reason = s, reason
	b := w.state
	return &b
}

func (w *world) stands() *booking.Booking {
	w.mu.Lock()
	defer w.mu.Unlock()
	b := w.state
	return &b
}

// asksBack lets the provider ask the customer something.
func (w *world) asksBack() {
	w.authorize = func() (booking.Authorization, error) {
		return booking.Authorization{Reference: "ref", State: booking.ChargeOpen, Action: &booking.Action{Type: "challenge"}}, nil
	}
}

func TestASilentProviderIsFollowed(t *testing.T) {
	w := newWorld()
	w.authorize = func() (booking.Authorization, error) { return booking.Authorization{}, errors.New("away") }
	w.settle = func(activities.Settle) (activities.Settlement, error) {
		return activities.Settlement{Done: true, Booking: w.stands()}, nil // it has never heard of the charge
	}
	paid := ask[PayOutcome](w, 10*time.Second, UpdatePay, "p1", pay("p1"))
	require.Equal(t, BookingResult{Status: "expired"}, w.run(t))
	require.Equal(t, booking.CodeProviderUnavailable, paid.value.Refusal.Code)
	require.Equal(t, 1, count(w.steps, "settle"))
	require.Zero(t, count(w.steps, "confirm"))
	require.WithinDuration(t, w.start.Add(hold+grace), w.env.Now(), time.Second, "the hold is kept for it")
}

func TestAnOpenPaymentThatIsApproved(t *testing.T) {
	w := newWorld()
	w.asksBack()
	w.settle = func(in activities.Settle) (activities.Settlement, error) {
		if in.Answer == "" {
			return activities.Settlement{Booking: w.stands()}, nil
		}
		return activities.Settlement{Done: true, Booking: w.becomes(booking.Confirmed, "")}, nil
	}
	paid := ask[PayOutcome](w, 10*time.Second, UpdatePay, "p1", pay("p1"))
	other := ask[any](w, 20*time.Second, UpdateCheck, "c0", CheckInput{PaymentID: "p0", Answer: "approve"})
	checked := ask[any](w, hold+time.Minute, UpdateCheck, "c1", CheckInput{PaymentID: "p1", Answer: "approve"})
	require.Equal(t, BookingResult{Status: "confirmed"}, w.run(t))
	require.Equal(t, booking.PaymentOpen, paid.value.Payment.Status)
	require.Equal(t, "challenge", paid.value.Payment.Action.Type)
	require.WithinDuration(t, w.start.Add(hold+grace), paid.value.Booking.ExpiresAt, time.Second, "the new deadline is told")
	require.True(t, other.done && checked.done)
	require.Equal(t, 1, count(w.steps, "settle:approve"), "%v", w.steps)
	require.Zero(t, count(w.steps, "expire"), "the hold was lengthened")
	require.Zero(t, count(w.steps, "capture"), "the settlement has taken the money")
}

func TestAnAnswerDuringALookIsNotLost(t *testing.T) {
	w := newWorld()
	w.asksBack()
	asked := 0
	w.settle = func(in activities.Settle) (activities.Settlement, error) {
		if asked++; asked == 1 {
			w.env.UpdateWorkflow(UpdateCheck, "c1", noCallback(), CheckInput{PaymentID: "p1", Answer: "approve"})
			return activities.Settlement{Booking: w.stands()}, nil
		}
		if in.Answer != "approve" {
			return activities.Settlement{Booking: w.stands()}, nil
		}
		return activities.Settlement{Done: true, Booking: w.becomes(booking.Confirmed, "")}, nil
	}
	ask[PayOutcome](w, 10*time.Second, UpdatePay, "p1", pay("p1"))
	require.Equal(t, BookingResult{Status: "confirmed"}, w.run(t))
	require.Equal(t, 1, count(w.steps, "settle:approve"), "%v", w.steps)
}

func TestAnOpenPaymentIsGivenUpAtTheEndOfTheHold(t *testing.T) {
	w := newWorld()
	w.asksBack()
	w.settle = func(in activities.Settle) (activities.Settlement, error) {
		return activities.Settlement{Done: in.GiveUp, Booking: w.stands()}, nil
	}
	ask[PayOutcome](w, 10*time.Second, UpdatePay, "p1", pay("p1"))
	require.Equal(t, BookingResult{Status: "expired"}, w.run(t))
	require.Equal(t, 1, count(w.steps, "settle:give up"))
	require.Equal(t, 1, count(w.steps, "release"))
	require.WithinDuration(t, w.start.Add(hold+grace), w.env.Now(), time.Second)
}

func TestLateMoneyHasTheLastWord(t *testing.T) {
	for _, won := range []bool{true, false} {
		w := newWorld()
		w.asksBack()
		w.settle = func(in activities.Settle) (activities.Settlement, error) {
			if w.env.Now().Before(w.start.Add(time.Hour)) {
				return activities.Settlement{Booking: w.stands()}, nil
			}
			if !won {
				return activities.Settlement{Done: true, Booking: w.stands()}, nil // it was given back
			}
			return activities.Settlement{Done: true, Booking: w.becomes(booking.Confirmed, booking.ReasonLate)}, nil
		}
		ask[PayOutcome](w, 10*time.Second, UpdatePay, "p1", pay("p1"))
		want := BookingResult{Status: "expired"}
		locks := 1
		if won {
			want.Status, locks = "confirmed", 2
		}
		require.Equal(t, want, w.run(t))
		require.Equal(t, 1, count(w.steps, "expire"))
		require.Equal(t, locks, count(w.steps, "lock"), "sold seats are locked again: %v", w.steps)
	}
}

// A payment that is being decided at the very deadline spares the hold.
func TestThePaymentAtTheDeadlineSparesTheHold(t *testing.T) {
	w := newWorld()
	w.thinking = 7 * time.Second
	paid := ask[PayOutcome](w, hold-3*time.Second, UpdatePay, "p1", pay("p1"))
	require.Equal(t, BookingResult{Status: "confirmed"}, w.run(t))
	require.Equal(t, []string{"lock", "persist", "note open", "keep", "authorize", "confirm", "keep", "capture"}, w.steps)
	require.Nil(t, paid.value.Refusal)
}

// Where the hold was lengthened before, the end is the end; money that comes within
// the same breath is the store's to judge.
func TestTheHoldIsSparedOnce(t *testing.T) {
	w := newWorld()
	w.asksBack()
	w.settle = func(activities.Settle) (activities.Settlement, error) {
		return activities.Settlement{Done: true, Booking: w.stands()}, nil
	}
	ask[PayOutcome](w, 10*time.Second, UpdatePay, "p1", pay("p1"))
	w.env.RegisterDelayedCallback(func() { w.authorize, w.thinking = nil, 7*time.Second }, time.Minute)
	second := ask[PayOutcome](w, hold+grace-3*time.Second, UpdatePay, "p2", pay("p2"))
	require.Equal(t, BookingResult{Status: "expired"}, w.run(t))
	require.Equal(t, booking.CodeHoldExpired, second.value.Refusal.Code)
	require.Equal(t, 1, count(w.steps, "void"))
	require.Zero(t, count(w.steps, "capture"))
}

func TestAnotherCardSupersedesAnOpenPayment(t *testing.T) {
	w := newWorld()
	w.asksBack()
	w.settle = func(in activities.Settle) (activities.Settlement, error) {
		return activities.Settlement{Done: in.GiveUp, Booking: w.stands()}, nil
	}
	ask[PayOutcome](w, 10*time.Second, UpdatePay, "p1", pay("p1"))
	w.env.RegisterDelayedCallback(func() { w.authorize = nil }, 15*time.Second)
	second := ask[PayOutcome](w, 20*time.Second, UpdatePay, "p2", pay("p2"))
	require.Equal(t, BookingResult{Status: "confirmed"}, w.run(t))
	require.Nil(t, second.value.Refusal)
	require.Equal(t, 1, count(w.steps, "settle:give up"))
	require.Equal(t, 1, count(w.steps, "capture"))
}

func TestAPaymentThatCannotBeSuperseded(t *testing.T) {
	w := newWorld()
	w.asksBack()
	w.settle = func(activities.Settle) (activities.Settlement, error) {
		if w.env.Now().Before(w.start.Add(time.Minute)) {
			return activities.Settlement{Booking: w.stands()}, nil // a transfer that cannot be stopped
		}
		return activities.Settlement{Done: true, Booking: w.becomes(booking.Confirmed, "")}, nil
	}
	ask[PayOutcome](w, 10*time.Second, UpdatePay, "p1", pay("p1"))
	second := ask[PayOutcome](w, 20*time.Second, UpdatePay, "p2", pay("p2"))
	require.Equal(t, BookingResult{Status: "confirmed"}, w.run(t))
	require.Equal(t, booking.CodeNotPayable, second.value.Refusal.Code)
	require.Equal(t, 1, count(w.steps, "authorize"))
}

func TestItsOwnerCancelsWhileAPaymentIsOpen(t *testing.T) {
	w := newWorld()
	w.asksBack()
	w.settle = func(in activities.Settle) (activities.Settlement, error) {
		return activities.Settlement{Done: in.GiveUp, Booking: w.stands()}, nil
	}
	ask[PayOutcome](w, 10*time.Second, UpdatePay, "p1", pay("p1"))
	ask[activities.Outcome](w, 11*time.Second, UpdateCancel, "c1")
	require.Equal(t, BookingResult{Status: "cancelled"}, w.run(t))
	require.Equal(t, 1, count(w.steps, "settle:give up"))
	require.WithinDuration(t, w.start.Add(11*time.Second), w.env.Now(), time.Second, "nobody waits for the next look")
}

func TestNewsOfThePaymentIsLookedAtNow(t *testing.T) {
	w := newWorld()
	w.asksBack()
	w.settle = func(activities.Settle) (activities.Settlement, error) {
		return activities.Settlement{Done: true, Booking: w.becomes(booking.Confirmed, "")}, nil
	}
	ask[PayOutcome](w, 10*time.Second, UpdatePay, "p1", pay("p1"))
	w.env.RegisterDelayedCallback(func() { w.env.SignalWorkflow(SignalPayment, nil) }, 10*time.Second+firstLook/4)
	require.Equal(t, BookingResult{Status: "confirmed"}, w.run(t))
	require.WithinDuration(t, w.start.Add(10*time.Second+firstLook/4), w.env.Now(), firstLook/4)
}

func TestNewsOfNothingChangesNothing(t *testing.T) {
	w := newWorld()
	for _, at := range []time.Duration{time.Second, time.Minute} {
		w.env.RegisterDelayedCallback(func() { w.env.SignalWorkflow(SignalPayment, nil) }, at)
	}
	require.Equal(t, BookingResult{Status: "expired"}, w.run(t))
	require.Equal(t, []string{"lock", "persist", "expire", "release"}, w.steps)
}

func TestEndedFromOutside(t *testing.T) {
	w := newWorld()
	w.env.RegisterDelayedCallback(func() {
		w.becomes(booking.Cancelled, booking.ReasonShowtime)
		w.env.SignalWorkflow(SignalRevoked, nil)
	}, time.Minute)
	require.Equal(t, BookingResult{Status: "cancelled"}, w.run(t))
	require.Equal(t, 1, count(w.steps, "release"))
	require.WithinDuration(t, w.start.Add(time.Minute), w.env.Now(), time.Second)
}

func TestMoneyThatCanNeverBeTakenEndsTheBooking(t *testing.T) {
	w := newWorld()
	w.capture = func() (activities.Outcome, error) {
		return activities.Outcome{Booking: w.becomes(booking.Cancelled, booking.ReasonUncollectable)}, nil
	}
	ask[PayOutcome](w, time.Minute, UpdatePay, "p1", pay("p1"))
	require.Equal(t, BookingResult{Status: "cancelled"}, w.run(t))
	require.Equal(t, []string{"lock", "persist", "authorize", "confirm", "keep", "capture", "release"}, w.steps)
}

func TestSettlementOfWhatNobodyKeeps(t *testing.T) {
	w := newWorld()
	asked := 0
	w.settle = func(activities.Settle) (activities.Settlement, error) {
		asked++
		b := booking.Booking{ID: "b1", ShowtimeID: "s1", Status: booking.Expired, Seats: []booking.BookedSeat{{ID: "A1"}}}
		return activities.Settlement{Done: asked == 3, Booking: &b}, nil
	}
	w.env.RegisterWorkflow(Settlement)
	w.env.ExecuteWorkflow(Settlement, activities.Settle{Payment: activities.Payment{BookingID: "b1", Payment: booking.Payment{ID: "p1"}}, GiveUp: true})
	require.NoError(t, w.env.GetWorkflowError())
	require.Equal(t, []string{"settle:give up", "settle:give up", "settle:give up", "release"}, w.steps)
	require.WithinDuration(t, w.start.Add(6*firstLook), w.env.Now(), time.Second, "at once, and then less and less often")
}

// Every booking is ended before money goes back, and a refund that cannot be made
// keeps no other waiting.
func TestShowtimeCancellationEndsEveryBooking(t *testing.T) {
	w := newWorld()
	w.env.RegisterWorkflow(ShowtimeCancellation)
	w.env.OnActivity(steps.CloseShowtime, mock.Anything, mock.Anything).Return(activities.Outcome{}, nil)
	pages := [][]booking.ID{{"b1", "b2", "b3", "b4"}, nil, {"b2", "b4"}, nil} // what is unfinished, each time that it is asked for
	w.env.OnActivity(steps.UnfinishedBookings, mock.Anything, mock.Anything).Return(func(context.Context, activities.BookingPage) ([]booking.ID, error) {
		page := pages[0]
		pages = pages[1:]
		return page, nil
	})
	w.env.OnActivity(steps.RevokeBooking, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.Cancellation) (activities.Outcome, error) {
		require.Equal(t, booking.ReasonShowtime, in.Reason)
		b := booking.Booking{ID: in.BookingID, ShowtimeID: "s1", Status: booking.Cancelled, Seats: []booking.BookedSeat{{ID: "A1"}}}
		switch in.BookingID {
		case "b1":
			return activities.Outcome{Refusal: booking.Refuse(booking.CodeNotCancellable, "it had expired")}, nil
		case "b3":
			b.Payment = &booking.Payment{ID: "p3", Status: booking.PaymentOpen}
		default:
			b.Payment = &booking.Payment{ID: "p-" + string(in.BookingID), Status: booking.PaymentRefundDue}
		}
		return activities.Outcome{Booking: &b}, nil
	})
	w.env.OnSignalExternalWorkflow(mock.Anything, mock.Anything, mock.Anything, SignalRevoked, mock.Anything).Return(errors.New("nobody keeps it"))
	w.refund = func(p activities.Payment) error {
		if p.BookingID == "b4" {
			return errors.New("its provider was switched off")
		}
		return nil
	}
	report := booking.ShowtimeReport{ShowtimeID: "s1", Cancelled: 3}
	w.env.OnActivity(steps.ReportShowtime, mock.Anything, mock.Anything).Return(report, nil)
	w.env.ExecuteWorkflow(ShowtimeCancellation, ShowtimeInput{ShowtimeID: "s1"})
	require.NoError(t, w.env.GetWorkflowError())
	var got booking.ShowtimeReport
	require.NoError(t, w.env.GetWorkflowResult(&got))
	require.Equal(t, report, got)
	require.Equal(t, []string{"release", "release", "release"}, w.steps[:3])
	value, err := w.env.QueryWorkflow(QueryProgress)
	require.NoError(t, err)
	var p Progress
	require.NoError(t, value.Get(&p))
	require.Equal(t, Progress{Bookings: 3, Refunds: 1, Failed: 1, Refunding: true, After: "b4"}, p)
}

// asked lists the steps that have events of their own in the history: those that cost
// a task of their own.
func (w *world) asked() *[]string {
	var out []string
	w.env.SetOnActivityStartedListener(func(info *activity.Info, _ context.Context, _ converter.EncodedValues) {
		out = append(out, info.ActivityType.Name)
	})
	return &out
}

func TestAQuickProviderCostsNoTaskOfItsOwn(t *testing.T) {
	w := newWorld()
	asked := w.asked()
	ask[PayOutcome](w, 10*time.Second, UpdatePay, "p1", pay("p1"))
	require.Equal(t, BookingResult{Status: "confirmed"}, w.run(t))
	require.Empty(t, *asked)

	old := newWorld()
	old.revision = 0
	asked = old.asked()
	ask[PayOutcome](old, 10*time.Second, UpdatePay, "p1", pay("p1"))
	require.Equal(t, BookingResult{Status: "confirmed"}, old.run(t))
	require.Equal(t, []string{"AuthorizePayment", "CapturePayment"}, *asked, "a booking that was begun before goes on as it was")
	require.Equal(t, w.steps, old.steps)
}

func TestAProviderThatIsNotQuickIsAskedDurably(t *testing.T) {
	w := newWorld()
	asked := w.asked()
	var mu sync.Mutex
	failures := map[string]int{}
	fails := func(step string) error {
		mu.Lock()
		defer mu.Unlock()
		if slices.Contains(*asked, step) {
			return nil
		}
		failures[step]++
		return errors.New("away")
	}
	w.authorize = func() (booking.Authorization, error) {
		return booking.Authorization{Reference: "ref"}, fails("AuthorizePayment")
	}
	w.capture = func() (activities.Outcome, error) { return activities.Outcome{}, fails("CapturePayment") }
	paid := ask[PayOutcome](w, 10*time.Second, UpdatePay, "p1", pay("p1"))
	require.Equal(t, BookingResult{Status: "confirmed"}, w.run(t))
	require.Equal(t, []string{"AuthorizePayment", "CapturePayment"}, *asked)
	require.Equal(t, booking.Confirmed, paid.value.Booking.Status)
	require.Positive(t, failures["AuthorizePayment"])
	require.Positive(t, failures["CapturePayment"])
}

// Nothing else can happen to a booking while a provider is asked within a task, so that
// is not done at the end of the hold.
func TestTheEndOfTheHoldIsNotKeptWaiting(t *testing.T) {
	w := newWorld()
	asked := w.asked()
	ask[PayOutcome](w, hold-time.Second, UpdatePay, "p1", pay("p1"))
	require.Equal(t, BookingResult{Status: "confirmed"}, w.run(t))
	require.Equal(t, []string{"AuthorizePayment"}, *asked)
}

// The update of a payment is not in the history before it is done. If it is lost with
// the servers when the store has confirmed the booking already, its money is still taken.
func TestAPaymentWhoseUpdateWasLostIsTaken(t *testing.T) {
	w := newWorld()
	w.env.RegisterDelayedCallback(func() {
		b := w.becomes(booking.Confirmed, "")
		w.mu.Lock()
		defer w.mu.Unlock()
		b.Payment = &booking.Payment{ID: "p1", Status: booking.PaymentAuthorized, Amount: b.Total}
		w.state = *b
	}, time.Minute)
	require.Equal(t, BookingResult{Status: "confirmed"}, w.run(t))
	require.Equal(t, []string{"lock", "persist", "expire", "keep", "capture"}, w.steps)
}

// What a provider was asked by a worker that nobody remembers is brought to its end
// with the booking, whichever way that ends.
func TestLoosePaymentsAreBroughtToTheirEnd(t *testing.T) {
	attempt := activities.Payment{BookingID: "b1", Payment: booking.Payment{ID: "p0"}}
	open := activities.Payment{BookingID: "b1", Payment: booking.Payment{ID: "p9", Status: booking.PaymentOpen}}
	for name, c := range map[string]struct {
		play func(*world)
		ends string
	}{
		"expired":   {func(*world) {}, "expired"},
		"cancelled": {func(w *world) { ask[activities.Outcome](w, time.Minute, UpdateCancel, "c") }, "cancelled"},
		"confirmed": {func(w *world) { ask[PayOutcome](w, time.Minute, UpdatePay, "p1", pay("p1")) }, "confirmed"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.loose = []activities.Payment{attempt, open}
			w.settle = func(in activities.Settle) (activities.Settlement, error) {
				require.Equal(t, "p9", in.Payment.Payment.ID)
				return activities.Settlement{Done: true, Booking: w.stands(), Loose: w.loose}, nil
			}
			c.play(w)
			require.Equal(t, BookingResult{Status: c.ends}, w.run(t))
			require.Equal(t, 1, count(w.steps, "void"), "%v", w.steps)
			require.Equal(t, 1, count(w.steps, "settle:give up"), "%v", w.steps)
		})
	}
}

// A hold that was lengthened by a worker that nobody remembers lasts as long as its
// customer was told.
func TestAHoldLastsAsLongAsTheStoreSays(t *testing.T) {
	w := newWorld()
	open := activities.Payment{BookingID: "b1", Payment: booking.Payment{ID: "p9", Status: booking.PaymentOpen}}
	w.loose = []activities.Payment{open}
	asked := 0
	w.settle = func(in activities.Settle) (activities.Settlement, error) {
		asked++
		return activities.Settlement{Done: in.GiveUp, Booking: w.stands()}, nil
	}
	w.env.RegisterDelayedCallback(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.state.ExpiresAt = w.state.ExpiresAt.Add(grace)
	}, time.Minute)
	require.Equal(t, BookingResult{Status: "expired"}, w.run(t))
	require.Equal(t, 2, count(w.steps, "expire"), "%v", w.steps)
	require.WithinDuration(t, w.start.Add(hold+grace), w.env.Now(), time.Second)
	require.Greater(t, asked, 1, "it was followed from the first deadline on")
}

// Nobody is asked for money once the booking is decided.
func TestAPaymentForABookingThatWasDecidedMeanwhile(t *testing.T) {
	w := newWorld()
	w.authorize = func() (booking.Authorization, error) { return booking.Authorization{}, nil }
	w.refuse = booking.NotPayable(booking.Cancelled)
	paid := ask[PayOutcome](w, time.Minute, UpdatePay, "p1", pay("p1"))
	w.run(t)
	require.Equal(t, booking.CodeNotPayable, paid.value.Refusal.Code)
	require.Zero(t, count(w.steps, "confirm")+count(w.steps, "decline"), "%v", w.steps)
	require.Equal(t, 1, count(w.steps, "void"), "it may be noted as open: %v", w.steps)
}

// Whoever was told of a hold may pay before the workflow knows of it.
func TestAPaymentBeforeTheHoldIsKnownHere(t *testing.T) {
	for _, eager := range []bool{true, false} {
		w := newWorld()
		w.eager = eager
		paid := ask[PayOutcome](w, 0, UpdatePay, "p1", pay("p1"))
		other := ask[PayOutcome](w, 0, UpdatePay, "p2", pay("p2"))
		result := w.run(t)
		if !eager {
			require.Equal(t, "expired", result.Status)
			require.Error(t, paid.rejected)
			continue
		}
		require.Equal(t, "confirmed", result.Status)
		require.NoError(t, paid.rejected)
		require.Equal(t, booking.Confirmed, paid.value.Booking.Status)
		require.Equal(t, booking.CodeNotPayable, other.value.Refusal.Code)
		require.Equal(t, 1, count(w.steps, "capture"))
	}
	refused := newWorld()
	refused.eager = true
	refused.persist = func() (activities.Outcome, error) {
		return activities.Outcome{Refusal: booking.Refuse(booking.CodeSeatsTaken, "")}, nil
	}
	paid := ask[PayOutcome](refused, 0, UpdatePay, "p1", pay("p1"))
	require.Equal(t, StatusRefused, refused.run(t).Status)
	require.Equal(t, booking.CodeNotPayable, paid.value.Refusal.Code)
}
