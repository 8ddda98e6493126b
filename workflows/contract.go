// Package workflows keeps each booking from its hold to its end.
//
// The code here is deterministic: time, randomness and I/O only through the
// SDK, and no driver is imported. Histories of every outcome are recorded in
// testdata/histories and replayed by the tests, so that a change which would
// break a booking under way is seen before it is deployed.
package workflows

import (
	"fmt"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"holdfast/activities"
	"holdfast/internal/booking"
)

// Names that clients of the workflows use.
const (
	UpdateHold    = "hold"     // fingerprint -> activities.Outcome: waits until the seats are held, or refused
	UpdatePay     = "pay"      // PayInput -> PayOutcome
	UpdateCancel  = "cancel"   // no input -> activities.Outcome
	UpdateRevoke  = "revoke"   // of a Cancellation: waits until the booking is cancelled, or refused
	QueryProgress = "progress" // of a ShowtimeCancellation: -> Progress

	UpdateCheck = "check" // CheckInput: waits until an open payment has been looked at once more

	SignalPayment = "payment-news"    // no input: a provider has news of a payment
	SignalRevoked = "booking-revoked" // no input: the booking was ended from outside
)

// changeMoneySaga is the version from which on a payment that is not decided
// lengthens the hold and is followed to its end; see docs/adr/0009.
const changeMoneySaga = "money-saga"

// Search attributes, by which an operator finds bookings in Temporal UI.
var (
	AttrStatus   = temporal.NewSearchAttributeKeyKeyword("BookingStatus")
	AttrShowtime = temporal.NewSearchAttributeKeyKeyword("BookingShowtime")
	AttrDeadline = temporal.NewSearchAttributeKeyTime("BookingDeadline")
)

// StatusRefused is what BookingStatus says, beside the states of a booking, where the
// seats were not to be had. It says pending while they are being taken.
const StatusRefused = "refused"

// BookingInput starts a booking.
type BookingInput struct {
	BookingID    booking.ID         `json:"bookingId"`
	UserID       booking.UserID     `json:"userId"`
	ShowtimeID   booking.ShowtimeID `json:"showtimeId"`
	SeatIDs      []booking.SeatID   `json:"seatIds"`
	Fingerprint  string             `json:"fingerprint"`
	HoldDuration time.Duration      `json:"holdDuration"`
	// SoldUntil is when the showtime starts: until then the locks of sold seats
	// are worth keeping.
	SoldUntil time.Time `json:"soldUntil"`
	// Patience is how long somebody waits for the answer. A hold that could only
	// be had later is not taken: nobody would know of it.
	Patience time.Duration `json:"patience"`
	// Eager is that somebody may be told of the hold before Temporal knows of it.
	Eager bool `json:"eager,omitempty"`
	// Shown is that it was started with the search attributes of a held booking.
	Shown bool `json:"shown,omitempty"`
}

// BookingResult is how a booking ended.
type BookingResult struct {
	Status  string           `json:"status"`
	Refusal *booking.Refusal `json:"refusal,omitempty"`
}

// PayInput asks to pay for the booking.
type PayInput struct {
	PaymentID   string `json:"paymentId"`
	Method      string `json:"method"`
	Token       string `json:"token"`
	Fingerprint string `json:"fingerprint"`
}

// PayOutcome is the payment with its booking, confirmed or, where the payment is
// open, as it stands; or the reason why not. Fingerprint is of the request that was
// carried out.
type PayOutcome struct {
	Payment     *booking.Payment `json:"payment,omitempty"`
	Booking     *booking.Booking `json:"booking,omitempty"`
	Refusal     *booking.Refusal `json:"refusal,omitempty"`
	Fingerprint string           `json:"fingerprint"`
}

// CheckInput asks how an open payment stands. Answer is what the customer has
// answered to the provider's question, if anything.
type CheckInput struct {
	PaymentID string `json:"paymentId"`
	Answer    string `json:"answer,omitempty"`
}

// All are the workflows, for whoever runs or replays them.
func All() []any { return append(Pinned(), Upgraded()...) }

// BookingWorkflowID is the workflow that keeps a booking.
func BookingWorkflowID(id booking.ID) string { return "booking/" + string(id) }

// CancellationWorkflowID is the workflow that revokes a confirmed booking.
func CancellationWorkflowID(id booking.ID) string { return "booking/" + string(id) + "/cancellation" }

// taskTimeout is how long Temporal waits for a worker that took a task and went
// silent. It bounds how late a hold can end when its worker dies at that moment.
const taskTimeout = 5 * time.Second

// BookingOptions says how a booking's workflow is started. One that was refused
// may be tried again under the same id, since it made nothing; one that runs is
// joined by whoever asks for the same.
func BookingOptions(in BookingInput, taskQueue string) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{
		ID:                       BookingWorkflowID(in.BookingID),
		TaskQueue:                taskQueue,
		WorkflowTaskTimeout:      taskTimeout,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		StaticSummary:            fmt.Sprintf("%s for %s", seatList(in.SeatIDs), in.UserID),
		TypedSearchAttributes: temporal.NewSearchAttributes(
			AttrStatus.ValueSet(string(booking.Pending)),
			AttrShowtime.ValueSet(string(in.ShowtimeID)),
			AttrDeadline.ValueSet(time.Now().Add(in.HoldDuration)),
		),
	}
}

// CancellationInput asks to cancel a confirmed booking and refund it.
type CancellationInput struct {
	activities.Cancellation
	ShowtimeID booking.ShowtimeID `json:"showtimeId"`
}

// CancellationOptions says how the cancellation of a confirmed booking starts.
func CancellationOptions(in CancellationInput, taskQueue string) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{
		ID:                       CancellationWorkflowID(in.BookingID),
		TaskQueue:                taskQueue,
		WorkflowTaskTimeout:      taskTimeout,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		StaticSummary:            "Cancel and refund booking " + string(in.BookingID),
		TypedSearchAttributes:    temporal.NewSearchAttributes(AttrShowtime.ValueSet(string(in.ShowtimeID))),
	}
}

// SettlementOptions says how a payment is brought to its end whose booking nobody
// keeps any more.
func SettlementOptions(in activities.Settle, taskQueue string) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{
		ID:                       "payment/" + in.Payment.Payment.ID,
		TaskQueue:                taskQueue,
		WorkflowTaskTimeout:      taskTimeout,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		StaticSummary:            "Settle " + in.Payment.Payment.Amount.String() + " of booking " + string(in.Payment.BookingID),
	}
}

// ShowtimeOptions says how the cancellation of a showtime starts; one that runs is
// joined.
func ShowtimeOptions(in ShowtimeInput, taskQueue string) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{
		ID:                       "showtime/" + string(in.ShowtimeID) + "/cancellation",
		TaskQueue:                taskQueue,
		WorkflowTaskTimeout:      taskTimeout,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		StaticSummary:            "Cancel showtime " + string(in.ShowtimeID) + " and refund its bookings",
		TypedSearchAttributes:    temporal.NewSearchAttributes(AttrShowtime.ValueSet(string(in.ShowtimeID))),
	}
}

// seatList names a few seats and counts the rest, for people.
func seatList(ids []booking.SeatID) string {
	const few = 8
	names := make([]string, 0, few)
	for _, id := range ids[:min(few, len(ids))] {
		names = append(names, string(id))
	}
	s := "Seats " + strings.Join(names, ", ")
	if more := len(ids) - few; more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}
