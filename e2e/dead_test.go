package e2e_test

import (
	"encoding/json"
	"strings"
	"testing"

	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"

	"holdfast/internal/rabbit"
)

// poison puts messages into the projection's queue, past everything that checks them.
func (h *house) poison(messages ...amqp.Publishing) {
	h.t.Helper()
	conn, err := amqp.Dial(h.cfg.AMQPURL)
	require.NoError(h.t, err)
	defer func() { require.NoError(h.t, conn.Close()) }()
	ch, err := conn.Channel()
	require.NoError(h.t, err)
	require.NoError(h.t, ch.Confirm(false))
	for _, m := range messages {
		c, err := ch.PublishWithDeferredConfirm("", rabbit.Topology{Exchange: h.cfg.Exchange}.SeatMapQueue(), true, false, m)
		require.NoError(h.t, err)
		require.True(h.t, c.Wait())
	}
}

func (h *house) deadLetters() []rabbit.DeadLetter {
	h.t.Helper()
	out, err := h.command("dead", "list", "--json")
	require.NoError(h.t, err, out)
	var letters []rabbit.DeadLetter
	require.NoError(h.t, json.Unmarshal([]byte(out), &letters), "%s", out)
	return letters
}

// Messages that nobody can understand are listed as often as an operator likes,
// sent back, and thrown away one by one or all together.
func TestDeadLettersAreListedAndDropped(t *testing.T) {
	t.Parallel()
	h := open(t)
	out, err := h.command("dead", "list")
	require.NoError(t, err, out)
	require.Equal(t, "Nothing is set aside.\n", out)

	half := `{"specversion":"1.0","id":"","type":"booking.held","data":{"showtimeId":"` + string(h.show) + `","version":7}}`
	h.poison(amqp.Publishing{MessageId: "m-1", Type: "booking.held", Body: []byte(half)},
		amqp.Publishing{MessageId: "m-2", Body: []byte("{")}, amqp.Publishing{Body: []byte("no json at all")})
	eventually(t, "they are set aside", func() bool { return len(h.deadLetters()) == 3 })
	letters := h.deadLetters()
	first := letters[0]
	require.Equal(t, "m-1", first.ID)
	require.Equal(t, "booking.held", first.Type)
	require.Equal(t, h.show, first.ShowtimeID)
	require.Equal(t, int64(7), first.Version)
	require.Equal(t, 1, first.Times)
	require.False(t, first.At.IsZero())
	require.Contains(t, first.Why, "id or type is missing")
	require.Equal(t, "m-2", letters[1].ID)
	require.Regexp(t, `^body-[0-9a-f]{12}$`, letters[2].ID, "one without an id of its own can be named, too")

	// Looking takes nothing away, also more often than a letter goes back before it is renewed.
	b, err := rabbit.Open(rabbit.Config{URL: h.cfg.AMQPURL, Exchange: h.cfg.Exchange, Name: t.Name()}, h.log)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	for range 12 {
		eventually(t, "all are there", func() bool {
			again, err := b.DeadLetters(t.Context())
			return err == nil && len(again) == 3
		})
	}
	require.ElementsMatch(t, letters, h.deadLetters(), "and they say the same")

	out, err = h.command("dead", "replay")
	require.NoError(t, err, out)
	require.Equal(t, "3 messages were sent back\n", out)
	eventually(t, "they have come back", func() bool { return len(h.deadLetters()) == 3 })
	for _, l := range h.deadLetters() {
		require.Equal(t, 2, l.Times, "%+v", l)
	}

	out, err = h.command("dead", "drop", "--id", "m-9")
	require.Error(t, err)
	require.Equal(t, `holdfast: no message with this id is set aside: "m-9"; `+"`holdfast dead list` shows them", strings.TrimSpace(out))
	out, err = h.command("dead", "drop", "--id", letters[2].ID)
	require.NoError(t, err, out)
	require.Equal(t, "1 messages were thrown away\n", out)
	eventually(t, "the others are back in their queue", func() bool { return len(h.deadLetters()) == 2 })
	out, err = h.command("dead", "list")
	require.NoError(t, err, out)
	require.Contains(t, out, "m-1")
	require.Contains(t, out, "m-2")
	require.NotContains(t, out, letters[2].ID)
	out, err = h.command("dead", "drop", "--all")
	require.NoError(t, err, out)
	require.Equal(t, "2 messages were thrown away\n", out)
	require.Empty(t, h.deadLetters())
}
