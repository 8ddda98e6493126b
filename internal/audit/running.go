package audit

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"holdfast/internal/booking"
)

// runningCheck compares the open holds with the workflows that keep them.
type runningCheck struct {
	truth     Truth
	workflows Workflows
	late      time.Duration
}

// overdueBatch is how many overdue bookings are looked up in the store at once.
const overdueBatch = 500

const (
	unkept  = "a pending booking has no workflow that runs"
	overdue = "a workflow runs past its deadline, and no payment is open"
)

func (c *runningCheck) look(ctx context.Context, s suspects) ([]Violation, []Count, error) {
	found, holds, err := c.unkept(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	late, n, err := c.overdue(ctx)
	return append(found, late...), []Count{{5, "holds with their workflows", holds}, {5, "workflows past their deadline", n}}, err
}

func (c *runningCheck) unkept(ctx context.Context, s suspects) ([]Violation, int64, error) {
	holds, err := c.truth.OpenHolds(ctx)
	if err != nil {
		return nil, 0, err
	}
	if !s.first() {
		seemed := map[booking.ID]bool{}
		for _, v := range s {
			seemed[v.BookingID] = true
		}
		holds = slices.DeleteFunc(holds, func(h booking.OpenHold) bool { return !seemed[h.BookingID] })
	}
	var mu sync.Mutex
	var found []Violation
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, h := range holds {
		g.Go(func() error {
			runs, err := c.workflows.Runs(gctx, h.BookingID)
			if err != nil || runs {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			found = append(found, Violation{
				Statement: 5, Problem: unkept, ShowtimeID: h.ShowtimeID, BookingID: h.BookingID,
				Details: "workflow booking/" + string(h.BookingID), Do: "end it; \"A booking whose workflow is gone\" in docs/operations.md",
			})
			return nil
		})
	}
	err = g.Wait()
	return found, int64(len(holds)), err
}

func (c *runningCheck) overdue(ctx context.Context) ([]Violation, int64, error) {
	ids, err := c.workflows.Overdue(ctx, time.Now().Add(-c.late))
	if err != nil {
		return nil, 0, err
	}
	var found []Violation
	for some := range slices.Chunk(ids, overdueBatch) {
		followed, err := c.truth.WithOpenMoney(ctx, some)
		if err != nil {
			return nil, 0, err
		}
		for _, id := range some {
			if slices.Contains(followed, id) {
				continue
			}
			if runs, err := c.workflows.Runs(ctx, id); err != nil { // the index of workflows is behind
				return nil, 0, err
			} else if runs {
				found = append(found, Violation{
					Statement: 5, Problem: overdue, BookingID: id, Details: "workflow booking/" + string(id),
					Do: "see whether workers run, and what its pending activity says in Temporal UI",
				})
			}
		}
	}
	return found, int64(len(ids)), nil
}
