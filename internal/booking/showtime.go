package booking

import "time"

// Movie (or event) is what is shown.
type Movie struct {
	ID      string        `json:"id"`
	Title   string        `json:"title"`
	Runtime time.Duration `json:"-"`
	Rating  string        `json:"rating,omitempty"`
	Tagline string        `json:"tagline,omitempty"`
}

// Auditorium is a screen of a venue.
type Auditorium struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Venue string `json:"venue"`
}

// Showtime is one movie in one auditorium at one time.
type Showtime struct {
	ID             ShowtimeID
	Movie          Movie
	Auditorium     Auditorium
	StartsAt       time.Time
	SalesOpenAt    time.Time
	SalesCloseAt   time.Time
	CancelledAt    *time.Time // nil while it is to take place
	TotalSeats     int
	AvailableSeats int
	FromPrice      Money // the cheapest category
	Version        int64 // of its seat map
}

// OnSale reports whether seats can be booked at t.
func (s Showtime) OnSale(t time.Time) bool {
	return s.CancelledAt == nil && !t.Before(s.SalesOpenAt) && t.Before(s.SalesCloseAt)
}

// Page is a part of a list. Cursor is opaque, empty at the start.
type Page struct {
	Limit  int
	Cursor string
}

// ShowtimeFilter narrows a list of showtimes.
type ShowtimeFilter struct {
	From    time.Time // zero: from now
	MovieID string    // empty: every movie
	Page
}

// ShowtimeReport is what became of the bookings of a showtime that was cancelled.
type ShowtimeReport struct {
	ShowtimeID  ShowtimeID `json:"showtimeId"`
	CancelledAt *time.Time `json:"cancelledAt,omitempty"`
	Cancelled   int        `json:"cancelled"`   // bookings that the cancellation has ended
	EndedBefore int        `json:"endedBefore"` // by their deadline or their owner
	Live        int        `json:"live"`        // still to be cancelled
	Refunded    Money      `json:"refunded"`    // to customers, for whatever reason
	Due         Money      `json:"due"`         // still to be given back or decided
}
