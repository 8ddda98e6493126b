package main

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"holdfast/internal/booking"
)

// Timer sleeps until a time, and says when it was awake: the least that ends something
// at its deadline.
func Timer(ctx workflow.Context, until time.Time) (awake time.Time, err error) {
	if err := workflow.Sleep(ctx, until.Sub(workflow.Now(ctx))); err != nil {
		return awake, err
	}
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: answerWithin})
	err = workflow.ExecuteLocalActivity(ctx, NoteTime).Get(ctx, &awake)
	return awake, err
}

// NoteTime is when it is called.
func NoteTime(context.Context) (time.Time, error) { return time.Now(), nil }

// pacing foresees when so many things that take a while to make can be there, from how
// long others took.
type pacing struct{ perSecond float64 }

// first is what is foreseen when nothing was made yet: little.
const first = 12

// allow is the time that n of them are given.
func (p *pacing) allow(n int) time.Duration {
	rate := p.perSecond
	if rate == 0 {
		rate = first
	}
	return 5*time.Second + time.Duration(1.25*float64(n)/rate*float64(time.Second))
}

// gather makes n things, each of which ends at its own time in the same second, and
// returns that second's beginning. It takes two attempts when the first was too slow:
// what it has made ends by itself.
func (e *expiry) gather(ctx context.Context, p *pacing, n int, each func(ctx context.Context, i int, at time.Time) error) (time.Time, error) {
	for attempt := 1; ; attempt++ {
		began := time.Now()
		due := began.Add(time.Duration(attempt) * p.allow(n))
		made, err := produce(ctx, e.clients, n, time.Until(due), func(ctx context.Context, _, i int) error {
			return each(ctx, i, due.Add(time.Duration(i)*time.Second/time.Duration(n)))
		})
		if err != nil {
			return due, err
		}
		p.perSecond = float64(made) / time.Since(began).Seconds()
		if made == n && time.Now().Before(due) {
			return due, nil
		}
		if attempt == 2 {
			return due, fmt.Errorf("only %d of %d were made within %s", made, n, due.Sub(began).Round(time.Second))
		}
		if err := e.quietWithin(ctx, expiryBound); err != nil {
			return due, err
		}
	}
}

// hold is a new one that ends then, made by the engine's own client of its workflows: the
// API gives all holds the same duration.
func (e *expiry) hold(ctx context.Context, i int, at time.Time) error {
	place, err := e.halls.take(ctx)
	if err != nil {
		return err
	}
	b, err := e.engine.Hold(ctx, holdInput(place, i, time.Until(at)))
	if err != nil {
		return err
	}
	e.ids[i] = string(b.ID)
	return nil
}

// freed are the lags from the deadlines of the holds to their ends in PostgreSQL, and the
// time between the first deadline and the last.
func (e *expiry) freed(ctx context.Context) (lags []time.Duration, within time.Duration, err error) {
	ended, err := e.committed(ctx, e.ids)
	if err != nil {
		return nil, 0, err
	}
	rows, err := e.DB.Query(ctx, `SELECT id::text, status, expires_at FROM bookings WHERE id = ANY ($1::uuid[])`, e.ids)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	var earliest, latest time.Time
	for rows.Next() {
		var id, status string
		var deadline time.Time
		if err := rows.Scan(&id, &status, &deadline); err != nil {
			return nil, 0, err
		}
		lag := ended[id].Sub(deadline)
		if status != string(booking.Expired) || lag < 0 {
			return nil, 0, fmt.Errorf("booking %s is %s, %s after its deadline", id, status, lag)
		}
		lags = append(lags, lag)
		if earliest.IsZero() || deadline.Before(earliest) {
			earliest = deadline
		}
		if deadline.After(latest) {
			latest = deadline
		}
	}
	return lags, latest.Sub(earliest), rows.Err()
}

// sweep ends as many holds as the older design does: one statement that runs every
// minute. It works on a copy, with the same columns and indexes, and is what is added to
// the wait for the minute.
func (e *expiry) sweep(ctx context.Context) (took time.Duration, err error) {
	tx, err := e.DB.Begin(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback(ctx) }() // nothing of it is to stay
	if _, err := tx.Exec(ctx, `CREATE TABLE bench_sweep (LIKE bookings INCLUDING ALL)`); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO bench_sweep SELECT * FROM bookings WHERE id = ANY ($1::uuid[])`, e.ids); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, `UPDATE bench_sweep SET status = 'pending'`); err != nil {
		return 0, err
	}
	began := time.Now()
	tag, err := tx.Exec(ctx, `UPDATE bench_sweep SET status = 'expired', decided_at = now() WHERE status = 'pending' AND expires_at < now()`)
	if err == nil && tag.RowsAffected() != int64(len(e.ids)) {
		err = fmt.Errorf("the sweep has ended %d of %d", tag.RowsAffected(), len(e.ids))
	}
	return time.Since(began), err
}
