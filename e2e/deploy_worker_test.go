package e2e_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"holdfast/activities"
	"holdfast/internal/booking"
	"holdfast/internal/config"
	"holdfast/internal/payment"
	"holdfast/internal/postgres"
	"holdfast/internal/seatlock"
	holdfastworker "holdfast/worker"
	"holdfast/workflows"
)

// nextRelease makes this program a worker of the release that comes next, whose
// bookings begin with a step more: guarded by a version, or not. Old and new have to be
// processes: within one, all workers share the workflows that they have in memory, so a
// new worker would go on with what an old one has there, and replay nothing.
const (
	nextRelease = "HOLDFAST_TEST_NEXT_RELEASE"
	guarded     = "guarded"
	unguardedly = "unguarded"
)

// newStep is what the next release does more.
const newStep = "greet"

func greet(context.Context) error { return nil }

// nextBooking is the workflow of the next release. Its new step begins before all
// others and ends beside them, so that the request is still waited for from the start.
func nextBooking(release string) func(workflow.Context, workflows.BookingInput) (workflows.BookingResult, error) {
	return func(ctx workflow.Context, in workflows.BookingInput) (workflows.BookingResult, error) {
		if release == guarded && workflow.GetVersion(ctx, newStep, workflow.DefaultVersion, 1) == workflow.DefaultVersion {
			return workflows.Booking(ctx, in)
		}
		step := workflow.ExecuteLocalActivity(workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
			ScheduleToCloseTimeout: time.Second, Summary: newStep,
		}), greet)
		r, err := workflows.Booking(ctx, in)
		if err != nil {
			return r, err
		}
		return r, step.Get(ctx, nil)
	}
}

// workNext is the worker of the next release, with the settings of a real one.
func workNext(release string) int {
	if err := runNext(release); err != nil {
		fmt.Fprintln(os.Stderr, "the worker of the next release:", err)
		return 1
	}
	return 0
}

func runNext(release string) error {
	cfg, err := config.Load(os.Environ())
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	store, err := postgres.Open(cfg.PostgresURL, postgres.Options{MaxConns: cfg.PostgresConns, Log: log})
	if err != nil {
		return err
	}
	defer store.Close()
	locks, err := seatlock.Open(cfg.ValkeyURL)
	if err != nil {
		return err
	}
	defer locks.Close()
	bank, err := payment.NewSandbox(cfg.SandboxURL, cfg.SandboxKey, &http.Client{Timeout: 10 * time.Second})
	if err != nil {
		return err
	}
	refunds, err := booking.ParseRefundPolicy(cfg.RefundPolicy)
	if err != nil {
		return err
	}
	c, err := client.Dial(workflows.Options(cfg.TemporalAddr, cfg.Namespace, log))
	if err != nil {
		return err
	}
	defer c.Close()
	w := holdfastworker.NewOf(cfg.WorkerBuild, c, cfg.TaskQueue, &activities.Activities{
		Lock: locks, Store: store, MaxPending: cfg.MaxHolds, Grace: cfg.PaymentGrace, Refunds: refunds,
		Gateways: map[string]activities.Gateway{"sandbox": bank},
	}, func(error) {})
	w.RegisterWorkflowWithOptions(nextBooking(release), workflow.RegisterOptions{
		Name: "Booking", VersioningBehavior: workflow.VersioningBehaviorPinned, DisableAlreadyRegisteredCheck: true,
	})
	return w.Run(worker.InterruptCh())
}

// startNext starts a worker of the next release.
func (h *house) startNext(release string, settings ...string) *process {
	h.t.Helper()
	self, err := os.Executable()
	require.NoError(h.t, err)
	return h.launch(exec.Command(self), release+" worker", append(settings, nextRelease+"="+release)...)
}

// waitUntilItWorks waits until the process asks Temporal for work.
func (h *house) waitUntilItWorks(c client.Client, p *process) {
	h.t.Helper()
	eventually(h.t, "the worker asks for work", func() bool {
		d, err := c.DescribeTaskQueue(h.t.Context(), h.cfg.TaskQueue, enumspb.TASK_QUEUE_TYPE_WORKFLOW)
		if err != nil {
			return false
		}
		for _, poller := range d.GetPollers() {
			if strings.HasPrefix(poller.GetIdentity(), fmt.Sprint(p.cmd.Process.Pid, "@")) {
				return true
			}
		}
		return false
	})
}
