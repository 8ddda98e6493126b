package app

import (
	"context"
	"log/slog"
	"time"

	"holdfast/internal/config"
	"holdfast/workflows"
)

// Builds are the builds of the workers that Temporal knows of, the newest first.
func Builds(ctx context.Context, cfg config.Config, log *slog.Logger) (builds []workflows.Build, err error) {
	err = withEngine(cfg, log, func(engine *workflows.Client) error {
		builds, err = engine.Builds(ctx)
		return err
	})
	return builds, err
}

// Promote lets the workers of a build take new bookings, and returns the build that did
// before. The empty build is the workers without one.
func Promote(ctx context.Context, cfg config.Config, log *slog.Logger, build string, wait time.Duration) (before string, err error) {
	err = withEngine(cfg, log, func(engine *workflows.Client) error {
		before, err = engine.Promote(ctx, build, wait)
		return err
	})
	return before, err
}
