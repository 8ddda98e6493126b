package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"holdfast/internal/booking"
	"holdfast/internal/rabbit"
	"holdfast/internal/rig"
)

// relayBatch is what the relay claims in one transaction, in rows.
const relayBatch = 256

// backlog is events that wait for the relay.
type backlog struct {
	*scene
	rows    int
	payload []byte
	broker  *rabbit.Broker
	pgbench string
}

// relayTopic is how fast what an outage of the broker has left is relayed. The projection
// rests meanwhile: it would take its part of the machine from one side only.
func relayTopic(ctx context.Context, s *scene) (_ []measure, _ func() error, err error) {
	b := &backlog{scene: s, rows: s.rows}
	if b.pgbench, err = findPgbench(); err != nil {
		return nil, nil, err
	}
	event := booking.Event{ID: unique(), Type: booking.EventHeld, ShowtimeID: booking.ShowtimeID(unique()), Version: 2, BookingID: booking.ID(unique()),
		At: time.Now().UTC(), Seats: []booking.SeatChange{{ID: "A1", Status: booking.SeatHeld}}}
	if b.payload, err = json.Marshal(event); err != nil {
		return nil, nil, err
	}
	if b.broker, err = rabbit.Open(rabbit.Config{URL: s.cfg.AMQPURL, Exchange: s.cfg.Exchange, Name: "bench"}, slog.New(slog.DiscardHandler)); err != nil {
		return nil, nil, err
	}
	if err := s.quiet(ctx); err != nil {
		return nil, b.broker.Close, err
	}
	project := s.named("project")
	if err := project.Pause(); err != nil {
		return nil, b.broker.Close, err
	}
	closeIt := func() error { return errors.Join(b.broker.Close(), project.Resume()) }
	return []measure{{name: "relay", title: fmt.Sprintf("events relayed after an outage of the broker, %d waiting", b.rows), unit: "per second",
		subject: b.relayed(), baselines: []side{b.claimed(), b.published()}, target: atLeast(0.60), most: 3}}, closeIt, nil
}

// relayed takes the broker away, lets events pile up, and measures from the first that
// are relayed on: how long it takes to connect again is beside the rate.
func (b *backlog) relayed() side {
	relay, server := b.named("relay"), b.stack.Server("rabbitmq")
	return side{name: "the relay",
		ready: func(ctx context.Context) error {
			if err := server.Stop(ctx); err != nil {
				return err
			}
			if err := b.fill(ctx); err != nil {
				return err
			}
			if err := relay.Pause(); err != nil {
				return err
			}
			return server.Start(ctx)
		},
		take: func(ctx context.Context, _ time.Duration) (sample, error) {
			began := time.Now()
			if err := relay.Resume(); err != nil {
				return sample{}, err
			}
			left, err := b.waitFor(ctx, func(left int) bool { return left < b.rows })
			if err != nil {
				return sample{}, err
			}
			first := time.Now()
			if _, err := b.waitFor(ctx, func(left int) bool { return left == 0 }); err != nil {
				return sample{}, err
			}
			took := time.Since(first)
			if left == 0 {
				return sample{Errors: 1, Failure: "the events were gone before it was looked; give more --rows"}, nil
			}
			return sample{Value: figure(float64(left) / took.Seconds()), Operations: b.rows, Seconds: seconds(time.Since(began)),
				Beside: map[string]figure{"secondsToTheFirst": seconds(first.Sub(began))}}, nil
		},
		tidy: b.purge}
}

// claimed is the same claim and deletion by pgbench, with nothing in between. The relay
// rests.
func (b *backlog) claimed() side {
	relay := b.named("relay")
	script := filepath.Join(b.dir, "claim.sql")
	const text = `BEGIN;
SELECT id, event_id, type, payload FROM outbox ORDER BY id LIMIT 256 FOR UPDATE SKIP LOCKED;
DELETE FROM outbox WHERE id = ANY (ARRAY(SELECT id FROM outbox ORDER BY id LIMIT 256));
COMMIT;
`
	return side{name: "pgbench, the same claim and delete",
		ready: func(ctx context.Context) error {
			if err := errors.Join(relay.Pause(), os.WriteFile(script, []byte(text), 0o600)); err != nil {
				return err
			}
			return b.fill(ctx)
		},
		take: func(ctx context.Context, _ time.Duration) (sample, error) {
			began, n := time.Now(), (b.rows+relayBatch-1)/relayBatch
			cmd := exec.CommandContext(ctx, b.pgbench, "-n", "-c", "1", "-t", strconv.Itoa(n), "-f", script, b.cfg.PostgresURL)
			out, err := cmd.CombinedOutput()
			if err != nil {
				return sample{}, fmt.Errorf("pgbench: %w: %s", err, out)
			}
			each, err := transactionRate(string(out))
			if err != nil {
				return sample{}, err
			}
			s := sample{Value: figure(each * float64(b.rows) / float64(n)), Operations: b.rows, Seconds: seconds(time.Since(began))}
			if left, err := b.waiting(ctx); err != nil || left != 0 {
				s.Errors, s.Failure = 1, fmt.Sprintf("pgbench has left %d events (%v)", left, err)
			}
			return s, nil
		},
		tidy: func(context.Context) error { return relay.Resume() }}
}

// published is the same events, published and confirmed by the engine's publisher, with
// no database.
func (b *backlog) published() side {
	return side{name: "confirmed publishing alone",
		take: func(ctx context.Context, _ time.Duration) (sample, error) {
			var rows []booking.OutboxRow
			for n := range b.rows {
				rows = append(rows, booking.OutboxRow{ID: int64(n), EventID: unique(), Type: booking.EventHeld, Payload: b.payload})
			}
			began, done := time.Now(), 0
			for batch := range slices.Chunk(rows, relayBatch) {
				ids, err := b.broker.Publish(ctx, batch)
				if done += len(ids); err != nil {
					return sample{Operations: done, Errors: b.rows - done, Failure: err.Error()}, nil
				}
			}
			took := time.Since(began)
			s := sample{Value: figure(float64(done) / took.Seconds()), Operations: done, Errors: b.rows - done, Seconds: seconds(took)}
			if s.Errors > 0 {
				s.Failure = "the broker refused some"
			}
			return s, nil
		},
		tidy: b.purge}
}

func (b *backlog) fill(ctx context.Context) error {
	_, err := b.DB.Exec(ctx, `INSERT INTO outbox (event_id, type, payload) SELECT gen_random_uuid()::text, $1, $2 FROM generate_series(1, $3::int)`,
		string(booking.EventHeld), string(b.payload), b.rows)
	return err
}

func (b *backlog) waiting(ctx context.Context) (n int, err error) {
	err = b.DB.QueryRow(ctx, `SELECT count(*) FROM outbox`).Scan(&n)
	return n, err
}

// waitFor looks often enough for seconds, and seldom enough not to be the load.
func (b *backlog) waitFor(ctx context.Context, enough func(left int) bool) (int, error) {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		left, err := b.waiting(ctx)
		if err != nil || enough(left) {
			return left, err
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return left, fmt.Errorf("%d events still wait: %w", left, context.Cause(ctx))
		}
	}
}

// purge empties the projection's queue of what was only for the measure.
func (b *backlog) purge(ctx context.Context) error {
	return rig.Until(ctx, time.Minute, "the queue is empty", func(context.Context) (string, error) {
		conn, err := amqp.Dial(b.cfg.AMQPURL)
		if err != nil {
			return err.Error(), nil
		}
		defer func() { _ = conn.Close() }() // what counts is the answer
		ch, err := conn.Channel()
		if err != nil {
			return err.Error(), nil
		}
		_, err = ch.QueuePurge(b.broker.Topology().SeatMapQueue(), false)
		return "", err
	})
}

var tps = regexp.MustCompile(`tps = ([0-9.]+) \(without`)

// transactionRate is what pgbench says, per second and without the time to connect.
func transactionRate(out string) (float64, error) {
	found := tps.FindStringSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("pgbench says no rate: %s", out)
	}
	return strconv.ParseFloat(found[1], 64)
}

// findPgbench looks where Debian keeps it, then on PATH.
func findPgbench() (string, error) {
	paths, err := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if err != nil {
		return "", err
	}
	if len(paths) > 0 {
		return paths[len(paths)-1], nil
	}
	path, err := exec.LookPath("pgbench")
	if err != nil {
		return "", fmt.Errorf("the measure of the relay needs pgbench, which comes with PostgreSQL: %w", err)
	}
	return path, nil
}
