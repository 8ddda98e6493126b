package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"

	"holdfast/internal/booking"
	"holdfast/internal/config"
	"holdfast/internal/postgres"
	"holdfast/internal/rabbit"
	"holdfast/internal/seatmap"
	"holdfast/internal/seed"
	"holdfast/projections"
	"holdfast/workflows"
)

// Migrate prepares the servers: PostgreSQL's schema and Temporal's search
// attributes. RabbitMQ and MongoDB are prepared by whoever uses them first. It
// may be done again at any time.
func Migrate(ctx context.Context, cfg config.Config, log *slog.Logger) error {
	if err := cfg.Require("HOLDFAST_POSTGRES_URL", "TEMPORAL_ADDRESS"); err != nil {
		return err
	}
	applied, err := patiently(ctx, log, "PostgreSQL", func() (int, error) { return postgres.Migrate(ctx, cfg.PostgresURL) })
	if err != nil {
		return err
	}
	log.InfoContext(ctx, "the schema is up to date", "migrations", applied)
	_, err = patiently(ctx, log, "Temporal", func() (struct{}, error) { return struct{}{}, addSearchAttributes(ctx, cfg, log) })
	return err
}

func addSearchAttributes(ctx context.Context, cfg config.Config, log *slog.Logger) error {
	c, err := dial(cfg, log)
	if err != nil {
		return err
	}
	defer c.Close()
	for name, kind := range map[string]enumspb.IndexedValueType{
		workflows.AttrStatus.GetName():   workflows.AttrStatus.GetValueType(),
		workflows.AttrShowtime.GetName(): workflows.AttrShowtime.GetValueType(),
		workflows.AttrDeadline.GetName(): workflows.AttrDeadline.GetValueType(),
	} {
		_, err := c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
			Namespace: cfg.Namespace, SearchAttributes: map[string]enumspb.IndexedValueType{name: kind},
		})
		var exists *serviceerror.AlreadyExists
		if err != nil && !errors.As(err, &exists) {
			return fmt.Errorf("adding the search attribute %s to Temporal's namespace %q: %w", name, cfg.Namespace, err)
		}
	}
	// The server looks for new ones every few seconds only, and takes no booking until then.
	query := workflows.AttrStatus.GetName() + " IS NULL AND " + workflows.AttrShowtime.GetName() + " IS NULL AND " + workflows.AttrDeadline.GetName() + " IS NULL"
	if _, err := c.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Namespace: cfg.Namespace, Query: query}); err != nil {
		return fmt.Errorf("waiting until Temporal knows the search attributes: %w", err)
	}
	log.InfoContext(ctx, "the search attributes are there", "namespace", cfg.Namespace)
	return nil
}

// Seed fills an example programme; what is there already stays as it is.
func Seed(ctx context.Context, cfg config.Config, log *slog.Logger, progress func(what string)) error {
	if err := cfg.Require("HOLDFAST_POSTGRES_URL"); err != nil {
		return err
	}
	store, err := postgres.Open(cfg.PostgresURL, postgres.Options{Log: log})
	if err != nil {
		return err
	}
	defer store.Close()
	return seed.Multiplex(ctx, store, progress)
}

// Rebuild makes the read model anew from PostgreSQL, also while bookings go on.
func Rebuild(ctx context.Context, cfg config.Config, log *slog.Logger, progress func(done, total int)) (err error) {
	if err := cfg.Require(needs[Project]...); err != nil {
		return err
	}
	store, err := postgres.Open(cfg.PostgresURL, postgres.Options{Log: log})
	if err != nil {
		return err
	}
	defer store.Close()
	maps, err := seatmap.Open(cfg.MongoURL, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, maps.Close(context.WithoutCancel(ctx))) }()
	broker, err := rabbit.Open(rabbit.Config{URL: cfg.AMQPURL, Exchange: cfg.Exchange, Name: "holdfast rebuild"}, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, broker.Close()) }()
	var ids []booking.ShowtimeID
	if ids, err = store.ShowtimeIDs(ctx); err != nil {
		return err
	}
	return projections.New(maps, store, broker, log).Rebuild(ctx, ids, progress)
}
