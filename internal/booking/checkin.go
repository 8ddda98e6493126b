package booking

import "time"

// Checkin is that the people of a booking have come in, once for a booking.
type Checkin struct {
	BookingID  ID
	ShowtimeID ShowtimeID
	Seats      []SeatID  // whose people came
	Usher      UserID    // who let them in
	At         time.Time // when the database noted it
}
