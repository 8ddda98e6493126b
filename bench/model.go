package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"text/tabwriter"
	"time"
)

// modelCommand says what other rates would need, by what was measured.
type modelCommand struct {
	Report      string        `default:"docs/bench/bench.json" help:"The report whose figures count."`
	Rates       []float64     `default:"1000,10000" help:"Bookings a second, held and paid."`
	Utilisation float64       `default:"0.6" help:"How busy each core may be."`
	Cores       int           `default:"16" help:"Cores of a machine; how many machines there are follows."`
	Maps        float64       `default:"3" help:"How often somebody reads a seat map for each booking."`
	Refusals    float64       `default:"1" help:"How many requests are refused for each booking."`
	Viewers     float64       `default:"100" help:"How many live maps are open for each booking a second."`
	Write       time.Duration `default:"5ms" help:"Assumed, not measured: how long a shard of Temporal is busy with one transaction."`
	Seed        uint64        `default:"1" help:"Repeats the simulation."`
}

// Validate refuses what has no answer.
func (c modelCommand) Validate() error {
	if c.Utilisation <= 0 || c.Utilisation >= 1 || c.Cores < 1 || c.Maps < 0 || c.Refusals < 0 || c.Viewers < 0 || c.Write <= 0 {
		return errors.New("--utilisation is to be between 0 and 1, --cores at least 1, --write above zero, and the others not negative")
	}
	for _, rate := range c.Rates {
		if rate <= 0 {
			return errors.New("--rates are to be above zero")
		}
	}
	return nil
}

// measured is what the model takes from a report.
type measured struct {
	Machine  string
	Measures []struct {
		Name     string
		Subject  *float64
		Medians  map[string]*float64
		CPU      map[string]map[string]float64
		Besides  map[string]map[string]*float64
		Samples  []struct{ Side string }
		Failures []string
	}
}

func readMeasured(path string) (m measured, err error) {
	text, err := os.ReadFile(path) //nolint:gosec // the report that the caller names
	if err != nil {
		return m, fmt.Errorf("the model needs a report; `make bench` writes one: %w", err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("%s is no report: %w", path, err)
	}
	return m, nil
}

// of is the CPU of an operation of the subject, in milliseconds by process, without the
// load itself; and what its samples have beside their values.
func (m measured) of(name string) (cpu, beside map[string]float64, value float64, err error) {
	for _, one := range m.Measures {
		if one.Name != name || len(one.Samples) == 0 || one.Subject == nil {
			continue
		}
		subject := one.Samples[0].Side // the first sample is of the subject, unless blocks are taken
		cpu, beside = map[string]float64{}, map[string]float64{}
		for process, ms := range one.CPU[subject] {
			cpu[process] = ms
		}
		for name, v := range one.Besides[subject] {
			if v != nil {
				beside[name] = *v
			}
		}
		return cpu, beside, *one.Subject, nil
	}
	return nil, nil, 0, fmt.Errorf("the report has no figures of %s", name)
}

// need is what one process needs for a booking with all that goes with it.
type need struct {
	process string
	ms      float64 // of CPU
}

// demand adds up what a booking needs, with the maps that are read and the requests that
// are refused for it.
func (c modelCommand) demand(m measured) ([]need, error) {
	total := usage{}
	for _, part := range []struct {
		measure string
		times   float64
	}{{"lifecycle", 1}, {"map", c.Maps}, {"stampede", c.Refusals}} {
		cpu, _, _, err := m.of(part.measure)
		if err != nil {
			return nil, err
		}
		for process, ms := range cpu {
			if process != "load" {
				total[process] += figure(ms * part.times)
			}
		}
	}
	var out []need
	for _, process := range total.Names() {
		out = append(out, need{process, float64(total[process])})
	}
	return out, nil
}

// Run prints the model.
func (c modelCommand) Run(_ context.Context) error {
	m, err := readMeasured(c.Report)
	if err != nil {
		return err
	}
	needs, err := c.demand(m)
	if err != nil {
		return err
	}
	_, lifecycle, _, err := m.of("lifecycle")
	if err != nil {
		return err
	}
	_, _, socket, err := m.of("socket_memory")
	if err != nil {
		return err
	}
	fmt.Printf("Of %s, measured on a machine with %s.\n", c.Report, m.Machine)
	fmt.Printf("A booking is held and paid, with %g map reads and %g refusals; cores are busy to %g.\n\n", c.Maps, c.Refusals, c.Utilisation)
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprint(w, "CPU\tms a booking")
	for _, rate := range c.Rates {
		fmt.Fprintf(w, "\tcores at %g/s", rate)
	}
	fmt.Fprintln(w)
	sums, total := make([]float64, len(c.Rates)), 0.0
	for _, n := range needs {
		total += n.ms
		fmt.Fprintf(w, "%s\t%.3g", n.process, n.ms)
		for i, rate := range c.Rates {
			cores := c.cores(rate, n.ms)
			sums[i] += cores
			fmt.Fprintf(w, "\t%.3g", cores)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "all\t%.3g", total)
	for _, cores := range sums {
		fmt.Fprintf(w, "\t%.3g", cores)
	}
	fmt.Fprintf(w, "\nmachines of %d cores, at least\t", c.Cores)
	for _, cores := range sums {
		fmt.Fprintf(w, "\t%.0f", math.Ceil(cores/float64(c.Cores)))
	}
	for _, database := range databases {
		if each := lifecycle[transactions(database)]; each > 0 {
			fmt.Fprintf(w, "\ntransactions a second of %s\t%.3g a booking", database, each)
			for _, rate := range c.Rates {
				fmt.Fprintf(w, "\t%.0f", rate*each)
			}
		}
	}
	if each := lifecycle[transactions("temporal")]; each > 0 {
		fmt.Fprintf(w, "\nhistory shards, at %s a transaction (assumed)\t", c.Write)
		for _, rate := range c.Rates {
			fmt.Fprintf(w, "\t%.0f", powerOfTwo(rate*each*c.Write.Seconds()/c.Utilisation))
		}
	}
	fmt.Fprintf(w, "\nlive maps, GiB of API memory\t%.3g KiB each", socket)
	for _, rate := range c.Rates {
		fmt.Fprintf(w, "\t%.3g", rate*c.Viewers*socket/(1<<20))
	}
	fmt.Fprintln(w)
	if err := w.Flush(); err != nil {
		return err
	}
	return c.queues(m, needs)
}

// cores are those that are busy to the utilisation.
func (c modelCommand) cores(rate, ms float64) float64 { return rate * ms / 1000 / c.Utilisation }

func powerOfTwo(n float64) float64 { return math.Pow(2, math.Ceil(math.Log2(max(n, 1)))) }
