package temporalconfig

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"holdfast/workflows"
)

func TestFilesAreReadWhole(t *testing.T) {
	t.Parallel()
	attributes, err := SearchAttributes()
	require.NoError(t, err)
	require.Equal(t, []SearchAttribute{
		{"BookingStatus", "Keyword"}, {"BookingShowtime", "Keyword"}, {"BookingDeadline", "Datetime"},
	}, attributes)

	require.ElementsMatch(t, attributes, []SearchAttribute{
		{workflows.AttrStatus.GetName(), workflows.AttrStatus.GetValueType().String()},
		{workflows.AttrShowtime.GetName(), workflows.AttrShowtime.GetValueType().String()},
		{workflows.AttrDeadline.GetName(), workflows.AttrDeadline.GetValueType().String()},
	}, "the file and the workflows differ")

	values, err := DynamicConfig()
	require.NoError(t, err)
	got := map[string]string{}
	for _, v := range values {
		require.True(t, json.Valid([]byte(v.JSON)), v.Key)
		got[v.Key] = v.JSON
	}
	require.Equal(t, "1", got["matching.numTaskqueueReadPartitions"])
	require.Equal(t, "100", got["history.maxInFlightUpdates"])
	require.Equal(t, `"30s"`, got["matching.wv.VersionDrainageStatusRefreshInterval"])
	require.Equal(t, "false", got["frontend.enableServerVersionCheck"])
}
