package booking

import (
	"errors"
	"fmt"
	"time"
)

// Code is the stable name of a refusal, the same in a workflow's result, in a
// problem+json answer and in the log.
type Code string

// The refusals of the domain. They are results, not failures: nothing went
// wrong when somebody else was faster.
const (
	CodeSeatsTaken       Code = "seats_taken"
	CodeInvalidRequest   Code = "invalid_request"
	CodeUnknownSeat      Code = "unknown_seat"
	CodeTooManySeats     Code = "too_many_seats"
	CodeShowtimeNotFound Code = "showtime_not_found"
	CodeBookingNotFound  Code = "booking_not_found"
	CodeSalesClosed      Code = "sales_closed"
	CodeHoldLimit        Code = "hold_limit"
	CodeHoldExpired      Code = "hold_expired"
	CodeNotPayable       Code = "not_payable"
	CodeNotCancellable   Code = "not_cancellable"
	CodePaymentDeclined  Code = "payment_declined"
	CodePaymentNotFound  Code = "payment_not_found"
	CodeNoTicket         Code = "no_ticket"
	CodeInvalidTicket    Code = "invalid_ticket"
	CodeTicketVoid       Code = "ticket_void"
	CodeAlreadyCheckedIn Code = "already_checked_in"
	CodeKeyReused        Code = "idempotency_key_reused"
	CodeUnavailable      Code = "unavailable"
	// CodeProviderUnavailable is that the payment provider does not answer.
	CodeProviderUnavailable Code = "provider_unavailable"
)

// Refusal says no, with a code for programs and a sentence for people.
type Refusal struct {
	Code       Code          `json:"code"`
	Message    string        `json:"message"`
	Seats      []SeatID      `json:"seats,omitempty"`      // the seats it is about
	RetryAfter time.Duration `json:"retryAfter,omitempty"` // when asking again makes sense; 0 is unknown
	At         time.Time     `json:"at,omitzero"`          // when what it tells of happened
}

// Error makes a refusal an error, so that stores and activities can return it.
func (r *Refusal) Error() string { return string(r.Code) + ": " + r.Message }

// Refused returns the refusal within err, if there is one.
func Refused(err error) (*Refusal, bool) {
	var r *Refusal
	ok := errors.As(err, &r)
	return r, ok
}

// Refuse makes a refusal about some seats, or about none.
func Refuse(code Code, message string, seats ...SeatID) *Refusal {
	return &Refusal{Code: code, Message: message, Seats: seats}
}

// NotPayable is the refusal to pay for a booking in this state.
func NotPayable(s Status) *Refusal {
	if s == Expired {
		return Refuse(CodeHoldExpired, "the hold has ended; the seats are free again")
	}
	return Refuse(CodeNotPayable, fmt.Sprintf("a booking that is %s cannot be paid for", s))
}
