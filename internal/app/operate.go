package app

import (
	"context"
	"log/slog"

	"holdfast/internal/booking"
	"holdfast/internal/config"
	"holdfast/workflows"
)

// Reconcile compares the books of the payment providers with the bookings, mends
// what can be mended, and reports. A worker has to run somewhere.
func Reconcile(ctx context.Context, cfg config.Config, log *slog.Logger, in workflows.ReconciliationInput) (workflows.ReconciliationReport, error) {
	var r workflows.ReconciliationReport
	err := withEngine(cfg, log, func(engine *workflows.Client) error {
		var err error
		r, err = engine.Reconcile(ctx, in)
		return err
	})
	return r, err
}

// CancelShowtime ends every booking of a showtime and gives all of its money back.
// A worker has to run somewhere.
func CancelShowtime(ctx context.Context, cfg config.Config, log *slog.Logger, id booking.ShowtimeID, tell func(workflows.Progress)) (booking.ShowtimeReport, error) {
	var r booking.ShowtimeReport
	err := withEngine(cfg, log, func(engine *workflows.Client) error {
		var err error
		r, err = engine.CancelShowtime(ctx, id, tell)
		return err
	})
	return r, err
}

func withEngine(cfg config.Config, log *slog.Logger, use func(*workflows.Client) error) error {
	if err := cfg.Require("TEMPORAL_ADDRESS"); err != nil {
		return err
	}
	c, err := dial(cfg, log)
	if err != nil {
		return err
	}
	defer c.Close()
	return use(&workflows.Client{Temporal: c, TaskQueue: cfg.TaskQueue, Timeout: cfg.AnswerWithin})
}
