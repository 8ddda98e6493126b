package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"holdfast/internal/app"
	"holdfast/internal/booking"
	"holdfast/internal/config"
	"holdfast/workflows"
)

const (
	races     = 1000
	raceHold  = 800 * time.Millisecond
	raceGrace = 300 * time.Millisecond
	sideways  = 250 * time.Millisecond // how far from the deadline things happen, at most
	// racesAtOnce is what a slow machine still does without its workers losing tasks
	// for being too late with them.
	racesAtOnce = 16
)

// race is a payment that meets the deadline of its hold, and somebody else who wants
// the seat. When each happens is drawn before it begins.
type race struct {
	id, rival     booking.ID
	payment       string
	show          booking.ShowtimeID
	seat          booking.SeatID
	token         string
	pays, answers time.Duration // from the first deadline
	wants         time.Duration // the rival, from the last deadline; 0 is no rival
	told          string
	rivalHas      bool
}

// seedOf is the seed of a random test: of the moment, or the one to be repeated.
func seedOf(t *testing.T) uint64 {
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("HOLDFAST_SEED"); text != "" {
		var err error
		seed, err = strconv.ParseUint(text, 10, 64)
		require.NoError(t, err, "HOLDFAST_SEED")
	}
	t.Logf("HOLDFAST_SEED=%d", seed)
	return seed
}

// A payment and a deadline are driven against each other a thousand times, in random
// order, with cards that answer at once, ask back, lose the line or decide too late,
// and with somebody else who is after the seat: exactly one outcome each. (Alone,
// since it is a load in itself.)
func TestPaymentsRaceDeadlines(t *testing.T) {
	h := newHouse(t, graceOf(raceGrace), func(c *config.Config) { c.MaxHolds = 10 * races })
	h.run(app.API, app.Worker)
	rnd := rand.New(rand.NewPCG(seedOf(t), 0)) //nolint:gosec // a test that can be repeated
	all := h.draw(rnd)
	engine := workflows.Client{Temporal: h.temporal(), TaskQueue: h.cfg.TaskQueue, Timeout: time.Minute}
	turns := make(chan struct{}, racesAtOnce)
	var wg sync.WaitGroup
	for i := range all {
		turns <- struct{}{}
		wg.Go(func() {
			defer func() { <-turns }()
			if err := all[i].run(context.Background(), h, &engine); err != nil {
				t.Errorf("race %d, %+v: %v", i, all[i], err)
			}
		})
	}
	wg.Wait()
	h.judge(all)
}

// draw draws the races, each with a seat of its own.
func (h *house) draw(rnd *rand.Rand) []race {
	all := make([]race, races)
	between := func(from, to time.Duration) time.Duration { return from + time.Duration(rnd.Int64N(int64(to-from))) }
	tokens := []string{"tok_ok", "tok_ok", "tok_challenge", "tok_challenge", "tok_lost", "tok_slow", "tok_late_transfer"}
	var show booking.ShowtimeID
	for i := range all {
		n := i % (rows*perRow - perRow) // the last row has a seat that is kept back
		if n == 0 {
			show = booking.ShowtimeID(uuid.NewString())
			h.addShowtime(show, time.Now().Add(24*time.Hour))
		}
		r := race{
			id: booking.ID(uuid.NewString()), rival: booking.ID(uuid.NewString()), payment: uuid.NewString(), show: show,
			seat:  booking.SeatID(fmt.Sprint(string(rune('A'+n/perRow)), n%perRow+1)),
			token: tokens[rnd.IntN(len(tokens))],
		}
		r.pays, r.answers = between(-sideways, sideways/4), between(-sideways, sideways)
		if r.token != "tok_ok" {
			r.pays = between(-raceHold/2, -sideways/2)
		}
		if rnd.IntN(2) == 0 {
			r.wants = between(1, sideways)
		}
		switch i % 10 { // what has to happen, however slow the machine
		case 0:
			r.token, r.pays = "tok_ok", -raceHold
		case 1:
			r.token, r.answers, r.wants = "tok_slow", sideways, 0
		case 2:
			r.pays = sideways
		}
		all[i] = r
	}
	return all
}

func (r *race) run(ctx context.Context, h *house, engine *workflows.Client) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	in := workflows.BookingInput{
		BookingID: r.id, UserID: booking.UserID(r.id), ShowtimeID: r.show, SeatIDs: []booking.SeatID{r.seat},
		Fingerprint: "f", HoldDuration: raceHold, SoldUntil: time.Now().Add(24 * time.Hour),
	}
	var b booking.Booking
	err := again(func() (err error) {
		b, err = engine.Hold(ctx, in)
		if err != nil { // nobody knows of that one, and it owns nothing
			r.id = booking.ID(uuid.NewString())
			in.BookingID, in.UserID = r.id, booking.UserID(r.id)
		}
		return err
	})
	if err != nil {
		return err
	}
	var rival sync.WaitGroup
	defer rival.Wait()
	if r.wants > 0 {
		rival.Go(func() {
			at(b.ExpiresAt.Add(raceGrace + r.wants))
			in.BookingID, in.UserID, in.HoldDuration = r.rival, "rival", time.Hour
			_, err := engine.Hold(ctx, in)
			r.rivalHas = err == nil
		})
	}
	at(b.ExpiresAt.Add(r.pays))
	var out workflows.PayOutcome
	err = again(func() (err error) {
		out, err = engine.Pay(ctx, r.id, workflows.PayInput{PaymentID: r.payment, Method: "sandbox", Token: r.token, Fingerprint: "p"})
		return err
	})
	refusal, refused := booking.Refused(err)
	switch {
	case errors.Is(err, workflows.ErrEnded):
		r.told = "ended"
	case refused:
		r.told = string(refusal.Code)
	case err != nil:
		return err
	case out.Refusal != nil:
		r.told = string(out.Refusal.Code)
	default:
		r.told = string(out.Payment.Status)
	}
	if r.told == string(booking.PaymentOpen) {
		at(out.Booking.ExpiresAt.Add(r.answers))
		h.bank.decide(string(r.id))
		if r.token == "tok_challenge" {
			err := again(func() error {
				return engine.Check(ctx, r.id, workflows.CheckInput{PaymentID: r.payment, Answer: "approve"})
			})
			if err != nil && !errors.Is(err, workflows.ErrEnded) {
				return err
			}
		}
	}
	rival.Wait()
	var end workflows.BookingResult
	return engine.Temporal.GetWorkflow(ctx, workflows.BookingWorkflowID(r.id), "").Get(ctx, &end)
}

// again asks again where the engine has no answer now, as a client does.
func again(ask func() error) error {
	var err error
	for range 5 {
		var away *booking.UnavailableError
		err = ask()
		r, refused := booking.Refused(err)
		if !errors.As(err, &away) && !(refused && r.Code == booking.CodeUnavailable) {
			break
		}
	}
	return err
}

// at waits for a moment.
func at(t time.Time) { <-time.After(time.Until(t)) }

// judge compares what everybody was told with what became of it.
func (h *house) judge(all []race) {
	h.t.Helper()
	ctx := context.Background()
	ledger := h.bank.ledger()
	outcomes := map[string]int{}
	for _, r := range all {
		b, err := h.store.Get(ctx, r.id)
		require.NoError(h.t, err)
		e := ledger[r.payment]
		net, settled := e.Captured.Minor-e.Refunded.Minor, e.State != booking.ChargeOpen && e.State != booking.ChargeAuthorized
		what := fmt.Sprintf("%+v: %s %s, payment %+v, charge %+v", r, b.Status, b.Reason, b.Payment, e)
		switch b.Status {
		case booking.Confirmed:
			require.Equal(h.t, b.Total.Minor, net, what)
			require.False(h.t, r.rivalHas, what)
			require.NotContains(h.t, []string{"hold_expired", "not_payable", "ended"}, r.told, what)
		case booking.Expired:
			require.Zero(h.t, net, what)
			require.NotContains(h.t, []string{"authorized", "captured"}, r.told, what)
		default:
			h.t.Fatalf("neither: %s", what)
		}
		require.True(h.t, settled, what)
		require.True(h.t, b.Status == booking.Confirmed || b.Payment.Settled(), what)
		outcomes[string(b.Status)+" "+string(b.Reason)]++
	}
	h.t.Logf("outcomes: %v", outcomes)
	require.Len(h.t, outcomes, 3, "in time, late, and not at all: each has happened")
}
