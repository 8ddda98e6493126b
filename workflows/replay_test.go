package workflows_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/worker"

	"holdfast/workflows"
)

// recorded says which outcome each file of testdata/histories is of.
var recorded = map[string]string{
	"confirmed":             "paid in time, the money taken",
	"declined_then_paid":    "paid in time with another card, after the first was declined",
	"challenged":            "paid in time, after the customer had answered the provider's question",
	"superseded":            "paid in time with another card, while the question about the first was open",
	"expired":               "not paid until the deadline",
	"question_not_answered": "expired with a payment open, which was given up",
	"silent_provider":       "expired after the provider had not answered",
	"cancelled_by_owner":    "cancelled while pending, by its customer",
	"cancelled_by_operator": "cancelled while pending, by cancelling the workflow",
	"uncollectable":         "confirmed, then cancelled, since the money could not be taken",
	"late_payment_won":      "expired, then confirmed by late money: the seats were still free",
	"late_payment_refunded": "expired, and the late money given back: the seats were somebody else's",
	"refused_by_lock":       "refused: the seats were locked",
	"refused_by_index":      "refused: the seats were not locked, and PostgreSQL knew their owner",
	"refunded":              "a confirmed booking cancelled and refunded (Cancellation)",
	"settled_alone":         "a payment decided when nobody kept its booking any more (Settlement)",
	"showtime_cancelled":    "a showtime with a paid and a pending booking cancelled (ShowtimeCancellation)",
	"reconciled":            "the books compared, nothing to mend (Reconciliation)",
}

// The histories were recorded on a real server, one per outcome (`make
// histories`), and once more for each revision of the story since. A change of the code
// that cannot replay them would break the bookings that are open when it is deployed: it
// needs another revision, or workflow.GetVersion.
func TestRecordedHistoriesReplay(t *testing.T) {
	for _, folder := range []string{"", "revision-1"} {
		files, err := filepath.Glob(filepath.Join("testdata/histories", folder, "*.json"))
		require.NoError(t, err)
		require.Len(t, files, len(recorded), "one per outcome")
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".json")
			require.Contains(t, recorded, name)
			t.Run(filepath.Join(folder, name), func(t *testing.T) {
				replayer := worker.NewWorkflowReplayer()
				for _, w := range workflows.All() {
					replayer.RegisterWorkflow(w)
				}
				require.NoError(t, replayer.ReplayWorkflowHistoryFromJSONFile(nil, file))
			})
		}
	}
}
