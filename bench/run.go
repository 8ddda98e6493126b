package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"holdfast/internal/rig"
)

// Which Temporal the engine is measured on.
const (
	onPostgres = "postgres" // as production has it
	onSQLite   = "dev"      // its development server
)

type runCommand struct {
	stage
	Only     []string      `help:"Only the topics whose names have one of these in them."`
	For      time.Duration `default:"2s" help:"How long each sample is taken; three times as long where a p99 is measured."`
	Repeat   int           `default:"5" help:"How often the sides of a measure are taken there and back (A B B A)."`
	Clients  int           `default:"16" help:"How many clients there are where something is to be saturated."`
	Sockets  int           `default:"5000" help:"How many sockets the fan-out has; both ends of each are files of this machine."`
	Viewers  int           `default:"1000" help:"How many look at the showtime whose seats are booked, where that is waited for."`
	Rows     int           `default:"20000" help:"How many events wait for the relay."`
	Expiring int           `default:"5000" help:"How many holds end in one second."`
	Pending  int           `default:"20000" help:"How many holds are open when there are many."`
	Margin   float64       `default:"1" help:"By which factor a target may be missed."`
}

// Validate refuses what would measure nothing.
func (c runCommand) Validate() error {
	switch {
	case c.For < time.Second || c.Repeat < 1 || c.Clients < 1 || c.Sockets < 1 || c.Viewers < 1 || c.Rows < 1000 || c.Expiring < 100 || c.Pending < 2*fewPending || c.Margin < 1:
		return fmt.Errorf("--for is to be at least 1s, --repeat, --clients, --sockets and --viewers at least 1, --rows at least 1000, --expiring at least 100, --pending at least %d, and --margin at least 1", 2*fewPending)
	case len(c.topics()) == 0:
		return fmt.Errorf("no topic has %s in its name", strings.Join(c.Only, " or "))
	}
	return nil
}

// fit gives a scene the sizes of what is measured.
func (c runCommand) fit(s *scene) {
	s.clients, s.long, s.rows = c.Clients, c.For, c.Rows
	s.sockets, s.viewers = c.Sockets, c.Viewers
	s.expiring, s.pending = c.Expiring, c.Pending
}

// manner is how samples are taken.
type manner struct {
	long   time.Duration
	repeat int
	margin float64
}

// topic is measures that need the same things. Close is called when all are taken; it
// may be nil.
type topic struct {
	name string
	open func(ctx context.Context, s *scene) (of []measure, closeIt func() error, err error)
}

func (c runCommand) topics() []topic { return topics(c.Only) }

// topics are those whose names have one of these in them.
func topics(only []string) []topic {
	all := []topic{
		{"map", mapTopic}, {"stampede", stampedeTopic}, {"answer", answerTopic}, {"lifecycle", lifecycleTopic}, {"answer_loaded", loadedTopic},
		{"relay", relayTopic}, {"fanout", fanoutTopic}, {"browser_lag", lagTopic},
		{"expiry", expiryTopic},
		{"pending", pendingTopic}, // the last one: it leaves its holds to be thrown away with the scene
	}
	if len(only) == 0 {
		return all
	}
	var out []topic
	for _, t := range all {
		for _, part := range only {
			if strings.Contains(t.name, part) {
				out = append(out, t)
				break
			}
		}
	}
	return out
}

// Run takes the measures; it fails when one could not be taken, or misses its target by
// more than the margin.
func (c runCommand) Run(ctx context.Context) (err error) {
	c.seed()
	report := Report{
		Began: time.Now().UTC(), Machine: rig.Machine(), Seed: c.Seed, Temporal: c.Temporal, Sample: seconds(c.For), Repeat: c.Repeat, Clients: c.Clients, Margin: figure(c.Margin),
	}
	fmt.Printf("HOLDFAST_SEED=%d: samples of %s, %d times there and back\n", c.Seed, c.For, c.Repeat)
	s, err := raise(ctx, c.stage, os.Stdout, settled...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.lower()) }()
	c.fit(s)
	if err := s.signIn(ctx); err != nil {
		return err
	}
	report.Versions = s.versions()
	for _, t := range c.topics() {
		results, err := c.take(ctx, s, t)
		report.Measures = append(report.Measures, results...)
		if err != nil {
			return err
		}
		report.Took = seconds(time.Since(report.Began))
		if c.Out == "" {
			continue
		}
		if err := report.write(c.Out); err != nil { // what was taken is not lost with what comes
			return err
		}
	}
	if missed := report.missed(); len(missed) > 0 {
		return fmt.Errorf("these are not where they should be: %s; the logs are in %s", strings.Join(missed, ", "), c.Dir)
	}
	return nil
}

func (c runCommand) take(ctx context.Context, s *scene, t topic) (out []result, err error) {
	began := time.Now()
	s.sayf("%s", t.name)
	defer func() { s.sayf("%s took %s", t.name, time.Since(began).Round(time.Second)) }()
	measures, closeIt, err := t.open(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("preparing %s: %w", t.name, err)
	}
	if closeIt != nil {
		defer func() { err = errors.Join(err, closeIt()) }()
	}
	for _, m := range measures {
		r, err := m.run(ctx, s, manner{c.For, c.Repeat, c.Margin})
		if err != nil {
			return out, err
		}
		out = append(out, r)
		s.sayf("%s", r.line())
	}
	return out, nil
}
