package booking

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var held = Event{
	ID: "0b9d5f0a-5d0c-8e6a-9a31-6d2f3a1b7c11/7", Type: EventHeld, ShowtimeID: "0b9d5f0a-5d0c-8e6a-9a31-6d2f3a1b7c11", Version: 7,
	BookingID: "5e0fe2a4-41f5-8b55-8f4e-2b6ce8f2a9d3", At: time.Date(2030, 1, 2, 20, 30, 0, 250_000_000, time.FixedZone("", 3600)),
	Seats: []SeatChange{{ID: "A1", Status: SeatHeld}, {ID: "A2", Status: SeatHeld}},
}

// heldText is what consumers in other languages are written against: a change
// of it breaks them.
const heldText = `{"specversion":"1.0","id":"0b9d5f0a-5d0c-8e6a-9a31-6d2f3a1b7c11/7","source":"/holdfast/bookings","type":"booking.held",` +
	`"subject":"5e0fe2a4-41f5-8b55-8f4e-2b6ce8f2a9d3","time":"2030-01-02T19:30:00.25Z","datacontenttype":"application/json",` +
	`"data":{"showtimeId":"0b9d5f0a-5d0c-8e6a-9a31-6d2f3a1b7c11","version":7,"bookingId":"5e0fe2a4-41f5-8b55-8f4e-2b6ce8f2a9d3",` +
	`"seats":[{"id":"A1","status":"held"},{"id":"A2","status":"held"}]}}`

func TestEventIsACloudEvent(t *testing.T) {
	data, err := json.Marshal(held)
	require.NoError(t, err)
	require.Equal(t, heldText, string(data))
}

func TestEventOfAShowtimeIsAboutTheShowtime(t *testing.T) {
	data, err := json.Marshal(Event{ID: "s1/1", Type: EventScheduled, ShowtimeID: "s1", Version: 1, At: held.At})
	require.NoError(t, err)
	require.Equal(t, `{"specversion":"1.0","id":"s1/1","source":"/holdfast/bookings","type":"showtime.scheduled","subject":"s1",`+
		`"time":"2030-01-02T19:30:00.25Z","datacontenttype":"application/json","data":{"showtimeId":"s1","version":1,"seats":[]}}`, string(data))
}

func TestEventSurvivesItsEnvelope(t *testing.T) {
	name := rapid.StringMatching(`[a-z0-9-]{1,36}`)
	change := rapid.Custom(func(t *rapid.T) SeatChange {
		return SeatChange{
			ID:     SeatID(rapid.StringMatching(`[A-Za-z0-9-]{1,16}`).Draw(t, "seat")),
			Status: rapid.SampledFrom([]SeatStatus{SeatAvailable, SeatHeld, SeatSold, SeatBlocked}).Draw(t, "status"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		e := Event{
			ID:         name.Draw(t, "id"),
			Type:       rapid.SampledFrom([]EventType{EventHeld, EventConfirmed, EventExpired, EventCancelled, EventScheduled}).Draw(t, "type"),
			ShowtimeID: ShowtimeID(name.Draw(t, "showtime")),
			Version:    rapid.Int64Min(1).Draw(t, "version"),
			BookingID:  ID(rapid.StringMatching(`[a-f0-9-]{0,36}`).Draw(t, "booking")),
			At:         time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds")).UTC(),
			Seats:      rapid.SliceOfN(change, 1, 12).Draw(t, "seats"),
		}
		data, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseEvent(data)
		if err != nil {
			t.Fatal(err)
		}
		require.Equal(t, e, back)
	})
}

// The consumer sets aside what is refused here, for it can never be understood.
func TestParseEventRefuses(t *testing.T) {
	with := func(part, other string) string {
		require.Contains(t, heldText, part)
		return strings.Replace(heldText, part, other, 1)
	}
	for name, text := range map[string]string{
		"nothing":                   ``,
		"no JSON":                   `hello`,
		"a list":                    `[` + heldText + `]`,
		"null":                      `null`,
		"an empty object":           `{}`,
		"a truncated event":         heldText[:len(heldText)-3],
		"two events":                heldText + heldText,
		"something after the event": heldText + `x`,
		"another specversion":       with(`"1.0"`, `"0.3"`),
		"no specversion":            with(`"specversion":"1.0",`, ``),
		"no id":                     with(`"id":"0b9d5f0a-5d0c-8e6a-9a31-6d2f3a1b7c11/7",`, ``),
		"no type":                   with(`"type":"booking.held",`, ``),
		"no showtime":               with(`"showtimeId":"0b9d5f0a-5d0c-8e6a-9a31-6d2f3a1b7c11",`, ``),
		"no version":                with(`"version":7,`, ``),
		"version 0":                 with(`"version":7`, `"version":0`),
		"a negative version":        with(`"version":7`, `"version":-7`),
		"a version that is no int":  with(`"version":7`, `"version":7.5`),
		"a version in quotes":       with(`"version":7`, `"version":"7"`),
		"seats that are no list":    with(`"seats":[{"id":"A1","status":"held"},{"id":"A2","status":"held"}]`, `"seats":{}`),
		"a time that is none":       with(`2030-01-02T19:30:00.25Z`, `yesterday`),
		"a time beyond the years":   with(`2030-01-02T19:30:00.25Z`, `9999-12-31T23:59:59-01:00`),
	} {
		t.Run(name, func(t *testing.T) {
			e, err := ParseEvent([]byte(text))
			require.Error(t, err)
			require.Zero(t, e)
		})
	}
}

// An event of a newer program may say more; what an older one knows is enough.
func TestParseEventLeavesUnknownThingsAlone(t *testing.T) {
	text := strings.Replace(heldText, `"data":{`, `"traceparent":"00-01","data":{"tickets":2,`, 1)
	text = strings.Replace(text, `booking.held`, `booking.moved`, 1)
	e, err := ParseEvent([]byte(text))
	require.NoError(t, err)
	require.Equal(t, EventType("booking.moved"), e.Type)
	require.Equal(t, held.Seats, e.Seats)
}

// FuzzParseEvent: an event that can be read can be written, and is read the
// same again; nothing panics.
func FuzzParseEvent(f *testing.F) {
	for _, seed := range []string{
		heldText, `{}`, `null`, ``, heldText + heldText, strings.ReplaceAll(heldText, "2030", "9999"),
		`{"specversion":"1.0","id":"s/1","type":"showtime.scheduled","data":{"showtimeId":"s","version":1}}`,
		`{"specversion":"1.0","id":"\u0000","type":"x","time":"0000-01-01T00:00:00+01:00","data":{"showtimeId":"\ud800","version":1,"seats":[{}]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := ParseEvent(data)
		if err != nil {
			require.Zero(t, e)
			return
		}
		require.NotEmpty(t, e.ID)
		require.Positive(t, e.Version)
		written, err := json.Marshal(e)
		require.NoError(t, err)
		again, err := ParseEvent(written)
		require.NoError(t, err, "%s", written)
		if len(e.Seats) == 0 {
			e.Seats, again.Seats = nil, nil // a list that is missing is written as an empty one
		}
		require.Equal(t, e, again)
	})
}
