package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatGrowsIsNamed(t *testing.T) {
	t.Parallel()
	samples := func(name string, values ...float64) (out []Vitals) {
		for _, v := range values {
			out = append(out, Vitals{name: v, waiting: 0})
		}
		return out
	}
	for _, steady := range [][]Vitals{
		samples("api-1 memory", 50<<20, 60<<20, 90<<20, 70<<20, 60<<20, 75<<20, 80<<20, 70<<20),
		samples("api-1 goroutines", 100, 90, 3000, 100, 110, 100, 95, 105),
		samples(connections, 30, 30, 40, 31),
	} {
		require.Empty(t, grown(steady))
	}
	require.Equal(t, []string{"api-1 goroutines went from 110 to 400"}, grown(samples("api-1 goroutines", 100, 110, 150, 200, 250, 300, 350, 400)))
	require.Equal(t, []string{"worker-1 memory went from 100000000 to 200000000"}, grown(samples("worker-1 memory", 1e8, 1.2e8, 1.6e8, 2e8)))
	require.Equal(t, []string{connections + " went from 30 to 60"}, grown(samples(connections, 30, 60)))
	leaking := samples("api-1 files", 20, 20, 20, 20)
	leaking[3][waiting] = 1
	require.Equal(t, []string{waiting + " went from 0 to 1"}, grown(leaking))
}
