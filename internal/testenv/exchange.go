package testenv

import (
	"testing"

	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"

	"holdfast/internal/rabbit"
)

// Exchange names an exchange of the test's own. It and everything that is named
// after it is deleted after the test, when whatever uses it has been closed.
func Exchange(t testing.TB) string {
	t.Helper()
	url := AMQP(t)
	names := rabbit.Topology{Exchange: "test." + Name()}
	t.Cleanup(func() {
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
	return names.Exchange
}
