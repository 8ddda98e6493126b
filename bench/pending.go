package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"holdfast/internal/rig"
)

// fewPending is how many open holds the baseline has.
const fewPending = 500

// pendingBound is how long it may take to make the open holds.
const pendingBound = 30 * time.Minute

// remembering are the processes that keep something for each open hold.
var remembering = []string{"api", "temporal", "postgres"}

// pending is an engine with so many open holds.
type pending struct {
	*scene
	open   int   // beside those of a sample
	sample holds // of a sample, which are let go after it
}

// pendingTopic is whether somebody waits longer because many others have open holds, and
// what an open hold needs of memory. Making so many takes minutes: they are made once, so
// the sides are taken in two blocks, the few first. They are not let go, which would take
// minutes more: this topic is the last one of a scene.
func pendingTopic(ctx context.Context, s *scene) ([]measure, func() error, error) {
	p := &pending{scene: s}
	if err := p.fresh(ctx); err != nil {
		return nil, nil, err
	}
	with := func(open int) side {
		return side{name: fmt.Sprintf("with %d open holds", open), tidy: p.tidy, take: p.asking,
			ready: func(ctx context.Context) error { return p.fill(ctx, open) }}
	}
	few, many := with(fewPending), with(s.pending)
	return []measure{{name: "pending", title: fmt.Sprintf("p50 of POST /v1/bookings with %d open holds, one client", s.pending), unit: "ms", blocks: true,
		subject: many, baselines: []side{few}, target: atMost(1.3),
		beside: func(r *result) map[string]figure { return memoryPerHold(r, few.name, many.name, s.pending-fewPending) }}}, nil, nil
}

// fresh starts those anew whose memory is looked at: they keep some of what others needed
// before.
func (p *pending) fresh(ctx context.Context) error {
	if err := p.quiet(ctx); err != nil {
		return err
	}
	api, temporal := p.named("api"), p.stack.Server("temporal")
	api.Kill()
	err := errors.Join(temporal.Stop(ctx), temporal.Start(ctx), api.Start(p.binary))
	if err != nil {
		return err
	}
	return rig.Settle(ctx, p.procs, []string{"http://" + p.api})
}

// fill makes the open holds that are missing, over the API as everybody does.
func (p *pending) fill(ctx context.Context, open int) error {
	ctx, cancel := context.WithTimeout(ctx, pendingBound)
	defer cancel()
	missing := open - p.open
	if missing > 0 {
		if missing > fewPending {
			p.sayf("  making %d holds", missing)
		}
		if err := p.halls.stock(ctx, missing+perHall); err != nil {
			return err
		}
		all := wires(p.api, p.clients)
		defer hangUp(all)
		began := time.Now()
		made, err := produce(ctx, p.clients, missing, pendingBound, func(ctx context.Context, hand, i int) error {
			if i > 0 && i%2000 == 0 {
				p.sayf("  %d holds after %.0f s", i, time.Since(began).Seconds())
			}
			_, err := p.book(ctx, all[hand], i)
			return err
		})
		p.open += made
		if err != nil || made < missing {
			return fmt.Errorf("%d of %d holds could be made (%w)", made, missing, err)
		}
	}
	if err := p.halls.stock(ctx, perHall); err != nil {
		return err
	}
	return p.settle(ctx)
}

// settle waits until nothing is under way but the open holds.
func (p *pending) settle(ctx context.Context) error {
	return rig.Until(ctx, 2*time.Minute, "only the open holds are there", func(ctx context.Context) (string, error) {
		var holds, events int
		err := p.DB.QueryRow(ctx, `SELECT (SELECT count(*) FROM bookings WHERE status = 'pending'), (SELECT count(*) FROM outbox)`).Scan(&holds, &events)
		if err != nil || holds < p.open || events > 0 {
			return fmt.Sprintf("%d holds, of %d, and %d events", holds, p.open, events), err
		}
		return p.halls.behind(ctx)
	})
}

func (p *pending) tidy(ctx context.Context) error {
	return errors.Join(p.cancelAll(ctx, &p.sample), p.settle(ctx))
}

// asking is one client that asks again and again.
func (p *pending) asking(ctx context.Context, long time.Duration) (sample, error) {
	memory := map[string]figure{}
	for _, name := range remembering {
		mib, err := p.proportionalMiB(name)
		if err != nil {
			return sample{}, err
		}
		memory[name+"MiB"] = figure(mib)
	}
	all := wires(p.api, 1)
	defer hangUp(all)
	t := closed(ctx, 1, long, p.holder(all, &p.sample))
	out := t.sample(float64(milliseconds(quantile(t.latencies, 0.50))))
	for name, mib := range memory {
		out.Beside[name] = mib
	}
	return out, nil
}

// memoryPerHold is by how much each process is larger with many open holds than with few,
// for each of those that are more.
func memoryPerHold(r *result, few, many string, more int) map[string]figure {
	out, total := map[string]figure{}, 0.0
	for _, process := range remembering {
		of := map[string][]float64{}
		for _, s := range r.Samples {
			of[s.Side] = append(of[s.Side], float64(s.Beside[process+"MiB"]))
		}
		kib := (median(of[many]) - median(of[few])) * 1024 / float64(more)
		total += kib
		out[process+"KiBPerOpenHold"] = figure(kib)
	}
	out["KiBPerOpenHold"] = figure(total)
	return out
}
