package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"holdfast/internal/config"
	"holdfast/internal/devstack"
	"holdfast/internal/rig"
)

// scene is the engine as it is deployed, one of each process, on servers of its own.
type scene struct {
	rig.Clients
	dir      string // logs and data
	out      io.Writer
	binary   string // the engine
	self     string // this program, which is also what the engine is compared with
	stack    *devstack.Stack
	procs    []*rig.Process
	beside   []*rig.Process // processes of this program
	api      string         // host:port
	environ  []string
	cfg      config.Config
	seed     uint64
	clients  int           // at saturation
	long     time.Duration // of a sample
	rows     int           // that wait for the relay
	sockets  int           // of the fan-out
	viewers  int           // of the showtime whose seats are booked
	pending  int           // open holds, when there are many
	expiring int           // holds that end in one second
	halls    *halls
	people   []string          // their tokens, as a header
	profiles map[string]string // host:port by process, where it can be profiled
	plain    string            // host:port of the server of constants; "" until it runs
	idle     bool              // whether the worker of workflows that do nothing runs
}

// stage is what a scene is raised on.
type stage struct {
	Binary   string `default:"bin/holdfast" help:"The program."`
	Dir      string `default:".holdfast-bench" help:"Where the data and the logs of the run are."`
	Temporal string `default:"postgres" enum:"postgres,dev" help:"Temporal on PostgreSQL, as production has it, or its development server."`
	Seed     uint64 `help:"Repeats the arrivals of a run; 0 draws one." env:"HOLDFAST_SEED"`
	Out      string `help:"The folder that gets the report and its page; none by default."`
	profiled bool   // its processes can be profiled
}

// seed draws one where none is given.
func (c *stage) seed() {
	if c.Seed == 0 {
		c.Seed = uint64(time.Now().UnixNano()) % 1_000_000 //nolint:gosec // it is positive
	}
}

// settled is how the engine is set for measures: holds outlast every sample, so that no
// deadline falls into another's.
var settled = []string{"HOLDFAST_HOLD_DURATION=1h", "HOLDFAST_MAX_HOLDS=1000000"}

var parts = []rig.Part{
	{Name: "sandbox", Role: "sandbox"}, {Name: "relay", Role: "relay"}, {Name: "project", Role: "project"},
	{Name: "api", Role: "api", Flags: []string{"--worker"}}, // in which bookings begin
}

// raise starts the servers and the engine, with these settings.
func raise(ctx context.Context, c stage, out io.Writer, settings ...string) (_ *scene, err error) {
	s := &scene{dir: c.Dir, binary: c.Binary, out: out, seed: c.Seed}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.lower())
		}
	}()
	if s.self, err = os.Executable(); err != nil {
		return s, err
	}
	servers, err := devstack.Clear(ctx, c.Dir)
	if err != nil {
		return s, err
	}
	onPort := 0
	if c.profiled {
		if onPort, err = s.profileTemporal(); err != nil {
			return s, err
		}
	}
	// Whatever the caller's environment says: what is measured has the machine's servers
	// for itself. They write to disk what they acknowledge.
	s.stack, err = devstack.Start(ctx, devstack.Options{
		Dir: servers, Out: out, Env: ownTools, TemporalOnPostgres: c.Temporal == onPostgres, TemporalProfiles: onPort, PostgreSQL: []string{commitTimes},
	})
	if err != nil {
		return s, err
	}
	plan, err := rig.NewPlan(parts, settings...)
	if err != nil {
		return s, err
	}
	env := s.stack.Env()
	env["HOLDFAST_SANDBOX_URL"] = "http://" + plan.At["sandbox"]
	s.api, s.environ = plan.At["api"], append(rig.Settings(env), plan.Common...)
	if s.cfg, err = config.Load(s.environ); err != nil {
		return s, err
	}
	s.procs = plan.Processes(c.Dir, env)
	if c.profiled {
		if err := s.openProfiles(); err != nil {
			return s, err
		}
	}
	if out, err := rig.Command(ctx, c.Binary, s.environ, "migrate"); err != nil {
		return s, fmt.Errorf("preparing the servers: %w: %s", err, out)
	}
	for _, p := range s.procs {
		if err := p.Start(c.Binary); err != nil {
			return s, err
		}
	}
	if err := s.Connect(ctx, s.cfg); err != nil {
		return s, err
	}
	if err := rig.Settle(ctx, s.procs, plan.APIs); err != nil {
		return s, err
	}
	s.halls = &halls{scene: s}
	return s, nil
}

// ownTools is an environment in which no server is given; built tools stay where they are.
func ownTools(name string) string {
	if name == "HOLDFAST_TOOLS_DIR" {
		return os.Getenv(name)
	}
	return ""
}

// start runs this program beside the engine, as another part.
func (s *scene) start(name string, args ...string) error {
	p := &rig.Process{Part: rig.Part{Name: name}, Log: filepath.Join(s.dir, name+".log"), Environ: s.environ}
	if err := p.Run(append([]string{s.self}, args...)); err != nil {
		return err
	}
	s.beside = append(s.beside, p)
	return nil
}

// lower ends everything.
func (s *scene) lower() error {
	for i := len(s.beside) - 1; i >= 0; i-- {
		s.beside[i].Kill()
	}
	for i := len(s.procs) - 1; i >= 0; i-- {
		s.procs[i].Kill()
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	errs := []error{s.Close(ctx)}
	if s.stack != nil {
		errs = append(errs, s.stack.Stop(ctx))
	}
	return errors.Join(errs...)
}

// named finds a process of the engine.
func (s *scene) named(name string) *rig.Process { return rig.Named(s.procs, name) }

// besides finds a process of this program.
func (s *scene) besides(name string) *rig.Process { return rig.Named(s.beside, name) }

// quiet waits until the engine has nothing left to do for what was asked of it: the next
// sample is not to pay for the last one.
func (s *scene) quiet(ctx context.Context) error { return s.quietWithin(ctx, 2*time.Minute) }

func (s *scene) quietWithin(ctx context.Context, bound time.Duration) error {
	return rig.Until(ctx, bound, "the engine is quiet", func(ctx context.Context) (string, error) {
		for _, p := range append(append(s.procs[:0:0], s.procs...), s.beside...) {
			if p.Ended() {
				return "", fmt.Errorf("%s has ended by itself: the end of %s:\n%s", p.Name, p.Log, rig.LastOf(p.Log))
			}
		}
		if why, err := s.UnderWay(ctx, s.cfg.Namespace); err != nil || why != "" {
			return why, err
		}
		return s.halls.behind(ctx)
	})
}

func (s *scene) sayf(format string, args ...any) { fmt.Fprintf(s.out, format+"\n", args...) }

// unique is a name that nothing else has.
func unique() string { return uuid.NewString() }
