package e2e_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/workflowservice/v1"

	"holdfast/api/openapi"
)

// fault is what is wrong with a booking.
type fault struct{ id, what, details string }

const (
	cannotGoOn = "its workflow cannot go on"
	stillOpen  = "its workflow is open"
	endedBadly = "its workflow has ended badly"
	notAsTold  = "it is not as its customer was told"
	wrongBuild = "another build has kept it"
	taskFailed = "a task of its workflow failed"
)

// judge names every booking that was lost, is stuck, or met an error on its way.
func (cr *clientele) judge() []fault {
	cr.h.t.Helper()
	var mu sync.Mutex
	var out []fault
	forEach(len(cr.deals), func(i int) {
		found := cr.look(cr.deals[i])
		mu.Lock()
		defer mu.Unlock()
		out = append(out, found...)
	})
	return out
}

func (cr *clientele) look(d *deal) (out []fault) {
	say := func(what, format string, args ...any) {
		out = append(out, fault{d.id, what, fmt.Sprintf(format, args...)})
	}
	ctx, id := context.Background(), "booking/"+d.id
	w, err := cr.c.DescribeWorkflowExecution(ctx, id, "")
	if err != nil {
		say(endedBadly, "%v", err)
		return out
	}
	info := w.GetWorkflowExecutionInfo()
	switch status := info.GetStatus(); {
	case status == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING && w.GetPendingWorkflowTask().GetAttempt() > 1:
		say(cannotGoOn, "attempt %d", w.GetPendingWorkflowTask().GetAttempt())
	case status == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING:
		say(stillOpen, "")
	case status != enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED:
		say(endedBadly, "%s", status)
	}
	if build := info.GetVersioningInfo().GetDeploymentVersion().GetBuildId(); d.build != "" && build != d.build {
		say(wrongBuild, "%q instead of %q", build, d.build)
	}
	for _, f := range cr.failedTasks(id) {
		if cr.givenBack(d, f) {
			cr.back.Add(1)
			continue
		}
		say(taskFailed, "%s at %s: %s", f.GetCause(), f.GetIdentity(), f.GetFailure().GetMessage())
	}
	if now := d.who.get(d.id).Status; now != d.told {
		say(notAsTold, "it is %s, and the customer was told %s", now, d.told)
	}
	return out
}

// givenBack reports whether an old worker was given a booking that a new one had begun,
// as happens where both are given any, when the new one was too busy to take it at once.
// The old one knows nothing of the version, and says so; then a new one has it.
func (cr *clientele) givenBack(d *deal, f *historypb.WorkflowTaskFailedEventAttributes) bool {
	byOld := slices.ContainsFunc(cr.mixed, func(old *process) bool {
		return strings.HasPrefix(f.GetIdentity(), fmt.Sprint(old.cmd.Process.Pid, "@"))
	})
	return byOld && f.GetCause() == enumspb.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR && cr.byNext(d)
}

// failedTasks are the tasks of a workflow that a worker could not do. One that came to
// its end just when there was news is none of them: it is done again with the news.
func (cr *clientele) failedTasks(id string) (out []*historypb.WorkflowTaskFailedEventAttributes) {
	for e := range cr.events(id) {
		f := e.GetWorkflowTaskFailedEventAttributes()
		if f != nil && f.GetCause() != enumspb.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND {
			out = append(out, f)
		}
	}
	return out
}

// timedOut counts the tasks of a workflow that ran out of time, by the time that it was.
func (cr *clientele) timedOut(id string, n map[string]int) {
	for e := range cr.events(id) {
		if a := e.GetWorkflowTaskTimedOutEventAttributes(); a != nil {
			n[a.GetTimeoutType().String()]++
		}
	}
}

// byNext reports whether a worker of the next release has begun the booking.
func (cr *clientele) byNext(d *deal) bool {
	for e := range cr.events("booking/" + d.id) {
		if strings.Contains(e.GetMarkerRecordedEventAttributes().String(), newStep) {
			return true
		}
	}
	return false
}

func (cr *clientele) events(id string) iter.Seq[*historypb.HistoryEvent] {
	return func(yield func(*historypb.HistoryEvent) bool) {
		events := cr.c.GetWorkflowHistory(context.Background(), id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for events.HasNext() {
			e, err := events.Next()
			if err != nil {
				cr.h.t.Errorf("reading the history of %s: %v", id, err)
				return
			}
			if !yield(e) {
				return
			}
		}
	}
}

// of are the bookings with such a fault.
func of(faults []fault, what string) (ids []string) {
	for _, f := range faults {
		if f.what == what && !slices.Contains(ids, f.id) {
			ids = append(ids, f.id)
		}
	}
	return ids
}

// open counts the bookings that are kept by a workflow.
func (cr *clientele) open() int64 {
	query := fmt.Sprintf("WorkflowType = 'Booking' AND ExecutionStatus = 'Running' AND TaskQueue = '%s'", cr.h.cfg.TaskQueue)
	return cr.count(query)
}

func (cr *clientele) count(query string) int64 {
	n, err := cr.c.CountWorkflow(context.Background(), &workflowservice.CountWorkflowExecutionsRequest{Query: query})
	if err != nil {
		cr.h.t.Logf("counting %q: %v", query, err)
		return -1
	}
	return n.GetCount()
}

// waitForDeadlines waits until the time of all holds so far is up, and they have ended.
func (cr *clientele) waitForDeadlines(ended func() bool) {
	cr.h.t.Helper()
	var last time.Time
	for _, d := range cr.deals {
		if d.told == openapi.Expired && d.ends.After(last) {
			last = d.ends
		}
	}
	<-time.After(time.Until(last))
	eventually(cr.h.t, "they have ended", ended)
}

// requireEverythingWell waits for the end of every booking, and then nothing may be
// wrong with any of them.
func (cr *clientele) requireEverythingWell() {
	t := cr.h.t
	t.Helper()
	cr.waitForDeadlines(func() bool { return cr.open() == 0 })
	require.Empty(t, cr.judge())
	require.Zero(t, cr.count(fmt.Sprintf("TaskQueue = '%s' AND ExecutionStatus NOT IN ('Completed', 'Running')", cr.h.cfg.TaskQueue)))
	db := cr.h.db()
	var known int
	var earliest, latest float64
	require.NoError(t, db.QueryRow(t.Context(), `SELECT count(*),
		coalesce(min(extract(epoch FROM decided_at - expires_at)) FILTER (WHERE status = 'expired'), 0)::float8,
		coalesce(max(extract(epoch FROM decided_at - expires_at)) FILTER (WHERE status = 'expired'), 0)::float8
		FROM bookings WHERE reason <> 'unsettled'`).Scan(&known, &earliest, &latest))
	// One that was given up, so that its customer was told to try again, is none.
	require.Equal(t, len(cr.deals), known, "each booking has a customer who knows of it")
	require.GreaterOrEqual(t, earliest, 0.0, "no hold ends before its deadline")
	ends, late := map[openapi.BookingStatus]int{}, map[string]int{}
	for _, d := range cr.deals {
		ends[d.told]++
		cr.timedOut("booking/"+d.id, late)
	}
	t.Logf("%d bookings: %v; holds ended up to %.3f s after their deadline; the slowest answer took %s; %d said to try again; %d tasks came to old workers; out of time: %v",
		known, ends, latest, time.Duration(cr.slow.Load()).Round(time.Millisecond), cr.again.Load(), cr.back.Load(), late)
	r, err := cr.h.audit(30 * time.Second)
	require.NoError(t, err, "%+v", r.Violations)
	require.Empty(t, r.Violations)
	require.Empty(t, r.Unchecked)
}
