// Package ticket makes what opens a door: a booking signed with Ed25519, so that
// it can be told from a forgery with public keys alone and without a network. The
// token is a compact JWS (RFC 7515) with claims of short names, because it has to
// fit into a QR code that a phone shows and a door reads.
//
// A token says that its seats were paid for when it was issued. Whether they still
// are, and whether somebody has come in with it before, only the database knows.
package ticket

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"holdfast/internal/booking"
)

// Ticket is what a token says. Its times are in whole seconds.
type Ticket struct {
	BookingID  booking.ID
	ShowtimeID booking.ShowtimeID
	StartsAt   time.Time
	Seats      []booking.SeatID
	IssuedAt   time.Time
}

// claims are a ticket in a token. The names are short and the ids are packed: each
// byte here makes the QR code larger.
type claims struct {
	Booking  string `json:"b"` // 16 bytes in base64url
	Showtime string `json:"s"` // as that
	Starts   int64  `json:"t"` // in Unix seconds
	Seats    string `json:"p"` // places, a space between them
	Issued   int64  `json:"iat"`
	// A ticket does not expire by itself: a door knows what is shown behind it.
	jwt.RegisteredClaims `json:"-"`
}

// seatID is what the layout allows as the id of a seat.
var seatID = regexp.MustCompile(fmt.Sprintf(`^[A-Za-z0-9-]{1,%d}$`, booking.MaxSeatIDLength))

// The times that a ticket can have: those that RFC 3339 can write.
var (
	minTime = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	maxTime = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix()
)

func (t Ticket) pack() (*claims, error) {
	b, err := packID(string(t.BookingID))
	if err != nil {
		return nil, err
	}
	s, err := packID(string(t.ShowtimeID))
	if err != nil {
		return nil, err
	}
	places := make([]string, len(t.Seats))
	for i, id := range t.Seats {
		places[i] = string(id)
	}
	c := &claims{Booking: b, Showtime: s, Starts: t.StartsAt.Unix(), Seats: strings.Join(places, " "), Issued: t.IssuedAt.Unix()}
	read, err := c.unpack() // what could not be read as it is is not signed
	if err == nil && !slices.Equal(read.Seats, t.Seats) {
		err = errors.New("its seats cannot be")
	}
	return c, err
}

func (c *claims) unpack() (Ticket, error) {
	b, err := unpackID(c.Booking)
	if err != nil {
		return Ticket{}, err
	}
	s, err := unpackID(c.Showtime)
	if err != nil {
		return Ticket{}, err
	}
	t := Ticket{
		BookingID: booking.ID(b), ShowtimeID: booking.ShowtimeID(s),
		StartsAt: time.Unix(c.Starts, 0).UTC(), IssuedAt: time.Unix(c.Issued, 0).UTC(),
	}
	for _, at := range []int64{c.Starts, c.Issued} {
		if at < minTime || at > maxTime {
			return Ticket{}, errors.New("a time of it cannot be")
		}
	}
	seen := map[string]bool{}
	for place := range strings.SplitSeq(c.Seats, " ") {
		if !seatID.MatchString(place) || seen[place] {
			return Ticket{}, errors.New("its seats cannot be")
		}
		seen[place] = true
		t.Seats = append(t.Seats, booking.SeatID(place))
	}
	return t, nil
}

// packID writes a UUID in 22 characters instead of 36.
func packID(id string) (string, error) {
	if !booking.IsUUID(id) {
		return "", errors.New("an id of it is no UUID")
	}
	raw, err := hex.DecodeString(strings.ReplaceAll(id, "-", ""))
	return base64.RawURLEncoding.EncodeToString(raw), err
}

func unpackID(packed string) (string, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(packed)
	if err != nil || len(raw) != 16 || len(packed) != 22 {
		return "", errors.New("an id of it is no UUID")
	}
	s := hex.EncodeToString(raw)
	return strings.Join([]string{s[:8], s[8:12], s[12:16], s[16:20], s[20:]}, "-"), nil
}
