package outbox_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"holdfast/internal/booking"
	"holdfast/internal/outbox"
	"holdfast/internal/postgres"
	"holdfast/internal/testenv"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	// patience bounds every wait for something that must happen.
	patience = 30 * time.Second
	// never is a poll that does not come within a test.
	never = time.Hour
)

// table is an outbox of this test's own, on the real server.
type table struct {
	url   string
	store *postgres.Store
	conn  *pgx.Conn
}

func newTable(t *testing.T) table {
	t.Helper()
	tb := table{url: testenv.Postgres(t)}
	tb.store = openStore(t, tb.url)
	tb.conn = connect(t, tb.url)
	return tb
}

func openStore(t *testing.T, url string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(url, postgres.Options{Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close(context.WithoutCancel(t.Context()))) })
	return conn
}

// execer is a connection or a transaction.
type execer interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// insert adds a row as the store does, without a notification, and returns its id.
func insert(t *testing.T, on execer, kind booking.EventType) int64 {
	t.Helper()
	e := booking.Event{ID: uuid.NewString(), Type: kind, ShowtimeID: "show", Version: 1, At: time.Now()}
	payload, err := json.Marshal(e)
	require.NoError(t, err)
	var id int64
	require.NoError(t, on.QueryRow(t.Context(),
		"INSERT INTO outbox (event_id, type, payload) VALUES ($1, $2, $3) RETURNING id", e.ID, kind, payload).Scan(&id))
	return id
}

func (tb table) insert(t *testing.T, kind booking.EventType) int64 {
	t.Helper()
	return insert(t, tb.conn, kind)
}

func (tb table) notify(t *testing.T) {
	t.Helper()
	_, err := tb.conn.Exec(t.Context(), "SELECT pg_notify('holdfast_outbox', '')")
	require.NoError(t, err)
}

// awaitRows waits until so many rows are left.
func (tb table) awaitRows(t *testing.T, want int64) {
	t.Helper()
	require.Eventually(t, func() bool {
		rows, _, err := tb.store.Depth(t.Context())
		return err == nil && rows == want
	}, patience, 20*time.Millisecond, "the outbox does not come to %d rows", want)
}

// broker is a publisher that remembers ids and does what a test wants of it.
type broker struct {
	mu        sync.Mutex
	published []int64
	answer    func(ctx context.Context, rows []booking.OutboxRow) (done []int64, err error) // all of them if nil
}

func (b *broker) Publish(ctx context.Context, rows []booking.OutboxRow) ([]int64, error) {
	b.mu.Lock()
	answer := b.answer
	b.mu.Unlock()
	done, err := ids(rows), error(nil)
	if answer != nil {
		done, err = answer(ctx, rows)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.published = append(b.published, done...)
	return done, err
}

func (b *broker) ids() []int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]int64(nil), b.published...)
}

func ids(rows []booking.OutboxRow) []int64 {
	out := make([]int64, len(rows))
	for i, r := range rows {
		out[i] = r.ID
	}
	return out
}

// run runs a relay until the returned function is called, which waits for its end.
func run(t *testing.T, store outbox.Store, p outbox.Publisher, cfg outbox.Config) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := outbox.New(store, p, cfg, slog.New(slog.DiscardHandler))
	var running sync.WaitGroup
	var err error
	running.Go(func() { err = r.Run(ctx) })
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			running.Wait()
			require.NoError(t, err)
		})
	}
	t.Cleanup(stop)
	return stop
}

func receive[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatalf("nothing came in %s: %s", patience, what)
		panic("unreachable")
	}
}
