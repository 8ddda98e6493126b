package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// side is one of the things that a measure compares.
type side struct {
	name string
	// take does it for so long, and says how it went. Only this is measured.
	take func(ctx context.Context, long time.Duration) (sample, error)
	// ready and tidy come before and after, when they are not nil.
	ready, tidy func(ctx context.Context) error
}

// measure is a subject and what it is compared with.
type measure struct {
	name, title string
	unit        string // of the values
	subject     side
	// baselines are one or more; the reported one is the median that is lowest, or
	// highest.
	baselines []side
	highest   bool
	target    target
	times     int           // how much longer a sample is than others, as longer says
	most      int           // how often the sides are taken there and back at most; 0 has no limit
	patience  time.Duration // with a sample that takes as long as it takes
	blocks    bool          // all samples of the baseline come first, then all of the subject
	// beside makes figures of the whole measure.
	beside func(*result) map[string]figure
}

// longer is the times of a measure of a p99, which needs many operations.
const longer = 3

// order is that in which the sides are taken; the subject is the first.
func (m measure) order(repeat int) []int {
	if m.most > 0 {
		repeat = min(repeat, m.most)
	}
	order := turns(1+len(m.baselines), repeat)
	if m.blocks {
		slices.Sort(order)
		slices.Reverse(order)
	}
	return order
}

// sample is one time that a side was taken.
type sample struct {
	Side       string            `json:"side"`
	Value      figure            `json:"value"` // in the unit of the measure
	Operations int               `json:"operations"`
	Errors     int               `json:"errors"`
	Failure    string            `json:"failure,omitempty"` // the first error
	Seconds    figure            `json:"seconds"`
	CPU        map[string]figure `json:"cpuMilliseconds"` // per operation, by process
	Beside     map[string]figure `json:"beside,omitempty"`
}

// result is a measure that was taken. The medians are over the samples of a side.
type result struct {
	Name      string            `json:"name"`
	Title     string            `json:"title"`
	Unit      string            `json:"unit"`
	Subject   figure            `json:"subject"`
	Baseline  figure            `json:"baseline"`
	Ratio     figure            `json:"ratio"`
	Target    target            `json:"target"`
	Met       bool              `json:"met"`
	Against   string            `json:"against"`          // the baseline that counts
	Medians   map[string]figure `json:"medians"`          // by side
	CPU       map[string]usage  `json:"cpu"`              // by side, milliseconds per operation by process
	Beside    map[string]figure `json:"beside,omitempty"` // of the whole measure
	Besides   map[string]usage  `json:"besides"`          // by side, medians of what its samples have beside their values
	Samples   []sample          `json:"samples"`          // in the order in which they were taken
	Failures  []string          `json:"failures"`
	tolerated float64
}

type usage map[string]figure

// turns is the order in which n sides are taken, so often: A B B A, and with three
// A B C C B A. What drifts over a run then weighs on all of them alike.
func turns(n, repeat int) []int {
	var out []int
	for range repeat {
		for i := range n {
			out = append(out, i)
		}
		for i := range n {
			out = append(out, n-1-i)
		}
	}
	return out
}

// run takes the sides in turns. What fails in a sample is in the result; an error is
// trouble with the bench itself.
func (m measure) run(ctx context.Context, s *scene, o manner) (result, error) {
	sides := append([]side{m.subject}, m.baselines...)
	r := result{Name: m.name, Title: m.title, Unit: m.unit, Target: m.target, tolerated: o.margin}
	// Once each before anything counts: caches and connections are warm, as they are in
	// production.
	warm := make([]bool, len(sides))
	warming := func(i int) error {
		warm[i] = true
		if _, err := sides[i].once(ctx, s, min(o.long, 2*time.Second), m.patience); err != nil {
			return fmt.Errorf("%s, warming up %s: %w", m.name, sides[i].name, err)
		}
		return nil
	}
	for i := 0; i < len(sides) && !m.blocks; i++ {
		if err := warming(i); err != nil {
			return r, err
		}
	}
	for _, i := range m.order(o.repeat) {
		if !warm[i] { // the block of this side begins
			if err := warming(i); err != nil {
				return r, err
			}
		}
		sample, err := sides[i].once(ctx, s, o.long*time.Duration(max(m.times, 1)), m.patience)
		if err != nil {
			return r, fmt.Errorf("%s, %s: %w", m.name, sides[i].name, err)
		}
		s.sayf("  %-12s %-40s %10.4g %s, %d operations, %d errors", m.name, sides[i].name, float64(sample.Value), m.unit, sample.Operations, sample.Errors)
		r.Samples = append(r.Samples, sample)
	}
	r.conclude(m)
	return r, nil
}

// once takes a side, and what each process needed for it.
func (d side) once(ctx context.Context, s *scene, long, patience time.Duration) (sample, error) {
	if d.ready != nil {
		if err := d.ready(ctx); err != nil {
			return sample{}, err
		}
	}
	before, err := s.spent()
	if err != nil {
		return sample{}, err
	}
	// Everything that is asked has bounds of its own; this one is for what hangs.
	taking, cancel := context.WithTimeout(ctx, long+max(2*time.Minute, patience))
	defer cancel()
	got, err := d.take(taking, long)
	if err != nil {
		return got, err
	}
	after, err := s.spent()
	if err != nil {
		return got, err
	}
	got.Side, got.CPU = d.name, after.since(before, got.Operations)
	if d.tidy != nil {
		err = d.tidy(ctx)
	}
	return got, err
}

// conclude makes the figures of the samples.
func (r *result) conclude(m measure) {
	values := map[string][]float64{}
	r.CPU = r.sides(func(s sample) map[string]figure { return s.CPU })
	r.Besides = r.sides(func(s sample) map[string]figure { return s.Beside })
	for _, s := range r.Samples {
		values[s.Side] = append(values[s.Side], float64(s.Value))
		if s.Errors > 0 {
			r.Failures = append(r.Failures, fmt.Sprintf("%s: %d of %d failed: %s", s.Side, s.Errors, s.Operations+s.Errors, s.Failure))
		} else if s.Operations == 0 {
			r.Failures = append(r.Failures, s.Side+": nothing was done in the time")
		}
	}
	r.Medians = map[string]figure{}
	for side, all := range values {
		r.Medians[side] = figure(median(all))
	}
	r.Subject = r.Medians[m.subject.name]
	for i, b := range m.baselines {
		if v := r.Medians[b.name]; i == 0 || (v > r.Baseline) == m.highest {
			r.Baseline, r.Against = v, b.name
		}
	}
	r.Ratio = figure(ratio(float64(r.Subject), float64(r.Baseline)))
	if m.beside != nil {
		r.Beside = m.beside(r)
	}
	r.Met = len(r.Failures) == 0 && m.target.met(float64(r.Subject), float64(r.Ratio), r.tolerated)
	if r.Failures == nil {
		r.Failures = []string{}
	}
}

// sides are the medians of figures of the samples, by side.
func (r *result) sides(of func(sample) map[string]figure) map[string]usage {
	all, out := map[string]map[string][]float64{}, map[string]usage{}
	for _, s := range r.Samples {
		if all[s.Side] == nil {
			all[s.Side], out[s.Side] = map[string][]float64{}, usage{}
		}
		for name, v := range of(s) {
			all[s.Side][name] = append(all[s.Side][name], float64(v))
		}
	}
	for side, figures := range all {
		for name, values := range figures {
			out[side][name] = figure(median(values))
		}
	}
	return out
}

// Lines are the figures by name.
func (u usage) Lines() []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(u)) {
		out = append(out, fmt.Sprintf("%s %.4g", name, float64(u[name])))
	}
	return out
}

// sum is all of it.
func (u usage) sum() float64 {
	total := 0.0
	for _, ms := range u {
		total += float64(ms)
	}
	return total
}

// Names are the processes, those that needed most first.
func (u usage) Names() []string {
	return slices.SortedFunc(maps.Keys(u), func(a, b string) int {
		switch {
		case u[a] != u[b]:
			if u[a] > u[b] {
				return -1
			}
			return 1
		case a < b:
			return -1
		}
		return 1
	})
}
