package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// mutant is the program with one thing wrong, and the trouble under which it shows.
type mutant struct {
	Name  string
	edits []edit
	fault string
}

// mutants are wrong in ways that look right in a calm moment. Each must be found.
var mutants = []mutant{
	{"locks outlive their holds", []edit{{
		"activities/activities.go", "\terr := a.Lock.Release(ctx, in.ShowtimeID, in.SeatIDs, in.Owner)\n", "\tvar err error\n",
	}}, "nothing"},
	{"a hold that the index refuses keeps its locks", []edit{{
		"workflows/booking.go", "\t\tk.undo(ctx, k.releaseRefused(persisted.Refusal))\n", "",
	}}, "valkey flushed"},
	{"a hold ends before its deadline", []edit{{
		"workflows/booking.go", "Timeout:      deadline.Sub(workflow.Now(ctx)),", "Timeout:      deadline.Sub(workflow.Now(ctx)) / 2,",
	}}, "nothing"},
	{"a commit is acknowledged before it is written", []edit{{
		"internal/postgres/store.go", "\tcfg.ConnConfig.ConnectTimeout = 2 * time.Second\n",
		"\tcfg.ConnConfig.ConnectTimeout = 2 * time.Second\n\tcfg.ConnConfig.RuntimeParams[\"synchronous_commit\"] = \"off\"\n",
	}}, "postgres restarted"},
	{"a request that is repeated is a new one", []edit{{
		"api/bookings.go", "\tif key == \"\" {\n\t\tid, err := uuid.NewV7()", "\tif key != \"-\" {\n\t\tid, err := uuid.NewV7()",
	}}, "nothing"},
	{"events are gone before the broker has them, and nobody misses them", []edit{
		{
			"internal/outbox/relay.go", "\t\tdone, err := r.publisher.Publish(ctx, rows)\n\t\tp.Published = len(done)\n\t\treturn done, err\n",
			"\t\tvar done []int64\n\t\tfor _, row := range rows {\n\t\t\tdone = append(done, row.ID)\n\t\t}\n\t\t_, _ = r.publisher.Publish(ctx, rows)\n\t\treturn done, nil\n",
		},
		{"internal/seatmap/layout.go", "\t\tif d.From > next.Version {\n\t\t\treturn st, false\n\t\t}\n", ""},
	}, "rabbitmq killed"},
	{"money that is promised for nothing is not given back", []edit{{
		"activities/payment.go", "\tout, err := a.SettlePayment(ctx, Settle{Payment: in, GiveUp: true})\n\tif err == nil && !out.Done {",
		"\tout, err := Settlement{Done: true}, error(nil)\n\tif err == nil && !out.Done {",
	}}, "nothing"},
}

// mutantRounds is how many rounds a mutant may live.
const mutantRounds = 5

type mutantsCommand struct {
	Dir        string   `default:".holdfast-proof" help:"Where the data and the logs of the run are."`
	Operations int64    `default:"600" help:"What the crowd asks in each round, at least."`
	Only       []string `help:"Only the mutants whose names have one of these in them."`
	Seed       uint64   `help:"Repeats a run; 0 draws one." env:"HOLDFAST_SEED"`
	Out        string   `help:"The folder that gets the list of what was found; none by default."`
}

// Run breaks the program on purpose, one way after the other, and fails when the proof
// does not notice.
func (c mutantsCommand) Run(ctx context.Context) error {
	if c.Seed == 0 {
		c.Seed = drawSeed()
	}
	fmt.Printf("HOLDFAST_SEED=%d\n", c.Seed)
	var found strings.Builder
	fmt.Fprintf(&found, "# What the proof catches\n\nWritten by `make mutants` on %s, with the seed %d. The program was built with one thing wrong, and each of these\nwas found:\n\n",
		time.Now().UTC().Format("2 January 2006"), c.Seed)
	found.WriteString("| what was wrong | under | after rounds | what was said first |\n| --- | --- | ---: | --- |\n")
	for _, m := range mutants {
		if !named(m.Name, c.Only) {
			continue
		}
		said, rounds, err := c.hunt(ctx, m)
		if err != nil {
			return fmt.Errorf("the mutant %q: %w", m.Name, err)
		}
		said, _, _ = strings.Cut(said, "\n")
		fmt.Printf("FOUND after %d rounds: %s: %s\n", rounds, m.Name, said)
		fmt.Fprintf(&found, "| %s | %s | %d | %s |\n", m.Name, m.fault, rounds, said)
	}
	if c.Out == "" {
		return nil
	}
	return os.WriteFile(filepath.Join(c.Out, "mutants.md"), []byte(found.String()), 0o600)
}

// hunt plays rounds until something is found wrong, and returns what.
func (c mutantsCommand) hunt(ctx context.Context, m mutant) (said string, rounds int, err error) {
	scratch, err := os.MkdirTemp("", "holdfast-mutant")
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	fmt.Println("building a program that is wrong:", m.Name)
	program, err := build(ctx, scratch, "mutant", m.edits, nil)
	if err != nil {
		return "", 0, err
	}
	r, err := raise(ctx, c.Dir, program, os.Stdout)
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, r.lower()) }()
	for n := range mutantRounds {
		round, err := r.play(ctx, n+1, faultNamed(m.fault), c.Operations, c.Seed*1000+uint64(n)) //nolint:gosec // it is positive
		if err != nil {
			return "", 0, err
		}
		round.tell(mutantRounds)
		if len(round.Wrong) > 0 {
			return round.Wrong[0], n + 1, nil
		}
	}
	return "", 0, fmt.Errorf("the proof has not noticed it in %d rounds", mutantRounds)
}

func faultNamed(name string) fault {
	for _, f := range catalogue() {
		if f.Name == name {
			return f
		}
	}
	panic("there is no trouble called " + name)
}

// named reports whether a name has one of the parts in it; without parts all have.
func named(name string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(name, part) {
			return true
		}
	}
	return len(parts) == 0
}
