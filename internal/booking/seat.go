package booking

import (
	"slices"
	"strings"
)

// SeatID names a seat within its auditorium's layout, for example "A1".
type SeatID string

// MaxSeatIDLength bounds a seat id, in bytes; a longer one is never in a layout.
const MaxSeatIDLength = 16

// Plausible reports whether the id could be in a layout at all: 1 to
// MaxSeatIDLength bytes of ASCII letters, digits and dashes. Everything else is
// refused before it reaches a server.
func (id SeatID) Plausible() bool {
	if id == "" || len(id) > MaxSeatIDLength {
		return false
	}
	return !strings.ContainsFunc(string(id), func(r rune) bool {
		letter := r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
		digit := r >= '0' && r <= '9'
		return !letter && !digit && r != '-'
	})
}

// SeatStatus is the public state of a seat. Who holds it is never public.
type SeatStatus string

// The public states of a seat.
const (
	SeatAvailable SeatStatus = "available"
	SeatHeld      SeatStatus = "held"
	SeatSold      SeatStatus = "sold"
	SeatBlocked   SeatStatus = "blocked" // kept back by the house
)

// Kind says what a seat is for.
type Kind string

// The kinds of seats.
const (
	Standard   Kind = "standard"
	Wheelchair Kind = "wheelchair"
	Companion  Kind = "companion"
)

// Seat is a place in a layout. X and Y are its position in seat widths from
// the top left corner of the hall, the screen being at the top.
type Seat struct {
	ID       SeatID  `json:"id"`
	Row      string  `json:"row"`
	Number   int     `json:"number"`
	X        float64 `json:"x"`
	Y        float64 `json:"y"`
	Category string  `json:"category"`
	Kind     Kind    `json:"kind"`
}

// PricedCategory is a price category of a showtime.
type PricedCategory struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Price Money  `json:"price"`
}

// SeatChange is the new public state of one seat.
type SeatChange struct {
	ID     SeatID     `json:"id"`
	Status SeatStatus `json:"status"`
}

// SeatView is a seat as the public sees it.
type SeatView struct {
	Seat
	Status SeatStatus `json:"status"`
}

// SeatMap is a showtime's seats at one version. Versions of a showtime have no
// gaps: each committed change of its seats adds one.
type SeatMap struct {
	ShowtimeID ShowtimeID       `json:"showtimeId"`
	Version    int64            `json:"version"`
	Categories []PricedCategory `json:"categories"`
	Seats      []SeatView       `json:"seats"`
}

// Delta takes a seat map from version From to Version.
type Delta struct {
	ShowtimeID ShowtimeID   `json:"showtimeId"`
	From       int64        `json:"from"`
	Version    int64        `json:"version"`
	Seats      []SeatChange `json:"seats"`
}

// SortedSeats returns the ids in ascending order, without touching its
// argument. Seats are always locked in this order, so that two bookings that
// overlap cannot wait for each other.
func SortedSeats(ids []SeatID) []SeatID {
	out := slices.Clone(ids)
	slices.Sort(out)
	return out
}
