package workflows_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/worker"

	"holdfast/workflows"
)

// The histories were recorded on a real server, one per outcome (`make
// histories`). A change of the code that cannot replay them would break the
// bookings that are open when it is deployed: it needs workflow.GetVersion.
func TestRecordedHistoriesReplay(t *testing.T) {
	files, err := filepath.Glob("testdata/histories/*.json")
	require.NoError(t, err)
	require.Len(t, files, 18, "one per outcome")
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			replayer := worker.NewWorkflowReplayer()
			for _, w := range workflows.All() {
				replayer.RegisterWorkflow(w)
			}
			require.NoError(t, replayer.ReplayWorkflowHistoryFromJSONFile(nil, file))
		})
	}
}
