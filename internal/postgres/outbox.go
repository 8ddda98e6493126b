package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"holdfast/internal/booking"
)

// Claim locks up to limit of the oldest outbox rows that nobody else has
// locked, hands them to publish, deletes those whose ids it returns (also when
// it returns an error beside them) and commits. It returns how many rows it
// locked. A row is deleted only after publish has said that the broker has it,
// so a crash in between makes the message come twice, never not at all.
func (s *Store) Claim(ctx context.Context, limit int, publish func(context.Context, []booking.OutboxRow) ([]int64, error)) (int, error) {
	claimed := 0
	var failure error
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		q := s.q.WithTx(tx)
		rows, err := q.ClaimOutbox(ctx, int32(limit))
		if err != nil || len(rows) == 0 {
			return err
		}
		claimed = len(rows)
		messages := make([]booking.OutboxRow, len(rows))
		for i, r := range rows {
			messages[i] = booking.OutboxRow(r)
		}
		done, err := publish(ctx, messages)
		failure = err
		if len(done) == 0 {
			return nil
		}
		return q.DeleteOutbox(ctx, done)
	})
	if err != nil {
		return claimed, wrap("claiming outbox rows", err)
	}
	return claimed, failure
}

// Depth returns how many rows wait and for how long the oldest has.
func (s *Store) Depth(ctx context.Context) (rows int64, oldest time.Duration, err error) {
	d, err := s.q.OutboxDepth(ctx)
	if err != nil {
		return 0, 0, wrap("measuring the outbox", err)
	}
	return d.Depth, time.Duration(d.OldestSeconds * float64(time.Second)), nil
}

// listenRetry is the pause before a lost LISTEN connection is made again; the
// relay's poll covers the time between.
const listenRetry = 500 * time.Millisecond

// Listen sends on wake, without blocking, whenever a transaction with an event
// commits, and once after every (re)connect, as notifications may have been
// missed. It returns when ctx ends.
func (s *Store) Listen(ctx context.Context, wake chan<- struct{}) error {
	for {
		err := s.listenOnce(ctx, wake)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the caller ended it
		}
		s.log.WarnContext(ctx, "the outbox is polled only, until LISTEN works again", "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(listenRetry):
		}
	}
}

func (s *Store) listenOnce(ctx context.Context, wake chan<- struct{}) error {
	// A connection of its own, not one of the pool: it stays taken.
	conn, err := pgx.ConnectConfig(ctx, s.pool.Config().ConnConfig)
	if err != nil {
		return fmt.Errorf("connecting to listen: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "LISTEN holdfast_outbox"); err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	for {
		select {
		case wake <- struct{}{}:
		default:
		}
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return fmt.Errorf("waiting for a notification: %w", err)
		}
	}
}
