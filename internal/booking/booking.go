package booking

import "time"

// ID identifies a booking: a UUID in its canonical text form. The workflow
// that keeps the booking has the id "booking/<ID>".
type ID string

// ShowtimeID identifies a showtime: a UUID in its canonical text form.
type ShowtimeID string

// UserID identifies who books: the subject of the caller's token.
type UserID string

// Status is where a booking stands. Pending is the only state that is not
// final in itself; a confirmed booking can still be cancelled with a refund, and
// an expired one confirmed by money that came late, if its seats are free still.
type Status string

// The states of a booking.
const (
	Pending   Status = "pending"
	Confirmed Status = "confirmed"
	Expired   Status = "expired"
	Cancelled Status = "cancelled"
)

// transitions is the whole state machine. PostgreSQL decides each of them with
// a compare-and-set; this table says which ones may be asked for.
var transitions = map[Status][]Status{
	Pending:   {Confirmed, Expired, Cancelled},
	Confirmed: {Cancelled},
	Expired:   {Confirmed},
}

// CanBecome reports whether a booking may go from s to next.
func (s Status) CanBecome(next Status) bool {
	for _, t := range transitions[s] {
		if t == next {
			return true
		}
	}
	return false
}

// Live reports whether a booking in this state owns its seats.
func (s Status) Live() bool { return s == Pending || s == Confirmed }

// SeatStatus is what the public sees of the seats of a booking in this state.
func (s Status) SeatStatus() SeatStatus {
	switch s {
	case Pending:
		return SeatHeld
	case Confirmed:
		return SeatSold
	default:
		return SeatAvailable
	}
}

// Reason says why a booking ended other than by payment; it is part of the
// booking's history, for the operator more than for the customer.
type Reason string

// The reasons for which a booking ends.
const (
	ReasonDeadline  Reason = "deadline"  // the hold ran out
	ReasonCustomer  Reason = "customer"  // its owner cancelled it
	ReasonOperator  Reason = "operator"  // its workflow was cancelled from outside
	ReasonUnsettled Reason = "unsettled" // the engine could not tell whether it was stored, and made sure that it is not
	ReasonShowtime  Reason = "showtime"  // its showtime was cancelled
	// ReasonUncollectable is that its provider could not take the promised money.
	ReasonUncollectable Reason = "uncollectable"
	// ReasonLate is of a confirmed booking: its money came after the deadline.
	ReasonLate Reason = "late"
)

// Booking is one user's seats in one showtime.
type Booking struct {
	ID         ID           `json:"id"`
	UserID     UserID       `json:"userId"`
	ShowtimeID ShowtimeID   `json:"showtimeId"`
	Status     Status       `json:"status"`
	Reason     Reason       `json:"reason,omitempty"`
	Seats      []BookedSeat `json:"seats"`
	Total      Money        `json:"total"`
	CreatedAt  time.Time    `json:"createdAt"`
	ExpiresAt  time.Time    `json:"expiresAt"` // the deadline that the durable timer keeps
	Payment    *Payment     `json:"payment,omitempty"`
	// CheckedInAt is when somebody came in with it; nil before, and of a booking
	// that is not confirmed.
	CheckedInAt *time.Time `json:"checkedInAt,omitempty"`
	// Fingerprint is a digest of the request that made the booking, so that the
	// same Idempotency-Key with another body can be refused.
	Fingerprint string `json:"fingerprint,omitempty"`
}

// BookedSeat is a seat of a booking with the price it was booked at.
type BookedSeat struct {
	ID       SeatID `json:"id"`
	Row      string `json:"row"`
	Number   int    `json:"number"`
	Category string `json:"category"`
	Price    Money  `json:"price"`
}

// SeatIDs returns the ids of the booking's seats, in its order.
func (b Booking) SeatIDs() []SeatID {
	ids := make([]SeatID, len(b.Seats))
	for i, s := range b.Seats {
		ids[i] = s.ID
	}
	return ids
}

// HistoryItem is one thing that happened to a booking.
type HistoryItem struct {
	At   time.Time         `json:"at"`
	Type string            `json:"type"`
	Data map[string]string `json:"data,omitempty"`
}
