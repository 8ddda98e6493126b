package workflows

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"

	"holdfast/internal/booking"
)

// overduePage is how many workflows are listed at once.
const overduePage = 500

// Runs reports whether a workflow keeps the booking at this moment.
func (c *Client) Runs(ctx context.Context, id booking.ID) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	d, err := c.Temporal.DescribeWorkflowExecution(ctx, BookingWorkflowID(id), "")
	var gone *serviceerror.NotFound
	if errors.As(err, &gone) {
		return false, nil
	} else if err != nil {
		return false, translate("say how it stands", err)
	}
	return d.GetWorkflowExecutionInfo().GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, nil
}

// Overdue returns the bookings whose workflows run although their deadline was before
// then. It goes by Temporal's index, which is a little behind.
func (c *Client) Overdue(ctx context.Context, then time.Time) ([]booking.ID, error) {
	query := fmt.Sprintf("WorkflowType = 'Booking' AND ExecutionStatus = 'Running' AND TaskQueue = '%s' AND %s < '%s'",
		c.TaskQueue, AttrDeadline.GetName(), then.UTC().Format(time.RFC3339Nano))
	var out []booking.ID
	var next []byte
	for {
		page, err := c.listOverdue(ctx, query, next)
		if err != nil {
			return nil, translate("be listed", err)
		}
		for _, e := range page.GetExecutions() {
			out = append(out, booking.ID(strings.TrimPrefix(e.GetExecution().GetWorkflowId(), BookingWorkflowID(""))))
		}
		if next = page.GetNextPageToken(); len(next) == 0 {
			return out, nil
		}
	}
}

func (c *Client) listOverdue(ctx context.Context, query string, next []byte) (*workflowservice.ListWorkflowExecutionsResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	return c.Temporal.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
		Query: query, PageSize: overduePage, NextPageToken: next,
	})
}
