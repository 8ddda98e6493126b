package e2e_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/demo"
)

// The demo is a promise: it fails when a step does not go as it says.
func TestDemo(t *testing.T) {
	t.Parallel()
	h := open(t, holdFor(3*time.Second))
	var story bytes.Buffer
	require.NoError(t, demo.Play(t.Context(), h.base, &story), "%s", &story)
	for _, line := range []string{"seats_taken", "holds them now", "confirmed", "booking.expired"} {
		require.Contains(t, story.String(), line)
	}
	t.Log("\n" + story.String())
}
