package booking

import "time"

// Hall is an auditorium with its layout, as it is entered into the system. The
// order of Seats is the order in which they are listed everywhere.
type Hall struct {
	ID        string
	Name      string
	VenueID   string
	VenueName string
	Seats     []Seat
}

// Schedule puts a movie into a hall at a time and opens its sale.
type Schedule struct {
	ID           ShowtimeID
	MovieID      string
	AuditoriumID string
	StartsAt     time.Time
	SalesOpenAt  time.Time
	SalesCloseAt time.Time
	Currency     string
	Categories   []PricedCategory
	Blocked      []SeatID // kept back by the house
}
