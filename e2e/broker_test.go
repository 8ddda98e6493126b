package e2e_test

import (
	"testing"

	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"

	"holdfast/internal/config"
	"holdfast/internal/rabbit"
	"holdfast/internal/testenv"
)

// removeExchange removes what the test's engine declares on the broker.
func removeExchange(t *testing.T, cfg config.Config) {
	url := testenv.AMQP(t) // the broker itself, whatever the engine reaches it through
	t.Cleanup(func() {
		names := rabbit.Topology{Exchange: cfg.Exchange}
		conn, err := amqp.Dial(url)
		require.NoError(t, err)
		defer func() { require.NoError(t, conn.Close()) }()
		ch, err := conn.Channel()
		require.NoError(t, err)
		for _, q := range []string{names.SeatMapQueue(), names.Dead()} {
			_, err := ch.QueueDelete(q, false, false, false)
			require.NoError(t, err)
		}
		for _, x := range []string{names.Exchange, names.Dead(), names.Live()} {
			require.NoError(t, ch.ExchangeDelete(x, false, false))
		}
	})
}
