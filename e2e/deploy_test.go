package e2e_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/api/openapi"
	"holdfast/internal/app"
	"holdfast/internal/config"
	"holdfast/workflows"
)

// fleet is how many workers there are of a release.
const fleet = 3

// openHolds is how many holds are open when a deployment begins, and for how long: the
// proof has as many as are promised, a run of all tests as many as show the same.
func openHolds() (int, time.Duration) {
	if os.Getenv("HOLDFAST_PROOF") == "full" {
		return 500, 90 * time.Second
	}
	return 60, 10 * time.Second
}

// A release is replaced by the next one, worker by worker, while holds are open, their
// customers pay, cancel or wait, and new ones come: nothing is lost, and nothing stuck.
// Not beside other tests: it is the load of many.
func TestRollingDeploy(t *testing.T) {
	t.Run("without builds, guarded by a version", testDeployGuarded)
	t.Run("with builds, there and back", testDeployBuilds)
	t.Run("without builds and unguarded", testDeployUnguarded)
}

// houseToDeploy runs everything but workers.
func houseToDeploy(t *testing.T, hold time.Duration) *house {
	h := newHouse(t, holdFor(hold), func(c *config.Config) { c.MaxHolds = 10_000 })
	h.run(app.API, app.Relay, app.Project)
	return h
}

func (h *house) startFleet(settings ...string) []*process {
	out := make([]*process, fleet)
	for i := range out {
		out[i] = h.start("worker", settings...)
	}
	return out
}

func (cr *clientele) waitUntilTheyWork(workers []*process) {
	for _, w := range workers {
		cr.h.waitUntilItWorks(cr.c, w)
	}
}

// stop ends workers one by one, as a deployment does.
func stop(t *testing.T, workers ...*process) {
	t.Helper()
	for _, w := range workers {
		require.NoError(t, w.terminate(), "%s", w.stderr)
	}
}

// share is the ith of so many parts of the deals.
func share(deals []*deal, i, of int) []*deal {
	return deals[i*len(deals)/of : (i+1)*len(deals)/of]
}

// Old and new workers are given the same tasks. What is open goes on with the new ones,
// since the version tells them what was there before.
func testDeployGuarded(t *testing.T) {
	n, hold := openHolds()
	h := houseToDeploy(t, hold)
	old := h.startFleet()
	cr := newClientele(h, 2*n)
	cr.mixed = old
	cr.waitUntilTheyWork(old)
	held := cr.book(n, "")
	eventually(t, "all are open when it begins", func() bool { return cr.open() == int64(n) })
	for i := range old {
		cr.meanwhile(share(held, i, fleet), n/6, "", func() {
			h.waitUntilItWorks(cr.c, h.startNext(guarded))
			stop(t, old[i])
		})
	}
	after := cr.book(fleet, "")
	for _, d := range after {
		require.True(t, cr.byNext(d), "new workers begin bookings in the new way")
	}
	cr.decide(after)
	for _, d := range held {
		require.False(t, cr.byNext(d), "they end old ones in the old way")
	}
	cr.requireEverythingWell()
}

// Each booking stays with the build that began it, so that the change need not be
// guarded. Old workers stay until they have nothing left to do; then the old build comes
// back, as after a mistake, and the new one leaves in the same way.
func testDeployBuilds(t *testing.T) {
	n, hold := openHolds()
	h := houseToDeploy(t, hold)
	cr := newClientele(h, 3*n)
	old := h.startFleet("HOLDFAST_WORKER_BUILD=old")
	h.promote("old")
	cr.waitUntilTheyWork(old)
	held := cr.book(n, "old")
	eventually(t, "all are open when it begins", func() bool { return cr.open() == int64(n) })
	var next []*process
	cr.meanwhile(share(held, 0, 2), n/6, "old", func() {
		for range old {
			next = append(next, h.startNext(unguardedly, "HOLDFAST_WORKER_BUILD=next"))
		}
		cr.waitUntilTheyWork(next)
	})
	cr.meanwhile(nil, n/6, "", func() { h.promote("next") }) // either may have them
	cr.meanwhile(share(held, 1, 2), n/6, "next", func() {})
	h.waitUntilDrained(cr, "old")
	cr.meanwhile(nil, n/6, "next", func() { stop(t, old...) })

	late := cr.book(n/6, "next")
	again := h.startFleet("HOLDFAST_WORKER_BUILD=old")
	h.promote("old")
	cr.meanwhile(nil, n/6, "old", func() { cr.decide(late) })
	h.waitUntilDrained(cr, "next")
	cr.meanwhile(nil, n/6, "old", func() { stop(t, next...) })
	cr.requireEverythingWell()
	stop(t, again...)
}

// The check of the check: what nothing guards gets stuck, and is named. Nothing is lost
// by it: when the old workers are back, everything goes on.
func testDeployUnguarded(t *testing.T) {
	h := houseToDeploy(t, 4*time.Second)
	cr := newClientele(h, 10)
	old := h.start("worker")
	h.waitUntilItWorks(cr.c, old)
	held := cr.book(4, "")
	stop(t, old)
	next := h.startNext(unguardedly)
	h.waitUntilItWorks(cr.c, next)
	fine := cr.book(1, "")
	var found []fault
	eventually(t, "the holds are stuck", func() bool {
		found = cr.judge()
		return len(of(found, cannotGoOn)) == len(held)
	})
	for _, d := range held {
		require.Contains(t, of(found, cannotGoOn), d.id)
		require.Contains(t, of(found, taskFailed), d.id)
	}
	require.NotContains(t, of(found, cannotGoOn), fine[0].id, "what a new worker began is well with it")
	eventually(t, "what a new worker began has ended", func() bool { return fine[0].who.get(fine[0].id).Status == openapi.Expired })
	stop(t, next)

	back := h.start("worker")
	eventually(t, "everything has ended", func() bool { return cr.open() == 0 })
	require.Empty(t, of(cr.judge(), notAsTold))
	r, err := h.audit(30 * time.Second)
	require.NoError(t, err, "%+v", r.Violations)
	stop(t, back)
}

// promote makes a build current by the command.
func (h *house) promote(build string) {
	h.t.Helper()
	out, err := h.command("promote", build)
	require.NoError(h.t, err, out)
	require.Contains(h.t, out, "New bookings go to workers of build "+build)
}

// builds lists them by the command.
func (h *house) builds() (builds []workflows.Build) {
	h.t.Helper()
	out, err := h.command("promote", "--list", "--json")
	require.NoError(h.t, err, out)
	require.NoError(h.t, json.Unmarshal([]byte(out), &builds))
	return builds
}

// waitUntilDrained waits as an operator does before the workers of a build are stopped.
func (h *house) waitUntilDrained(cr *clientele, build string) {
	h.t.Helper()
	cr.waitForDeadlines(func() bool {
		list := h.builds()
		i := slices.IndexFunc(list, func(b workflows.Build) bool { return b.ID == build })
		require.GreaterOrEqual(h.t, i, 0)
		if os.Getenv("HOLDFAST_PROOF") == "full" { // Temporal looks only once in a while
			return list[i].State == workflows.BuildDrained
		}
		return list[i].State == workflows.BuildDraining && list[i].Open == 0
	})
}
