package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"holdfast/internal/booking"
	"holdfast/internal/rig"
	"holdfast/workflows"
)

// expiryBound is how long it may take until all of them have ended.
const expiryBound = 10 * time.Minute

// sweepEvery is how often the older design ends holds.
const sweepEvery = time.Minute

// expiry is holds that all end in the same second.
type expiry struct {
	*scene
	engine        *workflows.Client
	holds, timers pacing
	taken         int // samples, the warming up among them

	ids    []string    // of the holds, or of the timers
	awaits []time.Time // of the timers
	due    time.Time   // the first deadline
}

// expiryTopic is many holds that nobody pays for, and their common end.
func expiryTopic(ctx context.Context, s *scene) ([]measure, func() error, error) {
	if err := s.startIdle(ctx); err != nil {
		return nil, nil, err
	}
	e := &expiry{scene: s, engine: &workflows.Client{Temporal: s.Temporal, TaskQueue: s.cfg.TaskQueue, Timeout: s.cfg.AnswerWithin}}
	return []measure{{name: "expiry", title: fmt.Sprintf("p99 from deadline to the free seat, %d holds that end in one second", s.expiring), unit: "ms",
		subject:   side{name: "holds that run out", ready: e.makeHolds, take: e.runOut, tidy: s.quiet},
		baselines: []side{{name: "no-op timers", ready: e.makeTimers, take: e.wake}},
		target:    atMost(1.3), most: 1, patience: expiryBound}}, nil, nil
}

// size is how many there are this time: few when it is only to be warm.
func (e *expiry) size() int {
	if e.taken++; e.taken <= 2 {
		return max(e.expiring/20, 20)
	}
	return e.expiring
}

func (e *expiry) makeHolds(ctx context.Context) (err error) {
	n := e.size()
	if err := e.halls.stock(ctx, 2*n); err != nil {
		return err
	}
	if err := e.quiet(ctx); err != nil {
		return err
	}
	e.ids = make([]string, n)
	e.due, err = e.gather(ctx, &e.holds, n, e.hold)
	return err
}

// holdInput is what the API would ask of the workflow, with a duration of its own.
func holdInput(s seat, n int, long time.Duration) workflows.BookingInput {
	return workflows.BookingInput{
		BookingID: booking.ID(unique()), UserID: booking.UserID(fmt.Sprint("bench-", n%manyPeople)), ShowtimeID: s.show, SeatIDs: []booking.SeatID{booking.SeatID(s.id)},
		Fingerprint: "bench", HoldDuration: long, SoldUntil: time.Now().Add(24 * time.Hour),
	}
}

// runOut waits until all have ended.
func (e *expiry) runOut(ctx context.Context, _ time.Duration) (sample, error) {
	began := time.Now()
	err := look(ctx, "every hold has ended", func(ctx context.Context) (left int, err error) {
		err = e.DB.QueryRow(ctx, `SELECT count(*) FROM bookings WHERE status = 'pending'`).Scan(&left)
		return left, err
	})
	if err != nil {
		return sample{}, err
	}
	lags, within, err := e.freed(ctx)
	if err != nil {
		return sample{Errors: 1, Failure: err.Error()}, nil
	}
	out := e.sampleOf(lags, began)
	sql, err := e.sweep(ctx)
	if err != nil {
		return sample{}, err
	}
	out.Beside["deadlinesWithinSeconds"] = seconds(within)
	// Somebody's hold ends at any moment of the minute, with the same chance.
	out.Beside["sweepStatementMs"] = milliseconds(sql)
	out.Beside["sweepP50ms"], out.Beside["sweepP99ms"] = milliseconds(sweepEvery/2+sql), milliseconds(sweepEvery*99/100+sql)
	return out, nil
}

func (e *expiry) sampleOf(lags []time.Duration, began time.Time) sample {
	t := tally{latencies: lags, took: time.Since(began)}
	out := t.sample(float64(milliseconds(quantile(lags, 0.99))))
	out.Beside["maxMs"] = milliseconds(quantile(lags, 1))
	delete(out.Beside, "perSecond") // it waits for the deadline first
	return out
}

func (e *expiry) makeTimers(ctx context.Context) (err error) {
	n := e.size()
	if err := e.quiet(ctx); err != nil {
		return err
	}
	e.ids, e.awaits = make([]string, n), make([]time.Time, n)
	e.due, err = e.gather(ctx, &e.timers, n, func(ctx context.Context, i int, at time.Time) error {
		ctx, cancel := context.WithTimeout(ctx, answerWithin)
		defer cancel()
		e.ids[i], e.awaits[i] = "bench/"+unique(), at
		_, err := e.Temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: e.ids[i], TaskQueue: idleQueue}, Timer, at)
		return err
	})
	return err
}

// wake waits until all timers have fired, and asks each when.
func (e *expiry) wake(ctx context.Context, _ time.Duration) (sample, error) {
	began := time.Now()
	// Visibility may be late, and never says that one has ended that has not.
	if err := look(ctx, "every timer has fired", func(ctx context.Context) (int, error) {
		if time.Now().Before(e.due) {
			return len(e.ids), nil
		}
		running, err := e.Temporal.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{
			Namespace: e.cfg.Namespace, Query: "ExecutionStatus = 'Running' AND WorkflowType = 'Timer'"})
		return int(running.GetCount()), err
	}); err != nil {
		return sample{}, err
	}
	took := time.Since(began)
	lags := make([]time.Duration, len(e.ids))
	errs := make([]error, e.clients)
	var wg sync.WaitGroup
	for hand := range e.clients {
		wg.Go(func() {
			for i := hand; i < len(e.ids) && errs[hand] == nil; i += e.clients {
				var awake time.Time
				errs[hand] = e.Temporal.GetWorkflow(ctx, e.ids[i], "").Get(ctx, &awake)
				lags[i] = awake.Sub(e.awaits[i])
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return sample{Errors: 1, Failure: err.Error()}, nil
	}
	return e.sampleOf(lags, time.Now().Add(-took)), nil
}

// look looks seldom enough not to be the load, until none is left.
func look(ctx context.Context, what string, left func(context.Context) (int, error)) error {
	var last time.Time
	return rig.Until(ctx, expiryBound, what, func(ctx context.Context) (string, error) {
		if time.Since(last) < time.Second {
			return "not yet", nil
		}
		last = time.Now()
		n, err := left(ctx)
		if err != nil || n > 0 {
			return fmt.Sprintf("%d have not", n), err
		}
		return "", nil
	})
}
