package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/pprof/profile"

	"holdfast/internal/rig"
)

type profileCommand struct {
	stage
	Only     []string      `default:"lifecycle,map" help:"The topics whose names have one of these in them."`
	For      time.Duration `default:"10s" help:"How long each profile is."`
	Clients  int           `default:"16" help:"How many clients there are where something is to be saturated."`
	Sockets  int           `default:"1000" help:"How many sockets the fan-out has."`
	Viewers  int           `default:"1000" help:"How many look at the showtime whose seats are booked."`
	Rows     int           `default:"20000" help:"How many events wait for the relay."`
	Expiring int           `default:"500" help:"How many holds end in one second."`
	Pending  int           `default:"1000" help:"How many holds are open when there are many."`
}

// Validate refuses what would show nothing.
func (c profileCommand) Validate() error {
	if c.For < time.Second {
		return errors.New("--for is to be at least 1s")
	}
	return c.asRun().Validate()
}

// asRun is the run whose subjects are taken.
func (c profileCommand) asRun() runCommand {
	return runCommand{Only: c.Only, For: c.For, Repeat: 1, Clients: c.Clients, Sockets: c.Sockets, Viewers: c.Viewers, Rows: c.Rows, Expiring: c.Expiring, Pending: c.Pending, Margin: 1}
}

// Run takes the subject of each measure, and profiles the engine's processes meanwhile.
func (c profileCommand) Run(ctx context.Context) (err error) {
	c.seed()
	if c.Temporal != onPostgres {
		return errors.New("only Temporal on PostgreSQL can be profiled: take --temporal postgres")
	}
	if c.Out == "" {
		c.Out = filepath.Join(c.Dir, profilesFolder)
	}
	c.profiled = true
	s, err := raise(ctx, c.stage, os.Stdout, settled...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.lower()) }()
	c.asRun().fit(s)
	if err := s.signIn(ctx); err != nil {
		return err
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil { //nolint:gosec // it is no secret
		return err
	}
	for _, t := range topics(c.Only) {
		if err := c.profile(ctx, s, t); err != nil {
			return err
		}
	}
	return nil
}

func (c profileCommand) profile(ctx context.Context, s *scene, t topic) (err error) {
	measures, closeIt, err := t.open(ctx, s)
	if closeIt != nil {
		defer func() { err = errors.Join(err, closeIt()) }()
	}
	if err != nil {
		return fmt.Errorf("preparing %s: %w", t.name, err)
	}
	drawn := map[string]bool{}
	for _, m := range measures {
		if drawn[m.subject.name] {
			continue // the same, against another baseline
		}
		drawn[m.subject.name] = true
		if _, err := m.subject.once(ctx, s, min(c.For, 2*time.Second), m.patience); err != nil {
			return fmt.Errorf("%s, warming up: %w", m.name, err)
		}
		inner := m.subject.take
		m.subject.take = func(ctx context.Context, long time.Duration) (sample, error) {
			var wg sync.WaitGroup
			var failed error
			wg.Go(func() { failed = s.draw(ctx, c.Out, m.name, long) })
			got, err := inner(ctx, long)
			wg.Wait()
			return got, errors.Join(err, failed)
		}
		got, err := m.subject.once(ctx, s, c.For, m.patience)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		s.sayf("%s: %.4g %s, %d operations, %d errors; drawn into %s", m.name, float64(got.Value), m.unit, got.Operations, got.Errors, c.Out)
	}
	return nil
}

// profileTemporal finds a port for the profiles of Temporal, where most of the CPU goes.
func (s *scene) profileTemporal() (int, error) {
	ports, err := rig.FreePorts(1)
	if err != nil {
		return 0, err
	}
	s.profiles = map[string]string{"temporal": ports[0]}
	_, port, err := net.SplitHostPort(ports[0])
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(port)
}

// openProfiles gives each process a place where it can be profiled.
func (s *scene) openProfiles() error {
	ports, err := rig.FreePorts(len(s.procs))
	if err != nil {
		return err
	}
	for i, p := range s.procs {
		s.profiles[p.Name] = ports[i]
		p.Environ = append(p.Environ, "HOLDFAST_PPROF_ADDR="+ports[i])
	}
	return nil
}

// draw profiles every process for so long, and draws a flame graph of each that did
// something.
func (s *scene) draw(ctx context.Context, folder, name string, long time.Duration) error {
	processes := slices.Sorted(maps.Keys(s.profiles))
	errs := make([]error, len(processes))
	var wg sync.WaitGroup
	for i, process := range processes {
		wg.Go(func() {
			taken, err := s.profile(ctx, process, long)
			if err != nil {
				errs[i] = fmt.Errorf("profiling %s: %w", process, err)
				return
			}
			f := flameOf(taken)
			if f.value == 0 {
				return
			}
			title := fmt.Sprintf("%s, %s: %.2f s of CPU in %.0f s", name, process, time.Duration(f.value).Seconds(), long.Seconds())
			errs[i] = os.WriteFile(filepath.Join(folder, name+"-"+process+".svg"), []byte(f.svg(title)), 0o600)
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (s *scene) profile(ctx context.Context, process string, long time.Duration) (*profile.Profile, error) {
	seconds := max(1, int(long.Seconds()))
	ctx, cancel := context.WithTimeout(ctx, long+answerWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", s.profiles[process], seconds), nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }() // it was read, or its error was
	if resp.StatusCode != http.StatusOK {
		return nil, errors.New(strings.ToLower(resp.Status))
	}
	return profile.Parse(resp.Body)
}
