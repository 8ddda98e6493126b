package rabbit_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/rabbit"
	"holdfast/internal/testenv/wire"
)

func TestAMessageIsWhatTheContractSays(t *testing.T) {
	cfg := newConfig(t)
	b := open(t, cfg)
	row := newRow(t, 1, booking.EventConfirmed)
	publish(t, b, row)
	deliveries, err := raw(t, cfg.URL).Consume(b.Topology().SeatMapQueue(), "", true, false, false, false, nil)
	require.NoError(t, err)
	d := receive(t, deliveries, "the message")
	require.Equal(t, "booking.confirmed", d.RoutingKey)
	require.Equal(t, "booking.confirmed", d.Type)
	require.Equal(t, row.EventID, d.MessageId)
	require.Equal(t, "application/cloudevents+json", d.ContentType)
	require.EqualValues(t, amqp.Persistent, d.DeliveryMode)
	require.JSONEq(t, string(row.Payload), string(d.Body))
}

func TestMoreThanFitsInFlightIsConfirmedInOrder(t *testing.T) {
	cfg := newConfig(t)
	b := open(t, cfg)
	publish(t, b, newRows(t, 700)...)
	c := collect()
	consume(t, b, c)
	for want := int64(1); want <= 700; want++ {
		require.Equal(t, want, receive(t, c.seen, "an event"))
	}
	depths(t, b, rabbit.Depths{})
}

func TestAnUnroutableMessageIsNotPublished(t *testing.T) {
	b := open(t, newConfig(t))
	rows := []booking.OutboxRow{newRow(t, 1, booking.EventHeld), newRow(t, 2, "unheard.of"), newRow(t, 3, booking.EventScheduled)}
	for range 2 { // and the channel is as good as before
		done, err := b.Publish(t.Context(), rows)
		require.NoError(t, err)
		require.Equal(t, []int64{1, 3}, done)
	}
	depths(t, b, rabbit.Depths{SeatMap: 4})
}

func TestNothingIsPublishedWhileTheBrokerIsAwayAndAllWhenItIsBack(t *testing.T) {
	cfg := newConfig(t)
	var line *wire.Wire
	line, cfg.URL = wire.To(t, cfg.URL)
	b := open(t, cfg)
	rows := newRows(t, 3)
	publish(t, b, rows[0])

	line.Cut()
	done, err := b.Publish(t.Context(), rows[1:])
	require.Error(t, err)
	require.Empty(t, done)
	require.Error(t, b.Ping(t.Context()))

	line.Mend()
	require.Eventually(t, func() bool {
		done, err := b.Publish(t.Context(), rows[1:])
		return err == nil && len(done) == 2
	}, patience, 50*time.Millisecond)
	require.NoError(t, b.Ping(t.Context()))
}

func TestPublishingEndsWithItsContext(t *testing.T) {
	b := open(t, newConfig(t))
	publish(t, b, newRows(t, 1)...)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := b.Publish(ctx, newRows(t, 1))
	require.ErrorIs(t, err, context.Canceled)
	publish(t, b, newRows(t, 1)...)
}

func TestADeletedTopologyIsDeclaredAgain(t *testing.T) {
	cfg := newConfig(t)
	b := open(t, cfg)
	publish(t, b, newRows(t, 1)...)
	ch := raw(t, cfg.URL)
	require.NoError(t, ch.ExchangeDelete(cfg.Exchange, false, false))
	_, err := ch.QueueDelete(b.Topology().SeatMapQueue(), false, false, false)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		done, err := b.Publish(t.Context(), newRows(t, 1))
		return err == nil && len(done) == 1
	}, patience, 50*time.Millisecond)
}

func TestAQueueWithOtherPropertiesIsNamed(t *testing.T) {
	cfg := newConfig(t)
	require.NoError(t, open(t, cfg).Ping(t.Context()))
	require.NoError(t, open(t, cfg).Ping(t.Context()), "declaring the same again changes nothing")
	cfg.DeliveryLimit = 9
	err := open(t, cfg).Ping(t.Context())
	require.ErrorContains(t, err, cfg.Exchange+".seatmap")
}

func TestOpenKeepsThePasswordToItself(t *testing.T) {
	_, err := rabbit.Open(rabbit.Config{URL: "amqp://user:sesame@host:port/\x00"}, slog.New(slog.DiscardHandler))
	require.Error(t, err)
	require.NotContains(t, err.Error(), "sesame")
}
