package seatmap

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"holdfast/internal/booking"
)

// The letters of a map's statuses.
var (
	letters = map[booking.SeatStatus]byte{
		booking.SeatAvailable: 'a',
		booking.SeatHeld:      'h',
		booking.SeatSold:      's',
		booking.SeatBlocked:   'b',
	}
	statuses = map[byte]booking.SeatStatus{
		'a': booking.SeatAvailable,
		'h': booking.SeatHeld,
		's': booking.SeatSold,
		'b': booking.SeatBlocked,
	}
)

// layout is the part of a map that never changes. It is shared between
// goroutines and must not be written to.
type layout struct {
	digest     string
	categories []booking.PricedCategory
	seats      []booking.Seat
	index      map[booking.SeatID]int
}

func newLayout(digest string, categories []booking.PricedCategory, seats []booking.Seat) *layout {
	l := &layout{digest: digest, categories: categories, seats: seats, index: make(map[booking.SeatID]int, len(seats))}
	for i, s := range seats {
		l.index[s.ID] = i
	}
	return l
}

// split takes a map apart into its layout and its letters.
func split(m booking.SeatMap) (*layout, string, error) {
	seats := make([]booking.Seat, len(m.Seats))
	text := make([]byte, len(m.Seats))
	for i, s := range m.Seats {
		letter, ok := letters[s.Status]
		if !ok {
			return nil, "", fmt.Errorf("seat %s has the status %q, which no map can show", s.ID, s.Status)
		}
		seats[i], text[i] = s.Seat, letter
	}
	content, err := json.Marshal(struct {
		Categories []booking.PricedCategory
		Seats      []booking.Seat
	}{m.Categories, seats})
	if err != nil {
		return nil, "", fmt.Errorf("reading the layout: %w", err)
	}
	sum := sha256.Sum256(content)
	l := newLayout(hex.EncodeToString(sum[:16]), m.Categories, seats)
	if len(l.index) != len(seats) {
		return nil, "", fmt.Errorf("a seat id stands twice in the layout")
	}
	return l, string(text), nil
}

// join puts a map together again.
func (l *layout) join(id booking.ShowtimeID, st state) (booking.SeatMap, error) {
	if len(st.Statuses) != len(l.seats) {
		return booking.SeatMap{}, fmt.Errorf("the map has %d statuses for %d seats", len(st.Statuses), len(l.seats))
	}
	m := booking.SeatMap{ShowtimeID: id, Version: st.Version,
		Categories: slices.Clone(l.categories), Seats: make([]booking.SeatView, len(l.seats))}
	for i, s := range l.seats {
		status, ok := statuses[st.Statuses[i]]
		if !ok {
			return booking.SeatMap{}, fmt.Errorf("seat %s has the letter %q, which stands for no status", s.ID, st.Statuses[i])
		}
		m.Seats[i] = booking.SeatView{Seat: s, Status: status}
	}
	return m, nil
}

// advance applies the deltas, sorted by version, that lead on from st. ok is
// false when they leave a gap, or name a seat or a status the layout does not
// have: then the map can only be replaced.
//
// A delta holds the final status of every seat that changed in (From, Version],
// so it can be applied to any version in [From, Version).
func (l *layout) advance(st state, deltas []booking.Delta) (next state, ok bool) {
	text := []byte(st.Statuses)
	if len(text) != len(l.seats) {
		return st, false
	}
	next = st
	for _, d := range deltas {
		if d.Version <= next.Version {
			continue
		}
		if d.From > next.Version {
			return st, false
		}
		for _, c := range d.Seats {
			i, known := l.index[c.ID]
			letter, valid := letters[c.Status]
			if !known || !valid {
				return st, false
			}
			text[i] = letter
		}
		next.Version = d.Version
	}
	next.Statuses = string(text)
	return next, true
}

// step is what a map has done that was before and is now of this layout. With another
// layout before, or none, there is no more to say than that it exists.
func (l *layout) step(id booking.ShowtimeID, before, now state) booking.Delta {
	if before.Layout != now.Layout || len(before.Statuses) != len(now.Statuses) {
		return exists(id, now)
	}
	return booking.Delta{ShowtimeID: id, From: before.Version, Version: now.Version, Seats: l.diff(before.Statuses, now.Statuses)}
}

// diff lists the seats that differ between two states of the same layout.
func (l *layout) diff(old, now string) []booking.SeatChange {
	changes := []booking.SeatChange{}
	for i := range l.seats {
		if old[i] != now[i] {
			changes = append(changes, booking.SeatChange{ID: l.seats[i].ID, Status: statuses[now[i]]})
		}
	}
	return changes
}
