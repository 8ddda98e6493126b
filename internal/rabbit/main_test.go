package rabbit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"holdfast/internal/booking"
	"holdfast/internal/rabbit"
	"holdfast/internal/testenv"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds every wait for something that must happen.
const patience = 30 * time.Second

// newConfig names a deployment of this test's own, which is deleted after it.
func newConfig(t *testing.T) rabbit.Config {
	t.Helper()
	return rabbit.Config{URL: testenv.AMQP(t), Exchange: testenv.Exchange(t), Name: t.Name()}
}

func open(t *testing.T, cfg rabbit.Config) *rabbit.Broker {
	t.Helper()
	b, err := rabbit.Open(cfg, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

// raw is a channel past everything that is tested.
func raw(t *testing.T, url string) *amqp.Channel {
	t.Helper()
	conn, err := amqp.Dial(url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	ch, err := conn.Channel()
	require.NoError(t, err)
	return ch
}

func newRow(t *testing.T, id int64, kind booking.EventType) booking.OutboxRow {
	t.Helper()
	e := booking.Event{ID: uuid.NewString(), Type: kind, ShowtimeID: "show", Version: id, BookingID: "b",
		At: time.Now(), Seats: []booking.SeatChange{{ID: "A1", Status: booking.SeatHeld}}}
	payload, err := json.Marshal(e)
	require.NoError(t, err)
	return booking.OutboxRow{ID: id, EventID: e.ID, Type: kind, Payload: payload}
}

func newRows(t *testing.T, n int) []booking.OutboxRow {
	t.Helper()
	rows := make([]booking.OutboxRow, n)
	for i := range rows {
		rows[i] = newRow(t, int64(i+1), booking.EventHeld)
	}
	return rows
}

// publish sends rows and insists that all of them were taken.
func publish(t *testing.T, b *rabbit.Broker, rows ...booking.OutboxRow) {
	t.Helper()
	done, err := b.Publish(t.Context(), rows)
	require.NoError(t, err)
	require.Len(t, done, len(rows))
}

// handler passes on what it is called with; its functions may be replaced.
type handler struct {
	ready  func() error
	handle func(context.Context, []booking.Event) error
}

func (h handler) Ready(context.Context) error {
	if h.ready == nil {
		return nil
	}
	return h.ready()
}

func (h handler) Handle(ctx context.Context, events []booking.Event) error {
	return h.handle(ctx, events)
}

// collector is a handler that remembers versions.
type collector struct {
	handler
	seen chan int64
}

func collect() *collector {
	c := &collector{seen: make(chan int64, 4096)}
	c.handle = func(_ context.Context, events []booking.Event) error {
		for _, e := range events {
			c.seen <- e.Version
		}
		return nil
	}
	return c
}

// consume runs a consumer until the returned function is called.
func consume(t *testing.T, b *rabbit.Broker, h rabbit.Handler) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	var err error
	running.Go(func() { err = b.Consume(ctx, h) })
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

// depths waits until the queues hold so many messages.
func depths(t *testing.T, b *rabbit.Broker, want rabbit.Depths) {
	t.Helper()
	var got rabbit.Depths
	var err error
	require.Eventually(t, func() bool {
		got, err = b.Depths(t.Context())
		return err == nil && got == want
	}, patience, 50*time.Millisecond, "%s", later(func() string { return fmt.Sprintf("want %+v, got %+v, error %v", want, got, err) }))
}

// later is text that is made when it is printed.
type later func() string

func (l later) String() string { return l() }
