package postgres

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

// FuzzCursor: a cursor that is taken is a place that can be in a list, and is written
// and read as the same; every other text is the client's mistake.
func FuzzCursor(f *testing.F) {
	encode := base64.RawURLEncoding.EncodeToString
	for _, seed := range []string{
		"", latest.String(), earliest.String(), "e30", "!", latest.String() + "=",
		encode([]byte(`{"t":"9999-12-31T23:59:59-23:59","i":"00000000-0000-0000-0000-000000000000"}`)),
		encode([]byte(`{"t":"10000-01-01T00:00:00Z","i":"00000000-0000-0000-0000-000000000000"}`)),
		encode([]byte(`{"t":"2030-01-01T00:00:00Z","i":"00000000-0000-0000-0000-00000000000G"}`)),
		encode([]byte(`null`)), encode([]byte(`{"T":"2030-01-01T00:00:00.000000001+01:00","I":"ffffffff-ffff-ffff-ffff-ffffffffffff"}`)),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseCursor(text, earliest)
		if err != nil {
			r, ok := booking.Refused(err)
			require.True(t, ok, "%v", err)
			require.Equal(t, booking.CodeInvalidRequest, r.Code)
			require.Zero(t, c)
			return
		}
		require.True(t, booking.IsUUID(c.ID), "%q", c.ID)
		if text == "" {
			require.Equal(t, earliest, c)
			return
		}
		// What PostgreSQL can hold: 4713 BC to 294276 AD.
		require.True(t, c.At.After(time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC)) && c.At.Before(time.Date(10001, 1, 1, 0, 0, 0, 0, time.UTC)), "%s", c.At)
		again, err := parseCursor(c.String(), latest)
		require.NoError(t, err)
		require.True(t, c.At.Equal(again.At) && c.ID == again.ID, "%v, %v", c, again)
	})
}
