package main

import (
	"context"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
)

// lifecycleTopic is bookings that are held and paid, as many as there can be: against
// workflows of the same shape in which nothing is done, started in either way.
func lifecycleTopic(ctx context.Context, s *scene) ([]measure, func() error, error) {
	if err := s.startIdle(ctx); err != nil {
		return nil, nil, err
	}
	together := side{name: "a workflow of the shape, Update-with-Start", take: func(ctx context.Context, long time.Duration) (sample, error) {
		t := closed(ctx, s.clients, long, func(ctx context.Context, _ int) error {
			id, err := s.startAndAsk(ctx, Shape)
			if err != nil {
				return err
			}
			return s.end(ctx, id)
		})
		return t.sample(t.rate()), nil
	}}
	return []measure{{name: "lifecycle", title: "bookings held and paid, at saturation", unit: "per second",
		subject: s.lifecycles(), baselines: []side{together, s.eagerly()}, highest: true, target: atLeast(0.90)}}, nil, nil
}

// lifecycles holds and pays.
func (s *scene) lifecycles() side {
	return side{name: "POST bookings and payments",
		ready: func(ctx context.Context) error {
			const expected = 150 // bookings a second; more open showtimes while they are measured
			if err := s.halls.stock(ctx, int(expected*s.long.Seconds())); err != nil {
				return err
			}
			return s.quiet(ctx)
		},
		take: func(ctx context.Context, long time.Duration) (sample, error) {
			all, turn := wires(s.api, s.clients), make([]int, s.clients)
			defer hangUp(all)
			before, err := s.commits(ctx)
			if err != nil {
				return sample{}, err
			}
			var held, paid tally // for what is beside the rate
			t := closed(ctx, s.clients, long, func(ctx context.Context, n int) error {
				turn[n]++
				began := time.Now()
				h, err := s.book(ctx, all[n], n+turn[n]*s.clients)
				held.note(time.Since(began), err)
				if err != nil {
					return err
				}
				began = time.Now()
				err = s.pay(ctx, all[n], h)
				paid.note(time.Since(began), err)
				return err
			})
			out := t.sample(t.rate())
			out.Beside["holdP50ms"], out.Beside["payP50ms"] = milliseconds(quantile(held.latencies, 0.50)), milliseconds(quantile(paid.latencies, 0.50))
			after, err := s.commits(ctx)
			for name, n := range after {
				out.Beside[transactions(name)] = figure(ratio(n-before[name], float64(out.Operations)))
			}
			return out, err
		},
		tidy: s.quiet}
}

// eagerly starts the workflow in the process of its worker, which begins it without
// being asked to. Its start is durable when it is answered, as a hold would be.
func (s *scene) eagerly() side {
	var w worker.Worker
	return side{name: "a workflow of the shape, eager start",
		ready: func(context.Context) error {
			w = idleWorker(s.Temporal, ownQueue) // one that was stopped cannot be started again
			return w.Start()
		},
		take: func(ctx context.Context, long time.Duration) (sample, error) {
			t := closed(ctx, s.clients, long, func(ctx context.Context, _ int) error {
				asking, cancel := context.WithTimeout(ctx, answerWithin)
				defer cancel()
				id := "bench/" + unique()
				_, err := s.Temporal.ExecuteWorkflow(asking, client.StartWorkflowOptions{ID: id, TaskQueue: ownQueue, EnableEagerStart: true}, Shape)
				if err != nil {
					return err
				}
				return s.end(ctx, id)
			})
			return t.sample(t.rate()), nil
		},
		tidy: func(context.Context) error { w.Stop(); return nil }}
}
