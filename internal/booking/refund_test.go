package booking_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"holdfast/internal/booking"
)

func TestRefundByTimeToTheShowtime(t *testing.T) {
	paid := booking.Money{Minor: 3001, Currency: "USD"}
	cases := map[string]map[time.Duration]int64{
		"":                   {time.Nanosecond: 3001, 100 * time.Hour: 3001, 0: 0, -time.Hour: 0},
		"48h=100,24h=50":     {48 * time.Hour: 3001, 48*time.Hour - 1: 1500, 24 * time.Hour: 1500, 24*time.Hour - 1: 0, -1: 0},
		"1h=10, 0s=0 ,2h=90": {3 * time.Hour: 2700, time.Hour: 300, time.Minute: 0},
		"0s=100":             {time.Second: 3001, 0: 0},
	}
	for text, want := range cases {
		p, err := booking.ParseRefundPolicy(text)
		require.NoError(t, err, text)
		for left, minor := range want {
			require.Equal(t, booking.Money{Minor: minor, Currency: "USD"}, p.Refund(paid, left), "%q, %s before", text, left)
		}
	}
}

func TestRefundInThreeDigitsIsOneThatProvidersCanMove(t *testing.T) {
	p, err := booking.ParseRefundPolicy("0s=50")
	require.NoError(t, err)
	require.EqualValues(t, 1230, p.Refund(booking.Money{Minor: 2470, Currency: "KWD"}, time.Hour).Minor)
}

func TestRefundPoliciesThatSayNothing(t *testing.T) {
	for _, text := range []string{"all", "24h", "24h=", "=50", "24h=101", "24h=-1", "-1h=5", "24h=50%", "24h=50,", "24h=1,1440m=2", "24h=1.5"} {
		_, err := booking.ParseRefundPolicy(text)
		require.Error(t, err, text)
	}
}

// Whatever the policy, what is given back is never more than what was paid, never
// less than nothing, and does not grow as the showtime comes nearer where its
// steps do not.
func TestRefundStaysWithinWhatWasPaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, err := booking.ParseRefundPolicy("72h=100,24h=50,1h=25")
		require.NoError(t, err)
		paid := booking.Money{Minor: rapid.Int64Min(0).Draw(t, "paid"), Currency: "USD"}
		far := rapid.Int64Range(-int64(time.Hour), int64(200*time.Hour)).Draw(t, "far")
		near := rapid.Int64Range(-int64(time.Hour), far).Draw(t, "near")
		more, less := p.Refund(paid, time.Duration(far)).Minor, p.Refund(paid, time.Duration(near)).Minor
		require.LessOrEqual(t, more, paid.Minor)
		require.LessOrEqual(t, less, more)
		require.GreaterOrEqual(t, less, int64(0))
	})
}
