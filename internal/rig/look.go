package rig

import (
	"context"
	"fmt"

	"go.temporal.io/api/workflowservice/v1"
)

// Named finds a process.
func Named(procs []*Process, name string) *Process {
	for _, p := range procs {
		if p.Name == name {
			return p
		}
	}
	panic("there is no process " + name)
}

// UnderWay says what the engine has still to do: holds, payments, events, workflows; ""
// when there is nothing.
func (c *Clients) UnderWay(ctx context.Context, namespace string) (string, error) {
	var holds, payments, events int
	err := c.DB.QueryRow(ctx, `SELECT (SELECT count(*) FROM bookings WHERE status = 'pending'),
		(SELECT count(*) FROM payments WHERE status IN ('open', 'authorized', 'refund_due')), (SELECT count(*) FROM outbox)`).Scan(&holds, &payments, &events)
	if err != nil {
		return "", err
	}
	if holds+payments+events > 0 {
		return fmt.Sprintf("%d holds, %d payments and %d events are under way", holds, payments, events), nil
	}
	running, err := c.Temporal.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{
		Namespace: namespace, Query: "ExecutionStatus = 'Running' AND WorkflowType IN ('Booking', 'Cancellation', 'Settlement')",
	})
	if err != nil {
		return "", err
	}
	if n := running.GetCount(); n > 0 {
		return fmt.Sprintf("%d workflows are running", n), nil
	}
	return "", nil
}
