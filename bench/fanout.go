package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"holdfast/internal/booking"
	"holdfast/internal/rabbit"
	"holdfast/internal/rig"
)

// fanout is a showtime with many viewers.
type fanout struct {
	*scene
	show    booking.ShowtimeID
	broker  *rabbit.Broker
	live    *sockets // with the engine
	bare    *sockets // with the bare loop
	version int64    // of the map that the viewers see
	text    []byte   // the last delta
}

// pace is how often a delta is told: seldom enough that the merge window, 25 ms, is over.
const pace = 100 * time.Millisecond

// fanoutTopic is one change of a seat and everybody who looks at the map; and what it
// costs to have them there.
func fanoutTopic(ctx context.Context, s *scene) (_ []measure, _ func() error, err error) {
	f := &fanout{scene: s}
	if f.broker, err = rabbit.Open(rabbit.Config{URL: s.cfg.AMQPURL, Exchange: s.cfg.Exchange, Name: "bench"}, slog.New(slog.DiscardHandler)); err != nil {
		return nil, nil, err
	}
	if f.show, err = s.OpenSale(ctx, hallOf(perHall)); err != nil {
		return nil, f.close, err
	}
	if err := rig.Until(ctx, time.Minute, "the map is there", func(ctx context.Context) (string, error) {
		f.version, err = s.Maps.Version(ctx, f.show)
		if err != nil {
			return err.Error(), nil
		}
		return "", nil
	}); err != nil {
		return nil, f.close, err
	}
	if _, err := s.startPlain(ctx); err != nil {
		return nil, f.close, err
	}
	return []measure{
		{name: "socket_memory", title: fmt.Sprintf("memory of the API for each of %d sockets", s.sockets), unit: "KiB",
			subject:   side{name: "the API", ready: f.freshAPI, take: f.memory(s.named("api"), f.liveURL)},
			baselines: []side{{name: "a bare server", ready: f.freshPlain, take: f.memory(s.besides("plain"), f.bareURL)}}, target: atMostOf(24, "KiB")},
		{name: "fanout", title: fmt.Sprintf("one delta to %d sockets, from its message to the last of them, median", s.sockets), unit: "ms",
			subject:   side{name: "the API", ready: f.connect, take: f.telling},
			baselines: []side{{name: "a bare loop with the same frame", ready: f.connect, take: f.looping}}, target: atMost(1.25)},
	}, f.close, nil
}

func (f *fanout) liveURL() string {
	return "ws://" + f.api + "/v1/showtimes/" + string(f.show) + "/live"
}
func (f *fanout) bareURL() string { return "ws://" + f.plain + "/sockets" }

func (f *fanout) close() error {
	errs := []error{f.broker.Close()}
	for _, s := range []*sockets{f.live, f.bare} {
		if s != nil {
			errs = append(errs, s.close())
		}
	}
	return errors.Join(errs...)
}

// freshAPI starts the API anew: one that has had sockets keeps their memory for a while.
func (f *fanout) freshAPI(ctx context.Context) error {
	p := f.named("api")
	p.Kill()
	return errors.Join(p.Start(f.binary), rig.Settle(ctx, []*rig.Process{p}, []string{"http://" + f.api}))
}

func (f *fanout) freshPlain(ctx context.Context) error {
	p := f.besides("plain")
	p.Kill()
	return errors.Join(p.Run([]string{f.self, "plain", "--addr", f.plain}), f.awaitPlain(ctx))
}

// memory is what the process grows by for each socket. A few sockets come first, so that
// what the first one of them needs alone is there already.
func (f *fanout) memory(p *rig.Process, url func() string) func(context.Context, time.Duration) (sample, error) {
	return func(ctx context.Context, _ time.Duration) (_ sample, err error) {
		began := time.Now()
		few, err := openSockets(ctx, url(), 50)
		if err != nil {
			return sample{}, err
		}
		defer func() { err = errors.Join(err, few.close()) }()
		before, err := residentMiB(p.PID())
		if err != nil {
			return sample{}, err
		}
		many, err := openSockets(ctx, url(), f.sockets)
		if err != nil {
			return sample{}, err
		}
		defer func() { err = errors.Join(err, many.close()) }()
		after, err := residentMiB(p.PID())
		return sample{Value: figure((after - before) * 1024 / float64(f.sockets)), Operations: f.sockets, Seconds: seconds(time.Since(began)),
			Beside: map[string]figure{"MiBbefore": figure(before), "MiBafter": figure(after)}}, err
	}
}

// connect opens the sockets of both sides, once; those of one rest while the other works.
func (f *fanout) connect(ctx context.Context) (err error) {
	if f.live == nil {
		if f.live, err = openSockets(ctx, f.liveURL(), f.sockets); err != nil {
			return err
		}
		if f.bare, err = openSockets(ctx, f.bareURL(), f.sockets); err != nil {
			return err
		}
		_, err = f.tellOnce(ctx) // the room has read its map, and there is a frame to compare with
	}
	return err
}

// telling sends deltas as the projection does.
func (f *fanout) telling(ctx context.Context, long time.Duration) (sample, error) {
	return f.often(ctx, long, f.tellOnce)
}

func (f *fanout) tellOnce(ctx context.Context) (time.Duration, error) {
	status := []booking.SeatStatus{booking.SeatHeld, booking.SeatAvailable}[f.version%2]
	d := booking.Delta{ShowtimeID: f.show, From: f.version, Version: f.version + 1, Seats: []booking.SeatChange{{ID: "A1", Status: status}}}
	f.version++
	f.live.expect(fmt.Sprintf(`"version":%d`, f.version))
	began := time.Now()
	if err := f.broker.Tell(ctx, []booking.Delta{d}); err != nil {
		return 0, err
	}
	last, err := f.live.await(ctx)
	if err == nil {
		f.text = f.live.text
	}
	return last.Sub(began), err
}

// looping lets the bare loop write a frame of the same size.
func (f *fanout) looping(ctx context.Context, long time.Duration) (sample, error) {
	w := &wire{host: f.plain}
	defer w.close()
	return f.often(ctx, long, func(ctx context.Context) (time.Duration, error) {
		f.bare.expect(`"type":"delta"`)
		text := request(http.MethodPost, f.plain, "/frame", string(f.text))
		began := time.Now()
		if _, err := w.expect(ctx, http.StatusOK, text); err != nil {
			return 0, err
		}
		last, err := f.bare.await(ctx)
		return last.Sub(began), err
	})
}

// often does it at a steady pace, or as fast as it goes where that is slower.
func (f *fanout) often(ctx context.Context, long time.Duration, once func(context.Context) (time.Duration, error)) (sample, error) {
	var t tally
	next := time.NewTicker(pace)
	defer next.Stop()
	began := time.Now()
	for time.Since(began) < long {
		took, err := once(ctx)
		t.note(took, err)
		if err != nil {
			break
		}
		<-next.C
	}
	t.took = time.Since(began)
	return t.sample(float64(milliseconds(quantile(t.latencies, 0.50)))), nil
}
