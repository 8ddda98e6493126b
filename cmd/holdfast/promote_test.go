package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/workflows"
)

// The list says of each build whether its workers may be stopped.
func TestTheListOfBuilds(t *testing.T) {
	since := time.Date(2030, 1, 31, 20, 0, 0, 0, time.UTC)
	var out strings.Builder
	require.NoError(t, printBuilds(&out, []workflows.Build{
		{ID: "v5", State: workflows.BuildWaiting, Workers: 2, Since: since},
		{ID: "v4", State: workflows.BuildCurrent, Open: 7, Workers: 3, Since: since},
		{ID: "v3", State: workflows.BuildDraining, Open: 2, Workers: 1, Since: since},
		{ID: "v2", State: workflows.BuildDraining, Since: since},
		{ID: "v1", State: workflows.BuildDrained, Since: since},
	}))
	require.Equal(t, `BUILD  STATE     OPEN BOOKINGS  WORKERS  SINCE                 MAY ITS WORKERS BE STOPPED
v5     waiting   0              2        2030-01-31T20:00:00Z  yes
v4     current   7              3        2030-01-31T20:00:00Z  no: they take new bookings
v3     draining  2              1        2030-01-31T20:00:00Z  no: they keep open bookings
v2     draining  0              0        2030-01-31T20:00:00Z  soon: wait until it is drained
v1     drained   0              0        2030-01-31T20:00:00Z  yes
`, out.String())

	out.Reset()
	require.NoError(t, printBuilds(&out, nil))
	require.Equal(t, "No build is current: new bookings go to workers without a build.\n", out.String())
}

func TestWhatAPromotionSays(t *testing.T) {
	for _, c := range []struct{ build, before, want string }{
		{"v2", "v2", "New bookings go to workers of build v2, as before."},
		{"v2", "v1", "New bookings go to workers of build v2. Those of build v1 keep what they began: `holdfast promote --list` says until when."},
		{"v1", "", "New bookings go to workers of build v1, and so do open ones that have no build: workers without one may be stopped."},
		{"", "v1", "New bookings go to workers without a build. Those of build v1 keep what they began: `holdfast promote --list` says until when."},
		{"", "", "New bookings go to workers without a build, as before."},
	} {
		require.Equal(t, c.want, promoted(c.build, c.before))
	}
}
