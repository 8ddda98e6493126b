package workflows

import (
	"fmt"

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
	Bookings int        `json:"bookings"` // that were ended so far
	Refunds  int        `json:"refunds"`  // that were given back so far
	After    booking.ID `json:"after,omitempty"`
}

const (
	// pageOfBookings is how many are ended before more are looked up, and sideBySide
	// how many at one time: providers limit how fast they are asked.
	pageOfBookings = 100
	sideBySide     = 10
	// runOfBookings is how many one run ends, at most some 25 events of history each.
	runOfBookings = 1000
)

// ShowtimeCancellation ends every booking of a showtime and gives all of its money
// back. It first closes the showtime, so that what it finds is all there is; what
// was done is done once, however often it is started.
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
	for ended := 0; ; {
		// An activity of its own: what it found is known for good before anything is
		// done about it. A worker that dies after ending some would not find them again.
		ids, err := call[[]booking.ID](ctx, 0, "find bookings", steps.UnfinishedBookings, activities.BookingPage{
			ShowtimeID: in.ShowtimeID, After: progress.After, Limit: pageOfBookings,
		})
		if err != nil {
			return report, err
		}
		if len(ids) == 0 {
			break
		}
		if err := endAll(ctx, ids, &progress); err != nil {
			return report, err
		}
		progress.After = ids[len(ids)-1]
		if ended += len(ids); ended >= runOfBookings {
			return report, workflow.NewContinueAsNewError(ctx, ShowtimeCancellation, ShowtimeInput{ShowtimeID: in.ShowtimeID, Progress: progress})
		}
	}
	return must[booking.ShowtimeReport](ctx, "report", steps.ReportShowtime, in.ShowtimeID)
}

// endAll ends the bookings, some at a time.
func endAll(ctx workflow.Context, ids []booking.ID, progress *Progress) error {
	turns := workflow.NewSemaphore(ctx, sideBySide)
	all := workflow.NewWaitGroup(ctx)
	var failed error
	for _, id := range ids {
		if err := turns.Acquire(ctx, 1); err != nil {
			return err
		}
		all.Add(1)
		workflow.Go(ctx, func(ctx workflow.Context) {
			defer all.Done()
			defer turns.Release(1)
			b, err := endOne(ctx, id)
			if err != nil {
				failed = err
			}
			if err != nil || b == nil {
				return
			}
			progress.Bookings++
			if p := b.Payment; p != nil && (p.Status == booking.PaymentAuthorized || p.Status == booking.PaymentRefundDue) {
				progress.Refunds++
			}
			workflow.SetCurrentDetails(ctx, fmt.Sprintf("%d bookings ended, %d refunds made", progress.Bookings, progress.Refunds))
		})
	}
	all.Wait(ctx)
	return failed
}

// endOne revokes one booking, frees its locks and gives its money back. Whoever
// keeps it still is told, to give up a payment that is open. It returns the booking
// as it was revoked; nil where it had ended in another way meanwhile.
func endOne(ctx workflow.Context, id booking.ID) (*booking.Booking, error) {
	out, err := must[activities.Outcome](ctx, "revoke the booking", steps.RevokeBooking, activities.Cancellation{BookingID: id, Reason: booking.ReasonShowtime})
	if err != nil || out.Refusal != nil {
		return nil, err
	}
	told := workflow.SignalExternalWorkflow(ctx, BookingWorkflowID(id), "", SignalRevoked, nil)
	if err := told.Get(ctx, nil); err != nil {
		workflow.GetLogger(ctx).Debug("nobody keeps the booking any more", "booking", id, "error", err)
	}
	return out.Booking, settle(ctx, *out.Booking)
}
