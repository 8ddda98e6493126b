package main

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestArrivalsCanBeRepeated(t *testing.T) {
	t.Parallel()
	a := arrivals(1000, 10*time.Second, 7)
	require.Equal(t, a, arrivals(1000, 10*time.Second, 7))
	require.NotEqual(t, a, arrivals(1000, 10*time.Second, 8))
	require.InDelta(t, 10_000, len(a), 500, "five times the deviation of a Poisson process")
	for i := 1; i < len(a); i++ {
		require.LessOrEqual(t, a[i-1], a[i])
	}
	require.Less(t, a[len(a)-1], 10*time.Second)
	require.Empty(t, arrivals(0, time.Second, 1))
}

func TestAnOpenLoadDoesNotWaitForAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		at := []time.Duration{0, 10 * time.Millisecond, 20 * time.Millisecond, 30 * time.Millisecond}
		var asked []time.Duration
		began := time.Now()
		times := make(chan time.Duration, len(at))
		load := open(t.Context(), at, func(context.Context, int) error {
			times <- time.Since(began)
			time.Sleep(time.Second) // of the bubble: it takes no time
			return nil
		})
		close(times)
		for when := range times {
			asked = append(asked, when)
		}
		require.Equal(t, at, asked)
		require.Len(t, load.latencies, 4)
		for _, l := range load.latencies {
			require.Equal(t, time.Second, l)
		}
		require.Equal(t, 1030*time.Millisecond, load.took)
	})
}

func TestLatencyCountsFromTheArrival(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// All of them are due at once: whoever is asked late has waited.
		var turn atomic.Int64
		load := open(t.Context(), []time.Duration{0, 0, 0}, func(context.Context, int) error {
			time.Sleep(time.Duration(turn.Add(1)) * time.Second)
			return nil
		})
		require.ElementsMatch(t, []time.Duration{time.Second, 2 * time.Second, 3 * time.Second}, load.latencies)
	})
}

func TestAClosedLoadWaitsForEachAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int64
		load := closed(t.Context(), 3, 10*time.Second, func(context.Context, int) error {
			most.Store(max(most.Load(), now.Add(1)))
			time.Sleep(time.Second)
			now.Add(-1)
			return nil
		})
		require.EqualValues(t, 3, most.Load())
		require.Len(t, load.latencies, 30)
		require.InDelta(t, 3, load.rate(), 0.01)
	})
}

func TestErrorsAreCountedAndTheFirstIsKept(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	load := closed(t.Context(), 1, time.Minute, func(context.Context, int) error {
		if n.Add(1) > 5 {
			return errors.New("it broke")
		}
		return nil
	})
	s := load.sample(1)
	require.Equal(t, 5, s.Operations)
	require.Equal(t, 10, s.Errors, "a load that fails all the time is given up")
	require.Equal(t, "it broke", s.Failure)
}

func TestAPacerKeepsToItsArrivals(t *testing.T) {
	t.Parallel()
	p := pacer{0, time.Second, 3 * time.Second}
	wait, stop := p.Pace(0, 0)
	require.Zero(t, wait)
	require.False(t, stop)
	wait, _ = p.Pace(400*time.Millisecond, 1)
	require.Equal(t, 600*time.Millisecond, wait)
	wait, _ = p.Pace(2*time.Second, 1)
	require.Zero(t, wait, "who is late asks at once")
	_, stop = p.Pace(4*time.Second, 3)
	require.True(t, stop)
	require.InDelta(t, 1, p.Rate(0), 0)
}
