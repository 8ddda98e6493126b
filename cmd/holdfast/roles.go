package main

import (
	"context"
	"errors"
	"log/slog"

	"holdfast/internal/app"
	"holdfast/internal/config"
)

type (
	apiCommand struct {
		Worker bool `help:"Run the workflows as well: bookings then begin in the process that is asked for them, which is the quickest way."`
	}
	workerCommand  struct{}
	relayCommand   struct{}
	projectCommand struct{}
	allCommand     struct{}
)

// Run serves HTTP and WebSockets.
func (c apiCommand) Run(ctx context.Context) error {
	if c.Worker {
		return be(ctx, app.Worker, app.API)
	}
	return be(ctx, app.API)
}

// Run runs the workflows.
func (workerCommand) Run(ctx context.Context) error { return be(ctx, app.Worker) }

// Run relays the outbox.
func (relayCommand) Run(ctx context.Context) error { return be(ctx, app.Relay) }

// Run keeps the read model.
func (projectCommand) Run(ctx context.Context) error { return be(ctx, app.Project) }

// Run is everything at once.
func (allCommand) Run(ctx context.Context) error { return be(ctx, app.All()...) }

func be(ctx context.Context, roles ...app.Role) error {
	cfg, log, err := load()
	if err != nil {
		return err
	}
	for _, line := range cfg.Lines() {
		log.Info("setting", "is", line)
	}
	return serve(ctx, cfg, log, func(string) {}, roles...)
}

// serve runs the roles until ctx ends; ready is called with the API's address.
func serve(ctx context.Context, cfg config.Config, log *slog.Logger, ready func(addr string), roles ...app.Role) error {
	a, err := app.New(ctx, cfg, roles, log)
	if err != nil {
		return err
	}
	log.Info("serving", "roles", roles, "http", a.Addr())
	ready(a.Addr())
	return errors.Join(a.Run(ctx), a.Close())
}
