// Package worker runs the workflows and activities: registration and options.
package worker

import (
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"holdfast/activities"
	"holdfast/workflows"
)

// stickyTimeout is how long a task waits for the worker that has its workflow in
// memory before any other may take it. With a worker that was killed, this is
// what its holds are late by; the SDK's default of 5 s would break the bound of
// 2 s in which the seats of an expired hold are free. The price of a short one
// is a replay when a worker is too busy to answer for a second.
const stickyTimeout = time.Second

// stopTimeout is how long a stopping worker lets its activities finish. What is
// cut off is done again elsewhere.
const stopTimeout = 15 * time.Second

// cachedWorkflows is how many open bookings a worker keeps in memory, so that
// they need no replay when something happens: at 2 minutes a hold, 20,000 are 166
// bookings a second.
const cachedWorkflows = 20_000

// taskPollers is how many questions for workflow tasks a worker has open at a time, about
// half of them for the workflows that it keeps. A question is answered when Temporal has
// written down that the task is begun, some 10 to 30 ms on a busy machine: with the SDK's
// two, one of them for those that are kept, a worker that could do more fell behind at 30
// tasks a second, and what waits for longer than stickyTimeout is replayed elsewhere.
const taskPollers = 10

// New makes a worker of the task queue. Start and Stop are the SDK's; fatal is
// told when the worker has stopped by itself, for good.
func New(c client.Client, taskQueue string, a *activities.Activities, fatal func(error)) worker.Worker {
	return NewOf("", c, taskQueue, a, fatal)
}

// NewOf makes a worker of a build. It is given new bookings once its build is current,
// and keeps those that it began when another is. Without a build every worker of the
// task queue is given any booking.
func NewOf(build string, c client.Client, taskQueue string, a *activities.Activities, fatal func(error)) worker.Worker {
	worker.SetStickyWorkflowCacheSize(cachedWorkflows)
	options := worker.Options{
		StickyScheduleToStartTimeout: stickyTimeout,
		WorkflowTaskPollerBehavior:   worker.NewPollerBehaviorSimpleMaximum(worker.PollerBehaviorSimpleMaximumOptions{MaximumNumberOfPollers: taskPollers}),
		WorkerStopTimeout:            stopTimeout,
		OnFatalError:                 fatal,
	}
	if build != "" {
		options.DeploymentOptions = worker.DeploymentOptions{
			UseVersioning: true,
			Version:       worker.WorkerDeploymentVersion{DeploymentName: workflows.Deployment(taskQueue), BuildID: build},
		}
	}
	w := worker.New(c, taskQueue, options)
	for _, f := range workflows.Pinned() {
		w.RegisterWorkflowWithOptions(f, workflow.RegisterOptions{VersioningBehavior: workflow.VersioningBehaviorPinned})
	}
	for _, f := range workflows.Upgraded() {
		w.RegisterWorkflowWithOptions(f, workflow.RegisterOptions{VersioningBehavior: workflow.VersioningBehaviorAutoUpgrade})
	}
	w.RegisterActivity(a)
	return w
}
