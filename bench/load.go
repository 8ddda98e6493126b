package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// tally is what a load has done.
type tally struct {
	mu        sync.Mutex
	latencies []time.Duration // of what succeeded
	errors    int
	first     error
	took      time.Duration
}

func (t *tally) note(latency time.Duration, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		t.latencies = append(t.latencies, latency)
		return
	}
	t.errors++
	if t.first == nil {
		t.first = err
	}
}

// add takes over what another tally has, which nobody writes any more.
func (t *tally) add(other *tally) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.latencies = append(t.latencies, other.latencies...)
	t.errors += other.errors
	if t.first == nil {
		t.first = other.first
	}
}

// sample makes a sample with this value.
func (t *tally) sample(value float64) sample {
	s := sample{Value: figure(value), Operations: len(t.latencies), Errors: t.errors, Seconds: figure(t.took.Seconds()), Beside: map[string]figure{
		"p50ms": milliseconds(quantile(t.latencies, 0.50)), "p99ms": milliseconds(quantile(t.latencies, 0.99)), "perSecond": figure(t.rate()),
	}}
	if t.first != nil {
		s.Failure = t.first.Error()
	}
	return s
}

// rate is what succeeded, per second.
func (t *tally) rate() float64 { return float64(len(t.latencies)) / t.took.Seconds() }

func milliseconds(d time.Duration) figure { return figure(float64(d) / float64(time.Millisecond)) }

// closed is a load of so many clients, each of which asks again as soon as it has its
// answer. What was begun in the time is finished, and counts.
func closed(ctx context.Context, clients int, long time.Duration, ask func(ctx context.Context, client int) error) *tally {
	all := &tally{}
	began := time.Now()
	var wg sync.WaitGroup
	for n := range clients {
		wg.Go(func() {
			var own tally
			for time.Since(began) < long && ctx.Err() == nil {
				at := time.Now()
				err := ask(ctx, n)
				own.note(time.Since(at), err)
				if err != nil && own.errors >= 10 {
					break // a sample with errors does not count: no need to make more of them
				}
			}
			all.add(&own)
		})
	}
	wg.Wait()
	all.took = time.Since(began)
	return all
}

// arrivals are times at which somebody comes, from the beginning of a load on: a Poisson
// process of this rate per second. The same seed, the same arrivals.
func arrivals(rate float64, long time.Duration, seed uint64) []time.Duration {
	rnd := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // it can be repeated
	var out []time.Duration
	if rate <= 0 {
		return out
	}
	for at := 0.0; ; {
		at += rnd.ExpFloat64() / rate
		next := time.Duration(at * float64(time.Second))
		if next >= long {
			return out
		}
		out = append(out, next)
	}
}

// open is a load that does not wait for answers: each arrival asks at its time, and its
// latency counts from then on, also where this program was late.
func open(ctx context.Context, at []time.Duration, ask func(ctx context.Context, n int) error) *tally {
	all := &tally{latencies: make([]time.Duration, 0, len(at))}
	began := time.Now()
	var wg sync.WaitGroup
	timer := time.NewTimer(0)
	defer timer.Stop()
	for n, due := range at {
		timer.Reset(due - time.Since(began))
		select {
		case <-timer.C:
		case <-ctx.Done():
			all.note(0, context.Cause(ctx))
		}
		if ctx.Err() != nil {
			break
		}
		wg.Go(func() {
			err := ask(ctx, n)
			all.note(time.Since(began.Add(due)), err)
		})
	}
	wg.Wait()
	all.took = time.Since(began)
	return all
}

// failuresMost is how many failures there may be while things are made that are not
// measured themselves.
const failuresMost = 20

// produce makes n things by so many hands, and returns how many were made when the time
// was over. What has failed is tried again; after too many failures, the last of them is
// the error.
func produce(ctx context.Context, hands, n int, long time.Duration, each func(ctx context.Context, hand, i int) error) (made int, err error) {
	var next, done, failures atomic.Int64
	began := time.Now()
	errs := make([]error, hands)
	var wg sync.WaitGroup
	for hand := range hands {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				for {
					if time.Since(began) > long || ctx.Err() != nil || failures.Load() > failuresMost {
						return
					}
					if errs[hand] = each(ctx, hand, i); errs[hand] == nil {
						done.Add(1)
						break
					}
					failures.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if failures.Load() > failuresMost {
		return int(done.Load()), errors.Join(errs...)
	}
	return int(done.Load()), ctx.Err()
}
