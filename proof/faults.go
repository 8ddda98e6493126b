package main

import (
	"context"
	"errors"
	"strings"
	"time"
)

// fault is one kind of trouble. It begins, lasts a while, and heals.
type fault struct {
	Name string
	// from, to bound how long it lasts.
	from, to time.Duration
	begin    func(ctx context.Context, r *scene) error
	heal     func(ctx context.Context, r *scene) error
	// skews: it needs the program whose clock can be off.
	skews bool
}

// catalogue is every kind of trouble, a round for each.
func catalogue() []fault {
	all := []fault{
		{Name: "nothing", begin: nothing, heal: nothing},
		killed("api-1"), killed("worker-1"), killed("relay-1"), killed("project-1"), killed("sandbox"),
		killed("api-1", "api-2"), killed("worker-1", "worker-2"), killed("relay-1", "relay-2"), killed("project-1", "project-2"),
		{Name: "valkey flushed", begin: flush, heal: nothing},
		down("valkey killed", "valkey", time.Second, 4*time.Second),
		paused("valkey", time.Second, 6*time.Second),
		down("postgres restarted", "postgres", 0, 2*time.Second),
		{Name: "postgres connections cut", begin: cutPostgres, heal: nothing},
		down("rabbitmq killed", "rabbitmq", time.Second, 4*time.Second),
		{Name: "poison in the queue", begin: poison, heal: cure},
		{Name: "mongo emptied and rebuilt", to: 2 * time.Second, begin: empty, heal: rebuild},
		{Name: "rabbitmq connections cut", begin: cutRabbit, heal: nothing},
		down("mongo away for a minute", "mongo", time.Minute, time.Minute),
		down("temporal restarted", "temporal", 0, 2*time.Second),
		skewed("clocks 30 s ahead", 30*time.Second), skewed("clocks 30 s behind", -30*time.Second),
	}
	for _, end := range []string{"postgres", "valkey", "rabbitmq", "mongo", "temporal", "bank"} {
		all = append(all,
			line(end+" slow", end, "latency", 4*time.Second, 8*time.Second, map[string]int{"latency": 150, "jitter": 140}),
			line(end+" resets", end, "reset_peer", time.Second, 3*time.Second, map[string]int{"timeout": 20}),
			line(end+" half-open", end, "timeout", 2*time.Second, 8*time.Second, map[string]int{"timeout": 0}))
	}
	return append(all, fault{Name: "everything at once", from: 4 * time.Second, to: 8 * time.Second, begin: havoc, heal: order})
}

func nothing(context.Context, *scene) error { return nil }

// killed are processes that get kill -9 together, and are started again after a while.
func killed(names ...string) fault {
	return fault{
		Name: strings.Join(names, " and ") + " killed", to: 3 * time.Second,
		begin: func(_ context.Context, r *scene) error {
			for _, name := range names {
				r.named(name).Kill()
			}
			return nil
		},
		heal: func(ctx context.Context, r *scene) error { return r.restart(ctx, r.binary, names) },
	}
}

// restart kills processes that run, and starts them as this program.
func (r *scene) restart(ctx context.Context, binary string, names []string, more ...string) error {
	var errs []error
	for _, name := range names {
		r.named(name).Kill()
		errs = append(errs, r.named(name).Start(binary, more...))
	}
	return errors.Join(errs...)
}

// down is a server that gets kill -9, and is started again after a while.
func down(name, server string, from, to time.Duration) fault {
	return fault{
		Name: name, from: from, to: to,
		begin: func(_ context.Context, r *scene) error { return r.stack.Server(server).Kill() },
		heal:  func(ctx context.Context, r *scene) error { return r.stack.Server(server).Start(ctx) },
	}
}

// paused is a server that stands still: its connections stay, and nothing answers.
func paused(server string, from, to time.Duration) fault {
	return fault{
		Name: server + " paused", from: from, to: to,
		begin: func(_ context.Context, r *scene) error { return r.stack.Server(server).Pause() },
		heal:  func(_ context.Context, r *scene) error { return r.stack.Server(server).Resume() },
	}
}

// line is a bad line to a server. On a half-open one requests arrive and answers do not.
func line(name, end, toxic string, from, to time.Duration, attributes map[string]int) fault {
	return fault{
		Name: name, from: from, to: to,
		begin: func(_ context.Context, r *scene) error { return r.lines.disturb(end, toxic, attributes) },
		heal:  func(ctx context.Context, r *scene) error { r.lines.mend(ctx, end); return nil },
	}
}

func flush(ctx context.Context, r *scene) error {
	return r.Valkey.Do(ctx, r.Valkey.B().Flushall().Build()).Error()
}

// cutPostgres ends every session but this one's.
func cutPostgres(ctx context.Context, r *scene) error {
	_, err := r.DB.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`)
	return err
}

// cutRabbit ends every connection of the engine with the broker.
func cutRabbit(_ context.Context, r *scene) error { return r.lines.cut("rabbitmq") }

// skewed lets one of each pair of processes have a clock that is off.
func skewed(name string, by time.Duration) fault {
	names := []string{"api-1", "worker-1", "relay-1", "project-1"}
	return fault{
		Name: name, from: 10 * time.Second, to: 15 * time.Second, skews: true,
		begin: func(ctx context.Context, r *scene) error {
			return r.restart(ctx, r.skewed, names, skewVariable+"="+by.String())
		},
		heal: func(ctx context.Context, r *scene) error { return r.restart(ctx, r.binary, names) },
	}
}

// havoc is the worst of it together; order puts it right.
func havoc(ctx context.Context, r *scene) error {
	r.named("worker-2").Kill()
	r.named("api-2").Kill()
	return errors.Join(flush(ctx, r), r.stack.Server("rabbitmq").Kill(), r.lines.disturb("postgres", "latency", map[string]int{"latency": 50, "jitter": 50}),
		r.lines.disturb("temporal", "timeout", map[string]int{"timeout": 0}), cutPostgres(ctx, r))
}

func order(ctx context.Context, r *scene) error {
	r.lines.mend(ctx, "postgres")
	r.lines.mend(ctx, "temporal")
	return errors.Join(r.stack.Server("rabbitmq").Start(ctx), r.restart(ctx, r.binary, []string{"worker-2", "api-2"}))
}
