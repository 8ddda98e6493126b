// Package worker runs the workflows and activities: registration and options.
package worker

import (
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

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

// New makes a worker of the task queue. Start and Stop are the SDK's; fatal is
// told when the worker has stopped by itself, for good.
func New(c client.Client, taskQueue string, a *activities.Activities, fatal func(error)) worker.Worker {
	worker.SetStickyWorkflowCacheSize(cachedWorkflows)
	w := worker.New(c, taskQueue, worker.Options{
		StickyScheduleToStartTimeout: stickyTimeout,
		WorkerStopTimeout:            stopTimeout,
		OnFatalError:                 fatal,
	})
	for _, workflow := range workflows.All() {
		w.RegisterWorkflow(workflow)
	}
	w.RegisterActivity(a)
	return w
}
