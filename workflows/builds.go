package workflows

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
)

// Deployment is Temporal's name for all builds of the workers of a task queue. A task
// queue has its own, as it has its own bookings.
func Deployment(taskQueue string) string { return taskQueue }

// Pinned are the workflows that stay with the build that began them. A booking ends
// within minutes: it is cheaper to keep the workers of a build for so long than to have
// every change of its code replay the bookings that are open.
func Pinned() []any { return []any{Booking} }

// Upgraded are the workflows that go on with the build that is current. A provider that
// is away keeps a cancellation, a settlement or the end of a showtime open for days, and
// no old worker is to be kept for that; a reconciliation begins by schedule at any
// moment. So a change of their code has to replay the recorded histories, or needs
// workflow.GetVersion.
func Upgraded() []any { return []any{Cancellation, Settlement, ShowtimeCancellation, Reconciliation} }

// What becomes of a build.
const (
	BuildWaiting  = "waiting"  // its workers are there; it was never made current
	BuildCurrent  = "current"  // it takes new bookings
	BuildRamping  = "ramping"  // it takes a share of them, as Temporal's own tool can say
	BuildDraining = "draining" // it keeps the bookings that it began
	BuildDrained  = "drained"  // and has none left, as far as Temporal has looked
)

// Build is a version of the workers.
type Build struct {
	ID      string    `json:"build"`
	State   string    `json:"state"`
	Open    int64     `json:"open"`    // bookings that only its workers can go on with
	Workers int       `json:"workers"` // that have asked for work lately
	Since   time.Time `json:"since"`   // its first worker came
}

// pollWindow is how long ago a worker may have asked for work: an idle one asks once in
// a minute.
const pollWindow = 70 * time.Second

// Builds are those that Temporal knows of, the newest first.
func (c *Client) Builds(ctx context.Context) ([]Build, error) {
	ctx, cancel := context.WithTimeout(ctx, operatorBound)
	defer cancel()
	d, err := c.deployment().Describe(ctx, client.WorkerDeploymentDescribeOptions{})
	var none *serviceerror.NotFound
	if errors.As(err, &none) {
		return []Build{}, nil
	} else if err != nil {
		return nil, translate("list its builds", err)
	}
	workers, err := c.workers(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Build, 0, len(d.Info.VersionSummaries))
	for _, v := range d.Info.VersionSummaries {
		b := Build{ID: v.Version.BuildID, State: state(v, d.Info.RoutingConfig), Workers: workers[v.Version.BuildID], Since: v.CreateTime}
		query := fmt.Sprintf("TemporalWorkerDeploymentVersion = '%s:%s' AND TemporalWorkflowVersioningBehavior = 'Pinned' AND ExecutionStatus = 'Running'",
			Deployment(c.TaskQueue), b.ID)
		open, err := c.Temporal.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Query: query})
		if err != nil {
			return nil, translate("be counted", err)
		}
		b.Open = open.GetCount()
		out = append(out, b)
	}
	slices.SortStableFunc(out, func(a, b Build) int { return cmp.Compare(b.Since.UnixNano(), a.Since.UnixNano()) })
	return out, nil
}

func state(v client.WorkerDeploymentVersionSummary, routing client.WorkerDeploymentRoutingConfig) string {
	switch {
	case routing.CurrentVersion != nil && *routing.CurrentVersion == v.Version:
		return BuildCurrent
	case routing.RampingVersion != nil && *routing.RampingVersion == v.Version:
		return BuildRamping
	case v.DrainageStatus == client.WorkerDeploymentVersionDrainageStatusDraining:
		return BuildDraining
	case v.DrainageStatus == client.WorkerDeploymentVersionDrainageStatusDrained:
		return BuildDrained
	}
	return BuildWaiting
}

// workers counts those of each build; of the build "" are those without one.
func (c *Client) workers(ctx context.Context) (map[string]int, error) {
	d, err := c.Temporal.DescribeTaskQueue(ctx, c.TaskQueue, enumspb.TASK_QUEUE_TYPE_WORKFLOW)
	if err != nil {
		return nil, translate("name its workers", err)
	}
	out := map[string]int{}
	for _, p := range d.GetPollers() {
		if time.Since(p.GetLastAccessTime().AsTime()) > pollWindow {
			continue
		}
		build := ""
		if o := p.GetDeploymentOptions(); o.GetWorkerVersioningMode() == enumspb.WORKER_VERSIONING_MODE_VERSIONED {
			build = o.GetBuildId()
		}
		out[build]++
	}
	return out, nil
}

func (c *Client) deployment() client.WorkerDeploymentHandle {
	return c.Temporal.WorkerDeploymentClient().GetHandle(Deployment(c.TaskQueue))
}

// NoWorkersError says that a build cannot be made current: nobody would take bookings.
type NoWorkersError struct {
	Build, TaskQueue string
	Err              error // what Temporal had against it, if it was asked
}

// Error is a sentence for operators.
func (e *NoWorkersError) Error() string {
	if e.Build == "" {
		return fmt.Sprintf("no worker without a build asks for work on the task queue %q; start one with HOLDFAST_WORKER_BUILD not set, then promote again", e.TaskQueue)
	}
	s := fmt.Sprintf("no worker of build %q asks for work on the task queue %q; start one with HOLDFAST_WORKER_BUILD=%s, then promote again", e.Build, e.TaskQueue, e.Build)
	if e.Err != nil {
		s += fmt.Sprintf(" (Temporal says: %v)", e.Err)
	}
	return s
}

// Unwrap is what Temporal had against it.
func (e *NoWorkersError) Unwrap() error { return e.Err }

const (
	promoteEvery = 250 * time.Millisecond // it is looked whether the workers are there
	// operatorBound is how long Temporal may take to answer here. It keeps what it knows
	// of builds in workflows of its own, and tells all of its queues before it answers.
	operatorBound = time.Minute
)

// Promote makes a build current, which from then on takes new bookings, and returns the
// one before it. The empty build is the workers without one. It waits for the workers,
// at most for so long; a build that is current already stays it.
func (c *Client) Promote(ctx context.Context, build string, wait time.Duration) (before string, err error) {
	deadline := time.Now().Add(wait)
	for {
		before, err = c.promote(ctx, build)
		var missing *NoWorkersError
		if !errors.As(err, &missing) || time.Now().After(deadline) {
			return before, err
		}
		select {
		case <-ctx.Done():
			return before, err
		case <-time.After(promoteEvery):
		}
	}
}

func (c *Client) promote(ctx context.Context, build string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, operatorBound)
	defer cancel()
	workers, err := c.workers(ctx)
	if err != nil {
		return "", err
	}
	if workers[build] == 0 { // Temporal would take one that was there once
		return "", &NoWorkersError{Build: build, TaskQueue: c.TaskQueue}
	}
	var early *serviceerror.FailedPrecondition
	var unknown *serviceerror.NotFound
	now, err := c.deployment().Describe(ctx, client.WorkerDeploymentDescribeOptions{})
	if build == "" && errors.As(err, &unknown) {
		return "", nil // there was never a build
	}
	if err == nil {
		_, err = c.deployment().SetCurrentVersion(ctx, client.WorkerDeploymentSetCurrentVersionOptions{BuildID: build})
	}
	if errors.As(err, &early) || errors.As(err, &unknown) { // its worker has only just come
		return "", &NoWorkersError{Build: build, TaskQueue: c.TaskQueue, Err: err}
	}
	if err != nil {
		return "", translate("promote a build", err)
	}
	if before := now.Info.RoutingConfig.CurrentVersion; before != nil {
		return before.BuildID, nil
	}
	return "", nil
}
