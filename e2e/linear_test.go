package e2e_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/config"
	"holdfast/proof/crowd"
)

const (
	shortHold = 500 * time.Millisecond
	// linearCalls is how many questions a history has at least.
	linearCalls = 1500
)

// gather brings eight people who want the same six seats.
func (h *house) gather() *crowd.Crowd {
	h.t.Helper()
	c, err := crowd.Gather(h.t.Context(), crowd.Config{
		Show: h.show, Seats: []string{"A1", "A2", "A3", "A4", "A5", "A6"}, Buyers: 8, Seed: seedOf(h.t),
		APIs: []string{h.base}, DB: h.db(), Locks: h.locks,
	})
	require.NoError(h.t, err)
	h.t.Cleanup(c.Close)
	return c
}

// judgeCrowd asks whether everything that the crowd was told can be true. If not, the
// checker's picture of the history is kept in the folder.
func (h *house) judgeCrowd(c *crowd.Crowd, folder string) crowd.Verdict {
	h.t.Helper()
	require.Empty(h.t, c.Complaints())
	v, err := c.Judge(h.t.Context())
	require.NoError(h.t, err)
	h.t.Logf("%s: %d calls, %d operations of seats, %d of them open: %v", v.Result, v.Calls, v.Operations, v.Open, c.Counts())
	if !v.Whole() {
		path := filepath.Join(folder, fmt.Sprintf("%s-%d.html", h.t.Name(), time.Now().UnixNano()))
		require.NoError(h.t, v.Picture(path))
		h.t.Logf("the history is in %s\n%s", path, v.Explain())
	}
	return v
}

// enough reports whether everything has happened that a history has to have.
func enough(c *crowd.Crowd) bool {
	counts := c.Counts()
	for _, what := range []string{"took", "taken", "bought", "asked back", "payment_declined", "cancelled", "left alone", "read"} {
		if counts[what] < 5 {
			return false
		}
	}
	return c.Calls() >= linearCalls
}

// Eight clients book, pay, cancel and let go of the same six seats. Whatever they and
// the truth were told, in whatever order: there is one order of it all in which each
// seat was free, held or sold.
func TestLinearizable(t *testing.T) {
	h := open(t, holdFor(shortHold), graceOf(2*time.Second), func(c *config.Config) { c.MaxHolds = 1000 })
	c := h.gather()
	c.Run(t.Context(), func() bool { return enough(c) })
	require.True(t, h.judgeCrowd(c, cmp.Or(os.Getenv("HOLDFAST_PROOF_DIR"), os.TempDir())).Whole())
	h.requireAgreement()
	h.requireBooksBalance()
}
