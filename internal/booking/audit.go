package booking

// Contradiction is what the store has that cannot be, where everything is as it is
// meant to be. Problem is a word for programs.
type Contradiction struct {
	Problem    string
	ShowtimeID ShowtimeID
	BookingID  ID
	SeatID     SeatID
	Found      string
	Wanted     string
}

// StoreCounts says how much there is in the store.
type StoreCounts struct {
	Showtimes, Bookings, Pending, Confirmed, LiveSeats, Payments, History, Checkins int64
}

// OpenHold is a booking that is not decided.
type OpenHold struct {
	BookingID  ID
	ShowtimeID ShowtimeID
}
