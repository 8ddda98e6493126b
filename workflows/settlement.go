package workflows

import (
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"holdfast/activities"
	"holdfast/internal/booking"
)

// Settlement brings a payment to its end of which there is news when nobody keeps
// its booking any more. It asks at once, and again until the provider has decided.
func Settlement(ctx workflow.Context, in activities.Settle) (BookingResult, error) {
	if in.Payment.BookingID == "" || in.Payment.Payment.ID == "" {
		return BookingResult{}, temporal.NewNonRetryableApplicationError("a settlement needs a booking and a payment", "bad_input", nil)
	}
	ctx, cancel := workflow.NewDisconnectedContext(ctx) // money is not left half-way
	defer cancel()
	o := &openPayment{Payment: in.Payment, news: true, giveUp: in.GiveUp}
	var b booking.Booking
	err := follow(ctx, o, func() bool { return in.GiveUp }, func(_ workflow.Context, now activities.Settlement) error {
		b = *now.Booking
		return nil
	})
	if err != nil {
		return BookingResult{}, err
	}
	if !b.Status.Live() {
		err = unlock(ctx, b)
	}
	return BookingResult{Status: string(b.Status)}, err
}

// unlock frees the locks of a booking that has ended.
func unlock(ctx workflow.Context, b booking.Booking) error {
	seats := activities.Seats{ShowtimeID: b.ShowtimeID, SeatIDs: b.SeatIDs(), Owner: b.ID}
	return unlockSeats(ctx, seats)
}

func unlockSeats(ctx workflow.Context, seats activities.Seats) error {
	_, err := must[nothing](ctx, "unlock "+seatList(seats.SeatIDs), steps.ReleaseSeats, seats)
	return err
}
