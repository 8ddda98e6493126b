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
	TotalSeats     int
	AvailableSeats int
	FromPrice      Money // the cheapest category
	Version        int64 // of its seat map
}

// OnSale reports whether seats can be booked at t.
func (s Showtime) OnSale(t time.Time) bool {
	return !t.Before(s.SalesOpenAt) && t.Before(s.SalesCloseAt)
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
