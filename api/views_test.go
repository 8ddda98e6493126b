package api

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

// Every time is told in UTC, wherever the server stands.
func TestTimesAreInUTC(t *testing.T) {
	at := time.Date(2026, 5, 1, 20, 0, 0, 0, time.FixedZone("there", 2*60*60))
	show := booking.Showtime{StartsAt: at, SalesOpenAt: at, SalesCloseAt: at, CancelledAt: &at}
	b := booking.Booking{CreatedAt: at, ExpiresAt: at, CheckedInAt: &at}
	for _, view := range []any{new(Server).showtimeView(show), bookingView(b, at)} {
		text, err := json.Marshal(view)
		require.NoError(t, err)
		require.Contains(t, string(text), "2026-05-01T18:00:00Z")
		require.NotContains(t, string(text), "+02:00")
	}
}
