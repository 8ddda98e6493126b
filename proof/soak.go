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

type soakCommand struct {
	Binary string        `default:"bin/holdfast" help:"The program."`
	Dir    string        `default:".holdfast-proof" help:"Where the data and the logs of the run are."`
	For    time.Duration `default:"30m" help:"How long it goes on, at least."`
	Think  time.Duration `default:"250ms" help:"How long each of the ten people of the crowd thinks between two things, on average."`
	Seed   uint64        `help:"Repeats a soak; 0 draws one." env:"HOLDFAST_SEED"`
	Out    string        `help:"The folder that gets the report and its picture; none by default."`
}

// Validate refuses what would show nothing.
func (c soakCommand) Validate() error {
	if c.For < time.Minute || c.Think < 0 {
		return errors.New("--for is to be at least 1m, and --think not negative")
	}
	return nil
}

// perSoakRound is how many operations there are between two looks at the vitals.
const perSoakRound = 400

// soaking are the kinds of trouble that leave the measured processes alive.
func soaking() []fault {
	all := slices.DeleteFunc(catalogue(), func(f fault) bool {
		return f.skews || f.from >= time.Minute || strings.HasSuffix(f.Name, "killed") && strings.Contains(f.Name, "-1") || f.Name == "nothing"
	})
	return append(all, killed("api-2"), killed("worker-2"), killed("relay-2"), killed("project-2"))
}

// Run soaks: a steady load with random trouble, and a look at the vitals after each.
func (c soakCommand) Run(ctx context.Context) (err error) {
	seed := c.Seed
	if seed == 0 {
		seed = drawSeed()
	}
	rnd := rand.New(rand.NewPCG(seed, 2)) //nolint:gosec // it can be repeated
	kinds := soaking()
	fmt.Printf("HOLDFAST_SEED=%d: %s of soaking\n", seed, c.For)
	r, err := raise(ctx, c.Dir, c.Binary, os.Stdout)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.lower()) }()
	r.think = c.Think
	soak := Soak{Run: Run{Seed: seed, Began: time.Now().UTC()}, Machine: rig.Machine()}
	for n := 0; time.Since(soak.Began) < c.For || len(soak.Samples) < 2; n++ {
		round, err := r.play(ctx, n+1, kinds[rnd.IntN(len(kinds))], perSoakRound, rnd.Uint64()%1_000_000)
		soak.Rounds = append(soak.Rounds, round)
		if err != nil {
			return fmt.Errorf("round %d (%s): %w", n+1, round.Fault, err)
		}
		v, err := r.vitals(ctx)
		if err != nil {
			return err
		}
		soak.Samples = append(soak.Samples, Sample{seconds(time.Since(soak.Began)), v})
		round.tell(0)
		fmt.Println("    " + v.line())
	}
	soak.Took = seconds(time.Since(soak.Began))
	soak.Grown = grown(soak.vitals())
	fmt.Println(soak.summary())
	for _, what := range soak.Grown {
		fmt.Println("   GROWN:", what)
	}
	if c.Out != "" {
		if err := soak.write(c.Out); err != nil {
			return err
		}
	}
	if wrong := soak.wrong() + len(soak.Grown); wrong > 0 {
		return fmt.Errorf("%d things were wrong; they are named above, and the logs are in %s", wrong, c.Dir)
	}
	return nil
}

// Soak is a long run and what was measured on the way.
type Soak struct {
	Run
	Machine string   `json:"machine"`
	Samples []Sample `json:"samples"`
	Grown   []string `json:"grown"` // empty: everything ended where it began
}

// Sample is the vitals at a time.
type Sample struct {
	At     Seconds `json:"at"`
	Vitals Vitals  `json:"vitals"`
}

func (s Soak) vitals() []Vitals {
	var out []Vitals
	for _, sample := range s.Samples {
		out = append(out, sample.Vitals)
	}
	return out
}

func (v Vitals) line() string {
	var out []string
	for _, name := range measured {
		out = append(out, fmt.Sprintf("%s %.0f MiB, %.0f goroutines, %.0f files", name, v[name+" memory"]/(1<<20), v[name+" goroutines"], v[name+" files"]))
	}
	return strings.Join(out, "; ") + fmt.Sprintf("; %.0f %s", v[connections], connections)
}
