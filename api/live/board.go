package live

import (
	"holdfast/internal/booking"
)

// board is a map at one version, as a room keeps it.
type board struct {
	version  int64
	ids      []booking.SeatID
	statuses []booking.SeatStatus
	index    map[booking.SeatID]int
}

func newBoard(m booking.SeatMap) *board {
	b := &board{version: m.Version, ids: make([]booking.SeatID, len(m.Seats)),
		statuses: make([]booking.SeatStatus, len(m.Seats)), index: make(map[booking.SeatID]int, len(m.Seats))}
	for i, s := range m.Seats {
		b.ids[i], b.statuses[i], b.index[s.ID] = s.ID, s.Status, i
	}
	return b
}

// diff returns the step from b to next, or false if the seats are others.
func (b *board) diff(next *board) (map[int]booking.SeatStatus, bool) {
	if len(b.ids) != len(next.ids) {
		return nil, false
	}
	changes := make(map[int]booking.SeatStatus)
	for i := range b.ids {
		if b.ids[i] != next.ids[i] {
			return nil, false
		}
		if b.statuses[i] != next.statuses[i] {
			changes[i] = next.statuses[i]
		}
	}
	return changes, true
}

// pending is what a room has heard beyond its board: the last state of each seat
// that changed up to version.
type pending struct {
	version int64
	changes map[int]booking.SeatStatus
}

// outcome is what a step means to a room.
type outcome int

const (
	seen   outcome = iota // nothing new in it
	taken                 // added to what is pending
	gapped                // it does not fit: the map must be read
)

// take adds a step to what is pending over b.
func (p *pending) take(b *board, d booking.Delta) outcome {
	at := max(b.version, p.version)
	if d.From > at {
		return gapped
	}
	if d.Version <= at {
		return seen
	}
	for _, c := range d.Seats {
		if _, known := b.index[c.ID]; !known {
			return gapped
		}
	}
	if p.changes == nil {
		p.changes = make(map[int]booking.SeatStatus)
	}
	for _, c := range d.Seats {
		p.changes[b.index[c.ID]] = c.Status
	}
	p.version = d.Version
	return taken
}
