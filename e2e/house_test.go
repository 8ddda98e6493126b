// Package e2e_test drives the whole engine from outside, over HTTP and
// WebSockets, on the real servers.
package e2e_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.uber.org/goleak"

	"holdfast/internal/app"
	"holdfast/internal/booking"
	"holdfast/internal/config"
	"holdfast/internal/postgres"
	"holdfast/internal/seatlock"
	"holdfast/internal/seatmap"
	"holdfast/internal/testenv"
	"holdfast/internal/ticket"
	"holdfast/workflows"
)

func TestMain(m *testing.M) {
	if release := os.Getenv(nextRelease); release != "" {
		os.Exit(workNext(release)) // this is no run of the tests, but a worker that one of them has started
	}
	goleak.VerifyTestMain(m,
		// The Valkey client's look at the topology ends by itself, a second after Close.
		goleak.IgnoreAnyFunction("github.com/valkey-io/valkey-go.(*call).DelayDo.func1"),
	)
}

// house is an engine of the test's own on servers shared with other tests: its
// own databases, exchange and task queue, one showtime.
type house struct {
	t     *testing.T
	cfg   config.Config
	store *postgres.Store
	maps  *seatmap.Store
	locks *seatlock.Locks
	bank  *bank
	show  booking.ShowtimeID
	base  string // of the API that run started
	log   *slog.Logger
}

const (
	rows    = 6
	perRow  = 10
	blocked = booking.SeatID("F10") // kept back by the house
)

// newHouse prepares the servers for a test; nothing of the engine runs yet.
func newHouse(t *testing.T, change ...func(*config.Config)) *house {
	t.Helper()
	h := &house{t: t, show: booking.ShowtimeID(uuid.NewString()), log: slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelWarn}))}
	database := testenv.Postgres(t)
	h.bank = openBank(t, database, h.log)
	ticketKey, err := ticket.NewKey()
	require.NoError(t, err)
	environ := []string{
		"HOLDFAST_HTTP_ADDR=127.0.0.1:0",
		"HOLDFAST_HOLD_DURATION=1m",
		"HOLDFAST_JWT_SECRET=" + testenv.Name() + testenv.Name() + testenv.Name(),
		"HOLDFAST_TICKET_KEY=" + ticketKey,
		"HOLDFAST_POSTGRES_URL=" + database,
		"HOLDFAST_VALKEY_URL=" + testenv.Valkey(t),
		"HOLDFAST_MONGO_URL=" + testenv.Mongo(t),
		"HOLDFAST_AMQP_URL=" + testenv.AMQP(t),
		"HOLDFAST_AMQP_EXCHANGE=" + testenv.Exchange(t),
		"HOLDFAST_TASK_QUEUE=" + testenv.Name(),
		"TEMPORAL_ADDRESS=" + testenv.Temporal(t),
		"HOLDFAST_SANDBOX_URL=" + h.bank.url,
		"HOLDFAST_SANDBOX_KEY=" + h.bank.key,
		"HOLDFAST_RECONCILE_EVERY=0s",
	}
	cfg, err := config.Load(environ)
	require.NoError(t, err)
	for _, f := range change {
		f(&cfg)
	}
	h.cfg = cfg
	h.store, err = postgres.Open(cfg.PostgresURL, postgres.Options{MaxConns: 8, Log: h.log})
	require.NoError(t, err)
	t.Cleanup(h.store.Close)
	h.maps, err = seatmap.Open(cfg.MongoURL, h.log)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.maps.Close(context.Background())) })
	h.locks, err = seatlock.Open(cfg.ValkeyURL)
	require.NoError(t, err)
	t.Cleanup(h.locks.Close)
	h.addShowtime(h.show, time.Now().Add(24*time.Hour))
	return h
}

func (h *house) addShowtime(id booking.ShowtimeID, starts time.Time) {
	ctx := h.t.Context()
	hall := booking.Hall{ID: "hall", Name: "Hall", VenueID: "venue", VenueName: "Venue"}
	for r := range rows {
		for n := range perRow {
			name := string(rune('A' + r))
			hall.Seats = append(hall.Seats, booking.Seat{
				ID: booking.SeatID(fmt.Sprint(name, n+1)), Row: name, Number: n + 1, X: float64(n), Y: float64(r),
				Category: "standard", Kind: booking.Standard,
			})
		}
	}
	_, err := h.store.AddHall(ctx, hall)
	require.NoError(h.t, err)
	require.NoError(h.t, h.store.AddMovie(ctx, booking.Movie{ID: "movie", Title: "The Movie", Runtime: time.Hour}))
	_, err = h.store.Schedule(ctx, booking.Schedule{
		ID: id, MovieID: "movie", AuditoriumID: "hall", Currency: "USD",
		StartsAt: starts, SalesOpenAt: starts.Add(-48 * time.Hour), SalesCloseAt: starts,
		Categories: []booking.PricedCategory{{ID: "standard", Name: "Standard", Price: booking.Money{Minor: 1500, Currency: "USD"}}},
		Blocked:    []booking.SeatID{blocked},
	})
	require.NoError(h.t, err)
}

// run runs roles in this process until stop is called or the test ends.
func (h *house) run(roles ...app.Role) (stop func()) {
	h.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	a, err := app.New(ctx, h.cfg, roles, h.log)
	require.NoError(h.t, err)
	if addr := a.Addr(); addr != "" {
		h.base = "http://" + addr
		to, err := url.Parse(h.base)
		require.NoError(h.t, err)
		h.bank.api.Store(to)
	}
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			h.t.Errorf("running %v: %v", roles, err)
		}
		if err := a.Close(); err != nil {
			h.t.Errorf("closing %v: %v", roles, err)
		}
	})
	h.t.Cleanup(stop)
	return stop
}

// open runs the whole engine and waits for its first seat map.
func open(t *testing.T, change ...func(*config.Config)) *house {
	t.Helper()
	h := newHouse(t, change...)
	h.run(app.All()...)
	h.waitForMap(1)
	return h
}

func holdFor(d time.Duration) func(*config.Config) {
	return func(c *config.Config) { c.HoldDuration = d }
}

// eventually waits until ok, at most for a time that no healthy machine needs.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("it never came to be that %s", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// waitForMap waits until the read model has a version.
func (h *house) waitForMap(version int64) {
	h.t.Helper()
	eventually(h.t, fmt.Sprintf("the map has version %d", version), func() bool {
		v, err := h.maps.Version(context.Background(), h.show)
		return err == nil && v >= version
	})
}

// waitForHoldsToEnd waits until no seat is held, as PostgreSQL says.
func (h *house) waitForHoldsToEnd() {
	h.t.Helper()
	eventually(h.t, "every hold has ended", func() bool {
		m, err := h.store.SeatMap(context.Background(), h.show)
		if err != nil {
			return false
		}
		return !slices.ContainsFunc(m.Seats, func(s booking.SeatView) bool { return s.Status == booking.SeatHeld })
	})
}

// requireAgreement waits for quiet and compares PostgreSQL with MongoDB and with
// the locks.
func (h *house) requireAgreement() booking.SeatMap {
	h.t.Helper()
	ctx := context.Background()
	truth, err := h.store.SeatMap(ctx, h.show)
	require.NoError(h.t, err)
	h.waitForMap(truth.Version)
	read, err := h.maps.Get(ctx, h.show)
	require.NoError(h.t, err)
	require.Equal(h.t, truth, read, "MongoDB says what PostgreSQL says")
	return truth
}

func (h *house) temporal() client.Client {
	c, err := client.Dial(workflows.Options(h.cfg.TemporalAddr, h.cfg.Namespace, h.log))
	require.NoError(h.t, err)
	h.t.Cleanup(c.Close)
	return c
}

// testLog writes into the test's own log.
type testLog struct{ t *testing.T }

func (l testLog) Write(p []byte) (int, error) {
	logMu.Lock()
	defer logMu.Unlock()
	if path := os.Getenv("HOLDFAST_TEST_LOG"); path != "" {
		f, err := os.OpenFile(filepath.Clean(path), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err == nil {
			_, _ = fmt.Fprintf(f, "%s: %s", l.t.Name(), p)
			_ = f.Close()
		}
	}
	return len(p), nil
}

var logMu sync.Mutex
