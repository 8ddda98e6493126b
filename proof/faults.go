package main

import (
	"context"
	"errors"
	"time"
)

// fault is one kind of trouble. It begins, lasts a while, and heals.
type fault struct {
	Name string
	// from, to bound how long it lasts.
	from, to time.Duration
	begin    func(ctx context.Context, r *rig) error
	heal     func(ctx context.Context, r *rig) error
}

// catalogue is every kind of trouble, a round for each.
func catalogue() []fault {
	all := []fault{
		{"nothing", 0, 0, nothing, nothing},
		killed("api-1"), killed("worker-1"), killed("relay-1"), killed("project-1"),
		{"valkey flushed", 0, 0, flush, nothing},
		down("valkey killed", "valkey", time.Second, 4*time.Second),
		paused("valkey", time.Second, 6*time.Second),
		down("postgres restarted", "postgres", 0, 2*time.Second),
		{"postgres connections cut", 0, 0, cutPostgres, nothing},
		down("rabbitmq killed", "rabbitmq", time.Second, 4*time.Second),
		{"rabbitmq connections purged", 0, 0, cutRabbit, nothing},
		down("mongo away for a minute", "mongo", time.Minute, time.Minute),
		down("temporal restarted", "temporal", 0, 2*time.Second),
		{"clocks 30 s ahead", 10 * time.Second, 15 * time.Second, skew(30 * time.Second), straight},
		{"clocks 30 s behind", 10 * time.Second, 15 * time.Second, skew(-30 * time.Second), straight},
	}
	for _, end := range []string{"postgres", "valkey", "rabbitmq", "mongo", "temporal", "bank"} {
		all = append(all,
			line(end+" slow", end, "latency", 4*time.Second, 8*time.Second, map[string]int{"latency": 150, "jitter": 140}),
			line(end+" resets", end, "reset_peer", time.Second, 3*time.Second, map[string]int{"timeout": 20}),
			line(end+" half-open", end, "timeout", 2*time.Second, 8*time.Second, map[string]int{"timeout": 0}))
	}
	return append(all, fault{"everything at once", 4 * time.Second, 8 * time.Second, havoc, order})
}

func nothing(context.Context, *rig) error { return nil }

// killed is a process that gets kill -9, and is started again after a while.
func killed(name string) fault {
	return fault{name + " killed", 0, 3 * time.Second,
		func(_ context.Context, r *rig) error { r.named(name).kill(); return nil },
		func(ctx context.Context, r *rig) error { return r.named(name).start(ctx, r.binary) }}
}

// down is a server that gets kill -9, and is started again after a while.
func down(name, server string, from, to time.Duration) fault {
	return fault{name, from, to,
		func(_ context.Context, r *rig) error { return r.stack.Server(server).Kill() },
		func(ctx context.Context, r *rig) error { return r.stack.Server(server).Start(ctx) }}
}

// paused is a server that stands still: its connections stay, and nothing answers.
func paused(server string, from, to time.Duration) fault {
	return fault{server + " paused", from, to,
		func(_ context.Context, r *rig) error { return r.stack.Server(server).Pause() },
		func(_ context.Context, r *rig) error { return r.stack.Server(server).Resume() }}
}

// line is a bad line to a server. On a half-open one requests arrive and answers do not.
func line(name, end, toxic string, from, to time.Duration, attributes map[string]int) fault {
	return fault{name, from, to,
		func(_ context.Context, r *rig) error { return r.lines.disturb(end, toxic, "downstream", attributes) },
		func(ctx context.Context, r *rig) error { r.lines.mend(ctx, end); return nil }}
}

func flush(ctx context.Context, r *rig) error {
	return r.valkey.Do(ctx, r.valkey.B().Flushall().Build()).Error()
}

// cutPostgres ends every session but this one's.
func cutPostgres(ctx context.Context, r *rig) error {
	_, err := r.db.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`)
	return err
}

// cutRabbit ends every connection of the engine with the broker.
func cutRabbit(_ context.Context, r *rig) error { return r.lines.cut("rabbitmq") }

// skew lets one of each pair of processes have a clock that is off.
func skew(by time.Duration) func(context.Context, *rig) error {
	return func(ctx context.Context, r *rig) error {
		if err := r.buildSkewed(ctx); err != nil {
			return err
		}
		var errs []error
		for _, name := range skewedParts {
			r.named(name).kill()
			errs = append(errs, r.named(name).start(ctx, r.skewed, skewVariable+"="+by.String()))
		}
		return errors.Join(errs...)
	}
}

var skewedParts = []string{"api-1", "worker-1", "relay-1", "project-1"}

func straight(ctx context.Context, r *rig) error {
	var errs []error
	for _, name := range skewedParts {
		r.named(name).kill()
		errs = append(errs, r.named(name).start(ctx, r.binary))
	}
	return errors.Join(errs...)
}

// havoc is the worst of it together; order puts it right.
func havoc(ctx context.Context, r *rig) error {
	r.named("worker-2").kill()
	r.named("api-2").kill()
	return errors.Join(flush(ctx, r), r.stack.Server("rabbitmq").Kill(), r.lines.disturb("postgres", "latency", "downstream", map[string]int{"latency": 50, "jitter": 50}),
		r.lines.disturb("temporal", "timeout", "downstream", map[string]int{"timeout": 0}), cutPostgres(ctx, r))
}

func order(ctx context.Context, r *rig) error {
	r.lines.mend(ctx, "postgres")
	r.lines.mend(ctx, "temporal")
	return errors.Join(r.stack.Server("rabbitmq").Start(ctx), r.named("worker-2").start(ctx, r.binary), r.named("api-2").start(ctx, r.binary))
}
