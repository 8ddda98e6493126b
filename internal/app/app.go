// Package app wires the engine together: the same for the binary and for the
// end-to-end tests. It holds no logic of its own.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.temporal.io/sdk/client"

	"holdfast/internal/config"
	"holdfast/internal/identity"
	"holdfast/internal/postgres"
	"holdfast/internal/rabbit"
	"holdfast/internal/sandbox"
	"holdfast/internal/seatlock"
	"holdfast/internal/seatmap"
	"holdfast/internal/ticket"
	"holdfast/workflows"
)

// Role is a part of the engine that can be a process of its own.
type Role string

// The roles. All of them in one process is a deployment, too.
const (
	API     Role = "api"
	Worker  Role = "worker"
	Relay   Role = "relay"
	Project Role = "project"
	Sandbox Role = "sandbox" // payments for trials
)

// All is every role. The sandbox among them is left out where there is another
// payment provider.
func All() []Role { return []Role{Project, Relay, Worker, API, Sandbox} }

// needs says which servers a role talks to, by their settings.
var needs = map[Role][]string{
	API: {
		"HOLDFAST_JWT_SECRET", "HOLDFAST_TICKET_KEY", "HOLDFAST_POSTGRES_URL", "HOLDFAST_VALKEY_URL", "HOLDFAST_MONGO_URL",
		"HOLDFAST_AMQP_URL", "TEMPORAL_ADDRESS",
	},
	Worker:  {"HOLDFAST_POSTGRES_URL", "HOLDFAST_VALKEY_URL", "TEMPORAL_ADDRESS"},
	Relay:   {"HOLDFAST_POSTGRES_URL", "HOLDFAST_AMQP_URL"},
	Project: {"HOLDFAST_POSTGRES_URL", "HOLDFAST_MONGO_URL", "HOLDFAST_AMQP_URL"},
	Sandbox: {"HOLDFAST_POSTGRES_URL"},
}

// startPatience is how long a process waits at its start for a server that is
// not there yet. After the start it waits for ever, and heals by itself.
const startPatience = 30 * time.Second

// App is one process of the engine.
type App struct {
	cfg      config.Config
	roles    []Role
	log      *slog.Logger
	listener net.Listener // of the API, or of ops without it; nil without either
	profiles net.Listener // of profiles; nil without
	metrics  *prometheus.Registry
	tokens   *identity.Tokens
	tickets  *ticket.Signer

	store    *postgres.Store
	locks    *seatlock.Locks
	maps     *seatmap.Store
	broker   *rabbit.Broker
	temporal client.Client
	told     workflows.Notices

	sandbox         *sandbox.Server
	sandboxListener net.Listener
	providers       providers
	clients         []*http.Client // of the providers
}

// New checks the settings that the roles need, listens, and connects. On an
// error everything that was opened is closed.
func New(ctx context.Context, cfg config.Config, roles []Role, log *slog.Logger) (*App, error) {
	a := &App{cfg: cfg, roles: roles, log: log, metrics: prometheus.NewRegistry()}
	a.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if len(roles) > 1 && !BringsSandbox(cfg) {
		a.roles = slices.DeleteFunc(slices.Clone(roles), func(r Role) bool { return r == Sandbox })
	}
	for _, r := range a.roles {
		if err := cfg.Require(needs[r]...); err != nil {
			return nil, err
		}
	}
	if a.has(API) {
		var err error
		if a.tokens, err = identity.New(cfg.JWTSecret); err != nil {
			return nil, err
		}
		if a.tickets, err = ticket.NewSigner(cfg.TicketKey, cfg.OldTicketKeys); err != nil {
			return nil, fmt.Errorf("the keys of the tickets: %w", err)
		}
	}
	if err := a.open(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) open(ctx context.Context) error {
	var err error
	setting, addr := "HOLDFAST_HTTP_ADDR", a.cfg.HTTPAddr
	if !a.has(API) {
		setting, addr = "HOLDFAST_OPS_ADDR", a.cfg.OpsAddr
	}
	if addr != "" {
		if a.listener, err = net.Listen("tcp", addr); err != nil {
			return fmt.Errorf("cannot listen on %s (%w); set %s to a free address", addr, err, setting)
		}
	}
	if a.cfg.PprofAddr != "" {
		if a.profiles, err = net.Listen("tcp", a.cfg.PprofAddr); err != nil {
			return fmt.Errorf("cannot listen on %s (%w); set HOLDFAST_PPROF_ADDR to a free address", a.cfg.PprofAddr, err)
		}
	}
	if a.store, err = postgres.Open(a.cfg.PostgresURL, postgres.Options{MaxConns: a.cfg.PostgresConns, Log: a.log}); err != nil {
		return err
	}
	if a.has(API) || a.has(Worker) {
		a.locks, err = patiently(ctx, a.log, "Valkey", func() (*seatlock.Locks, error) { return seatlock.Open(a.cfg.ValkeyURL) })
		if err != nil {
			return err
		}
		if a.temporal, err = dial(a.cfg, a.log); err != nil {
			return err
		}
	}
	if a.has(Sandbox) {
		if err := a.openSandbox(); err != nil {
			return err
		}
	}
	if a.has(API) || a.has(Worker) {
		if err := a.openProviders(); err != nil {
			return err
		}
	}
	if a.has(API) || a.has(Project) {
		if a.maps, err = seatmap.Open(a.cfg.MongoURL, a.log); err != nil {
			return err
		}
	}
	if a.has(API) || a.has(Project) || a.has(Relay) {
		name := fmt.Sprint("holdfast ", a.roles)
		if a.broker, err = rabbit.Open(rabbit.Config{URL: a.cfg.AMQPURL, Exchange: a.cfg.Exchange, Name: name}, a.log); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) has(r Role) bool { return slices.Contains(a.roles, r) }

// Addr is where the API, or ops without it, listens; empty without either.
func (a *App) Addr() string {
	if a.listener == nil {
		return ""
	}
	return a.listener.Addr().String()
}

// Close closes what New opened. Run must have returned.
func (a *App) Close() error {
	var errs []error
	for _, l := range []net.Listener{a.listener, a.profiles, a.sandboxListener} {
		if l == nil {
			continue
		}
		if err := l.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	for _, c := range a.clients {
		c.CloseIdleConnections()
	}
	if a.sandbox != nil {
		a.sandbox.Close()
	}
	if a.temporal != nil {
		a.temporal.Close()
	}
	if a.broker != nil {
		errs = append(errs, a.broker.Close())
	}
	if a.maps != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		errs = append(errs, a.maps.Close(ctx))
	}
	if a.locks != nil {
		a.locks.Close()
	}
	if a.store != nil {
		a.store.Close()
	}
	return errors.Join(errs...)
}

// dial makes a client of Temporal; it connects when it is first used.
func dial(cfg config.Config, log *slog.Logger) (client.Client, error) {
	c, err := client.NewLazyClient(workflows.Options(cfg.TemporalAddr, cfg.Namespace, log))
	if err != nil {
		return nil, fmt.Errorf("TEMPORAL_ADDRESS: %w", err)
	}
	return c, nil
}

// patiently repeats open until it works or startPatience is over.
func patiently[T any](ctx context.Context, log *slog.Logger, server string, open func() (T, error)) (T, error) {
	deadline := time.Now().Add(startPatience)
	for {
		v, err := open()
		if err == nil || ctx.Err() != nil || time.Now().After(deadline) {
			return v, err
		}
		log.WarnContext(ctx, "waiting for a server", "server", server, "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}
