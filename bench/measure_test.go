package main

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheOrderOfAMeasure(t *testing.T) {
	t.Parallel()
	m := measure{baselines: []side{{}}}
	require.Equal(t, []int{0, 1, 1, 0, 0, 1, 1, 0}, m.order(2))
	m.most = 1
	require.Equal(t, []int{0, 1, 1, 0}, m.order(5))
	m.most, m.blocks = 0, true
	require.Equal(t, []int{1, 1, 0, 0}, m.order(1), "the baseline is the first block")
}

func TestWhatIsProducedIsComplete(t *testing.T) {
	t.Parallel()
	var seen [100]atomic.Int64
	var failed atomic.Bool
	made, err := produce(t.Context(), 4, len(seen), time.Minute, func(_ context.Context, _, i int) error {
		if i == 50 && failed.CompareAndSwap(false, true) {
			return errors.New("once")
		}
		seen[i].Add(1)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, len(seen), made)
	for i := range seen {
		require.EqualValues(t, 1, seen[i].Load())
	}
	made, err = produce(t.Context(), 4, 10, time.Minute, func(context.Context, int, int) error { return errors.New("always") })
	require.ErrorContains(t, err, "always")
	require.Zero(t, made)
	made, err = produce(t.Context(), 4, 10, 0, func(context.Context, int, int) error { return nil })
	require.NoError(t, err)
	require.Zero(t, made, "there was no time")
}

func TestFramesTellWhatIsHeld(t *testing.T) {
	t.Parallel()
	f := newFrames()
	at := time.Now()
	delta := []byte(`{"type":"delta","from":1,"version":3,"seats":[{"id":"A1","status":"held"},{"id":"A2","status":"available"}]}`)
	f.hear(at, delta)
	f.hear(at.Add(time.Millisecond), delta)
	held, err := f.held()
	require.NoError(t, err)
	require.Len(t, held, 1)
	require.Equal(t, []time.Time{at, at.Add(time.Millisecond)}, held["A1"])
	f.hear(at, []byte(`{"type":"snapshot"}`))
	_, err = f.held()
	require.ErrorContains(t, err, "could not keep pace")
}
