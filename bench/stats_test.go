package main

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMedian(t *testing.T) {
	t.Parallel()
	require.InDelta(t, 3, median([]float64{5, 1, 3}), 0)
	require.InDelta(t, 2.5, median([]float64{4, 1, 2, 3}), 0)
	require.True(t, math.IsNaN(median(nil)))
	given := []float64{2, 1}
	median(given)
	require.Equal(t, []float64{2, 1}, given, "the order of the samples is kept")
}

func TestQuantileIsAValueThatWasThere(t *testing.T) {
	t.Parallel()
	var all []time.Duration
	for i := 100; i > 0; i-- {
		all = append(all, time.Duration(i))
	}
	require.EqualValues(t, 50, quantile(all, 0.50))
	require.EqualValues(t, 99, quantile(all, 0.99))
	require.EqualValues(t, 100, quantile(all, 1))
	require.EqualValues(t, 7, quantile([]time.Duration{7}, 0.01))
	require.Zero(t, quantile(nil, 0.5))
}

func TestATargetHasADirection(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		target        target
		ratio, margin float64
		met           bool
	}{
		{atLeast(0.9), 0.9, 1, true},
		{atLeast(0.9), 0.89, 1, false},
		{atLeast(0.9), 0.46, 2, true},
		{atLeast(0.9), 0.44, 2, false},
		{atLeast(0.9), 5, 1, true},
		{atMost(1.2), 1.2, 1, true},
		{atMost(1.2), 1.21, 1, false},
		{atMost(1.2), 2.3, 2, true},
		{atMost(1.2), 2.5, 2, false},
		{atMost(1.2), 0.1, 1, true},
		{atMost(1.2), math.NaN(), 9, false},
		{atLeast(1.2), math.NaN(), 9, false},
	} {
		require.Equal(t, c.met, c.target.met(99, c.ratio, c.margin), "%s: %g with margin %g", c.target, c.ratio, c.margin)
	}
	require.True(t, atMostOf(24, "KiB").met(23, 99, 1), "it is of the subject itself")
	require.False(t, atMostOf(24, "KiB").met(25, 0.1, 1))
	require.Equal(t, "at most 24 KiB", atMostOf(24, "KiB").String())
	require.True(t, math.IsNaN(ratio(1, 0)))
	require.InDelta(t, 0.5, ratio(1, 2), 0)
}

func TestFiguresAreJSONAlsoWhenTheyAreNone(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(map[string]figure{"a": figure(math.NaN()), "b": 1234567, "c": figure(math.Inf(1)), "d": 0.123456})
	require.NoError(t, err)
	require.JSONEq(t, `{"a": null, "b": 1.235e+06, "c": null, "d": 0.1235}`, string(text))
}

func TestSidesAreTakenThereAndBack(t *testing.T) {
	t.Parallel()
	require.Equal(t, []int{0, 1, 1, 0, 0, 1, 1, 0}, turns(2, 2))
	require.Equal(t, []int{0, 1, 2, 2, 1, 0}, turns(3, 1))
}

func TestTheBaselineIsTheLowestOrTheHighest(t *testing.T) {
	t.Parallel()
	taken := result{Samples: []sample{
		{Side: "subject", Value: 9, Operations: 1}, {Side: "low", Value: 10, Operations: 1}, {Side: "high", Value: 30, Operations: 1},
		{Side: "high", Value: 30, Operations: 1}, {Side: "low", Value: 10, Operations: 1}, {Side: "subject", Value: 11, Operations: 1},
	}, tolerated: 1}
	m := measure{subject: side{name: "subject"}, baselines: []side{{name: "high"}, {name: "low"}}, target: atLeast(1)}
	lowest := taken
	lowest.conclude(m)
	require.Equal(t, "low", lowest.Against)
	require.InDelta(t, 1, float64(lowest.Ratio), 0)
	require.True(t, lowest.Met)
	m.highest = true
	highest := taken
	highest.conclude(m)
	require.Equal(t, "high", highest.Against)
	require.InDelta(t, 1.0/3, float64(highest.Ratio), 1e-9)
	require.False(t, highest.Met)
}

func TestAnErrorFailsAMeasure(t *testing.T) {
	t.Parallel()
	m := measure{subject: side{name: "subject"}, baselines: []side{{name: "baseline"}}, target: atLeast(0.5)}
	for _, bad := range []sample{
		{Side: "baseline", Value: 10, Operations: 9, Errors: 1, Failure: "it broke"},
		{Side: "baseline", Value: 10},
	} {
		r := result{Samples: []sample{{Side: "subject", Value: 10, Operations: 1}, bad}, tolerated: 1}
		r.conclude(m)
		require.False(t, r.Met)
		require.Len(t, r.Failures, 1)
	}
}
