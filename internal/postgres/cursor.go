package postgres

import (
	"encoding/base64"
	"encoding/json"
	"time"

	"holdfast/internal/booking"
)

// cursor is the place in a list after which the next page begins.
type cursor struct {
	At time.Time `json:"t"`
	ID string    `json:"i"`
}

// The places before everything, for lists that ascend and that descend.
var (
	earliest = cursor{At: time.Unix(0, 0), ID: "00000000-0000-0000-0000-000000000000"}
	latest   = cursor{At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: "ffffffff-ffff-ffff-ffff-ffffffffffff"}
)

// String is the opaque text that clients see.
func (c cursor) String() string {
	data, err := json.Marshal(c)
	if err != nil { // a time outside of years 0 to 9999, which the database does not hold
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

// parseCursor reads what String wrote; an empty text is the start.
func parseCursor(text string, start cursor) (cursor, error) {
	if text == "" {
		return start, nil
	}
	var c cursor
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(data, &c)
	}
	if err != nil || !booking.IsUUID(c.ID) || c.At.Year() < 1970 || c.At.Year() > 9999 {
		return cursor{}, booking.Refuse(booking.CodeInvalidRequest, "the cursor is not one that this list gave out")
	}
	return c, nil
}
