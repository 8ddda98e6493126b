package workflows

import (
	"context"
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"holdfast/activities"
	"holdfast/internal/booking"
)

func TestCancellationRefundsOnce(t *testing.T) {
	w := newWorld()
	revoked := booking.Booking{
		ID: "b1", ShowtimeID: "s1", Status: booking.Cancelled, Seats: []booking.BookedSeat{{ID: "A1"}},
		Payment: &booking.Payment{ID: "p1", Method: "sandbox", Status: booking.PaymentRefundDue, Amount: booking.Money{Minor: price, Currency: "USD"}},
	}
	w.env.OnActivity(steps.RevokeBooking, mock.Anything, mock.Anything).Return(func(context.Context, activities.Cancellation) (activities.Outcome, error) {
		w.note("revoke")
		return activities.Outcome{Booking: &revoked}, nil
	})
	answer := ask[activities.Outcome](w, 0, UpdateRevoke, "r1")
	again := ask[activities.Outcome](w, 0, UpdateRevoke, "r2")
	w.env.ExecuteWorkflow(Cancellation, CancellationInput{Cancellation: activities.Cancellation{BookingID: "b1", Reason: booking.ReasonCustomer}})
	require.NoError(t, w.env.GetWorkflowError())
	require.Equal(t, []string{"revoke", "release", "refund"}, w.steps)
	require.Equal(t, booking.Cancelled, answer.value.Booking.Status)
	require.Equal(t, answer.value, again.value)
}

func TestCancellationRefused(t *testing.T) {
	w := newWorld()
	w.env.OnActivity(steps.RevokeBooking, mock.Anything, mock.Anything).Return(
		activities.Outcome{Refusal: booking.Refuse(booking.CodeNotCancellable, "the showtime has begun")}, nil)
	answer := ask[activities.Outcome](w, 0, UpdateRevoke, "r1")
	w.env.ExecuteWorkflow(Cancellation, CancellationInput{Cancellation: activities.Cancellation{BookingID: "b1"}})
	require.NoError(t, w.env.GetWorkflowError())
	require.Equal(t, booking.CodeNotCancellable, answer.value.Refusal.Code)
	require.Empty(t, w.steps, "nothing is released or refunded")
}
