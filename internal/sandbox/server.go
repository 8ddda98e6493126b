package sandbox

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"holdfast/internal/sandbox/sqlcgen"
)

//go:embed migrations/*.sql
var migrations embed.FS

// defaultLate is how late a late charge is.
const defaultLate = 2 * time.Second

// Config is what a sandbox needs to know.
type Config struct {
	PostgresURL string        // the database; the sandbox keeps to its own schema in it
	Key         string        // what callers show, and what messages are signed with
	WebhookURL  string        // where messages go; empty: there are none
	Late        time.Duration // how long after its deadline a late charge decides; 0 is 2 seconds
	Log         *slog.Logger  // nil is slog.Default()
}

// Server is the sandbox. It is safe for concurrent use.
type Server struct {
	cfg    Config
	pool   *pgxpool.Pool
	q      *sqlcgen.Queries
	signer *standardwebhooks.Webhook
	client *http.Client  // for messages
	wake   chan struct{} // there may be something to deliver
}

// New makes a sandbox. It does not connect: a database that is away shows itself
// in the first request.
func New(cfg Config) (*Server, error) {
	if cfg.Key == "" {
		return nil, errors.New("the sandbox needs a key")
	}
	if cfg.Late < 0 {
		return nil, fmt.Errorf("the sandbox cannot be late by %s", cfg.Late)
	}
	if u, err := url.Parse(cfg.WebhookURL); cfg.WebhookURL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return nil, errors.New("the address for the sandbox's messages is not an http or https URL")
	}
	if cfg.Late == 0 {
		cfg.Late = defaultLate
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	signer, err := standardwebhooks.NewWebhookRaw([]byte(cfg.Key))
	if err != nil {
		return nil, fmt.Errorf("preparing the signature of messages: %w", err)
	}
	pg, err := pgxpool.ParseConfig(cfg.PostgresURL)
	if err != nil {
		return nil, fmt.Errorf("the sandbox's database: %w", err)
	}
	pg.ConnConfig.ConnectTimeout = 2 * time.Second
	pg.ConnConfig.RuntimeParams["statement_timeout"] = "15s"
	pg.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "30s"
	pool, err := pgxpool.NewWithConfig(context.Background(), pg)
	if err != nil {
		return nil, fmt.Errorf("opening the sandbox's pool: %w", err)
	}
	return &Server{
		cfg: cfg, pool: pool, q: sqlcgen.New(pool), signer: signer, client: newMessenger(), wake: make(chan struct{}, 1),
	}, nil
}

// Close waits for the connections in use and closes them all.
func (s *Server) Close() {
	s.client.CloseIdleConnections()
	s.pool.Close()
}

// Migrate brings the sandbox's schema to the newest version. Several processes
// may do it at once.
func (s *Server) Migrate(ctx context.Context) (err error) {
	db := stdlib.OpenDB(*s.pool.Config().ConnConfig)
	defer func() { err = errors.Join(err, db.Close()) }()
	// The table of versions is in the schema, which is therefore there first. The
	// lock, since IF NOT EXISTS does not look for others who are at it.
	if _, err := s.pool.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext('holdfast sandbox')); CREATE SCHEMA IF NOT EXISTS sandbox",
		pgx.QueryExecModeSimpleProtocol); err != nil {
		return fmt.Errorf("making the sandbox's schema: %w", err)
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("reading the sandbox's migrations: %w", err)
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	if err != nil {
		return fmt.Errorf("preparing the migration lock: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db, files,
		goose.WithTableName("sandbox.goose_db_version"), goose.WithSessionLocker(locker))
	if err != nil {
		return fmt.Errorf("reading the sandbox's migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrating the sandbox: %w", err)
	}
	return nil
}
