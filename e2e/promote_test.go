package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"holdfast/activities"
	"holdfast/internal/app"
	"holdfast/internal/config"
	"holdfast/workflows"
)

// runBuild runs a worker of a build in this process.
func (h *house) runBuild(build string) (stop func()) {
	h.t.Helper()
	before := h.cfg.WorkerBuild
	defer func() { h.cfg.WorkerBuild = before }()
	h.cfg.WorkerBuild = build
	return h.run(app.Worker)
}

// A build takes bookings once it is promoted, and not before. What stays with its build
// and what goes on with the next one is as the worker says.
func TestABuildIsPromoted(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *config.Config) { c.AnswerWithin, c.ReconcileEach = 3*time.Second, time.Hour })
	h.run(app.API)
	c, ctx := h.temporal(), t.Context()
	ada := h.guest()

	// Without workers nothing is promoted.
	out, err := h.command("promote", "--list")
	require.NoError(t, err, out)
	require.Equal(t, "No build is current: new bookings go to workers without a build.\n", out)
	out, err = h.command("promote", "v1", "--wait", "0s")
	require.Error(t, err)
	require.Equal(t, `holdfast: no worker of build "v1" asks for work on the task queue "`+h.cfg.TaskQueue+
		`"; start one with HOLDFAST_WORKER_BUILD=v1, then promote again`+"\n", out)

	// At the first start there is a worker, and it is not given anything yet.
	stopFirst := h.runBuild("v1")
	eventually(t, "its worker is listed", func() bool { return len(h.builds()) == 1 && h.builds()[0].Workers > 0 })
	require.Equal(t, workflows.BuildWaiting, h.builds()[0].State)
	requireProblem(t, ada.book(h.show, "A1"), 503, "unavailable")
	h.promote("v1")
	out, err = h.command("promote", "v1")
	require.NoError(t, err, out)
	require.Equal(t, "New bookings go to workers of build v1, as before.\n", out)
	pinned := ada.mustBook(h.show, "B1")

	// A payment of which nobody knows how it ends keeps a settlement open.
	b, p := h.held("C1", "tok_slow")
	engine := workflows.Client{Temporal: c, TaskQueue: h.cfg.TaskQueue, Timeout: h.cfg.AnswerWithin}
	require.NoError(t, engine.Settle(ctx, activities.Settle{Payment: p}))
	settlement := workflows.SettlementOptions(activities.Settle{Payment: p}, "").ID
	kept := func(id, build string, how enumspb.VersioningBehavior) func() bool {
		return func() bool {
			d, err := c.DescribeWorkflowExecution(ctx, id, "")
			require.NoError(t, err)
			v := d.GetWorkflowExecutionInfo().GetVersioningInfo()
			return v.GetDeploymentVersion().GetBuildId() == build && v.GetBehavior() == how
		}
	}
	eventually(t, "v1 has it", kept(settlement, "v1", enumspb.VERSIONING_BEHAVIOR_AUTO_UPGRADE))

	// Another build takes over what is not pinned, while its workers and old ones run.
	h.runBuild("v2")
	h.promote("v2")
	h.bank.decide(string(b.ID))
	h.requireNet(string(b.ID), 1500)
	eventually(t, "v2 has the settlement", kept(settlement, "v2", enumspb.VERSIONING_BEHAVIOR_AUTO_UPGRADE))
	require.Equal(t, http.StatusCreated, ada.pay(pinned.Id, "tok_ok", nil).status)
	require.True(t, kept("booking/"+pinned.Id, "v1", enumspb.VERSIONING_BEHAVIOR_PINNED)())
	require.NoError(t, c.ScheduleClient().GetHandle(ctx, workflows.ReconciliationSchedule(h.cfg.TaskQueue)).Trigger(ctx, client.ScheduleTriggerOptions{}))
	eventually(t, "v2 has compared the books", func() bool {
		d, err := c.ScheduleClient().GetHandle(ctx, workflows.ReconciliationSchedule(h.cfg.TaskQueue)).Describe(ctx)
		require.NoError(t, err)
		if len(d.Info.RecentActions) == 0 {
			return false
		}
		return kept(d.Info.RecentActions[0].StartWorkflowResult.WorkflowID, "v2", enumspb.VERSIONING_BEHAVIOR_AUTO_UPGRADE)()
	})

	// The refund of a booking that an old worker kept begins with the new build.
	eventually(t, "v1 has nothing left", func() bool { l := h.builds(); return l[1].ID == "v1" && l[1].Open == 0 })
	stopFirst()
	require.Equal(t, http.StatusOK, ada.do(http.MethodDelete, "/v1/bookings/"+pinned.Id, "", nil).status)
	require.True(t, kept("booking/"+pinned.Id+"/cancellation", "v2", enumspb.VERSIONING_BEHAVIOR_AUTO_UPGRADE)())

	// Back to workers without a build, which have to be there.
	stopPlain := h.run(app.Worker)
	out, err = h.command("promote", "--without")
	require.NoError(t, err, out)
	require.Contains(t, out, "New bookings go to workers without a build. Those of build v2 keep what they began")
	plain := ada.mustBook(h.show, "D1")
	require.True(t, kept("booking/"+plain.Id, "", enumspb.VERSIONING_BEHAVIOR_UNSPECIFIED)())
	// An open booking that has no build goes on with the build that is current.
	h.promote("v2")
	stopPlain()
	require.Equal(t, http.StatusCreated, ada.pay(plain.Id, "tok_ok", nil).status)
	eventually(t, "v2 has it", kept("booking/"+plain.Id, "v2", enumspb.VERSIONING_BEHAVIOR_PINNED))
}
