package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"holdfast/internal/config"
	"holdfast/internal/devstack"
	"holdfast/internal/rig"
)

// The durations of the engine under proof: short, so that a round sees many deadlines.
const (
	holdDuration = 2 * time.Second
	paymentGrace = 2 * time.Second
)

// scene is the engine as it is deployed, two of what there can be two of: processes of
// the built binary, each server behind a line that can be disturbed.
type scene struct {
	rig.Clients
	dir     string // logs and data
	binary  string
	skewed  string // the same program with a clock that can be off; "" when not built
	out     io.Writer
	stack   *devstack.Stack
	lines   *lines
	procs   []*rig.Process
	apis    []string
	environ []string      // of commands: the servers without the lines
	cfg     config.Config // the same
	think   time.Duration // what each of the crowd waits between two things, on average
}

var parts = []rig.Part{
	{Name: "sandbox", Role: "sandbox"}, {Name: "worker-1", Role: "worker"}, {Name: "worker-2", Role: "worker"},
	{Name: "relay-1", Role: "relay"}, {Name: "relay-2", Role: "relay"},
	{Name: "project-1", Role: "project"}, {Name: "project-2", Role: "project"}, {Name: "api-1", Role: "api"},
	{Name: "api-2", Role: "api", Flags: []string{"--worker"}}, // in which bookings begin, and end with it
}

// raise starts the servers and the engine.
func raise(ctx context.Context, dir, binary string, out io.Writer) (_ *scene, err error) {
	r := &scene{dir: dir, binary: binary, out: out}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.lower())
		}
	}()
	servers, err := devstack.Clear(ctx, dir)
	if err != nil {
		return r, err
	}
	// Whatever the caller's environment says: servers that are killed are our own. They
	// write to disk what they acknowledge, as those of tests do not.
	r.stack, err = devstack.Start(ctx, devstack.Options{Dir: servers, Out: out, Env: func(string) string { return "" }})
	if err != nil {
		return r, err
	}
	if err := r.prepare(ctx); err != nil {
		return r, err
	}
	if out, err := r.command(ctx, "migrate"); err != nil {
		return r, fmt.Errorf("preparing the servers: %w: %s", err, out)
	}
	for _, p := range r.procs {
		if err := p.Start(binary); err != nil {
			return r, err
		}
	}
	return r, nil
}

// prepare makes the settings, lays the lines and connects past them.
func (r *scene) prepare(ctx context.Context) error {
	plan, err := rig.NewPlan(parts, "HOLDFAST_HOLD_DURATION="+holdDuration.String(), "HOLDFAST_PAYMENT_GRACE="+paymentGrace.String(),
		"HOLDFAST_MAX_HOLDS=1000", "HOLDFAST_ANSWER_WITHIN=5s")
	if err != nil {
		return err
	}
	r.apis = plan.APIs
	direct := r.stack.Env()
	direct["HOLDFAST_SANDBOX_URL"] = "http://" + plan.At["sandbox"]
	r.environ = append(rig.Settings(direct), plan.Common...)
	if r.cfg, err = config.Load(r.environ); err != nil {
		return err
	}
	lines, through, err := layLines(direct)
	if err != nil {
		return err
	}
	r.lines = lines
	r.procs = plan.Processes(r.dir, through)
	return r.Connect(ctx, r.cfg)
}

// lower ends everything.
func (r *scene) lower() error {
	for i := len(r.procs) - 1; i >= 0; i-- {
		r.procs[i].Kill()
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	errs := []error{r.Close(ctx)}
	if r.lines != nil {
		r.lines.close()
	}
	if r.stack != nil {
		errs = append(errs, r.stack.Stop(ctx))
	}
	return errors.Join(errs...)
}

// named finds a process.
func (r *scene) named(name string) *rig.Process { return rig.Named(r.procs, name) }

// settle waits until every process runs and each API finds all its servers.
func (r *scene) settle(ctx context.Context) error { return rig.Settle(ctx, r.procs, r.apis) }

// command runs a command of the program against the servers.
func (r *scene) command(ctx context.Context, args ...string) ([]byte, error) {
	return rig.Command(ctx, r.binary, r.environ, args...)
}

// hostOf is the host:port of a URL, or of what is one already.
func hostOf(address string) (host string, with func(string) string) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address, func(other string) string { return other }
	}
	return u.Host, func(other string) string { return strings.Replace(address, u.Host, other, 1) }
}
