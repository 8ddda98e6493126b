package devstack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// site is what the servers of one stack share.
type site struct {
	layout   layout
	ports    Ports
	secrets  secrets
	scratch  bool
	cluster  bool     // Temporal runs on PostgreSQL
	more     []string // settings of PostgreSQL
	profiles int      // the port of Temporal's profiles; 0 is none
	out      *reporter
	inst     *installer
}

// Stack is a set of servers: those that were given by their URLs, and private ones for the rest.
type Stack struct {
	site     *site
	lock     *fileLock
	parts    []part
	servers  []*Server // those that are ours, in the order of starting
	failures chan error
	stopOnce sync.Once
	stopErr  error
}

// part is one of the five things the product needs, whoever runs it.
type part struct {
	title string
	vars  map[string]string // for the environment of the product
	// address is what a person can use: the URL, or the link to a page
	address string
	server  *Server // nil when it was given
	version string  // of a given one; "" when it was not asked
	needs   []*Server
}

// Service is a row of the table of what runs where.
type Service struct {
	Name    string
	Version string // what the server answered; "" when it was given and cannot be asked without credentials
	Address string // a URL that a person can use; the password of a given one is masked
	Started bool   // this stack runs it; false when it was given
	Detail  string // data folder and log, or the setting that gave it
}

// Start brings up the stack: it installs what is missing, starts the servers that are not given, in parallel, and
// returns when each answers its own protocol. Whatever goes wrong, and also when ctx ends, it stops what it started and
// returns one sentence that says what to do. The data folder stays locked until Stop.
func Start(ctx context.Context, o Options) (*Stack, error) {
	o = o.withDefaults()
	l, err := findLayout(o.Dir)
	if err != nil {
		return nil, err
	}
	// What may not be looked into may not be written either, which openLayout tells.
	if err := l.admit(o.Scratch); err != nil && !errors.Is(err, fs.ErrPermission) {
		return nil, err
	}
	l, err = openLayout(o.Dir)
	if err != nil {
		return nil, err
	}
	lock, err := tryLock(l.lock())
	if errors.Is(err, errLocked) {
		return nil, fmt.Errorf("the data folder %s is in use (%w): stop that run first, or choose another folder", l.dir, err)
	}
	if err != nil {
		return nil, err
	}
	if err := l.claim(o.Scratch); err != nil {
		return nil, errors.Join(err, lock.release())
	}
	s := &Stack{lock: lock, failures: make(chan error, 16)}
	if err := s.start(ctx, o, l); err != nil {
		// The servers that did come up are stopped in full even though ctx may have ended.
		return nil, errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
	}
	return s, nil
}

func (s *Stack) start(ctx context.Context, o Options, l layout) error {
	out := &reporter{w: o.Out}
	s.site = &site{layout: l, scratch: o.Scratch, cluster: o.TemporalOnPostgres, more: o.PostgreSQL, profiles: o.TemporalProfiles, out: out, inst: &installer{out: out, env: o.Env}}
	if err := stopLeftovers(ctx, l, out); err != nil {
		return fmt.Errorf("stopping what an earlier run left behind: %w", err)
	}
	if o.Scratch {
		if err := clearData(l, out); err != nil {
			return fmt.Errorf("clearing the data of the last run: %w", err)
		}
	}
	s.site.inst.dropStalePolicy(ctx, policyPath, packageManagerRuns)
	var err error
	if s.site.ports, err = o.Ports.fill(); err != nil {
		return err
	}
	if s.site.secrets, err = l.readSecrets(); err != nil {
		return err
	}
	s.parts = allParts(s.site, o.Env, s.newServer)
	for i := range s.parts {
		p := &s.parts[i]
		if p.server != nil {
			s.servers = append(append(s.servers, p.needs...), p.server)
		}
	}

	// First what concerns all: a taken port is told before minutes go into an installation.
	for _, server := range s.servers {
		for _, f := range server.spec.ports {
			if err := checkPort(f, *f.port(&s.site.ports)); err != nil {
				return err
			}
		}
	}
	g, gctx := errgroup.WithContext(ctx)
	for i := range s.parts {
		g.Go(func() error { return s.bringUp(gctx, o.Env, &s.parts[i]) })
	}
	return g.Wait()
}

func (s *Stack) newServer(p program) *Server {
	s.site.inst.announce(p)
	return &Server{spec: p.spec(), prog: p, site: s.site, died: func(err error) {
		select {
		case s.failures <- err:
		default: // nobody listens and the channel is full of the same news
		}
	}}
}

// bringUp starts a part, or asks a given one whether it answers.
func (s *Stack) bringUp(ctx context.Context, env func(string) string, p *part) error {
	if p.server == nil {
		return s.askGiven(ctx, env, p)
	}
	for _, server := range append(p.needs, p.server) {
		if err := server.prog.install(ctx); err != nil {
			return err
		}
		if err := server.Start(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *Stack) askGiven(ctx context.Context, env func(string) string, p *part) error {
	given := givenBy(p.title)
	begin := time.Now()
	asking, cancel := context.WithTimeout(ctx, 3*pingLimit)
	defer cancel()
	version, err := given.ask(asking, env(given.variable))
	if err != nil {
		return fmt.Errorf("%s is set, but %s does not answer there (%w): start it, correct the setting, or unset it to get a private one",
			given.variable, p.title, err)
	}
	p.version = version
	s.site.out.sayf("%s %s given by %s answers (%s)", p.title, version, given.variable, seconds(time.Since(begin)))
	return nil
}

// Env returns the settings under which the product finds the servers.
func (s *Stack) Env() map[string]string {
	env := map[string]string{}
	for _, p := range s.parts {
		for k, v := range p.vars {
			env[k] = v
		}
	}
	return env
}

// Services returns what runs where, in a fixed order.
func (s *Stack) Services() []Service {
	var rows []Service
	for _, p := range s.parts {
		row := Service{Name: p.title, Version: p.version, Address: p.address, Started: p.server != nil}
		if p.server == nil {
			row.Address = masked(p.address)
			row.Detail = "given by " + givenBy(p.title).variable
			rows = append(rows, row)
			continue
		}
		row.Version = p.server.Version()
		row.Detail = fmt.Sprintf("data %s, log %s", p.server.prog.data(), s.site.layout.log(p.server.spec.key))
		rows = append(rows, row)
		if p.server.spec.key == keyTemporal && !s.site.scratch && !s.site.cluster {
			rows = append(rows, Service{
				Name: "Temporal UI", Started: true, Detail: "part of the Temporal server",
				Address: "http://" + loopback(s.site.ports.TemporalUI),
			})
		}
	}
	return rows
}

// masked hides the password of a URL. What is no URL, such as host:port, has none.
func masked(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return address
	}
	return u.Redacted()
}

// Server returns one of the stack's own servers: "postgres", "valkey", "rabbitmq", "mongo" or "temporal". It is nil for
// one that was given.
func (s *Stack) Server(name string) *Server {
	for _, server := range s.servers {
		if server.spec.key == name {
			return server
		}
	}
	return nil
}

// Wait returns the channel on which a server's unexpected end is reported, with the end of its log. It is never closed.
func (s *Stack) Wait() <-chan error { return s.failures }

// Stop stops the stack's own servers in the reverse order of starting and gives the data folder free. Data are kept. A
// server that does not end within its bound, or before ctx ends, is killed, and the error says which. Further calls
// return what the first one did.
func (s *Stack) Stop(ctx context.Context) error {
	s.stopOnce.Do(func() {
		var errs []error
		for i := len(s.servers) - 1; i >= 0; i-- {
			errs = append(errs, s.servers[i].Stop(ctx))
		}
		if s.site != nil && s.site.scratch {
			errs = append(errs, dropElsewhere(s.site.layout, s.site.out))
		}
		s.stopErr = errors.Join(append(errs, s.lock.release())...)
	})
	return s.stopErr
}

// clearData removes the servers' data and passwords, and keeps the logs.
func clearData(l layout, out *reporter) error {
	errs := []error{dropElsewhere(l, out)}
	for _, key := range dataKeys {
		errs = append(errs, os.RemoveAll(l.link(key)))
	}
	return errors.Join(append(errs, os.RemoveAll(l.secrets()))...)
}

// dropElsewhere removes the links in the data folder, and the data that holdfast put outside it, where nobody would
// look for them.
func dropElsewhere(l layout, out *reporter) error {
	var errs []error
	for _, key := range dataKeys {
		errs = append(errs, l.removeLink(key, out.sayf))
	}
	return errors.Join(errs...)
}

// Remove deletes a data folder with everything in it, and what it keeps elsewhere. It returns an error, and deletes
// nothing, when a run uses the folder, when holdfast did not make it, or when something else is in it. Servers that a
// killed run left behind are stopped first.
func Remove(ctx context.Context, dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	l, err := findLayout(dir)
	if err != nil {
		return err
	}
	if err := l.removable(); err != nil {
		return err
	}
	if l, err = openLayout(dir); err != nil {
		return err
	}
	lock, err := tryLock(l.lock())
	if err != nil {
		return fmt.Errorf("the data folder %s cannot be removed while it is in use: %w", l.dir, err)
	}
	out := &reporter{w: os.Stderr}
	errs := []error{
		stopLeftovers(ctx, l, out),
		dropElsewhere(l, out),
		os.RemoveAll(l.dir),
		lock.release(),
	}
	return errors.Join(errs...)
}

// Clear empties the folder of a run that has more in it than a stack, and returns where in it the data folder of its
// stack is to be. It deletes nothing when another run uses it.
func Clear(ctx context.Context, dir string) (servers string, err error) {
	servers = filepath.Join(dir, "servers")
	if err := Remove(ctx, servers); err != nil {
		return "", err
	}
	return servers, errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o700))
}
