package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"holdfast/internal/booking"
)

const (
	// lagRate is bookings per second: steady, and few enough that they do not wait for
	// each other.
	lagRate = 10
	// lagHall is the seats that are booked, one after the other, and let go.
	lagHall = 500
)

// lag is a showtime that many look at while it is booked.
type lag struct {
	*scene
	show      booking.ShowtimeID
	next      int // of its seats
	live      *sockets
	publisher string
	bare      *sockets
	held      holds
}

// lagTopic is how long it takes from the commit of a booking until everybody who looks
// at the map has it.
func lagTopic(ctx context.Context, s *scene) (_ []measure, _ func() error, err error) {
	l := &lag{scene: s}
	closeIt := func() error {
		var errs []error
		for _, one := range []*sockets{l.live, l.bare} {
			if one != nil {
				errs = append(errs, one.close())
			}
		}
		return errors.Join(errs...)
	}
	if l.show, err = s.OpenSale(ctx, hallOf(lagHall)); err != nil {
		return nil, nil, err
	}
	s.halls.use(l.show)
	if err := s.quiet(ctx); err != nil {
		return nil, nil, err
	}
	if l.live, err = openSockets(ctx, "ws://"+s.api+"/v1/showtimes/"+string(l.show)+"/live", s.viewers); err != nil {
		return nil, closeIt, err
	}
	var teller string
	if l.publisher, teller, err = s.startBare(ctx); err != nil {
		return nil, closeIt, err
	}
	if l.bare, err = openSockets(ctx, "ws://"+teller+"/sockets", 1); err != nil {
		return nil, closeIt, err
	}
	return []measure{{name: "browser_lag", unit: "ms", times: longer,
		title:     fmt.Sprintf("p99 from commit to frame, %d viewers, %d bookings a second, beyond the merge window of %s", s.viewers, lagRate, s.cfg.MergeWindow),
		subject:   side{name: "the engine, less its merge window", take: l.booked, tidy: l.tidy},
		baselines: []side{{name: "publish, confirm, consume, one socket write", take: l.published}}, target: atMost(2.0)}}, closeIt, nil
}

func (l *lag) tidy(ctx context.Context) error {
	l.halls.use(l.show)
	return l.letGo(ctx, &l.held)
}

// booked books, and takes for each booking and each viewer the time from the commit to
// the frame. Both are told by the clock of this machine.
func (l *lag) booked(ctx context.Context, long time.Duration) (sample, error) {
	at := arrivals(lagRate, long, l.seed)
	if len(at) > lagHall {
		return sample{}, fmt.Errorf("there are %d seats for %d bookings; give a shorter --for", lagHall, len(at))
	}
	heard := newFrames()
	l.live.listen(heard.hear)
	defer l.live.listen(nil)
	var mu sync.Mutex
	ids := map[booking.SeatID]string{}
	first := l.next
	l.next += len(at)
	t := open(ctx, at, func(ctx context.Context, n int) error {
		w := &wire{host: l.api}
		defer w.close()
		name, person := seatName((first+n)%lagHall), l.people[n%len(l.people)]
		body, err := w.expect(ctx, http.StatusCreated, request(http.MethodPost, l.api, "/v1/bookings", bookingBody(seat{l.show, name}), person))
		if err != nil {
			return err
		}
		var one holds
		if err := one.add(body, person); err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		ids[booking.SeatID(name)] = one.all[0].id
		return l.held.add(body, person)
	})
	if t.errors > 0 {
		return t.sample(0), nil
	}
	var seats []booking.SeatID
	var all []string
	for s, id := range ids {
		seats, all = append(seats, s), append(all, id)
	}
	frames, err := heard.awaitHeld(ctx, seats, l.viewers)
	if err == nil {
		err = l.live.broken()
	}
	if err != nil {
		return sample{Errors: 1, Failure: err.Error()}, nil
	}
	committed, err := l.committed(ctx, all)
	if err != nil {
		return sample{}, err
	}
	lags := &tally{took: t.took}
	for s, times := range frames {
		for _, got := range times {
			lags.latencies = append(lags.latencies, got.Sub(committed[ids[s]]))
		}
	}
	p99 := quantile(lags.latencies, 0.99)
	out := lags.sample(float64(milliseconds(max(0, p99-l.cfg.MergeWindow))))
	out.Operations = len(ids)
	out.Beside["perSecond"] = figure(t.rate()) // bookings, not frames
	out.Beside["answerP50ms"] = milliseconds(quantile(t.latencies, 0.50))
	return out, nil
}

// published publishes as often, and takes the time from just before it is published to
// the frame.
func (l *lag) published(ctx context.Context, long time.Duration) (sample, error) {
	var mu sync.Mutex
	lags := &tally{}
	l.bare.listen(func(at time.Time, text []byte) {
		nanos, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
		lags.note(at.Sub(time.Unix(0, nanos)), err)
	})
	defer l.bare.listen(nil)
	at := arrivals(lagRate, long, l.seed)
	w := &wire{host: l.publisher}
	defer w.close()
	ask := request(http.MethodPost, l.publisher, "/publish", "{}")
	t := open(ctx, at, func(ctx context.Context, _ int) error {
		mu.Lock() // the publisher has one channel
		defer mu.Unlock()
		_, err := w.expect(ctx, http.StatusOK, ask)
		return err
	})
	if t.errors > 0 {
		return t.sample(0), nil
	}
	err := await(ctx, "every frame has come", func() string {
		lags.mu.Lock()
		defer lags.mu.Unlock()
		if n := len(lags.latencies) + lags.errors; n != len(at) {
			return fmt.Sprintf("%d of %d have", n, len(at))
		}
		return ""
	})
	if err != nil {
		return sample{Errors: 1, Failure: err.Error()}, nil
	}
	lags.took = t.took
	return lags.sample(float64(milliseconds(quantile(lags.latencies, 0.99)))), nil
}
