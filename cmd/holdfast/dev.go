package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"holdfast/internal/app"
	"holdfast/internal/config"
	"holdfast/internal/devstack"
	"holdfast/internal/ticket"
)

type devCommand struct {
	Dir string `default:".holdfast" help:"The data folder."`
}

// stopBound is how long the servers may take to stop.
const stopBound = time.Minute

// Run brings everything up and serves until Ctrl-C.
func (d devCommand) Run(ctx context.Context) (err error) {
	started := time.Now()
	// What can be said now is not worth starting servers for.
	if _, err := config.Load(os.Environ()); err != nil {
		return err
	}
	if err := portFree(os.Getenv("HOLDFAST_HTTP_ADDR")); err != nil {
		return err
	}
	ports, err := devstack.PortsFromEnv(os.Getenv)
	if err != nil {
		return err
	}
	stack, err := devstack.Start(ctx, devstack.Options{Dir: d.Dir, Ports: ports, Out: os.Stdout})
	if err != nil {
		return err
	}
	defer func() {
		fmt.Println("\nstopping the servers; their data stay in", d.Dir)
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopBound)
		defer cancel()
		err = errors.Join(err, stack.Stop(end))
	}()
	cfg, err := d.settings(stack)
	if err != nil {
		return err
	}
	// The table is for people; what goes on all the time is not, unless asked for.
	if os.Getenv("HOLDFAST_LOG_LEVEL") == "" {
		cfg.LogLevel = "warn"
	}
	log := logger(cfg)
	if err := app.Migrate(ctx, cfg, log); err != nil {
		return err
	}
	if err := app.Seed(ctx, cfg, log, func(what string) { fmt.Println("  " + what) }); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	watched := make(chan struct{})
	defer func() { cancel(nil); <-watched }()
	go func() {
		defer close(watched)
		select {
		case died := <-stack.Wait():
			cancel(died)
		case <-ctx.Done():
		}
	}()
	err = serve(ctx, cfg, log, func(addr string) { table(os.Stdout, d.Dir, addr, cfg, stack.Services(), time.Since(started)) }, app.All()...)
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		err = errors.Join(cause, err)
	}
	return err
}

// settings are the environment's with the stack's, and secrets of its own.
func (d devCommand) settings(stack *devstack.Stack) (config.Config, error) {
	environ := os.Environ()
	for name, value := range stack.Env() {
		environ = append(environ, name+"="+value)
	}
	for _, s := range []struct {
		setting, file string
		generate      func() (string, error)
	}{
		{"HOLDFAST_JWT_SECRET", "jwt-secret", func() (string, error) { return rand.Text() + rand.Text(), nil }},
		{"HOLDFAST_TICKET_KEY", "ticket-key", ticket.NewKey},
	} {
		if os.Getenv(s.setting) != "" {
			continue
		}
		secret, err := keptSecret(filepath.Join(d.Dir, s.file), s.generate)
		if err != nil {
			return config.Config{}, fmt.Errorf("%s: %w", s.setting, err)
		}
		environ = append(environ, s.setting+"="+secret)
	}
	return config.Load(environ)
}

// keptSecret reads the secret, or makes one that the next start will read.
func keptSecret(path string, generate func() (string, error)) (string, error) {
	data, err := os.ReadFile(path)
	if err == nil && len(data) > 0 {
		return string(data), nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("reading what was kept: %w", err)
	}
	secret, err := generate()
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(path, []byte(secret), 0o600); err != nil {
		return "", fmt.Errorf("keeping it: %w", err)
	}
	return secret, nil
}

// portFree says early what would fail late.
func portFree(addr string) error {
	if addr == "" {
		addr = ":8080"
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("the API cannot listen on %s (%w); if that is another `make run`, stop it, else set HOLDFAST_HTTP_ADDR to a free address, for example :8081", addr, err)
	}
	return l.Close()
}

// table says what runs where. Passwords stay in the data folder.
func table(out io.Writer, dir, addr string, cfg config.Config, services []devstack.Service, took time.Duration) {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		port = addr
	}
	base := "http://localhost:" + port
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row := func(name, address string) { fmt.Fprintf(w, "  %s\t%s\n", name, address) }
	fmt.Fprintf(out, "\nHoldfast is up after %.1f s. Ctrl-C stops it.\n\n", took.Seconds())
	row("API", base+"/v1/showtimes")
	row("Reference page", base+"/docs")
	row("Metrics", base+"/metrics")
	if app.BringsSandbox(cfg) {
		row("Payment sandbox", "http://"+cfg.SandboxAddr+"  (moves no money)")
	}
	for _, s := range services {
		address := s.Address
		if u, err := url.Parse(address); err == nil && u.Host != "" {
			address = u.Redacted()
		}
		if !s.Started {
			address += "  (" + s.Detail + ")"
		}
		row(strings.TrimSpace(s.Name+" "+s.Version), address)
	}
	if err := w.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, "holdfast:", err)
	}
	fmt.Fprintf(out, "\nData, logs and passwords are in %s. Try `make demo` in another terminal.\n", dir)
}
