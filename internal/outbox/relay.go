package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"holdfast/internal/booking"
)

// Store is the outbox table.
type Store interface {
	// Claim locks up to limit of the oldest rows that nobody else holds, calls
	// publish with them unless there are none, deletes the rows whose ids it
	// returns (also when it returns an error with them) and commits. n is the
	// number of rows claimed. The error of publish is part of its own.
	Claim(ctx context.Context, limit int, publish func(ctx context.Context, rows []booking.OutboxRow) (done []int64, err error)) (n int, err error)
	// Listen blocks until ctx ends, reconnecting by itself, and sends on wake,
	// never waiting for it, when there may be new rows.
	Listen(ctx context.Context, wake chan<- struct{}) error
}

// Publisher is the broker.
type Publisher interface {
	// Publish returns the ids of the rows that the broker has for good. With an
	// error, the others may or may not have been delivered; without one, the
	// others were refused (no queue wants them).
	Publish(ctx context.Context, rows []booking.OutboxRow) (done []int64, err error)
}

// Config is how a relay works. Zero values mean the defaults.
type Config struct {
	Poll    time.Duration // the safety net; 1 second
	Batch   int           // rows in one transaction; 256
	Publish time.Duration // the most that publishing a batch may take; 10 seconds

	// OnPass is told about every pass over the table, after its commit. It is
	// called from the relay's goroutine and holds it up.
	OnPass func(Pass)
}

// Pass is one claim of a batch.
type Pass struct {
	Claimed, Published int
	Err                error
}

const (
	// settle is what a transaction gets beyond the time to publish.
	settle = 5 * time.Second
	// maxStuck bounds the refused rows that a pass looks past, so that a pass
	// stays small. More of them than this hold up the events behind them.
	maxStuck = 5_000

	firstWait = 100 * time.Millisecond
	lastWait  = 5 * time.Second
)

// Relay moves rows from a store to a publisher.
type Relay struct {
	store     Store
	publisher Publisher
	cfg       Config
	log       *slog.Logger
	published atomic.Int64
	failures  atomic.Int64
}

// New makes a relay.
func New(store Store, publisher Publisher, cfg Config, log *slog.Logger) *Relay {
	if cfg.Poll <= 0 {
		cfg.Poll = time.Second
	}
	if cfg.Batch <= 0 {
		cfg.Batch = 256
	}
	if cfg.Publish <= 0 {
		cfg.Publish = 10 * time.Second
	}
	if cfg.OnPass == nil {
		cfg.OnPass = func(Pass) {}
	}
	return &Relay{store: store, publisher: publisher, cfg: cfg, log: log}
}

// Stats counts what a relay has done since it was made.
type Stats struct {
	Published int64 // events confirmed by the broker
	Failures  int64 // passes that ended with an error
}

// Stats returns the counts so far.
func (r *Relay) Stats() Stats {
	return Stats{Published: r.published.Load(), Failures: r.failures.Load()}
}

// Run relays until ctx ends, finishing the batch in hand, and returns nil. It
// returns earlier only when listening ends for good, with the reason.
func (r *Relay) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	wake := make(chan struct{}, 1)
	var listening sync.WaitGroup
	var listenErr error
	listening.Go(func() {
		defer cancel()
		if err := r.store.Listen(ctx, wake); err != nil && ctx.Err() == nil {
			listenErr = fmt.Errorf("listening for outbox rows: %w", err)
		}
	})
	r.relay(ctx, wake)
	cancel()
	listening.Wait()
	return listenErr
}

// relay makes passes: one after the other while there is work, a growing wait
// after a failure, else a wait for the wake-up or the poll.
func (r *Relay) relay(ctx context.Context, wake <-chan struct{}) {
	stuck, failed := 0, 0
	for ctx.Err() == nil {
		limit := r.cfg.Batch + min(stuck, maxStuck)
		pass := r.pass(ctx, limit)
		r.cfg.OnPass(pass)
		if pass.Err != nil {
			r.failures.Add(1)
			r.log.Warn("outbox rows could not be relayed, trying again",
				"claimed", pass.Claimed, "published", pass.Published, "error", pass.Err)
			wait := min(lastWait, firstWait<<min(failed, 10))
			failed++
			sleep(ctx, wait/2+rand.N(wait/2))
			continue
		}
		failed = 0
		stuck = pass.Claimed - pass.Published
		if pass.Claimed == limit && pass.Published > 0 {
			continue // there may be more
		}
		if pass.Claimed == limit && limit < r.cfg.Batch+maxStuck {
			continue // all of them refused: look past them
		}
		poll := r.cfg.Poll
		if stuck > 0 && pass.Published == 0 {
			poll = max(poll, lastWait) // asking again what was refused is not urgent
		}
		idle(ctx, wake, poll)
	}
}

// pass claims and publishes one batch. Once begun it is finished even when ctx
// ends, within the time that it has.
func (r *Relay) pass(ctx context.Context, limit int) Pass {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.cfg.Publish+settle)
	defer cancel()
	var p Pass
	n, err := r.store.Claim(ctx, limit, func(ctx context.Context, rows []booking.OutboxRow) ([]int64, error) {
		ctx, cancel := context.WithTimeout(ctx, r.cfg.Publish)
		defer cancel()
		done, err := r.publisher.Publish(ctx, rows)
		p.Published = len(done)
		return done, err
	})
	p.Claimed, p.Err = n, err
	if err != nil && errors.Is(err, context.DeadlineExceeded) {
		p.Err = fmt.Errorf("within %s: %w", r.cfg.Publish+settle, err)
	}
	r.published.Add(int64(p.Published))
	return p
}

// idle waits for the wake-up, the poll or the end.
func idle(ctx context.Context, wake <-chan struct{}, poll time.Duration) {
	timer := time.NewTimer(poll)
	defer timer.Stop()
	select {
	case <-wake:
	case <-timer.C:
	case <-ctx.Done():
	}
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
