package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"holdfast/activities"
	"holdfast/internal/audit"
	"holdfast/internal/booking"
	"holdfast/internal/config"
	"holdfast/internal/postgres"
	"holdfast/internal/seatlock"
	"holdfast/internal/seatmap"
)

// auditConns is more than is asked at the same time, and few beside those that sell.
const auditConns = 12

// Audit compares what the servers say with what is always true, and changes nothing.
// Without the providers' books the money is compared in PostgreSQL only.
func Audit(ctx context.Context, cfg config.Config, log *slog.Logger, o audit.Options, books bool, tell func(done, total int, what string)) (r audit.Report, err error) {
	if err := cfg.Require("HOLDFAST_POSTGRES_URL", "HOLDFAST_VALKEY_URL", "HOLDFAST_MONGO_URL", "TEMPORAL_ADDRESS"); err != nil {
		return r, err
	}
	a := &App{cfg: cfg, log: log}
	defer func() { err = errors.Join(err, a.Close()) }()
	if books {
		if err := a.openProviders(); err != nil {
			return r, fmt.Errorf("%w; --no-books leaves the providers out", err)
		}
	}
	if a.store, err = postgres.Open(cfg.PostgresURL, postgres.Options{MaxConns: auditConns, Log: log}); err != nil {
		return r, err
	}
	var locks audit.Locks
	if a.locks, err = seatlock.Open(cfg.ValkeyURL); err != nil {
		locks = noLocks{err} // the other servers have something to say all the same
	} else {
		locks = a.locks
	}
	if a.maps, err = seatmap.Open(cfg.MongoURL, log); err != nil {
		return r, err
	}
	if a.temporal, err = dial(cfg, log); err != nil {
		return r, err
	}
	auditor := audit.Auditor{Truth: a.store, Locks: locks, Maps: a.maps, NoMap: seatmap.ErrNotFound, Workflows: a.engine()}
	if books {
		auditor.Books = auditedBooks{a}
	}
	return auditor.Run(ctx, o, tell)
}

// noLocks is a gatekeeper that is away.
type noLocks struct{ err error }

// Owners says why there is no answer.
func (n noLocks) Owners(context.Context, booking.ShowtimeID, []booking.SeatID) (map[booking.SeatID]booking.ID, error) {
	return nil, n.err
}

// auditedBooks is the comparison that a reconciliation makes, without its mending.
type auditedBooks struct{ a *App }

// Compare compares as activities.CompareBooks does.
func (b auditedBooks) Compare(ctx context.Context, from, until time.Time, seen func(booking.LedgerEntry)) ([]audit.BookComparison, error) {
	var mu sync.Mutex
	gateways := b.a.providers.gateways()
	for method, g := range gateways {
		gateways[method] = overheard{g, func(e booking.LedgerEntry) {
			mu.Lock()
			defer mu.Unlock()
			seen(e)
		}}
	}
	steps := &activities.Activities{Store: b.a.store, Gateways: gateways}
	c, err := steps.CompareBooks(ctx, activities.Period{From: from, Until: until})
	out := make([]audit.BookComparison, len(c.Providers))
	for i, p := range c.Providers {
		out[i] = audit.BookComparison{Method: p.Method, Payments: p.Payments, Differences: p.Differences, More: p.More}
	}
	return out, err
}

// overheard is a provider whose ledger is read by two at once.
type overheard struct {
	activities.Gateway
	seen func(booking.LedgerEntry)
}

// Ledger passes each entry to both.
func (o overheard) Ledger(ctx context.Context, since time.Time, visit func(booking.LedgerEntry) error) error {
	return o.Gateway.Ledger(ctx, since, func(e booking.LedgerEntry) error {
		o.seen(e)
		return visit(e)
	})
}
