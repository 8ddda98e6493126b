package rabbit_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/rabbit"
	"holdfast/internal/testenv/wire"
)

// shout publishes bytes past the publisher.
func shout(t *testing.T, cfg rabbit.Config, exchange, key string, body []byte) {
	t.Helper()
	ch := raw(t, cfg.URL)
	require.NoError(t, ch.Confirm(false))
	c, err := ch.PublishWithDeferredConfirm(exchange, key, false, false,
		amqp.Publishing{Body: body, MessageId: "poison", Type: key, DeliveryMode: amqp.Persistent})
	require.NoError(t, err)
	require.True(t, c.Wait())
}

func TestPoisonIsSetAsideWhileOthersFlow(t *testing.T) {
	cfg := newConfig(t)
	b := open(t, cfg)
	rows := newRows(t, 4)
	publish(t, b, rows[:2]...)
	for _, body := range []string{"", "{", `{"specversion":"1.0","id":"x","type":"booking.held","data":{}}`} {
		shout(t, cfg, cfg.Exchange, "booking.held", []byte(body))
	}
	publish(t, b, rows[2:]...)
	c := collect()
	consume(t, b, c)
	for want := int64(1); want <= 4; want++ {
		require.Equal(t, want, receive(t, c.seen, "a good event"))
	}
	depths(t, b, rabbit.Depths{Dead: 3})
}

func TestReplaySendsEachDeadLetterBackOnce(t *testing.T) {
	cfg := newConfig(t)
	b := open(t, cfg)
	require.NoError(t, b.Ping(t.Context()))
	row := newRow(t, 1, booking.EventHeld)
	shout(t, cfg, b.Topology().Dead(), "booking.held", row.Payload) // good after all
	shout(t, cfg, b.Topology().Dead(), "booking.held", []byte("{")) // still poison
	depths(t, b, rabbit.Depths{Dead: 2})
	c := collect()
	consume(t, b, c)
	n, err := b.Replay(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.EqualValues(t, 1, receive(t, c.seen, "the replayed event"))
	depths(t, b, rabbit.Depths{Dead: 1})
}

func TestAnEventThatKillsItsConsumerIsSetAsideAfterTheLimit(t *testing.T) {
	cfg := newConfig(t)
	b := open(t, cfg)
	publish(t, b, newRows(t, 1)...)
	deliveries, err := raw(t, cfg.URL).Consume(b.Topology().SeatMapQueue(), "", false, false, false, false, nil)
	require.NoError(t, err)
	for range 6 { // the first delivery and five more
		d := receive(t, deliveries, "a delivery")
		require.NoError(t, d.Reject(true)) // which counts, as a death does
	}
	depths(t, b, rabbit.Depths{Dead: 1})
}

func TestTransientTroubleDoesNotUseUpTheLimit(t *testing.T) {
	cfg := newConfig(t)
	cfg.DeliveryLimit = 1
	b := open(t, cfg)
	publish(t, b, newRows(t, 2)...)
	c := collect()
	keep, failures := c.handle, atomic.Int32{}
	c.handle = func(ctx context.Context, events []booking.Event) error {
		if failures.Add(1) <= 4 { // more than the limit
			return errors.New("the read model is away")
		}
		return keep(ctx, events)
	}
	consume(t, b, c)
	require.EqualValues(t, 1, receive(t, c.seen, "the event"))
	require.EqualValues(t, 2, receive(t, c.seen, "the event"))
	depths(t, b, rabbit.Depths{})
}

func TestAfterLongTroubleEventsWaitInTheQueue(t *testing.T) {
	cfg := newConfig(t)
	cfg.GiveBack = time.Nanosecond
	b := open(t, cfg)
	publish(t, b, newRows(t, 1)...)
	c := collect()
	keep := c.handle
	var away atomic.Bool
	asked := make(chan struct{}, 1024)
	away.Store(true)
	c.handle = func(ctx context.Context, events []booking.Event) error {
		if away.Load() {
			return errors.New("the read model is away")
		}
		return keep(ctx, events)
	}
	first := true
	c.ready = func() error {
		defer func() { first = false }()
		if away.Load() && !first {
			asked <- struct{}{}
			return errors.New("still away")
		}
		return nil
	}
	consume(t, b, c)
	receive(t, asked, "a question whether the consumer is ready")
	depths(t, b, rabbit.Depths{SeatMap: 1}) // ready for delivery, in nobody's hand
	away.Store(false)
	require.EqualValues(t, 1, receive(t, c.seen, "the event"))
	depths(t, b, rabbit.Depths{})
}

func TestABatchInHandIsFinishedOnTheWayOut(t *testing.T) {
	b := open(t, newConfig(t))
	publish(t, b, newRows(t, 1)...)
	begun, finish := make(chan struct{}), make(chan struct{})
	h := handler{handle: func(ctx context.Context, _ []booking.Event) error {
		close(begun)
		select {
		case <-finish:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.Consume(ctx, h) }()
	receive(t, begun, "the batch")
	cancel()
	close(finish)
	require.NoError(t, receive(t, ended, "the end of the consumer"))
	depths(t, b, rabbit.Depths{})
}

func TestAConsumerComesBackWithTheBroker(t *testing.T) {
	cfg := newConfig(t)
	direct := open(t, cfg)
	line, through := wire.To(t, cfg.URL)
	cfg.URL = through
	c := collect()
	keep := c.handle
	begun, finish := make(chan struct{}, 16), make(chan struct{})
	c.handle = func(ctx context.Context, events []booking.Event) error {
		begun <- struct{}{}
		<-finish
		return keep(ctx, events)
	}
	consume(t, open(t, cfg), c)
	publish(t, direct, newRows(t, 1)...)
	receive(t, begun, "the event")
	line.Cut() // with the event in hand
	close(finish)
	require.EqualValues(t, 1, receive(t, c.seen, "the event"))
	line.Mend()
	require.EqualValues(t, 1, receive(t, c.seen, "the same event again: its acknowledgement was lost"))
	depths(t, direct, rabbit.Depths{})
}

func TestOneConsumerWorksAndAnotherTakesOver(t *testing.T) {
	cfg := newConfig(t)
	one, two := collect(), collect()
	b := open(t, cfg)
	stop := consume(t, b, one)
	publish(t, b, newRows(t, 1)...)
	receive(t, one.seen, "the first event")
	log := make(lines, 64)
	second, err := rabbit.Open(cfg, slog.New(slog.NewTextHandler(log, nil)))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, second.Close()) })
	consume(t, second, two)
	log.await(t, "consuming events")
	publish(t, b, newRows(t, 50)...)
	for range 50 {
		receive(t, one.seen, "an event for the one that works")
	}
	require.Empty(t, two.seen)
	stop()
	publish(t, b, newRows(t, 1)...)
	receive(t, two.seen, "an event for the one that stood by")
}

// lines is a log that can be waited for.
type lines chan string

func (l lines) Write(line []byte) (int, error) {
	select {
	case l <- string(line):
	default:
	}
	return len(line), nil
}

func (l lines) await(t *testing.T, text string) {
	t.Helper()
	for !strings.Contains(receive(t, l, "the line "+text), text) {
	}
}
