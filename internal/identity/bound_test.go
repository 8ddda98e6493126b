package identity

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

// Of many callers each stays who they are. The newest are remembered, those who come again
// and again among them, and no more than the bound.
func TestNoMoreAreKnownThanTheBound(t *testing.T) {
	var k known
	now := time.Now()
	often := digest(sha256.Sum256([]byte("often")))
	k.add(often, grant{Caller{User: "often"}, now.Add(time.Hour)})
	for i := range 5 * maxKnown {
		user := fmt.Sprint("user", i)
		d := digest(sha256.Sum256([]byte(user)))
		_, ok := k.find(d, now)
		require.False(t, ok)
		k.add(d, grant{Caller{User: booking.UserID(user)}, now.Add(time.Hour)})
		caller, ok := k.find(d, now)
		require.True(t, ok)
		require.EqualValues(t, user, caller.User)
		caller, ok = k.find(often, now)
		require.True(t, ok)
		require.EqualValues(t, "often", caller.User)
		require.LessOrEqual(t, len(k.new)+len(k.old), 2*maxKnown)
	}
	_, ok := k.find(often, now.Add(time.Hour))
	require.False(t, ok, "it has expired")
}
