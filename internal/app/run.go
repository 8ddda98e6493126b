package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	sdkworker "go.temporal.io/sdk/worker"
	"golang.org/x/sync/errgroup"

	"holdfast/activities"
	"holdfast/api"
	"holdfast/api/live"
	"holdfast/internal/booking"
	"holdfast/internal/outbox"
	"holdfast/internal/seatmap"
	"holdfast/projections"
	"holdfast/web"
	"holdfast/worker"
	"holdfast/workflows"
)

// drainTimeout bounds the wait for requests under way when a process ends. It
// is longer than any answer takes (HOLDFAST_ANSWER_WITHIN).
const drainTimeout = 65 * time.Second

// part is something that runs until its context ends.
type part struct {
	name   Role
	wanted bool
	run    func(ctx context.Context) error
}

// Run serves until ctx ends, then drains: the API first, so that the requests
// it has taken still find a worker, and the projection last, so that what they
// did is still told. It returns early when a part fails.
func (a *App) Run(ctx context.Context) error {
	var running []stopper
	failed := make(chan error, len(a.parts()))
	for _, p := range a.parts() {
		if !p.wanted {
			continue
		}
		partCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		done := make(chan struct{})
		running = append(running, stopper{cancel, done})
		go func() {
			defer close(done)
			if err := p.run(partCtx); err != nil {
				failed <- fmt.Errorf("%s: %w", p.name, err)
			}
		}()
	}
	var err error
	select {
	case <-ctx.Done():
		a.log.Info("going down: finishing what was begun")
	case err = <-failed:
	}
	for i := len(running) - 1; i >= 0; i-- {
		running[i].cancel()
		<-running[i].done
	}
	close(failed)
	for e := range failed {
		err = errors.Join(err, e)
	}
	return err
}

type stopper struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// parts are in the order of their start; they end in the reverse order.
func (a *App) parts() []part {
	return []part{
		{"ops", !a.has(API) && a.listener != nil, a.ops}, {"profiles", a.profiles != nil, a.profile},
		{Project, a.has(Project), a.project}, {Relay, a.has(Relay), a.relay}, {Sandbox, a.has(Sandbox), a.serveSandbox},
		{Worker, a.has(Worker), a.work}, {API, a.has(API), a.serve},
	}
}

func (a *App) project(ctx context.Context) error {
	p := projections.New(a.maps, a.store, a.broker, a.log)
	a.observeProjector(p)
	return a.broker.Consume(ctx, p)
}

func (a *App) relay(ctx context.Context) error {
	r := outbox.New(a.store, a.broker, outbox.Config{}, a.log)
	a.observeRelay(r)
	return r.Run(ctx)
}

func (a *App) work(ctx context.Context) error {
	steps := &activities.Activities{
		Lock: a.locks, Store: a.store, MaxPending: a.cfg.MaxHolds, Grace: a.cfg.PaymentGrace,
		Gateways: a.providers.gateways(),
	}
	if n := a.notices(); n != nil {
		steps.Told = n.Tell
	}
	var err error
	if steps.Refunds, err = a.refunds(); err != nil {
		return err
	}
	fatal := make(chan error, 1)
	// A worker remembers that its start has failed, so each try is a new one.
	w, err := patiently(ctx, a.log, "Temporal", func() (sdkworker.Worker, error) {
		w := worker.NewOf(a.cfg.WorkerBuild, a.temporal, a.cfg.TaskQueue, steps, func(err error) { fatal <- err })
		return w, w.Start()
	})
	if err != nil {
		return fmt.Errorf("starting the worker: %w", err)
	}
	if a.cfg.WorkerBuild != "" {
		a.log.InfoContext(ctx, "new bookings come here once this build is current: see `holdfast promote`", "build", a.cfg.WorkerBuild)
	}
	if _, err := patiently(ctx, a.log, "Temporal", func() (struct{}, error) {
		return struct{}{}, a.engine().Schedule(ctx, a.cfg.ReconcileEach, dailyBooks)
	}); err != nil {
		w.Stop()
		return err
	}
	select {
	case <-ctx.Done():
		w.Stop()
		return nil
	case err := <-fatal:
		return fmt.Errorf("the worker has stopped: %w", err)
	}
}

// dailyBooks is what the scheduled reconciliation compares: long enough back for a
// payment that was open over a weekend.
var dailyBooks = workflows.ReconciliationInput{Window: 7 * 24 * time.Hour, Settled: 2 * time.Minute}

// refunds is how much a customer who cancels gets back: foretold by the API, decided
// by the worker.
func (a *App) refunds() (booking.RefundPolicy, error) {
	p, err := booking.ParseRefundPolicy(a.cfg.RefundPolicy)
	if err != nil {
		return p, fmt.Errorf("HOLDFAST_REFUND_POLICY: %w", err)
	}
	return p, nil
}

// notices are there where API and worker are one process. A worker with a build takes
// what Temporal gives to its build; what begins eagerly would begin without one.
func (a *App) notices() *workflows.Notices {
	if !a.has(API) || !a.has(Worker) || a.cfg.WorkerBuild != "" {
		return nil
	}
	return &a.told
}

func (a *App) engine() *workflows.Client {
	return &workflows.Client{Temporal: a.temporal, TaskQueue: a.cfg.TaskQueue, Timeout: a.cfg.AnswerWithin, Notices: a.notices()}
}

// serveSandbox is the payment sandbox: its HTTP and its messages.
func (a *App) serveSandbox(ctx context.Context) error {
	if _, err := patiently(ctx, a.log, "PostgreSQL", func() (struct{}, error) { return struct{}{}, a.sandbox.Migrate(ctx) }); err != nil {
		return err
	}
	listening := &http.Server{Handler: a.sandbox.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute}
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return a.sandbox.Run(gctx) })
	g.Go(func() error {
		if err := listening.Serve(a.sandboxListener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	g.Go(func() error {
		<-gctx.Done()
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
		defer cancel()
		return listening.Shutdown(end)
	})
	return g.Wait()
}

// page is what people see; a program that was built without it serves programs.
func (a *App) page(ctx context.Context) (api.Page, error) {
	page, err := web.Open()
	if errors.Is(err, web.ErrNotBuilt) {
		a.log.WarnContext(ctx, "people see no page here", "reason", err)
		return nil, nil //nolint:nilnil // no page is no failure
	}
	return page, err
}

func (a *App) serve(ctx context.Context) error {
	hub := live.New(a.maps, live.Config{Window: a.cfg.MergeWindow, Origins: a.cfg.Origins, Refuse: api.RefuseSocket}, a.log)
	a.observeHub(hub)
	page, err := a.page(ctx)
	if err != nil {
		return err
	}
	refunds, err := a.refunds()
	if err != nil {
		return err
	}
	server := api.New(api.Deps{
		Store: a.store, Glance: a.locks, Maps: a.maps, NoSeatMap: seatmap.ErrNotFound, Live: hub, Tokens: a.tokens, Tickets: a.tickets,
		Engine: a.engine(), Webhooks: a.providers.webhooks(),
		Checks: a.checks(), Metrics: a.metrics, Page: page, Log: a.log,
	}, api.Settings{
		HoldDuration: a.cfg.HoldDuration, AnswerWithin: a.cfg.AnswerWithin, MaxSeats: a.cfg.MaxSeats, Refunds: refunds,
		Methods: a.providers.methods(), Tokenless: a.providers.tokenless(),
	})
	listening := &http.Server{
		Handler: server.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30*time.Second + a.cfg.AnswerWithin, // net/http goes on reading while a request is answered
		WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute, // not of WebSockets, which keep their own
		MaxHeaderBytes: 16 << 10,
	}

	hubCtx, stopHub := context.WithCancel(context.WithoutCancel(ctx))
	defer stopHub()
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		if err := hub.Run(hubCtx, a.broker); err != nil {
			return fmt.Errorf("the live maps: %w", err)
		}
		return nil
	})
	g.Go(func() error {
		if err := listening.Serve(unhurried{a.listener}); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	g.Go(func() error {
		<-gctx.Done()
		server.Drain()
		listening.SetKeepAlivesEnabled(false) // answers say that the next request needs another connection
		a.pause(a.cfg.DrainDelay)
		// The sockets end while requests finish; Shutdown does not know of them.
		stopHub()
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
		defer cancel()
		return listening.Shutdown(end)
	})
	return g.Wait()
}

// pause lets load balancers see that /readyz says no before listening ends.
func (a *App) pause(d time.Duration) {
	if d > 0 {
		a.log.Info("not ready any more; still serving", "for", d)
		time.Sleep(d)
	}
}

// checks are the signs of life that /readyz asks for.
func (a *App) checks() map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"postgresql": a.store.Ping,
		"valkey":     a.locks.Ping,
		"mongodb":    a.maps.Ping,
		"rabbitmq":   a.broker.Ping,
		"temporal": func(ctx context.Context) error {
			_, err := a.temporal.CheckHealth(ctx, nil)
			return err
		},
	}
}
