package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// seldom is how many come in a second where nobody is to wait for what was asked before:
// what follows a hold is over by then.
const seldom = 10

// answerTopic is how long one client waits for a hold, when nobody else is there: one who
// comes now and then, as people do, and one who asks again at once, who waits for
// what follows the hold before, too.
func answerTopic(ctx context.Context, s *scene) ([]measure, func() error, error) {
	if err := s.startIdle(ctx); err != nil {
		return nil, nil, err
	}
	p50 := func(t *tally) float64 { return float64(milliseconds(quantile(t.latencies, 0.50))) }
	noop := func(ctx context.Context, _ int) error { return s.askNoop(ctx) }
	return []measure{
		{name: "answer", title: fmt.Sprintf("p50 of POST /v1/bookings, %d a second arrive", seldom), unit: "ms",
			subject: s.arriving("POST bookings", seldom, p50),
			baselines: []side{{name: "a no-op Update-with-Start", take: func(ctx context.Context, long time.Duration) (sample, error) {
				t := open(ctx, arrivals(seldom, long, s.seed), noop)
				return t.sample(p50(t)), nil
			}}},
			target: atMost(0.65), times: longer},
		{name: "answer_again", title: "the same, one client who asks again at once", unit: "ms",
			subject: s.holding("POST bookings, again and again", 1, p50),
			baselines: []side{{name: "a no-op, again and again", take: func(ctx context.Context, long time.Duration) (sample, error) {
				t := closed(ctx, 1, long, noop)
				return t.sample(p50(t)), nil
			}}},
			target: atMost(0.65)},
	}, nil, nil
}

func (s *scene) askNoop(ctx context.Context) error {
	_, err := s.startAndAsk(ctx, Noop)
	return err
}

// arriving is an open load of holds, which are let go after it.
func (s *scene) arriving(name string, rate float64, value func(*tally) float64) side {
	const most = 4 // at a time, which are more than there are; to wait for one would count
	return s.holdingBy(name, func(ctx context.Context, long time.Duration, held *holds) *tally {
		all := wires(s.api, most)
		defer hangUp(all)
		hold, free := s.holder(all, held), make(chan int, most)
		for n := range all {
			free <- n
		}
		return open(ctx, arrivals(rate, long, s.seed), func(ctx context.Context, _ int) error {
			n := <-free
			defer func() { free <- n }()
			return hold(ctx, n)
		})
	}, value)
}

// holding is a closed load of holds, which are let go after it.
func (s *scene) holding(name string, clients int, value func(*tally) float64) side {
	return s.holdingBy(name, func(ctx context.Context, long time.Duration, held *holds) *tally {
		all := wires(s.api, clients)
		defer hangUp(all)
		return closed(ctx, clients, long, s.holder(all, held))
	}, value)
}

func (s *scene) holdingBy(name string, load func(ctx context.Context, long time.Duration, held *holds) *tally, value func(*tally) float64) side {
	var held holds
	return side{name: name,
		ready: func(ctx context.Context) error {
			if err := s.halls.stock(ctx, perHall); err != nil {
				return err
			}
			return s.quiet(ctx)
		},
		take: func(ctx context.Context, long time.Duration) (sample, error) {
			t := load(ctx, long, &held)
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
