// Package postgres keeps the truth: bookings, seats, payments and the outbox.
//
// What must always hold is a constraint of the schema (see migrations); each
// change of a booking is one transaction that moves its status by
// compare-and-set, adds one to the showtime's version, and writes the event
// into the outbox. Every method is idempotent: done twice, it has the effect of
// once and the same answer.
package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"holdfast/internal/booking"
	"holdfast/internal/postgres/sqlcgen"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is the PostgreSQL side of the engine. It is safe for concurrent use.
type Store struct {
	pool *pgxpool.Pool
	q    *sqlcgen.Queries
	log  *slog.Logger
}

// Options bound what a store takes from the server.
type Options struct {
	MaxConns int32        // 0 is pgx's own default
	Log      *slog.Logger // nil is slog.Default()
}

// Open makes a store. It does not connect: a server that is away shows itself
// in the first call, and the pool heals by itself when it returns.
func Open(url string, o Options) (*Store, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("HOLDFAST_POSTGRES_URL: %w", err)
	}
	cfg.ConnConfig.ConnectTimeout = 2 * time.Second
	// A host that vanished in the middle keeps its locks no longer than this; the
	// relay's transaction, the longest, waits up to 15 s for the broker.
	cfg.ConnConfig.RuntimeParams["statement_timeout"] = "15s"
	cfg.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "30s"
	if o.MaxConns > 0 {
		cfg.MaxConns = o.MaxConns
	}
	pool, err := pgxpool.NewWithConfig(context.Background(), cfg)
	if err != nil {
		return nil, fmt.Errorf("opening the PostgreSQL pool: %w", err)
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Store{pool: pool, q: sqlcgen.New(pool), log: o.Log}, nil
}

// Close waits for the connections in use and closes them all.
func (s *Store) Close() { s.pool.Close() }

// Ping asks the server for a sign of life.
func (s *Store) Ping(ctx context.Context) error { return wrap("pinging", s.pool.Ping(ctx)) }

// Migrate brings the schema to the newest version. Several processes may do it
// at once: a session lock lets one work and the others wait.
func Migrate(ctx context.Context, url string) (applied int, err error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return 0, fmt.Errorf("HOLDFAST_POSTGRES_URL: %w", err)
	}
	db := stdlib.OpenDB(*cfg)
	defer func() { err = errors.Join(err, db.Close()) }()
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return 0, fmt.Errorf("reading migrations: %w", err)
	}
	locker, err := newSessionLocker()
	if err != nil {
		return 0, err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker))
	if err != nil {
		return 0, fmt.Errorf("reading migrations: %w", err)
	}
	results, err := p.Up(ctx)
	if err != nil {
		return 0, wrap("migrating", err)
	}
	return len(results), nil
}

// maxAttempts bounds how often a transaction is repeated: after a deadlock, or on
// another connection than one that had died.
const maxAttempts = 5

// inTx runs f in a transaction and commits it when f returns nil. A refusal
// rolls back like any error. f may run several times.
func (s *Store) inTx(ctx context.Context, what string, f func(ctx context.Context, q *sqlcgen.Queries) error) error {
	return s.inTxWith(ctx, what, pgx.TxOptions{}, f)
}

func (s *Store) inTxWith(ctx context.Context, what string, o pgx.TxOptions, f func(ctx context.Context, q *sqlcgen.Queries) error) error {
	return s.transact(ctx, what, o, func(ctx context.Context, tx pgx.Tx) error { return f(ctx, s.q.WithTx(tx)) })
}

// transact is inTxWith for who sends pipelines.
func (s *Store) transact(ctx context.Context, what string, o pgx.TxOptions, f func(ctx context.Context, tx pgx.Tx) error) error {
	var err error
	for range maxAttempts {
		err = pgx.BeginTxFunc(ctx, s.pool, o, func(tx pgx.Tx) error { return f(ctx, tx) })
		if !repeatable(err) {
			break
		}
	}
	return wrap(what, err)
}

// repeatable reports whether the transaction is worth another try at once: it
// was asked for, or the connection had died unnoticed and nothing was sent.
func repeatable(err error) bool {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return false
	}
	if pgconn.SafeToRetry(err) {
		return true
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// wrap says what was being done, and marks an error that means "the server is
// away" as such. Refusals pass as they are.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := booking.Refused(err); ok {
		return err
	}
	err = fmt.Errorf("%s: %w", what, err)
	if away(err) {
		return &booking.UnavailableError{Server: "postgresql", Err: err}
	}
	return err
}

// away reports whether the server, not the statement, is the reason.
func away(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		// Classes 08 connection, 53 insufficient resources, 57P0x shutdown and start-up, 58 system.
		// 25006 is a server that became read-only in a failover; 40 is a conflict that maxAttempts did not solve.
		for _, class := range []string{"08", "25006", "40", "53", "57P0", "58"} {
			if strings.HasPrefix(pg.Code, class) {
				return true
			}
		}
		return false
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return pgconn.SafeToRetry(err) || errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, context.DeadlineExceeded) || isBrokenPipe(err)
}

// isBrokenPipe reports whether the connection ended under a statement.
func isBrokenPipe(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.ECONNREFUSED)
}
