package booking

import (
	"encoding/json"
	"fmt"
	"time"
)

// EventType is what happened; it is also the routing key of the message.
type EventType string

// The events of a showtime's life.
const (
	EventHeld      EventType = "booking.held"
	EventConfirmed EventType = "booking.confirmed"
	EventExpired   EventType = "booking.expired"
	EventCancelled EventType = "booking.cancelled"
	EventScheduled EventType = "showtime.scheduled"
	// EventShowtimeCancelled changes no seat; those of its bookings follow.
	EventShowtimeCancelled EventType = "showtime.cancelled"
)

// Event is one committed change of a showtime's seats. Version counts the
// changes of a showtime without gaps; a consumer that has applied Version-1 can
// apply this event, one that has applied Version has seen it already.
type Event struct {
	ID         string // unique; a message that comes twice has the same
	Type       EventType
	ShowtimeID ShowtimeID
	Version    int64
	BookingID  ID // empty for showtime.* events
	At         time.Time
	Seats      []SeatChange
}

const (
	cloudEventsVersion = "1.0"
	eventSource        = "/holdfast/bookings"
	jsonType           = "application/json"
)

// envelope is a CloudEvents 1.0 event in its JSON format
// (https://github.com/cloudevents/spec, v1.0.2, "JSON Event Format").
type envelope struct {
	SpecVersion     string    `json:"specversion"`
	ID              string    `json:"id"`
	Source          string    `json:"source"`
	Type            EventType `json:"type"`
	Subject         string    `json:"subject,omitempty"`
	Time            time.Time `json:"time"`
	DataContentType string    `json:"datacontenttype"`
	Data            eventData `json:"data"`
}

type eventData struct {
	ShowtimeID ShowtimeID   `json:"showtimeId"`
	Version    int64        `json:"version"`
	BookingID  ID           `json:"bookingId,omitempty"`
	Seats      []SeatChange `json:"seats"`
}

// MarshalJSON writes the event as a CloudEvents 1.0 envelope.
func (e Event) MarshalJSON() ([]byte, error) {
	subject := string(e.BookingID)
	if subject == "" {
		subject = string(e.ShowtimeID)
	}
	seats := e.Seats
	if seats == nil {
		seats = []SeatChange{}
	}
	return json.Marshal(envelope{
		SpecVersion: cloudEventsVersion, ID: e.ID, Source: eventSource, Type: e.Type, Subject: subject,
		Time: e.At.UTC(), DataContentType: jsonType,
		Data: eventData{ShowtimeID: e.ShowtimeID, Version: e.Version, BookingID: e.BookingID, Seats: seats},
	})
}

// ParseEvent reads an envelope. An error means that the message can never be
// understood, whoever reads it and however often.
func ParseEvent(data []byte) (Event, error) {
	var v envelope
	if err := json.Unmarshal(data, &v); err != nil {
		return Event{}, fmt.Errorf("reading event: %w", err)
	}
	switch {
	case v.SpecVersion != cloudEventsVersion:
		return Event{}, fmt.Errorf("reading event %q: specversion is %q, not %q", v.ID, v.SpecVersion, cloudEventsVersion)
	case v.ID == "" || v.Type == "":
		return Event{}, fmt.Errorf("reading event: id or type is missing")
	case v.Data.ShowtimeID == "" || v.Data.Version < 1:
		return Event{}, fmt.Errorf("reading event %q: showtimeId or version is missing", v.ID)
	}
	at := v.Time.UTC()
	if year := at.Year(); year < 0 || year > 9999 { // in UTC it cannot be written as RFC 3339
		return Event{}, fmt.Errorf("reading event %q: its time is in the year %d", v.ID, year)
	}
	return Event{
		ID: v.ID, Type: v.Type, ShowtimeID: v.Data.ShowtimeID, Version: v.Data.Version,
		BookingID: v.Data.BookingID, At: at, Seats: v.Data.Seats,
	}, nil
}

// OutboxRow is an event on its way from the database to the broker.
type OutboxRow struct {
	ID      int64 // order of insertion, not of commit: never a cursor
	EventID string
	Type    EventType
	Payload []byte // the envelope
}
