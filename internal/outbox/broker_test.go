package outbox_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/outbox"
	"holdfast/internal/rabbit"
	"holdfast/internal/testenv"
	"holdfast/internal/testenv/wire"
)

// openBroker is the real broker behind a wire, with an exchange of this test's own.
func openBroker(t *testing.T) (*rabbit.Broker, *wire.Wire) {
	t.Helper()
	url := testenv.AMQP(t)
	line, through := wire.To(t, url)
	b, err := rabbit.Open(rabbit.Config{URL: through, Exchange: testenv.Exchange(t), Name: t.Name()},
		slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b, line
}

func TestEventsWaitForTheBrokerAndThenFlow(t *testing.T) {
	tb := newTable(t)
	b, line := openBroker(t)
	require.NoError(t, b.Ping(t.Context()))
	line.Cut()
	for range 20 {
		tb.insert(t, booking.EventHeld)
	}
	unroutable := tb.insert(t, "unheard.of")
	failed := make(chan struct{}, 1024)
	run(t, tb.store, b, outbox.Config{Poll: 20 * time.Millisecond, OnPass: func(p outbox.Pass) {
		if p.Err != nil {
			failed <- struct{}{}
		}
	}})
	receive(t, failed, "a pass without a broker")
	tb.awaitRows(t, 21)
	line.Mend()
	tb.awaitRows(t, 1)
	var left int64
	require.NoError(t, tb.conn.QueryRow(t.Context(), "SELECT id FROM outbox").Scan(&left))
	require.Equal(t, unroutable, left)
	require.Eventually(t, func() bool {
		d, err := b.Depths(t.Context())
		return err == nil && d.SeatMap == 20
	}, patience, 50*time.Millisecond)
}
