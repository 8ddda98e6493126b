package main

import (
	"container/heap"
	"math/rand/v2"
	"slices"
	"time"
)

// station is a place that a booking passes: so many servers, and how long one of them
// needs on average. Its queue is first come, first served.
type station struct {
	name    string
	servers int
	mean    time.Duration
}

// frees are the times at which the servers of a station are free, the earliest first.
type frees []float64

func (f frees) Len() int           { return len(f) }
func (f frees) Less(i, j int) bool { return f[i] < f[j] }
func (f frees) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }

// Push is a part of heap.Interface.
func (f *frees) Push(x any) {
	if at, ok := x.(float64); ok {
		*f = append(*f, at)
	}
}

// Pop is a part of heap.Interface.
func (f *frees) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}

// passing is somebody on the way through the stations.
type passing struct{ came, now float64 } // seconds

// simulate lets n customers come as a Poisson process and pass one station after the
// other, each for an exponential time; it returns how long each took. The first tenth,
// which finds everything idle, is left out.
func simulate(rate float64, stations []station, n int, seed uint64) []time.Duration {
	rnd := rand.New(rand.NewPCG(seed, 3)) //nolint:gosec // it can be repeated
	all := make([]passing, n)
	at := 0.0
	for i := range all {
		at += rnd.ExpFloat64() / rate
		all[i] = passing{at, at}
	}
	for _, s := range stations {
		slices.SortFunc(all, func(a, b passing) int {
			if a.now < b.now {
				return -1
			}
			return 1
		})
		free := make(frees, s.servers)
		for i := range all {
			begins := max(all[i].now, free[0])
			all[i].now = begins + rnd.ExpFloat64()*s.mean.Seconds()
			free[0] = all[i].now
			heap.Fix(&free, 0)
		}
	}
	slices.SortFunc(all, func(a, b passing) int {
		if a.came < b.came {
			return -1
		}
		return 1
	})
	var took []time.Duration
	for _, p := range all[n/10:] {
		took = append(took, time.Duration((p.now-p.came)*float64(time.Second)))
	}
	return took
}
