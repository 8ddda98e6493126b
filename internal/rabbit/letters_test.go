package rabbit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/rabbit"
)

// A broker counts how often a message came back, and gives up one that did so too
// often: a letter that is looked at again and again is renewed before.
func TestDeadLettersCanBeLookedAtForEver(t *testing.T) {
	cfg := newConfig(t)
	b := open(t, cfg)
	require.NoError(t, b.Ping(t.Context()))
	shout(t, cfg, b.Topology().Dead(), "booking.held", []byte("{"))
	depths(t, b, rabbit.Depths{Dead: 1})
	look := func(times int) {
		for range times {
			letters, err := b.DeadLetters(t.Context())
			require.NoError(t, err)
			require.Len(t, letters, 1)
			require.Equal(t, "poison", letters[0].ID)
			depths(t, b, rabbit.Depths{Dead: 1}) // it goes back after the answer
		}
	}
	count := func() int64 {
		ch := raw(t, cfg.URL)
		d, found, err := ch.Get(b.Topology().Dead(), false)
		require.NoError(t, err)
		require.True(t, found)
		require.NoError(t, d.Nack(false, true))
		depths(t, b, rabbit.Depths{Dead: 1})
		n, ok := d.Headers["x-delivery-count"].(int64)
		require.True(t, ok || d.Headers["x-delivery-count"] == nil, "%v", d.Headers)
		return n
	}
	look(8)
	require.Equal(t, int64(8), count(), "each look is such a time")
	look(15)
	require.Less(t, count(), int64(11))
}

// One letter is thrown away, and then all that are left; the id has to be right.
func TestDropDead(t *testing.T) {
	cfg := newConfig(t)
	b := open(t, cfg)
	publish(t, b, newRows(t, 1)...) // declares the names
	row := newRow(t, 2, booking.EventHeld)
	for _, body := range [][]byte{[]byte("{"), row.Payload} {
		shout(t, cfg, b.Topology().Dead(), "booking.held", body)
	}
	depths(t, b, rabbit.Depths{SeatMap: 1, Dead: 2})
	_, err := b.DropDead(t.Context(), "another")
	require.ErrorContains(t, err, `no message with this id is set aside: "another"`)
	depths(t, b, rabbit.Depths{SeatMap: 1, Dead: 2})
	letters, err := b.DeadLetters(t.Context())
	require.NoError(t, err)
	require.Len(t, letters, 2)
	require.Contains(t, letters[0].Why, "reading event")
	require.Contains(t, letters[1].Why, "it is an event")
	require.EqualValues(t, 2, letters[1].Version)
	depths(t, b, rabbit.Depths{SeatMap: 1, Dead: 2})
	n, err := b.DropDead(t.Context(), "poison") // both have it
	require.NoError(t, err)
	require.Equal(t, 2, n)
	depths(t, b, rabbit.Depths{SeatMap: 1})
	n, err = b.DropDead(t.Context(), "")
	require.NoError(t, err)
	require.Zero(t, n)
}
