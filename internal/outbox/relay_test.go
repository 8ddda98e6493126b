package outbox_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/outbox"
	"holdfast/internal/testenv/wire"
)

func TestRowsArePublishedInOrderAndRemoved(t *testing.T) {
	tb, b := newTable(t), &broker{}
	var want []int64
	for range 25 {
		want = append(want, tb.insert(t, booking.EventHeld))
	}
	run(t, tb.store, b, outbox.Config{Poll: never, Batch: 10})
	tb.awaitRows(t, 0)
	require.Equal(t, want, b.ids())
}

// idlePass is a signal for every pass that found nothing.
func idlePass(cfg outbox.Config) (outbox.Config, <-chan struct{}) {
	idle := make(chan struct{}, 1024)
	cfg.OnPass = func(p outbox.Pass) {
		if p.Claimed == 0 && p.Err == nil {
			select {
			case idle <- struct{}{}:
			default:
			}
		}
	}
	return cfg, idle
}

func TestANotificationWakesTheRelay(t *testing.T) {
	tb, b := newTable(t), &broker{}
	cfg, idle := idlePass(outbox.Config{Poll: never})
	run(t, tb.store, b, cfg)
	receive(t, idle, "the first look at the table")
	receive(t, idle, "the look after LISTEN began")
	tb.insert(t, booking.EventHeld)
	tb.notify(t)
	tb.awaitRows(t, 0)
}

func TestThePollFindsWhatNobodyAnnounced(t *testing.T) {
	tb, b := newTable(t), &broker{}
	cfg, idle := idlePass(outbox.Config{Poll: 10 * time.Millisecond})
	run(t, tb.store, b, cfg)
	receive(t, idle, "a look at the table")
	tb.insert(t, booking.EventHeld)
	tb.awaitRows(t, 0)
}

func TestARowThatCommitsLateIsNotLost(t *testing.T) {
	tb, b := newTable(t), &broker{}
	other := connect(t, tb.url)
	tx, err := other.Begin(t.Context())
	require.NoError(t, err)
	early := insert(t, tx, booking.EventHeld)
	late := tb.insert(t, booking.EventHeld)
	require.Less(t, early, late)

	cfg, idle := idlePass(outbox.Config{Poll: 10 * time.Millisecond})
	run(t, tb.store, b, cfg)
	receive(t, idle, "a look at the table after the row that can be seen")
	require.Equal(t, []int64{late}, b.ids())
	require.NoError(t, tx.Commit(t.Context()))
	require.Eventually(t, func() bool { return slices.Equal(b.ids(), []int64{late, early}) }, patience, 10*time.Millisecond)
	tb.awaitRows(t, 0)
}

func TestTwoRelaysPublishEachRowOnce(t *testing.T) {
	tb, b := newTable(t), &broker{}
	var want []int64
	for range 300 {
		want = append(want, tb.insert(t, booking.EventHeld))
	}
	both := make(chan struct{}, 2)
	met := make(chan struct{})
	var entered atomic.Int32
	b.answer = func(ctx context.Context, rows []booking.OutboxRow) ([]int64, error) {
		// The first batch of each waits for the other's, so that both hold rows.
		if n := entered.Add(1); n <= 2 {
			both <- struct{}{}
			if n == 2 {
				close(met)
			}
			select {
			case <-met:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		return ids(rows), nil
	}
	cfg := outbox.Config{Poll: 10 * time.Millisecond, Batch: 7}
	run(t, tb.store, b, cfg)
	run(t, openStore(t, tb.url), b, cfg)
	receive(t, both, "a batch of one relay")
	receive(t, both, "a batch of the other")
	tb.awaitRows(t, 0)
	got := b.ids()
	slices.Sort(got)
	require.Equal(t, want, got)
}

func TestWhatTheBrokerTookIsRemovedThoughItFailed(t *testing.T) {
	tb, b := newTable(t), &broker{}
	first, second := tb.insert(t, booking.EventHeld), tb.insert(t, booking.EventHeld)
	var calls atomic.Int32
	left := make(chan []int64, 16)
	b.answer = func(_ context.Context, rows []booking.OutboxRow) ([]int64, error) {
		if calls.Add(1) == 1 {
			return []int64{first}, errors.New("the broker went away")
		}
		left <- ids(rows)
		return ids(rows), nil
	}
	run(t, tb.store, b, outbox.Config{Poll: never})
	require.Equal(t, []int64{second}, receive(t, left, "the second try"))
	tb.awaitRows(t, 0)
	require.Equal(t, []int64{first, second}, b.ids())
}

func TestRefusedRowsStayAndHoldNobodyUp(t *testing.T) {
	tb, b := newTable(t), &broker{}
	for range 35 {
		tb.insert(t, "unheard.of")
	}
	good := tb.insert(t, booking.EventHeld)
	b.answer = func(_ context.Context, rows []booking.OutboxRow) ([]int64, error) {
		var done []int64
		for _, r := range rows {
			if r.Type != "unheard.of" {
				done = append(done, r.ID)
			}
		}
		return done, nil
	}
	run(t, tb.store, b, outbox.Config{Poll: 10 * time.Millisecond, Batch: 10})
	tb.awaitRows(t, 35)
	require.Equal(t, []int64{good}, b.ids())
}

func TestTheBatchInHandIsFinishedOnTheWayOut(t *testing.T) {
	tb, b := newTable(t), &broker{}
	tb.insert(t, booking.EventHeld)
	begun, finish := make(chan struct{}), make(chan struct{})
	b.answer = func(ctx context.Context, rows []booking.OutboxRow) ([]int64, error) {
		close(begun)
		select {
		case <-finish:
			return ids(rows), nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	stop := run(t, tb.store, b, outbox.Config{Poll: never})
	receive(t, begun, "the batch")
	stopped := make(chan struct{})
	go func() { defer close(stopped); stop() }()
	close(finish)
	receive(t, stopped, "the end of the relay")
	tb.awaitRows(t, 0)
}

func TestABrokerThatHangsHoldsNoTransactionForEver(t *testing.T) {
	tb, b := newTable(t), &broker{}
	tb.insert(t, booking.EventHeld)
	var calls atomic.Int32
	b.answer = func(ctx context.Context, rows []booking.OutboxRow) ([]int64, error) {
		if calls.Add(1) == 1 {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return ids(rows), nil
	}
	passes := make(chan outbox.Pass, 64)
	run(t, tb.store, b, outbox.Config{Poll: never, Publish: 50 * time.Millisecond, OnPass: func(p outbox.Pass) { passes <- p }})
	require.ErrorIs(t, receive(t, passes, "the pass that hangs").Err, context.DeadlineExceeded)
	tb.awaitRows(t, 0)
}

func TestTheRelayComesBackWithTheDatabase(t *testing.T) {
	tb, b := newTable(t), &broker{}
	line, through := wire.To(t, tb.url)
	failed := make(chan struct{}, 1024)
	cfg := outbox.Config{Poll: 20 * time.Millisecond, OnPass: func(p outbox.Pass) {
		if p.Err != nil {
			failed <- struct{}{}
		}
	}}
	run(t, openStore(t, through), b, cfg)
	tb.insert(t, booking.EventHeld)
	tb.awaitRows(t, 0)
	line.Cut()
	receive(t, failed, "a pass that fails")
	tb.insert(t, booking.EventHeld)
	line.Mend()
	tb.awaitRows(t, 0)
}
