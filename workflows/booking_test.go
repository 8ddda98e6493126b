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
	"go.temporal.io/sdk/testsuite"

	"holdfast/activities"
	"holdfast/internal/booking"
)

const (
	hold  = 2 * time.Minute
	grace = 3 * time.Minute
	price = 1500
)

var input = BookingInput{
	BookingID: "b1", UserID: "ada", ShowtimeID: "s1", SeatIDs: []booking.SeatID{"A1", "A2"},
	Fingerprint: "f1", HoldDuration: hold,
}

// world is what the workflow acts on: it writes down every step, in order, and
// answers as the real one would. A test changes the answer that it is about.
type world struct {
	env   *testsuite.TestWorkflowEnvironment
	mu    sync.Mutex
	steps []string
	state booking.Booking
	start time.Time

	lock      func() (activities.Outcome, error)
	persist   func() (activities.Outcome, error)
	authorize func() (booking.Authorization, error)
	refuse    *booking.Refusal // by the store, before the provider is asked
	thinking  time.Duration    // of the provider
	capture   func() (activities.Outcome, error)
	settle    func(activities.Settle) (activities.Settlement, error)
	refund    func(activities.Payment) error

	loose      []activities.Payment // that the store knows of once the booking is decided
	lengthened bool
	revision   int // of the worker that locks the seats
	eager      bool
}

func newWorld() *world {
	var suite testsuite.WorkflowTestSuite
	w := &world{env: suite.NewTestWorkflowEnvironment(), revision: activities.Revision}
	w.env.SetTestTimeout(20 * time.Second)
	w.env.RegisterWorkflow(Booking)
	w.env.RegisterWorkflow(Cancellation)
	w.env.RegisterActivity(&activities.Activities{})
	w.start = time.Date(2030, 1, 1, 20, 0, 0, 0, time.UTC)
	w.env.SetStartTime(w.start)

	answer := func(method any, f any) { w.env.OnActivity(method, mock.Anything, mock.Anything).Return(f) }
	answer(steps.LockSeats, func(_ context.Context, _ activities.Seats) (activities.Outcome, error) {
		w.note("lock")
		if w.lock != nil {
			return w.lock()
		}
		return activities.Outcome{Revision: w.revision}, nil
	})
	answer(steps.PersistHold, func(_ context.Context, h booking.HoldRequest) (activities.Outcome, error) {
		w.note("persist")
		if w.persist != nil {
			return w.persist()
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.state = booking.Booking{
			ID: h.ID, UserID: h.UserID, ShowtimeID: h.ShowtimeID, Status: booking.Pending, CreatedAt: h.CreatedAt, ExpiresAt: h.ExpiresAt,
			Seats: []booking.BookedSeat{{ID: "A1"}, {ID: "A2"}}, Total: booking.Money{Minor: 2 * price, Currency: "USD"},
		}
		b := w.state
		return activities.Outcome{Booking: &b}, nil
	})
	// The compare-and-set: only a pending booking can be decided.
	decide := func(to booking.Status) booking.Booking {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.state.Status == booking.Pending {
			w.state.Status = to
		}
		return w.state
	}
	answer(steps.ExpireBooking, func(context.Context, booking.ID) (booking.Booking, error) {
		w.note("expire")
		return decide(booking.Expired), nil
	})
	answer(steps.EndHold, func(_ context.Context, in activities.Deadline) (activities.Standing, error) {
		w.note("expire")
		if now := w.stands(); now.ExpiresAt.After(in.At) {
			return activities.Standing{Booking: *now, Loose: w.loose}, nil
		}
		return activities.Standing{Booking: decide(booking.Expired), Loose: w.loose}, nil
	})
	answer(steps.CancelBooking, func(_ context.Context, in activities.Cancellation) (activities.Standing, error) {
		w.note("cancel:" + string(in.Reason))
		return activities.Standing{Booking: decide(booking.Cancelled), Loose: w.loose}, nil
	})
	answer(steps.ConfirmBooking, func(context.Context, activities.Payment) (activities.Outcome, error) {
		w.note("confirm")
		b := decide(booking.Confirmed)
		if b.Status != booking.Confirmed {
			return activities.Outcome{Refusal: booking.NotPayable(b.Status)}, nil
		}
		return activities.Outcome{Booking: &b, Loose: w.loose}, nil
	})
	thinks := func() time.Duration { return w.thinking }
	w.env.OnActivity(steps.AuthorizePayment, mock.Anything, mock.Anything).AfterFn(thinks).Return(func(context.Context, activities.Payment) (activities.Promise, error) {
		w.note("authorize")
		if w.authorize != nil {
			auth, err := w.authorize()
			return activities.Promise{Authorization: auth, Refusal: w.refuse}, err
		}
		return activities.Promise{Authorization: booking.Authorization{Reference: "ref"}}, nil
	})
	for name, method := range map[string]any{
		"release": steps.ReleaseSeats, "keep": steps.KeepSeats,
	} {
		answer(method, func(context.Context, activities.Seats) error { w.note(name); return nil })
	}
	for name, method := range map[string]any{
		"void": steps.VoidPayment, "decline": steps.RecordDecline,
	} {
		answer(method, func(context.Context, activities.Payment) error { w.note(name); return nil })
	}
	answer(steps.CapturePayment, func(context.Context, activities.Payment) (activities.Outcome, error) {
		w.note("capture")
		if w.capture != nil {
			return w.capture()
		}
		return activities.Outcome{}, nil
	})
	answer(steps.RefundPayment, func(_ context.Context, in activities.Payment) error {
		w.note("refund")
		if w.refund != nil {
			return w.refund(in)
		}
		return nil
	})
	answer(steps.NoteOpenPayment, func(context.Context, activities.Payment) (booking.Booking, error) {
		w.note("note open")
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.state.Status == booking.Pending && !w.lengthened {
			w.lengthened = true
			w.state.ExpiresAt = w.state.ExpiresAt.Add(grace)
		}
		return w.state, nil
	})
	answer(steps.SettlePayment, func(_ context.Context, in activities.Settle) (activities.Settlement, error) {
		name := "settle"
		if in.GiveUp {
			name += ":give up"
		}
		if in.Answer != "" {
			name += ":" + in.Answer
		}
		w.note(name)
		return w.settle(in)
	})
	answer(steps.AbandonHold, func(context.Context, booking.HoldRequest) error { w.note("abandon"); return nil })
	return w
}

func (w *world) note(step string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.steps = append(w.steps, step)
}

// run keeps a booking to its end and returns how it ended.
func (w *world) run(t *testing.T) BookingResult {
	t.Helper()
	in := input
	in.SoldUntil, in.Eager = w.start.Add(24*time.Hour), w.eager
	w.env.ExecuteWorkflow(Booking, in)
	require.True(t, w.env.IsWorkflowCompleted())
	require.NoError(t, w.env.GetWorkflowError())
	var r BookingResult
	require.NoError(t, w.env.GetWorkflowResult(&r))
	return r
}

// answered is what an update was answered with.
type answered[T any] struct {
	value    T
	rejected error
	err      error
	done     bool
	at       time.Time
}

func ask[T any](w *world, after time.Duration, name, id string, args ...any) *answered[T] {
	a := &answered[T]{}
	w.env.RegisterDelayedCallback(func() {
		w.env.UpdateWorkflow(name, id, &testsuite.TestUpdateCallback{
			OnAccept: func() {},
			OnReject: func(err error) { a.rejected, a.done = err, true },
			OnComplete: func(v any, err error) {
				a.err, a.done, a.at = err, true, w.env.Now()
				if err == nil && v != nil {
					a.value = v.(T) //nolint:errcheck // a wrong type is a bug of this test
				}
			},
		}, args...)
	}, after)
	return a
}

func pay(id string) PayInput {
	return PayInput{PaymentID: id, Method: "sandbox", Token: "tok", Fingerprint: "p-" + id}
}

func TestPaidInTimeIsConfirmed(t *testing.T) {
	w := newWorld()
	held := ask[activities.Outcome](w, 0, UpdateHold, "u1", input.Fingerprint)
	paid := ask[PayOutcome](w, time.Minute, UpdatePay, "p1", pay("p1"))
	require.Equal(t, BookingResult{Status: "confirmed"}, w.run(t))
	require.Equal(t, []string{"lock", "persist", "authorize", "confirm", "keep", "capture"}, w.steps)
	require.Equal(t, booking.Pending, held.value.Booking.Status)
	require.WithinDuration(t, w.start.Add(hold), held.value.Booking.ExpiresAt, time.Second)
	require.Nil(t, paid.value.Refusal)
	require.Equal(t, booking.Confirmed, paid.value.Booking.Status)
	require.Equal(t, int64(2*price), paid.value.Payment.Amount.Minor, "the amount is the store's, never the client's")
	require.Equal(t, "p-p1", paid.value.Fingerprint)
}

func TestUnpaidExpiresAtItsDeadline(t *testing.T) {
	w := newWorld()
	held := ask[activities.Outcome](w, 0, UpdateHold, "u1", input.Fingerprint)
	require.Equal(t, BookingResult{Status: "expired"}, w.run(t))
	require.Equal(t, []string{"lock", "persist", "expire", "release"}, w.steps)
	end := w.env.Now()
	require.False(t, end.Before(held.value.Booking.ExpiresAt), "never before the deadline")
	require.WithinDuration(t, held.value.Booking.ExpiresAt, end, time.Second)
}

func TestRefusals(t *testing.T) {
	taken := activities.Outcome{Refusal: booking.Refuse(booking.CodeSeatsTaken, "taken", "A2")}
	trouble := func() (activities.Outcome, error) { return activities.Outcome{}, errors.New("away") }
	cases := []struct {
		name          string
		lock, persist func() (activities.Outcome, error)
		code          booking.Code
		undone        []string // in any order
		untouched     []string
	}{
		{
			name: "by the lock", lock: func() (activities.Outcome, error) { return taken, nil },
			code: booking.CodeSeatsTaken, untouched: []string{"persist", "release", "abandon"},
		},
		{
			name: "by the index", persist: func() (activities.Outcome, error) { return taken, nil },
			code: booking.CodeSeatsTaken, undone: []string{"release"}, untouched: []string{"abandon"},
		},
		{
			name: "because the lock is away", lock: trouble,
			code: booking.CodeUnavailable, undone: []string{"release"}, untouched: []string{"persist"},
		},
		{
			name: "because the store is away", persist: trouble,
			code: booking.CodeUnavailable, undone: []string{"abandon", "release"}, untouched: []string{"expire"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			w.lock, w.persist = c.lock, c.persist
			held := ask[activities.Outcome](w, 0, UpdateHold, "u1", input.Fingerprint)
			result := w.run(t)
			require.Equal(t, StatusRefused, result.Status)
			require.Equal(t, c.code, held.value.Refusal.Code)
			require.Equal(t, result.Refusal, held.value.Refusal)
			for _, step := range c.undone {
				require.Equal(t, 1, count(w.steps, step), "%s in %v", step, w.steps)
			}
			for _, step := range c.untouched {
				require.Zero(t, count(w.steps, step), "%s in %v", step, w.steps)
			}
		})
	}
}

func count(steps []string, step string) int {
	n := 0
	for _, s := range steps {
		if s == step {
			n++
		}
	}
	return n
}

func TestDeclinedThenPaid(t *testing.T) {
	w := newWorld()
	declined := true
	w.authorize = func() (booking.Authorization, error) {
		if declined {
			declined = false
			return booking.Authorization{Declined: true, Reason: "no money"}, nil
		}
		return booking.Authorization{Reference: "ref"}, nil
	}
	first := ask[PayOutcome](w, 10*time.Second, UpdatePay, "p1", pay("p1"))
	second := ask[PayOutcome](w, 20*time.Second, UpdatePay, "p2", pay("p2"))
	require.Equal(t, BookingResult{Status: "confirmed"}, w.run(t))
	require.Equal(t, []string{"lock", "persist", "authorize", "decline", "authorize", "confirm", "keep", "capture"}, w.steps)
	require.Equal(t, booking.CodePaymentDeclined, first.value.Refusal.Code)
	require.Nil(t, second.value.Refusal)
}

func TestCancelledByItsOwner(t *testing.T) {
	w := newWorld()
	cancelled := ask[activities.Outcome](w, 30*time.Second, UpdateCancel, "c1")
	late := ask[PayOutcome](w, 31*time.Second, UpdatePay, "p1", pay("p1"))
	require.Equal(t, BookingResult{Status: "cancelled"}, w.run(t))
	require.Equal(t, []string{"lock", "persist", "cancel:customer", "release"}, w.steps)
	require.Equal(t, booking.Cancelled, cancelled.value.Booking.Status)
	require.False(t, late.done && late.err == nil && late.rejected == nil, "a cancelled booking takes no payment")
	require.WithinDuration(t, w.start.Add(30*time.Second), w.env.Now(), 2*time.Second, "the seats are free now, not at the deadline")
}

func TestCancelledFromOutsideReleasesEverything(t *testing.T) {
	w := newWorld()
	w.env.RegisterDelayedCallback(w.env.CancelWorkflow, time.Minute)
	require.Equal(t, BookingResult{Status: "cancelled"}, w.run(t))
	require.Equal(t, []string{"lock", "persist", "cancel:operator", "release"}, w.steps)
}

func TestOnePaymentAtATime(t *testing.T) {
	w := newWorld()
	w.thinking = 5 * time.Second
	first := ask[PayOutcome](w, 10*time.Second, UpdatePay, "p1", pay("p1"))
	second := ask[PayOutcome](w, 12*time.Second, UpdatePay, "p2", pay("p2"))
	require.Equal(t, BookingResult{Status: "confirmed"}, w.run(t))
	require.Nil(t, first.value.Refusal)
	require.ErrorContains(t, second.rejected, "another payment")
}

func TestAnotherRequestUnderTheSameKey(t *testing.T) {
	w := newWorld()
	other := ask[activities.Outcome](w, 0, UpdateHold, "u2", "another fingerprint")
	w.run(t)
	require.Equal(t, booking.CodeKeyReused, other.value.Refusal.Code)
}

func TestARunThatFindsItsBookingDecidedEnds(t *testing.T) {
	for _, status := range []booking.Status{booking.Confirmed, booking.Expired, booking.Cancelled} {
		t.Run(string(status), func(t *testing.T) {
			w := newWorld()
			w.persist = func() (activities.Outcome, error) {
				return activities.Outcome{Booking: &booking.Booking{ID: "b1", Status: status, ExpiresAt: w.start.Add(hold)}}, nil
			}
			require.Equal(t, BookingResult{Status: string(status)}, w.run(t))
			require.Zero(t, count(w.steps, "capture")+count(w.steps, "expire")+count(w.steps, "cancel:customer"))
			require.Equal(t, status != booking.Confirmed, slices.Contains(w.steps, "release"))
			require.WithinDuration(t, w.start, w.env.Now(), time.Second, "it does not wait for a deadline that means nothing")
		})
	}
}

// noCallback is for an update whose answer does not matter.
func noCallback() *testsuite.TestUpdateCallback {
	return &testsuite.TestUpdateCallback{OnAccept: func() {}, OnReject: func(error) {}, OnComplete: func(any, error) {}}
}
