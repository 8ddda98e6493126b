package audit

import (
	"cmp"
	"slices"
	"time"

	"holdfast/internal/booking"
)

// Statements are what is always true, as the README has it, from 1.
var Statements = []string{
	"at most one live booking owns a seat",
	"all the seats of a booking, or none",
	"a hold ends at its deadline",
	"every captured payment is a confirmed booking or one refund",
	"an acknowledged booking survives",
	"PostgreSQL and MongoDB agree",
	"done twice is done once",
	"release is by owner",
}

// Violation is one place where a statement is not true.
type Violation struct {
	Statement  int                `json:"statement"` // from 1
	Problem    string             `json:"problem"`
	ShowtimeID booking.ShowtimeID `json:"showtimeId,omitempty"`
	BookingID  booking.ID         `json:"bookingId,omitempty"`
	SeatID     booking.SeatID     `json:"seatId,omitempty"`
	PaymentID  string             `json:"paymentId,omitempty"`
	Details    string             `json:"details,omitempty"`
	Do         string             `json:"do"`
}

// key is what makes two violations the same: their details may change between two looks.
func (v Violation) key() Violation {
	v.Details, v.Do = "", ""
	return v
}

// Count says how much of something was compared for a statement.
type Count struct {
	Statement int    `json:"statement"`
	What      string `json:"what"`
	N         int64  `json:"n"`
}

// Unchecked is a comparison that could not be made. Of its statements nobody knows
// whether they hold.
type Unchecked struct {
	What       string `json:"what"`
	Statements []int  `json:"statements"`
	Why        string `json:"why"`
}

// Report is what an audit has found.
type Report struct {
	At           time.Time     `json:"at"`
	Took         time.Duration `json:"tookNanoseconds"`
	Compared     []Count       `json:"compared"`
	OutboxRows   int64         `json:"outboxRows"`
	OutboxOldest time.Duration `json:"outboxOldestNanoseconds"`
	// Moving are showtimes whose maps changed at every look, so that the two sides were
	// never seen at the same version.
	Moving     []booking.ShowtimeID `json:"moving"`
	Unchecked  []Unchecked          `json:"unchecked"`
	Violations []Violation          `json:"violations"`
}

func (r *Report) sort() {
	slices.SortStableFunc(r.Compared, func(a, b Count) int { return cmp.Compare(a.Statement, b.Statement) })
	slices.SortStableFunc(r.Violations, func(a, b Violation) int {
		return cmp.Or(cmp.Compare(a.Statement, b.Statement), cmp.Compare(a.Problem, b.Problem),
			cmp.Compare(a.ShowtimeID, b.ShowtimeID), cmp.Compare(a.BookingID, b.BookingID), cmp.Compare(a.SeatID, b.SeatID))
	})
	slices.Sort(r.Moving)
	slices.SortFunc(r.Unchecked, func(a, b Unchecked) int { return cmp.Compare(a.What, b.What) })
}
