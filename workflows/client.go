package workflows

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"

	"holdfast/activities"
	"holdfast/internal/booking"
)

// ErrEnded says that the booking's workflow has ended: the store knows how.
var ErrEnded = errors.New("the workflow has ended")

// Client asks the workflows on behalf of the API. A refusal comes as a
// *booking.Refusal, trouble with Temporal as a *booking.UnavailableError.
type Client struct {
	Temporal  client.Client
	TaskQueue string
	// Timeout bounds the wait for an answer. What was asked may happen after it.
	Timeout time.Duration
	// Notices are those of the worker in this process, if there is one of Temporal's
	// same client: bookings then begin in it, see docs/adr/0015.
	Notices *Notices
}

// Options are those of every connection to Temporal. Its messages are small and travel
// within one network, so that compressing them, the SDK's default, would cost more than
// it saves: on both sides.
func Options(address, namespace string, log *slog.Logger) client.Options {
	return client.Options{
		HostPort: address, Namespace: namespace, Logger: sdklog.NewStructuredLogger(log),
		ConnectionOptions: client.ConnectionOptions{GrpcCompression: &client.GrpcCompressionNone{}},
	}
}

// patienceShare of the timeout is how late a hold may still begin; the rest is
// for doing it.
const patienceShare = 0.35

// Hold starts the booking's workflow, or joins the one that runs, and waits
// until its seats are held or refused.
func (c *Client) Hold(ctx context.Context, in BookingInput) (booking.Booking, error) {
	in.Patience = time.Duration(float64(c.Timeout) * patienceShare)
	in.Shown = true
	if c.Notices != nil {
		in.Eager = true
		switch out, err := c.holdHere(ctx, in); {
		case err != nil:
			return booking.Booking{}, err
		case out != nil:
			return unpack(*out)
		}
	}
	// The update has no id of its own: under the same id, Temporal would answer
	// with the refusal of an earlier run for as long as it remembers it.
	update := client.UpdateWorkflowOptions{
		UpdateName: UpdateHold, Args: []any{in.Fingerprint}, WaitForStage: client.WorkflowUpdateStageCompleted,
	}
	return c.startAndAsk(ctx, update, c.Temporal.NewWithStartWorkflowOperation(BookingOptions(in, c.TaskQueue), Booking, in))
}

// noticeWithin is how long a hold is waited for that should have begun in this process.
// After it another process has it, or an earlier request for the same, and is asked.
const noticeWithin = time.Second

// holdHere starts the booking's workflow in the worker of this process, without the way
// over a task queue, and has the outcome as soon as the hold is durable, which is before
// Temporal knows of it. It has none where the workflow went elsewhere.
func (c *Client) holdHere(ctx context.Context, in BookingInput) (*activities.Outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	told, leave := c.Notices.expect(in.BookingID, in.Fingerprint)
	defer leave()
	options := BookingOptions(in, c.TaskQueue)
	options.EnableEagerStart = true
	if _, err := c.Temporal.ExecuteWorkflow(ctx, options, Booking, in); err != nil {
		return nil, translate("hold", err)
	}
	patience := time.NewTimer(noticeWithin)
	defer patience.Stop()
	select {
	case out := <-told:
		return &out, nil
	case <-patience.C:
		return nil, nil
	case <-ctx.Done():
		return nil, translate("hold", ctx.Err())
	}
}

// Revoke cancels a confirmed booking; its refund follows.
func (c *Client) Revoke(ctx context.Context, in CancellationInput) (booking.Booking, error) {
	update := client.UpdateWorkflowOptions{UpdateName: UpdateRevoke, WaitForStage: client.WorkflowUpdateStageCompleted}
	return c.startAndAsk(ctx, update, c.Temporal.NewWithStartWorkflowOperation(CancellationOptions(in, c.TaskQueue), Cancellation, in))
}

// Cancel ends an unpaid booking. The booking returned says how it stands, which
// is otherwise if a payment was faster; ErrEnded says that it was decided before.
func (c *Client) Cancel(ctx context.Context, id booking.ID) (booking.Booking, error) {
	var out activities.Outcome
	if err := c.ask(ctx, id, "", UpdateCancel, &out); err != nil {
		return booking.Booking{}, err
	}
	return unpack(out)
}

// Pay pays for a booking. Asking again with the same payment id is asking once.
func (c *Client) Pay(ctx context.Context, id booking.ID, in PayInput) (PayOutcome, error) {
	var out PayOutcome
	err := c.ask(ctx, id, in.PaymentID, UpdatePay, &out, in)
	return out, err
}

// tries bounds how often an update is asked for that Temporal has dropped, as it
// does when other news of the workflow comes at the same moment, or when it has too much to
// do: so each try waits for longer than the one before. Every update may be asked for twice.
const (
	tries      = 6
	firstPause = 50 * time.Millisecond
)

func (c *Client) ask(ctx context.Context, id booking.ID, updateID, name string, out any, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	for n := 1; ; n++ {
		err := c.askOnce(ctx, id, updateID, name, out, args...)
		var away *booking.UnavailableError
		if !errors.As(err, &away) || n == tries {
			return err
		}
		select {
		case <-time.After(firstPause << (n - 1)):
		case <-ctx.Done():
			return err
		}
	}
}

func (c *Client) askOnce(ctx context.Context, id booking.ID, updateID, name string, out any, args ...any) error {
	handle, err := c.Temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		UpdateID: updateID, WorkflowID: BookingWorkflowID(id), UpdateName: name, Args: args,
		WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err == nil {
		err = handle.Get(ctx, out)
	}
	return translate(name, err)
}

func (c *Client) startAndAsk(ctx context.Context, update client.UpdateWorkflowOptions, start client.WithStartWorkflowOperation) (booking.Booking, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	handle, err := c.Temporal.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: start, UpdateOptions: update,
	})
	var out activities.Outcome
	if err == nil {
		err = handle.Get(ctx, &out)
	}
	if err = translate(update.UpdateName, err); errors.Is(err, ErrEnded) {
		// It was started or joined in the same call, so somebody ended it from outside.
		return booking.Booking{}, &booking.UnavailableError{Server: "temporal", Err: err}
	} else if err != nil {
		return booking.Booking{}, err
	}
	return unpack(out)
}

func unpack(out activities.Outcome) (booking.Booking, error) {
	switch {
	case out.Refusal != nil:
		return booking.Booking{}, out.Refusal
	case out.Booking == nil:
		return booking.Booking{}, errors.New("the workflow answered with neither a booking nor a refusal")
	}
	return *out.Booking, nil
}

// translate tells refusals, the end of the workflow and trouble with Temporal
// apart.
func translate(name string, err error) error {
	if err == nil {
		return nil
	}
	var rejected *temporal.ApplicationError
	if errors.As(err, &rejected) && rejected.HasDetails() {
		r := new(booking.Refusal)
		if rejected.Details(r) == nil && r.Code != "" {
			return r
		}
	}
	var gone *serviceerror.NotFound
	if errors.As(err, &gone) {
		return ErrEnded
	}
	err = fmt.Errorf("asking the workflow to %s: %w", name, err)
	if rejected != nil || errors.Is(err, context.Canceled) {
		return err
	}
	// What is left comes from the connection or the server: away, busy, or the
	// answer did not come in time.
	return &booking.UnavailableError{Server: "temporal", Err: err}
}
