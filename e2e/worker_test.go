package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"holdfast/activities"
	"holdfast/api/openapi"
	"holdfast/internal/app"
	"holdfast/internal/booking"
	"holdfast/internal/testenv/wire"
	holdfastworker "holdfast/worker"
	"holdfast/workflows"
)

// doomed is a worker that is cut off from Temporal right after a step of the
// store has been committed: what it has done is not known to anybody.
type doomed struct {
	activities.Store
	after string // the step
	cut   func()
	once  sync.Once
	done  chan struct{} // closed at the cut
}

func (d *doomed) step(name string) {
	if name == d.after {
		d.once.Do(func() { d.cut(); close(d.done) })
	}
}

func (d *doomed) Hold(ctx context.Context, h booking.HoldRequest) (booking.Booking, error) {
	b, err := d.Store.Hold(ctx, h)
	d.step("hold")
	return b, err
}

func (d *doomed) Confirm(ctx context.Context, id booking.ID, p booking.Payment) (booking.Booking, error) {
	b, err := d.Store.Confirm(ctx, id, p)
	d.step("confirm")
	return b, err
}

func (d *doomed) Expire(ctx context.Context, id booking.ID) (booking.Booking, error) {
	b, err := d.Store.Expire(ctx, id)
	d.step("expire")
	return b, err
}

func (d *doomed) ExpireAt(ctx context.Context, id booking.ID, deadline time.Time) (booking.Booking, error) {
	b, err := d.Store.ExpireAt(ctx, id, deadline)
	d.step("expire")
	return b, err
}

// await waits for its end.
func (d *doomed) await(t *testing.T) {
	t.Helper()
	select {
	case <-d.done:
	case <-time.After(time.Minute):
		t.Fatalf("the worker never came to the step %q", d.after)
	}
}

// runDoomed runs such a worker in this process.
func (h *house) runDoomed(after string) *doomed {
	h.t.Helper()
	line, through := wire.To(h.t, "tcp://"+h.cfg.TemporalAddr)
	d := &doomed{Store: h.store, after: after, cut: line.Cut, done: make(chan struct{})}
	c, err := client.Dial(workflows.Options(through[len("tcp://"):], h.cfg.Namespace, h.log))
	require.NoError(h.t, err)
	w := holdfastworker.New(c, h.cfg.TaskQueue, &activities.Activities{
		Lock: h.locks, Store: d, Gateways: map[string]activities.Gateway{"sandbox": h.bank.client},
	}, func(error) {})
	require.NoError(h.t, w.Start())
	h.t.Cleanup(func() { w.Stop(); c.Close() })
	return d
}

// The worker dies between the commit of the hold and Temporal's knowing of it.
// Nobody was told of the booking, so nobody may be kept from the seats by it.
func TestWorkerDiesAfterTheHoldWasCommitted(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.run(app.API, app.Relay, app.Project)
	d := h.runDoomed("hold")
	ada := h.guest()
	var first answer
	asked := make(chan struct{})
	go func() {
		defer close(asked)
		first = ada.book(h.show, "A1")
	}()
	d.await(t)
	m, err := h.store.SeatMap(t.Context(), h.show)
	require.NoError(t, err)
	require.Equal(t, booking.SeatHeld, m.Seats[0].Status, "it was committed")
	h.run(app.Worker)
	<-asked
	if first.status == http.StatusCreated {
		require.Equal(t, openapi.Pending, ada.get(first.booking.Id).Status)
		return // the other worker was quick enough to answer
	}
	requireProblem(t, first, 503, "unavailable")
	bob := h.guest()
	eventually(t, "the seat can be had by somebody else", func() bool { return bob.book(h.show, "A1").status == http.StatusCreated })
	h.requireAgreement()
}

// The worker dies between the commit of the payment and Temporal's knowing of
// it; its owner cancels in between. The money is taken once and given back once.
func TestWorkerDiesAfterTheConfirmation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.run(app.API, app.Relay, app.Project)
	d := h.runDoomed("confirm")
	ada := h.guest()
	b := ada.mustBook(h.show, "A1", "A2")
	go ada.try(http.MethodPost, "/v1/bookings/"+b.Id+"/payments", `{"method":"sandbox","token":"tok_ok"}`, nil) //nolint:errcheck // its answer is lost
	d.await(t)
	require.Equal(t, openapi.Confirmed, ada.get(b.Id).Status, "it was committed")
	h.run(app.Worker)
	eventually(t, "it is cancelled", func() bool {
		return ada.do(http.MethodDelete, "/v1/bookings/"+b.Id, "", nil).status == http.StatusOK
	})
	eventually(t, "the money is back", func() bool { return ada.get(b.Id).Payment.Status == openapi.Refunded })
	require.ElementsMatch(t, []string{
		"booking.held", "booking.confirmed", "payment.authorized", "booking.cancelled", "payment.captured", "payment.refunded",
	}, ada.history(b.Id), "each once")
	h.requireAgreement()
}

// The worker dies between the commit of the end of a hold and its unlocking.
func TestWorkerDiesAfterTheExpiry(t *testing.T) {
	t.Parallel()
	h := newHouse(t, holdFor(2*time.Second))
	h.run(app.API, app.Relay, app.Project)
	d := h.runDoomed("expire")
	ada, bob := h.guest(), h.guest()
	b := ada.mustBook(h.show, "A1")
	d.await(t)
	h.run(app.Worker)
	eventually(t, "the lock is gone", func() bool { return bob.book(h.show, "A1").status == http.StatusCreated })
	require.Equal(t, []string{"booking.held", "booking.expired"}, ada.history(b.Id), "each once")
}

// Real processes, killed without a chance to clean up.
func TestWorkerProcessKilledDuringTheHold(t *testing.T) {
	t.Parallel()
	h := newHouse(t, holdFor(4*time.Second))
	h.run(app.API, app.Relay, app.Project)
	p := h.start("worker")
	ada, bob := h.guest(), h.guest()
	var lost openapi.Booking
	eventually(t, "the worker works", func() bool {
		a := ada.book(h.show, "A1", "A2")
		lost = a.booking
		return a.status == http.StatusCreated
	})
	p.kill()
	h.start("worker")
	requireFreedInTime(t, h, bob, lost.ExpiresAt, "A1")
	require.Equal(t, openapi.Expired, ada.get(lost.Id).Status)
	h.requireAgreement()
}

// A worker is killed again and again, at any moment, under load: nothing is sold
// twice, nothing is lost, nothing stays held.
func TestWorkerProcessesKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	h := newHouse(t, holdFor(3*time.Second))
	h.run(app.API, app.Relay, app.Project)
	p := h.start("worker")
	ctx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	var confirmed, unanswered atomic.Int64
	for i := range 6 {
		who := h.guest()
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				seat := fmt.Sprint(string(rune('A'+(n+i)%rows)), (n*7+i)%(perRow-1)+1)
				a, err := who.try(http.MethodPost, "/v1/bookings", wish(h.show, seat), nil)
				if err != nil || a.status == http.StatusServiceUnavailable {
					unanswered.Add(1)
					continue
				}
				if a.status != http.StatusCreated || n%3 == 2 {
					continue // taken, or left to expire
				}
				paid, err := who.try(http.MethodPost, "/v1/bookings/"+a.booking.Id+"/payments", `{"method":"sandbox","token":"tok_ok"}`, nil)
				if err == nil && paid.status == http.StatusCreated {
					confirmed.Add(1)
					if _, err := who.try(http.MethodDelete, "/v1/bookings/"+a.booking.Id, "", nil); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	// The moments are the load's own: after so many answers, whenever they come.
	for round := range 4 {
		want := confirmed.Load() + int64(2+round*3)
		eventually(t, "there is work", func() bool { return confirmed.Load() >= want })
		p.kill()
		p = h.start("worker")
	}
	stop()
	wg.Wait()
	t.Logf("confirmed %d, unanswered %d", confirmed.Load(), unanswered.Load())
	h.waitForHoldsToEnd()
	h.requireAgreement()
	h.requireBooksBalance()
}
