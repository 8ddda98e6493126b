package booking

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// FuzzParseMoney: an amount that is taken is written just as it was read.
func FuzzParseMoney(f *testing.F) {
	for _, seed := range [][2]string{
		{"15.00", "USD"}, {"-0.05", "EUR"}, {"1500", "JPY"}, {"1.500", "KWD"}, {"15", "USD"}, {"+1.00", "USD"}, {"1_0.00", "USD"},
		{"92233720368547758.08", "USD"}, {"-92233720368547758.08", "USD"}, {"", ""}, {"0.00", "usd"}, {"00.00", "USD"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, amount, currency string) {
		m, err := ParseMoney(amount, currency)
		if err != nil {
			require.Zero(t, m)
			return
		}
		require.Equal(t, amount, m.Amount())
		require.Equal(t, currency, m.Currency)
		again, err := ParseMoney(m.Amount(), m.Currency)
		require.NoError(t, err)
		require.Equal(t, m, again)
	})
}

// FuzzParseRefundPolicy: whatever the policy, what is given back is nothing at least,
// what was paid at most, and nothing once the showtime has begun.
func FuzzParseRefundPolicy(f *testing.F) {
	for _, seed := range []string{"", "24h=50", "48h=100,24h=50", "0s=0", " 1h=1 , 2h=2", "1h=1,60m=2", "1h=101", "-1h=1", "1h=", "=", ",", "2562047h47m16.854775807s=100"} {
		f.Add(seed, int64(1500), int64(36*time.Hour))
	}
	f.Fuzz(func(t *testing.T, text string, minor, left int64) {
		p, err := ParseRefundPolicy(text)
		if err != nil {
			require.Zero(t, p)
			return
		}
		if minor < 0 {
			minor = -(minor + 1)
		}
		for _, currency := range []string{"USD", "JPY", "KWD"} {
			paid := Money{Minor: minor, Currency: currency}
			refund := p.Refund(paid, time.Duration(left))
			require.Equal(t, currency, refund.Currency)
			require.GreaterOrEqual(t, refund.Minor, int64(0))
			require.LessOrEqual(t, refund.Minor, paid.Minor)
			require.Zero(t, p.Refund(paid, min(0, time.Duration(left))).Minor)
			if text == "" && left > 0 {
				require.Equal(t, paid, refund)
			}
		}
	})
}

// FuzzIsUUID: an id is one that a library of UUIDs reads, and writes just as it was.
func FuzzIsUUID(f *testing.F) {
	for _, seed := range []string{
		"0198c2e4-0000-7000-8000-000000000000", "0198C2E4-0000-7000-8000-000000000000", "0198c2e400007000800000000000000000", "{0198c2e4-0000-7000-8000-000000000000}",
		"urn:uuid:0198c2e4-0000-7000-8000-000000000000", "", "0198c2e4-0000-7000-8000-00000000000\x00", "0198c2e4-0000-7000-8000-0000000000é",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		read, err := uuid.Parse(text)
		require.Equal(t, err == nil && read.String() == text, IsUUID(text))
		require.True(t, IsUUID(DeriveID(text, text)))
	})
}
