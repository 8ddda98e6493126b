package main

import (
	"context"
	"fmt"
	"time"
)

// loadedTopic is how long people wait when much is going on: at a share of what the
// engine can do, and what a no-op takes at the same pace.
func loadedTopic(ctx context.Context, s *scene) ([]measure, func() error, error) {
	if err := s.startIdle(ctx); err != nil {
		return nil, nil, err
	}
	const load = 0.7 // of saturation
	saturate := s.holding("POST bookings", s.clients, (*tally).rate)
	most, err := saturate.once(ctx, s, s.long, 0)
	if err != nil {
		return nil, nil, err
	}
	if most.Errors > 0 {
		return nil, nil, fmt.Errorf("at saturation %d of %d failed: %s", most.Errors, most.Errors+most.Operations, most.Failure)
	}
	rate := load * float64(most.Value)
	s.sayf("  at saturation %.4g holds a second, so %.4g arrive", float64(most.Value), rate)
	p99 := func(t *tally) sample {
		out := t.sample(float64(milliseconds(quantile(t.latencies, 0.99))))
		out.Beside["arrivalsPerSecond"] = figure(rate)
		return out
	}
	var held holds
	subject := side{name: "POST bookings",
		ready: func(ctx context.Context) error {
			if err := s.halls.stock(ctx, perHall+int(rate*s.long.Seconds()*2*longer)); err != nil {
				return err
			}
			return s.quiet(ctx)
		},
		take: func(ctx context.Context, long time.Duration) (sample, error) {
			return p99(s.bookings(ctx, arrivals(rate, long, s.seed), &held)), nil
		},
		tidy: func(ctx context.Context) error { return s.letGo(ctx, &held) }}
	noop := side{name: "a no-op Update-with-Start", take: func(ctx context.Context, long time.Duration) (sample, error) {
		return p99(open(ctx, arrivals(rate, long, s.seed), func(ctx context.Context, _ int) error { return s.askNoop(ctx) })), nil
	}}
	return []measure{{name: "answer_loaded", title: fmt.Sprintf("p99 of POST /v1/bookings at %g of saturation", load), unit: "ms",
		subject: subject, baselines: []side{noop}, target: atMost(1.2), times: longer}}, nil, nil
}
