package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/valkey-io/valkey-go"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"

	"holdfast/internal/config"
	"holdfast/internal/devstack"
	"holdfast/internal/postgres"
	"holdfast/internal/seatmap"
	"holdfast/internal/ticket"
)

// The durations of the engine under proof: short, so that a round sees many deadlines.
const (
	holdDuration = 2 * time.Second
	paymentGrace = 2 * time.Second
)

// rig is the engine as it is deployed, two of what there can be two of: processes of
// the built binary, each server behind a line that can be disturbed.
type rig struct {
	dir     string // logs and data
	binary  string
	skewed  string // the same program with a clock that can be off; "" when not built
	out     io.Writer
	stack   *devstack.Stack
	lines   *lines
	procs   []*process
	apis    []string
	environ []string      // of commands: the servers without the lines
	cfg     config.Config // the same
	log     *slog.Logger
	think   time.Duration // what each of the crowd waits between two things, on average

	store    *postgres.Store
	maps     *seatmap.Store
	db       *pgxpool.Pool
	valkey   valkey.Client
	temporal client.Client
}

// part is a process of the engine.
type part struct{ name, role string }

var parts = []part{
	{"sandbox", "sandbox"}, {"worker-1", "worker"}, {"worker-2", "worker"}, {"relay-1", "relay"}, {"relay-2", "relay"},
	{"project-1", "project"}, {"project-2", "project"}, {"api-1", "api"}, {"api-2", "api"},
}

// raise starts the servers and the engine.
func raise(ctx context.Context, dir, binary string, out io.Writer) (_ *rig, err error) {
	r := &rig{dir: dir, binary: binary, out: out, log: slog.New(slog.DiscardHandler)}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.lower())
		}
	}()
	servers := filepath.Join(dir, "servers")
	if err := devstack.Remove(ctx, servers); err != nil { // another run uses it, for example
		return r, err
	}
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o700)); err != nil {
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
		if err := p.start(ctx, binary); err != nil {
			return r, err
		}
	}
	return r, nil
}

// prepare makes the settings, lays the lines and connects past them.
func (r *rig) prepare(ctx context.Context) error {
	key, err := ticket.NewKey()
	if err != nil {
		return err
	}
	ports, err := freePorts(len(parts))
	if err != nil {
		return err
	}
	at := map[string]string{}
	for i, p := range parts {
		at[p.name] = ports[i]
		if p.role == "api" {
			r.apis = append(r.apis, "http://"+ports[i])
		}
	}
	const secret = "what the processes of the proof know each other by" //nolint:gosec // it guards nothing
	direct := r.stack.Env()
	direct["HOLDFAST_SANDBOX_URL"] = "http://" + at["sandbox"]
	common := []string{
		"HOLDFAST_JWT_SECRET=" + secret, "HOLDFAST_SANDBOX_KEY=" + secret, "HOLDFAST_TICKET_KEY=" + key,
		"HOLDFAST_HOLD_DURATION=" + holdDuration.String(), "HOLDFAST_PAYMENT_GRACE=" + paymentGrace.String(),
		"HOLDFAST_MAX_HOLDS=1000", "HOLDFAST_ANSWER_WITHIN=5s", "HOLDFAST_RECONCILE_EVERY=0s", "HOLDFAST_LOG_LEVEL=warn",
		"HOLDFAST_SANDBOX_ADDR=" + at["sandbox"], "HOLDFAST_SANDBOX_WEBHOOK_URL=" + r.apis[0] + "/v1/webhooks/sandbox",
		"HOME=" + os.Getenv("HOME"), "PATH=" + os.Getenv("PATH"),
	}
	r.environ = append(settings(direct), common...)
	if r.cfg, err = config.Load(r.environ); err != nil {
		return err
	}
	lines, through, err := layLines(direct)
	if err != nil {
		return err
	}
	r.lines = lines
	for _, p := range parts {
		own := []string{"HOLDFAST_HTTP_ADDR=" + at[p.name], "HOLDFAST_OPS_ADDR=" + at[p.name]}
		if p.role == "sandbox" {
			own = []string{"HOLDFAST_OPS_ADDR="}
		}
		r.procs = append(r.procs, &process{
			part: p, addr: at[p.name], log: filepath.Join(r.dir, p.name+".log"),
			environ: append(append(settings(through), common...), own...),
		})
	}
	return r.connect(ctx)
}

func (r *rig) connect(ctx context.Context) error {
	var err error
	if r.store, err = postgres.Open(r.cfg.PostgresURL, postgres.Options{MaxConns: 4, Log: r.log}); err != nil {
		return err
	}
	if r.db, err = pgxpool.New(ctx, r.cfg.PostgresURL); err != nil {
		return err
	}
	if r.maps, err = seatmap.Open(r.cfg.MongoURL, r.log); err != nil {
		return err
	}
	option, err := valkey.ParseURL(r.cfg.ValkeyURL)
	if err != nil {
		return err
	}
	if r.valkey, err = valkey.NewClient(option); err != nil {
		return err
	}
	r.temporal, err = client.NewLazyClient(client.Options{HostPort: r.cfg.TemporalAddr, Namespace: r.cfg.Namespace, Logger: sdklog.NewStructuredLogger(r.log)})
	return err
}

// lower ends everything.
func (r *rig) lower() error {
	var errs []error
	for i := len(r.procs) - 1; i >= 0; i-- {
		r.procs[i].kill()
	}
	if r.temporal != nil {
		r.temporal.Close()
	}
	if r.valkey != nil {
		r.valkey.Close()
	}
	if r.db != nil {
		r.db.Close()
	}
	if r.store != nil {
		r.store.Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if r.maps != nil {
		errs = append(errs, r.maps.Close(ctx))
	}
	if r.lines != nil {
		r.lines.close()
	}
	if r.stack != nil {
		errs = append(errs, r.stack.Stop(ctx))
	}
	return errors.Join(errs...)
}

// named finds a process.
func (r *rig) named(name string) *process {
	for _, p := range r.procs {
		if p.name == name {
			return p
		}
	}
	panic("there is no process " + name)
}

// settle waits until every process runs and each API finds all its servers.
func (r *rig) settle(ctx context.Context) error {
	return until(ctx, time.Minute, "every process is ready", func(ctx context.Context) (string, error) {
		for _, p := range r.procs {
			if p.ended() {
				return "", fmt.Errorf("%s has ended by itself: the end of %s:\n%s", p.name, p.log, lastOf(p.log))
			}
		}
		for _, api := range r.apis {
			if status, body, err := get(ctx, api+"/readyz"); err != nil || status != http.StatusOK {
				return fmt.Sprintf("%s: %d %s %v", api, status, body, err), nil
			}
		}
		return "", nil
	})
}

func settings(env map[string]string) []string {
	var out []string
	for name, value := range env {
		out = append(out, name+"="+value)
	}
	return out
}

// freePorts are addresses on which nothing listens now.
func freePorts(n int) ([]string, error) {
	var out []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer func() { _ = l.Close() }() // all at the end, so that they differ
		out = append(out, l.Addr().String())
	}
	return out, nil
}

// hostOf is the host:port of a URL, or of what is one already.
func hostOf(address string) (host string, with func(string) string) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address, func(other string) string { return other }
	}
	return u.Host, func(other string) string { return strings.Replace(address, u.Host, other, 1) }
}

// get reads a page.
func get(ctx context.Context, url string) (int, string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }() // it was read, or its error was
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body), err
}

// until asks again and again until nothing is missing any more, or it has been too
// long: then what was missing last is the error.
func until(ctx context.Context, bound time.Duration, what string, missing func(context.Context) (string, error)) error {
	deadline := time.Now().Add(bound)
	for {
		why, err := missing(ctx)
		if err != nil || why == "" {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("within %s it has not come to be that %s: %s", bound, what, why)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
