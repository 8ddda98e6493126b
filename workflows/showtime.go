package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"holdfast/activities"
	"holdfast/internal/booking"
)

// ShowtimeInput asks to cancel a showtime. Progress is of the runs before, where a
// large showtime goes on in another run.
type ShowtimeInput struct {
	ShowtimeID booking.ShowtimeID `json:"showtimeId"`
	Progress   Progress           `json:"progress"`
}

// Progress is how far the cancellation of a showtime has come.
type Progress struct {
	Bookings  int        `json:"bookings"`            // that were ended so far
	Refunds   int        `json:"refunds"`             // that were given back so far
	Failed    int        `json:"failed"`              // refunds that were not made in time
	Refunding bool       `json:"refunding,omitempty"` // every booking is ended, and money goes back
	After     booking.ID `json:"after,omitempty"`     // the last one of the pages that are done
}

const (
	// pageOfBookings is how many are ended before more are looked up, and sideBySide
	// how many at one time: providers limit how fast they are asked.
	pageOfBookings = 100
	sideBySide     = 10
	// runOfBookings is how many one run ends or refunds, at most some 15 events of
	// history each.
	runOfBookings = 1000
	// refundBound is how long one refund is tried for here. One that its provider does
	// not make keeps no other waiting: it stays due, and every reconciliation tries it.
	refundBound = time.Minute
)

// ShowtimeCancellation ends every booking of a showtime and gives all of its money
// back. It first closes the showtime, so that what it finds is all there is; then it
// ends all bookings, and then money goes back. What was done is done once, however
// often it is started.
func ShowtimeCancellation(ctx workflow.Context, in ShowtimeInput) (booking.ShowtimeReport, error) {
	var report booking.ShowtimeReport
	if in.ShowtimeID == "" {
		return report, temporal.NewNonRetryableApplicationError("a cancellation needs a showtime", "bad_input", nil)
	}
	progress := in.Progress
	if err := workflow.SetQueryHandler(ctx, QueryProgress, func() (Progress, error) { return progress, nil }); err != nil {
		return report, fmt.Errorf("registering %s: %w", QueryProgress, err)
	}
	ctx, cancel := workflow.NewDisconnectedContext(ctx) // once begun, money is given back
	defer cancel()
	closed, err := must[activities.Outcome](ctx, "close the showtime", steps.CloseShowtime, in.ShowtimeID)
	if err != nil {
		return report, err
	}
	if closed.Refusal != nil {
		return report, temporal.NewNonRetryableApplicationError(closed.Refusal.Message, string(closed.Refusal.Code), nil, closed.Refusal)
	}
	for done := 0; ; {
		// An activity of its own: what it found is known for good before anything is
		// done about it. A worker that dies after ending some would not find them again.
		ids, err := call[[]booking.ID](ctx, 0, "find bookings", steps.UnfinishedBookings, activities.BookingPage{
			ShowtimeID: in.ShowtimeID, After: progress.After, Limit: pageOfBookings,
		})
		if err != nil {
			return report, err
		}
		if len(ids) == 0 {
			if progress.Refunding {
				break
			}
			progress.Refunding, progress.After = true, ""
			continue
		}
		if err := forEach(ctx, ids, &progress); err != nil {
			return report, err
		}
		progress.After = ids[len(ids)-1]
		if done += len(ids); done >= runOfBookings {
			return report, workflow.NewContinueAsNewError(ctx, ShowtimeCancellation, ShowtimeInput{ShowtimeID: in.ShowtimeID, Progress: progress})
		}
	}
	return must[booking.ShowtimeReport](ctx, "report", steps.ReportShowtime, in.ShowtimeID)
}

// forEach ends or refunds the bookings, some at a time.
func forEach(ctx workflow.Context, ids []booking.ID, progress *Progress) error {
	turns := workflow.NewSemaphore(ctx, sideBySide)
	all := workflow.NewWaitGroup(ctx)
	do := endOne
	if progress.Refunding {
		do = refundOne
	}
	var failed error
	for _, id := range ids {
		if err := turns.Acquire(ctx, 1); err != nil {
			return err
		}
		all.Add(1)
		workflow.Go(ctx, func(ctx workflow.Context) {
			defer all.Done()
			defer turns.Release(1)
			if err := do(ctx, id, progress); err != nil {
				failed = err
			}
			workflow.SetCurrentDetails(ctx, fmt.Sprintf("%d bookings ended, %d refunds made, %d not made in time", progress.Bookings, progress.Refunds, progress.Failed))
		})
	}
	all.Wait(ctx)
	return failed
}

// revoke ends a booking, or says that it had been ended, with its payment; nil is
// that it ended in another way meanwhile.
func revoke(ctx workflow.Context, id booking.ID) (*booking.Booking, error) {
	out, err := must[activities.Outcome](ctx, "revoke the booking", steps.RevokeBooking, activities.Cancellation{BookingID: id, Reason: booking.ReasonShowtime})
	if err != nil || out.Refusal != nil {
		return nil, err
	}
	return out.Booking, nil
}

// endOne ends one booking and frees its locks. Whoever keeps it still is told, to
// give up a payment that is open.
func endOne(ctx workflow.Context, id booking.ID, progress *Progress) error {
	b, err := revoke(ctx, id)
	if err != nil || b == nil {
		return err
	}
	told := workflow.SignalExternalWorkflow(ctx, BookingWorkflowID(id), "", SignalRevoked, nil)
	if err := told.Get(ctx, nil); err != nil {
		workflow.GetLogger(ctx).Debug("nobody keeps the booking any more", "booking", id, "error", err)
	}
	progress.Bookings++
	return unlock(ctx, *b)
}

// refundOne gives the money of an ended booking back.
func refundOne(ctx workflow.Context, id booking.ID, progress *Progress) error {
	b, err := revoke(ctx, id)
	if err != nil || b == nil || b.Payment == nil {
		return err
	}
	refund := activities.Payment{BookingID: b.ID, Payment: *b.Payment}
	if _, err := call[nothing](ctx, refundBound, "refund "+b.Payment.Amount.String(), steps.RefundPayment, refund); err != nil {
		workflow.GetLogger(ctx).Error("a refund was not made in time, and stays due", "booking", id, "error", err)
		progress.Failed++
		return nil
	}
	progress.Refunds++
	return nil
}
