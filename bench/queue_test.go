package main

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The time in an M/M/1 queue is exponential, with the mean 1/(mu - lambda).
func TestTheSimulationAgreesWithTheory(t *testing.T) {
	t.Parallel()
	took := simulate(70, []station{{"one", 1, 10 * time.Millisecond}}, 400_000, 1)
	const mean = 1.0 / (100 - 70)
	require.InEpsilon(t, mean*math.Ln2, quantile(took, 0.5).Seconds(), 0.05)
	require.InEpsilon(t, mean*math.Log(100), quantile(took, 0.99).Seconds(), 0.10)
}

// With a server for everybody nobody waits, and two stations take the time of both.
func TestWhoFindsAServerDoesNotWait(t *testing.T) {
	t.Parallel()
	took := simulate(10, []station{{"a", 1000, time.Millisecond}, {"b", 1000, 3 * time.Millisecond}}, 100_000, 1)
	total := 0.0
	for _, d := range took {
		total += d.Seconds()
	}
	require.InEpsilon(t, 0.004, total/float64(len(took)), 0.05)
}
