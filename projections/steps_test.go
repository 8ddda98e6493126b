package projections

import (
	"testing"

	"pgregory.net/rapid"

	"holdfast/internal/booking"
)

// Events in any order, with duplicates and losses, become steps that bring a map
// to what the same events in order make of it.
func TestStepsAgainstAModel(t *testing.T) {
	ids := []booking.SeatID{"A1", "A2", "A3", "A4"}
	states := []booking.SeatStatus{booking.SeatAvailable, booking.SeatHeld, booking.SeatSold}
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.IntRange(1, 30).Draw(t, "versions")
		history := make([]booking.Event, total) // version v is at v-1
		model := make([]map[booking.SeatID]booking.SeatStatus, total+1)
		model[0] = map[booking.SeatID]booking.SeatStatus{}
		for i := range history {
			e := booking.Event{ShowtimeID: "show", Version: int64(i + 1)}
			model[i+1] = map[booking.SeatID]booking.SeatStatus{}
			for id, status := range model[i] {
				model[i+1][id] = status
			}
			for _, id := range rapid.SliceOfDistinct(rapid.SampledFrom(ids), rapid.ID[booking.SeatID]).Draw(t, "seats") {
				status := rapid.SampledFrom(states).Draw(t, "status")
				e.Seats = append(e.Seats, booking.SeatChange{ID: id, Status: status})
				model[i+1][id] = status
			}
			history[i] = e
		}
		picks := rapid.SliceOf(rapid.IntRange(0, total-1)).Draw(t, "deliveries")
		delivered := make([]booking.Event, len(picks))
		present := make(map[int64]bool)
		for i, p := range picks {
			delivered[i] = history[p]
			present[history[p].Version] = true
		}

		covered := make(map[int64]bool)
		var last int64
		for _, d := range steps(delivered) {
			if d.From < last {
				t.Fatalf("step %d..%d begins before the one before it ended, at %d", d.From, d.Version, last)
			}
			last = d.Version
			for v := d.From + 1; v <= d.Version; v++ {
				if !present[v] {
					t.Fatalf("step %d..%d claims version %d, which did not come", d.From, d.Version, v)
				}
				covered[v] = true
			}
			// A step fits every version from From on.
			start := rapid.Int64Range(d.From, d.Version-1).Draw(t, "start")
			got := map[booking.SeatID]booking.SeatStatus{}
			for id, status := range model[start] {
				got[id] = status
			}
			for _, c := range d.Seats {
				got[c.ID] = c.Status
			}
			for _, id := range ids {
				if got[id] != model[d.Version][id] {
					t.Fatalf("from %d the step %d..%d makes %s %q, not %q", start, d.From, d.Version, id, got[id], model[d.Version][id])
				}
			}
		}
		if len(covered) != len(present) {
			t.Fatalf("%d versions came, the steps cover %d", len(present), len(covered))
		}
	})
}
