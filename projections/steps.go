package projections

import (
	"cmp"
	"maps"
	"slices"

	"holdfast/internal/booking"
)

// steps turns the events of one showtime, in any order and with duplicates, into
// steps in order: one per run of versions without a gap, each seat with the last
// state it had in the run.
func steps(events []booking.Event) []booking.Delta {
	events = slices.Clone(events)
	slices.SortStableFunc(events, func(a, b booking.Event) int { return cmp.Compare(a.Version, b.Version) })
	events = slices.CompactFunc(events, func(a, b booking.Event) bool { return a.Version == b.Version })
	var out []booking.Delta
	for len(events) > 0 {
		n := 1
		for n < len(events) && events[n].Version == events[n-1].Version+1 {
			n++
		}
		out = append(out, merge(events[:n]))
		events = events[n:]
	}
	return out
}

// merge makes one step of events whose versions follow each other.
func merge(run []booking.Event) booking.Delta {
	last := make(map[booking.SeatID]booking.SeatStatus)
	for _, e := range run {
		for _, c := range e.Seats {
			last[c.ID] = c.Status
		}
	}
	changes := make([]booking.SeatChange, 0, len(last))
	for _, id := range slices.Sorted(maps.Keys(last)) {
		changes = append(changes, booking.SeatChange{ID: id, Status: last[id]})
	}
	return booking.Delta{ShowtimeID: run[0].ShowtimeID, From: run[0].Version - 1,
		Version: run[len(run)-1].Version, Seats: changes}
}
