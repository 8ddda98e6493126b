package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"

	"holdfast/internal/rig"
)

type roundsCommand struct {
	Binary     string   `default:"bin/holdfast" help:"The program."`
	Dir        string   `default:".holdfast-proof" help:"Where the data and the logs of the run are."`
	Operations int64    `default:"1250" help:"What the crowd asks in each round, at least."`
	Only       []string `help:"Only the kinds of trouble whose names have one of these in them."`
	Sample     int      `help:"Only so many kinds of trouble, drawn by the seed from those that do not take long."`
	Runs       int      `default:"1" help:"How often all of it is played, one after the other, each with the next seed."`
	Seed       uint64   `help:"Repeats a run; 0 draws one." env:"HOLDFAST_SEED"`
	Out        string   `help:"The folder that gets the report and its picture; none by default."`
}

// Validate refuses what would prove nothing.
func (c roundsCommand) Validate() error {
	if c.Operations < 50 || c.Runs < 1 || c.Sample < 0 {
		return errors.New("--operations is to be at least 50, --runs at least 1, and --sample not negative")
	}
	if len(c.faults(1)) == 0 {
		return fmt.Errorf("no kind of trouble has %s in its name", strings.Join(c.Only, " or "))
	}
	return nil
}

// faults are the kinds of trouble of a run.
func (c roundsCommand) faults(seed uint64) []fault {
	var out []fault
	for _, f := range catalogue() {
		if named(f.Name, c.Only) {
			out = append(out, f)
		}
	}
	if c.Sample > 0 {
		out = slices.DeleteFunc(out, func(f fault) bool { return f.skews || f.to >= time.Minute })
		rnd := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // it can be repeated
		rnd.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
		out = out[:min(c.Sample, len(out))]
	}
	return out
}

// Run plays the rounds; it fails when anything that is always true was not.
func (c roundsCommand) Run(ctx context.Context) error {
	seed := c.Seed
	if seed == 0 {
		seed = drawSeed()
	}
	report := Report{Machine: rig.Machine()}
	for n := range c.Runs {
		run, err := c.run(ctx, seed+uint64(n)) //nolint:gosec // it is positive
		report.Runs = append(report.Runs, run)
		if err != nil {
			return err
		}
		fmt.Println(run.summary())
	}
	if c.Out != "" {
		if err := report.write(c.Out); err != nil {
			return err
		}
	}
	if wrong := report.wrong(); wrong > 0 {
		return fmt.Errorf("%d things were wrong; they are named above, and the logs are in %s", wrong, c.Dir)
	}
	return nil
}

func (c roundsCommand) run(ctx context.Context, seed uint64) (Run, error) {
	run := Run{Seed: seed, Began: time.Now().UTC()}
	faults := c.faults(seed)
	fmt.Printf("HOLDFAST_SEED=%d: %d rounds of at least %d operations\n", seed, len(faults), c.Operations)
	r, err := raise(ctx, c.Dir, c.Binary, os.Stdout)
	if err != nil {
		return run, err
	}
	if slices.ContainsFunc(faults, func(f fault) bool { return f.skews }) {
		if err := r.buildSkewed(ctx); err != nil {
			return run, errors.Join(err, r.lower())
		}
	}
	for n, f := range faults {
		round, err := r.play(ctx, n+1, f, c.Operations, seed*1000+uint64(n)) //nolint:gosec // it is positive
		run.Rounds = append(run.Rounds, round)
		if err != nil {
			return run, errors.Join(fmt.Errorf("round %d (%s): %w", n+1, f.Name, err), r.lower())
		}
		round.tell(len(faults))
	}
	run.Took = seconds(time.Since(run.Began))
	return run, r.lower()
}

// drawSeed draws a seed that people can type.
func drawSeed() uint64 { return uint64(time.Now().UnixNano()) % 1_000_000 } //nolint:gosec // it is positive
