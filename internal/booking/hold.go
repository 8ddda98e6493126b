package booking

import (
	"fmt"
	"time"
)

// HoldRequest asks to persist a pending booking. Asking twice with the same ID
// is asking once.
type HoldRequest struct {
	ID          ID
	UserID      UserID
	ShowtimeID  ShowtimeID
	SeatIDs     []SeatID
	Fingerprint string
	CreatedAt   time.Time
	ExpiresAt   time.Time
	// MaxPending bounds the pending bookings of one user at one time; 0 is no bound.
	MaxPending int
}

// UnavailableError says that a server which is needed did not answer, so that
// asking again later makes sense. What was asked may or may not have happened.
type UnavailableError struct {
	Server string // "postgresql", "valkey", ...
	Err    error
}

// Error names the server and the cause; it is for the log, not for clients.
func (e *UnavailableError) Error() string {
	return fmt.Sprintf("%s is unavailable: %v", e.Server, e.Err)
}

// Unwrap returns the cause.
func (e *UnavailableError) Unwrap() error { return e.Err }
