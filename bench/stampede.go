package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"holdfast/internal/booking"
	"holdfast/internal/seatlock"
)

const (
	// crowd is how many clients want the one seat.
	crowd = 200
	// calmRate is bookings per second on other showtimes while there is a stampede: few,
	// so that it is the stampede that they feel.
	calmRate = 10
)

// stampedeTopic is many people and one seat: what refusing them costs, and what others
// feel of it.
func stampedeTopic(ctx context.Context, s *scene) ([]measure, func() error, error) {
	st := &stampede{scene: s}
	var err error
	if st.locks, err = seatlock.Open(s.cfg.ValkeyURL); err != nil {
		return nil, nil, err
	}
	closeIt := func() error { st.locks.Close(); return nil }
	if err := st.fresh(ctx); err != nil {
		return nil, closeIt, err
	}
	refusal, err := st.refusal(ctx)
	if err != nil {
		return nil, closeIt, err
	}
	plain, err := s.startPlain(ctx)
	if err != nil {
		return nil, closeIt, err
	}
	return []measure{
		{name: "stampede", title: fmt.Sprintf("refusals to %d clients who want the same seat", crowd), unit: "per second",
			subject: st.rush(),
			baselines: []side{
				st.script(),
				{name: "a constant 409 from gin", ready: func(ctx context.Context) error { return s.setPlain(ctx, refusal) }, take: st.constants(plain)},
			},
			target: atLeast(0.50)},
		{name: "stampede_others", title: fmt.Sprintf("p99 of %d bookings a second on other showtimes, during a stampede", calmRate), unit: "ms",
			subject: st.others("during a stampede", true), baselines: []side{st.others("in calm", false)}, target: atMost(1.3), times: longer},
	}, closeIt, nil
}

// stampede is a seat that everybody wants; each sample has a seat of its own.
type stampede struct {
	*scene
	seat  seat
	locks *seatlock.Locks
	held  holds
}

func (st *stampede) fresh(ctx context.Context) (err error) {
	st.seat, err = st.halls.take(ctx)
	return err
}

// texts are what each of the crowd asks, again and again.
func (st *stampede) texts() [][]byte {
	var out [][]byte
	for n := range crowd {
		out = append(out, request(http.MethodPost, st.api, "/v1/bookings", bookingBody(st.seat), st.people[n]))
	}
	return out
}

// refusal is what somebody is told whose seat is gone, as a constant.
func (st *stampede) refusal(ctx context.Context) (constant, error) {
	w := &wire{host: st.api}
	defer w.close()
	texts := st.texts()
	body, err := w.expect(ctx, http.StatusCreated, texts[0])
	if err == nil {
		err = st.held.add(body, st.people[0])
	}
	if err != nil {
		return constant{}, err
	}
	if body, err = w.expect(ctx, http.StatusConflict, texts[1]); err != nil {
		return constant{}, err
	}
	c := constant{Status: http.StatusConflict, Header: http.Header{"Content-Type": {"application/problem+json"}}, Body: append([]byte(nil), body...)}
	return c, st.letGo(ctx, &st.held)
}

// rush lets the crowd ask for a seat that is free at first: one gets it, the others are
// refused.
func (st *stampede) rush() side {
	return side{name: "POST bookings, the seat is taken", ready: st.fresh, tidy: func(ctx context.Context) error { return st.letGo(ctx, &st.held) },
		take: func(ctx context.Context, long time.Duration) (sample, error) {
			return st.trample(ctx, long).sampleOfRefusals(), nil
		}}
}

// rushed is a stampede that is over.
type rushed struct {
	*tally
	winners int64
}

func (r rushed) sampleOfRefusals() sample {
	if r.winners != 1 {
		r.note(0, fmt.Errorf("%d people got the seat, not one", r.winners))
	}
	out := r.sample(float64(int64(len(r.latencies))-r.winners) / r.took.Seconds())
	out.Beside["winners"] = figure(r.winners)
	return out
}

func (st *stampede) trample(ctx context.Context, long time.Duration) rushed {
	all, texts := wires(st.api, crowd), st.texts()
	defer hangUp(all)
	var winners atomic.Int64
	t := closed(ctx, crowd, long, func(ctx context.Context, n int) error {
		status, body, err := all[n].do(ctx, texts[n])
		switch {
		case err != nil:
			return err
		case status == http.StatusCreated:
			winners.Add(1)
			return st.held.add(body, st.people[n])
		case status != http.StatusConflict:
			return fmt.Errorf("POST bookings: %d, not 409: %.300s", status, body)
		}
		return nil
	})
	return rushed{t, winners.Load()}
}

// script is the gatekeeper's own script, asked by the same driver for a lock that
// somebody else has.
func (st *stampede) script() side {
	lock := func(ctx context.Context, show booking.ShowtimeID, owner string) (taken int, err error) {
		seats, err := st.locks.Acquire(ctx, show, []booking.SeatID{"A1"}, booking.ID(owner), time.Hour)
		return len(seats), err
	}
	show := booking.ShowtimeID(unique())
	owner := unique()
	return side{name: "the script in Valkey, the lock is taken",
		ready: func(ctx context.Context) error {
			if taken, err := lock(ctx, show, owner); err != nil || taken != 0 {
				return fmt.Errorf("taking a lock: %d are taken (%w)", taken, err)
			}
			return nil
		},
		take: func(ctx context.Context, long time.Duration) (sample, error) {
			t := closed(ctx, crowd, long, func(ctx context.Context, n int) error {
				taken, err := lock(ctx, show, st.people[n])
				if err == nil && taken != 1 {
					err = errors.New("a lock that is taken was given")
				}
				return err
			})
			return t.sample(t.rate()), nil
		}}
}

func (st *stampede) constants(host string) func(context.Context, time.Duration) (sample, error) {
	return func(ctx context.Context, long time.Duration) (sample, error) {
		all, texts := wires(host, crowd), make([][]byte, crowd)
		defer hangUp(all)
		for n := range texts {
			texts[n] = request(http.MethodPost, host, "/constant", bookingBody(st.seat), st.people[n])
		}
		t := closed(ctx, crowd, long, func(ctx context.Context, n int) error {
			_, err := all[n].expect(ctx, http.StatusConflict, texts[n])
			return err
		})
		return t.sample(t.rate()), nil
	}
}

// others books on other showtimes at a steady pace, with a stampede beside it or not.
func (st *stampede) others(name string, stampeding bool) side {
	return side{name: name,
		ready: func(ctx context.Context) error {
			if err := st.halls.stock(ctx, perHall); err != nil {
				return err
			}
			// A showtime of its own: the seat is not to share one with the others.
			show, err := st.OpenSale(ctx, hallOf(perHall))
			st.seat = seat{show, "A1"}
			return errors.Join(err, st.quiet(ctx))
		},
		tidy: func(ctx context.Context) error { return st.letGo(ctx, &st.held) },
		take: func(ctx context.Context, long time.Duration) (sample, error) {
			rushing := make(chan rushed, 1)
			if stampeding {
				go func() { rushing <- st.trample(ctx, long) }()
			}
			t := st.bookings(ctx, arrivals(calmRate, long, st.seed), &st.held)
			out := t.sample(float64(milliseconds(quantile(t.latencies, 0.99))))
			if stampeding {
				beside := (<-rushing).sampleOfRefusals()
				out.Beside["refusalsPerSecond"], out.Errors = beside.Value, out.Errors+beside.Errors
				if out.Failure == "" {
					out.Failure = beside.Failure
				}
			}
			return out, nil
		}}
}
