package main

import (
	"context"
	"net/http"
	"sync"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// answerTopic is how long one client waits for a hold, when nobody else is there.
func answerTopic(ctx context.Context, s *scene) ([]measure, func() error, error) {
	if err := s.startIdle(ctx); err != nil {
		return nil, nil, err
	}
	return []measure{{name: "answer", title: "p50 of POST /v1/bookings, one client", unit: "ms",
		subject: s.holding("POST bookings", 1, func(t *tally) float64 { return float64(milliseconds(quantile(t.latencies, 0.50))) }),
		baselines: []side{{name: "a no-op Update-with-Start", take: func(ctx context.Context, long time.Duration) (sample, error) {
			t := closed(ctx, 1, long, func(ctx context.Context, _ int) error { return s.askNoop(ctx) })
			return t.sample(float64(milliseconds(quantile(t.latencies, 0.50)))), nil
		}}},
		target: atMost(0.65)}}, nil, nil
}

func (s *scene) askNoop(ctx context.Context) error {
	_, err := s.startAndAsk(ctx, Noop)
	return err
}

// holding is a closed load of holds, which are let go after it.
func (s *scene) holding(name string, clients int, value func(*tally) float64) side {
	var held holds
	return side{name: name,
		ready: func(ctx context.Context) error {
			if err := s.halls.stock(ctx, perHall); err != nil {
				return err
			}
			return s.quiet(ctx)
		},
		take: func(ctx context.Context, long time.Duration) (sample, error) {
			all := wires(s.api, clients)
			defer hangUp(all)
			t := closed(ctx, clients, long, s.holder(all, &held))
			return t.sample(value(t)), nil
		},
		tidy: func(ctx context.Context) error { return s.letGo(ctx, &held) }}
}

// holder holds new seats, each client over its own wire and as several people.
func (s *scene) holder(all []*wire, held *holds) func(context.Context, int) error {
	turn := make([]int, len(all))
	return func(ctx context.Context, n int) error {
		turn[n]++
		h, err := s.book(ctx, all[n], n+turn[n]*len(all))
		if err == nil {
			held.mu.Lock()
			held.all = append(held.all, h)
			held.mu.Unlock()
		}
		return err
	}
}

// bookings is an open load of holds.
func (s *scene) bookings(ctx context.Context, at []time.Duration, held *holds) *tally {
	var mu sync.Mutex
	person, owner := 0, map[seat]string{}
	t := attack(ctx, at, http.StatusCreated, func(target *vegeta.Target) error {
		seat, err := s.halls.take(ctx)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		person++
		token := s.people[person%len(s.people)]
		owner[seat] = token
		target.Method, target.URL, target.Body = http.MethodPost, "http://"+s.api+"/v1/bookings", []byte(bookingBody(seat))
		target.Header = http.Header{"Content-Type": {"application/json"}, "Authorization": {token[len("Authorization: "):]}}
		return nil
	}, func(body []byte) error {
		seat, err := seatOf(body)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		return held.add(body, owner[seat])
	})
	return t
}
