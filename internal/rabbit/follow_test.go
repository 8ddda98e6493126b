package rabbit_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/rabbit"
	"holdfast/internal/testenv/wire"
)

// follower is a node that follows seat maps.
type follower struct {
	subscribed chan struct{}
	steps      chan booking.Delta
}

func follow(t *testing.T, b *rabbit.Broker) follower {
	t.Helper()
	f := follower{subscribed: make(chan struct{}, 16), steps: make(chan booking.Delta, 16)}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	var err error
	running.Go(func() {
		err = b.Follow(ctx, func() { f.subscribed <- struct{}{} }, func(d booking.Delta) { f.steps <- d })
	})
	t.Cleanup(func() {
		cancel()
		running.Wait()
		require.NoError(t, err)
	})
	receive(t, f.subscribed, "the subscription")
	return f
}

func newStep(version int64) booking.Delta {
	return booking.Delta{ShowtimeID: "show", From: version - 1, Version: version,
		Seats: []booking.SeatChange{{ID: "A1", Status: booking.SeatSold}}}
}

func TestEveryNodeIsTold(t *testing.T) {
	cfg := newConfig(t)
	teller := open(t, cfg)
	require.NoError(t, teller.Tell(t.Context(), []booking.Delta{newStep(1)}), "nobody follows: that is no failure")
	one, two := follow(t, open(t, cfg)), follow(t, open(t, cfg))
	require.NoError(t, teller.Tell(t.Context(), []booking.Delta{newStep(2), newStep(3)}))
	for _, f := range []follower{one, two} {
		require.Equal(t, newStep(2), receive(t, f.steps, "a step"))
		require.Equal(t, newStep(3), receive(t, f.steps, "a step"))
	}
}

func TestANodeLearnsThatItMayHaveMissedSteps(t *testing.T) {
	cfg := newConfig(t)
	teller := open(t, cfg)
	line, through := wire.To(t, cfg.URL)
	cfg.URL = through
	f := follow(t, open(t, cfg))
	line.Cut()
	require.NoError(t, teller.Tell(t.Context(), []booking.Delta{newStep(2)}))
	line.Mend()
	receive(t, f.subscribed, "the second subscription")
	require.NoError(t, teller.Tell(t.Context(), []booking.Delta{newStep(3)}))
	require.Contains(t, []booking.Delta{newStep(2), newStep(3)}, receive(t, f.steps, "a step after the interruption"))
}

func TestNonsenseOnTheLiveExchangeIsSkipped(t *testing.T) {
	cfg := newConfig(t)
	b := open(t, cfg)
	f := follow(t, b)
	shout(t, cfg, b.Topology().Live(), "", []byte("{"))
	require.NoError(t, b.Tell(t.Context(), []booking.Delta{newStep(2)}))
	require.Equal(t, newStep(2), receive(t, f.steps, "the step behind the nonsense"))
}
