package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"holdfast/activities"
	"holdfast/internal/booking"
	"holdfast/internal/testenv"
	"holdfast/internal/testenv/wire"
	holdfastworker "holdfast/worker"
	"holdfast/workflows"
)

// actor plays one saga with one worker, which may die on the way and is then
// followed by another.
type actor struct {
	*house
	t      *testing.T
	c      client.Client
	engine workflows.Client
	id     booking.ID
	payID  string
	seats  []booking.SeatID
	grace  time.Duration
	m      *mortal
	toldNo bool            // a payment was refused
	buried *sync.WaitGroup // workers that are stopping
}

// sagas are the ways that money goes, each with how it ends.
var sagas = map[string]struct {
	hold, grace time.Duration
	play        func(*actor)
	ends        []booking.Status
}{
	"paid":                  {time.Minute, time.Minute, func(a *actor) { a.pay("tok_ok") }, []booking.Status{booking.Confirmed}},
	"paid, answers lost":    {time.Minute, time.Minute, func(a *actor) { a.pay("tok_lost") }, []booking.Status{booking.Confirmed}},
	"declined, then paid":   {time.Minute, time.Minute, func(a *actor) { a.pay("tok_declined"); a.payID = uuid.NewString(); a.pay("tok_ok") }, []booking.Status{booking.Confirmed}},
	"asked back":            {time.Minute, time.Minute, func(a *actor) { a.pay("tok_challenge"); a.approve() }, []booking.Status{booking.Confirmed}},
	"expired":               {3 * time.Second, time.Second, func(*actor) {}, []booking.Status{booking.Expired}},
	"cancelled, refunded":   {time.Minute, time.Minute, func(a *actor) { a.pay("tok_ok"); a.revoke() }, []booking.Status{booking.Cancelled}},
	"uncollectable":         {time.Minute, time.Minute, func(a *actor) { a.pay("tok_uncollectable") }, []booking.Status{booking.Cancelled}},
	"late promise, won":     {3 * time.Second, time.Second, func(a *actor) { a.late("tok_slow", false) }, []booking.Status{booking.Confirmed}},
	"late promise, lost":    {3 * time.Second, time.Second, func(a *actor) { a.late("tok_slow", true) }, []booking.Status{booking.Expired}},
	"late transfer, won":    {3 * time.Second, time.Second, func(a *actor) { a.late("tok_late_transfer", false) }, []booking.Status{booking.Confirmed}},
	"late transfer, lost":   {3 * time.Second, time.Second, func(a *actor) { a.late("tok_late_transfer", true) }, []booking.Status{booking.Expired}},
	"question not answered": {3 * time.Second, time.Second, func(a *actor) { a.pay("tok_challenge") }, []booking.Status{booking.Expired}},
}

// atOnce is how many workers live and die beside each other. They wait nearly all
// the time: for Temporal to see that somebody is dead.
const atOnce = 32

// chances is how often a saga is played for one death. It may go another way than
// before, where the bank's message and the next look at the payment come together.
const chances = 3

// The worker is killed after every single step of every saga: each time, money and
// seats end as if it had not been, and what the bank has taken and not given back is
// the value of the confirmed booking. (Alone, since it is many tests in itself.)
func TestWorkerDiesAfterEveryStepOfEverySaga(t *testing.T) {
	h := newHouse(t)
	var buried, all sync.WaitGroup
	t.Cleanup(buried.Wait)
	turns := make(chan struct{}, atOnce)
	var mu sync.Mutex
	done, deaths := map[string]int{}, map[string]int{}
	play := func(name string, last moment) *mortal {
		turns <- struct{}{}
		defer func() { <-turns }()
		return h.act(t, name, last, &buried)
	}
	for name := range sagas {
		all.Go(func() {
			for _, m := range play(name, moment{}).moments() {
				mu.Lock()
				done[m.step]++
				mu.Unlock()
				all.Go(func() {
					for range chances {
						if play(name, m).dead() {
							mu.Lock()
							defer mu.Unlock()
							deaths[m.step]++
							return
						}
					}
				})
			}
		})
	}
	all.Wait()
	total := 0
	for _, s := range slices.Sorted(maps.Keys(done)) {
		t.Logf("%3d deaths after %s", deaths[s], s)
		total += deaths[s]
		require.NotZero(t, deaths[s], "no worker died after %q", s)
	}
	t.Logf("%d deaths in %d sagas", total, len(sagas))
}

// act plays a saga with a worker that dies at that moment, and checks how it ended.
func (h *house) act(t *testing.T, name string, last moment, buried *sync.WaitGroup) *mortal {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	saga := sagas[name]
	show := booking.ShowtimeID(uuid.NewString())
	h.addShowtime(show, time.Now().Add(24*time.Hour))
	a := &actor{house: h, t: t, id: booking.ID(uuid.NewString()), payID: uuid.NewString(), seats: []booking.SeatID{"A1", "A2"}, grace: saga.grace, buried: buried}
	a.c = h.dial(t, h.cfg.TemporalAddr)
	defer a.c.Close()
	a.engine = workflows.Client{Temporal: a.c, TaskQueue: testenv.Name(), Timeout: time.Minute}
	stop := a.live(ctx, last)
	defer stop()

	_, err := a.engine.Hold(ctx, workflows.BookingInput{
		BookingID: a.id, UserID: booking.UserID("ada-" + a.id), ShowtimeID: show, SeatIDs: a.seats,
		Fingerprint: "f", HoldDuration: saga.hold, SoldUntil: time.Now().Add(24 * time.Hour),
	})
	if a.ok(err) {
		saga.play(a)
		a.end(ctx, show, saga.ends)
	}
	return a.m
}

// live runs a mortal worker, and another as soon as that one is dead.
func (a *actor) live(ctx context.Context, last moment) (stop func()) {
	line, through := wire.To(a.t, "tcp://"+a.cfg.TemporalAddr)
	a.m = &mortal{last: last, cut: line.Cut, died: make(chan struct{})}
	c := a.dial(a.t, through[len("tcp://"):])
	first := a.worker(c, mortalStore{a.store, a.m}, mortalLock{a.locks, a.m}, mortalBank{a.bank.client, a.m})
	ended := make(chan struct{})
	var heir sync.WaitGroup
	heir.Go(func() {
		select {
		case <-a.m.died:
		case <-ended:
			return
		}
		second := a.worker(a.c, a.store, a.locks, a.bank.client)
		<-ended
		second()
	})
	return func() {
		close(ended)
		heir.Wait()
		a.buried.Go(func() { // a worker that is cut off takes its time to stop
			first()
			c.Close()
		})
	}
}

func (a *actor) worker(c client.Client, store activities.Store, lock activities.SeatLock, bank activities.Gateway) (stop func()) {
	w := holdfastworker.New(c, a.engine.TaskQueue, &activities.Activities{
		Lock: lock, Store: store, Gateways: map[string]activities.Gateway{"sandbox": bank}, Grace: a.grace,
	}, func(error) {})
	if err := w.Start(); err != nil {
		a.t.Errorf("starting a worker: %v", err)
		return func() {}
	}
	return w.Stop
}

func (h *house) dial(t *testing.T, addr string) client.Client {
	c, err := client.NewLazyClient(workflows.Options(addr, h.cfg.Namespace, h.log))
	require.NoError(t, err)
	return c
}

// ok fails the test at an error that is none of the expected.
func (a *actor) ok(err error, codes ...booking.Code) bool {
	if r, refused := booking.Refused(err); refused && slices.Contains(codes, r.Code) {
		return true
	}
	if err != nil {
		a.t.Errorf("booking %s, dying after %+v (%v): %v", a.id, a.m.last, a.m.moments(), err)
	}
	return err == nil
}

func (a *actor) pay(token string) {
	in := workflows.PayInput{PaymentID: a.payID, Method: "sandbox", Token: token, Fingerprint: "p"}
	out, err := a.engine.Pay(a.t.Context(), a.id, in)
	// A worker was dead for so long that Temporal takes no more questions for a while: the
	// API answers with 503, and its customer asks again.
	for away := new(booking.UnavailableError); errors.As(err, &away) && a.m.dead() && a.t.Context().Err() == nil; {
		time.Sleep(100 * time.Millisecond)
		out, err = a.engine.Pay(a.t.Context(), a.id, in)
	}
	if errors.Is(err, workflows.ErrEnded) {
		return // its worker was away for so long that the hold has ended
	}
	// A rejection before acceptance, too: the deadline of a short hold may pass
	// while nobody works.
	a.toldNo = a.toldNo || err != nil || out.Refusal != nil
	if a.ok(err, booking.CodeHoldExpired, booking.CodeNotPayable) && out.Refusal != nil {
		codes := []booking.Code{booking.CodePaymentDeclined, booking.CodeProviderUnavailable, booking.CodeHoldExpired, booking.CodeNotPayable}
		if !slices.Contains(codes, out.Refusal.Code) {
			a.t.Errorf("paying: %v", out.Refusal)
		}
	}
}

func (a *actor) approve() {
	err := a.engine.Check(a.t.Context(), a.id, workflows.CheckInput{PaymentID: a.payID, Answer: "approve"})
	if !errors.Is(err, workflows.ErrEnded) {
		a.ok(err)
	}
}

func (a *actor) revoke() {
	_, err := a.engine.Revoke(a.t.Context(), workflows.CancellationInput{Cancellation: activities.Cancellation{BookingID: a.id, Reason: booking.ReasonCustomer}})
	a.ok(err)
}

// late has the money come after the hold has ended, with the seats free or gone.
func (a *actor) late(token string, gone bool) {
	a.pay(token)
	a.wait("the hold is over", func(b booking.Booking) bool { return b.Status == booking.Expired })
	if gone {
		b, err := a.store.Get(a.t.Context(), a.id)
		if a.ok(err) {
			now := time.Now()
			_, err = a.store.Hold(a.t.Context(), booking.HoldRequest{
				ID: booking.ID(uuid.NewString()), UserID: "bob", ShowtimeID: b.ShowtimeID, SeatIDs: a.seats[1:], Fingerprint: "g",
				CreatedAt: now, ExpiresAt: now.Add(time.Hour),
			})
			a.ok(err)
		}
	}
	a.bank.decide(string(a.id))
	a.c.SignalWorkflow(a.t.Context(), workflows.BookingWorkflowID(a.id), "", workflows.SignalPayment, nil) //nolint:errcheck // the bank's message; it may be lost
}

func (a *actor) wait(what string, ok func(booking.Booking) bool) {
	deadline := time.Now().Add(time.Minute)
	for {
		b, err := a.store.Get(a.t.Context(), a.id)
		if err == nil && ok(b) {
			return
		}
		if time.Now().After(deadline) {
			a.t.Errorf("booking %s is %s (%v), and it never came to be that %s", a.id, b.Status, err, what)
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// end waits until the workflows have ended and compares the books.
func (a *actor) end(ctx context.Context, show booking.ShowtimeID, ends []booking.Status) {
	for _, id := range []string{workflows.BookingWorkflowID(a.id), workflows.CancellationWorkflowID(a.id)} {
		var r workflows.BookingResult
		err := a.c.GetWorkflow(ctx, id, "").Get(ctx, &r)
		if id == workflows.BookingWorkflowID(a.id) {
			a.ok(err)
		}
	}
	b, err := a.store.Get(ctx, a.id)
	if !a.ok(err) {
		return
	}
	where := fmt.Sprintf("%s, dying after %+v: %v", b.Status, a.m.last, a.m.moments())
	charges, paid := a.bank.charges(a.id)
	if charges > 0 && paid > 0 || len(ends) == 1 && ends[0] != booking.Confirmed {
		// Whoever was told no, because a worker was dead for too long, has no booking.
		if told := a.toldNo && a.m.dead() && b.Status == booking.Expired; !told && !slices.Contains(ends, b.Status) {
			a.t.Errorf("it ended otherwise: %s", where)
		}
	}
	net, open := a.bank.net(a.id)
	want := int64(0)
	if b.Status == booking.Confirmed {
		want = b.Total.Minor
	}
	if net != want || open {
		a.t.Errorf("the bank has %d and not %d (something open: %v): %s", net, want, open, where)
	}
	if p := b.Payment; p != nil && !p.Settled() && b.Status != booking.Confirmed {
		a.t.Errorf("payment %s is %s: %s", p.ID, p.Status, where)
	}
	mine, err := a.locks.Taken(ctx, show, a.seats, "nobody")
	if a.ok(err) && !b.Status.Live() && len(mine) > 0 {
		a.t.Errorf("the locks of %v are still there: %s", mine, where)
	}
}
