package live

import (
	"maps"
	"testing"

	"pgregory.net/rapid"

	"holdfast/internal/booking"
)

// Steps in any order, overlapping and repeated, move a room only along the true
// line of versions.
func TestPendingAgainstAModel(t *testing.T) {
	ids := []booking.SeatID{"A1", "A2", "A3", "A4", "A5"}
	states := []booking.SeatStatus{booking.SeatAvailable, booking.SeatHeld, booking.SeatSold, booking.SeatBlocked}
	rapid.Check(t, func(t *rapid.T) {
		last := rapid.Int64Range(1, 25).Draw(t, "versions")
		model := []map[int]booking.SeatStatus{{}} // the map at each version
		changed := [][]int{nil}                   // the seats that version changed
		for i := range ids {
			model[0][i] = booking.SeatAvailable
		}
		for v := int64(1); v <= last; v++ {
			next := maps.Clone(model[v-1])
			seats := rapid.SliceOfDistinct(rapid.IntRange(0, len(ids)-1), rapid.ID[int]).Draw(t, "seats")
			for _, i := range seats {
				next[i] = rapid.SampledFrom(states).Draw(t, "status")
			}
			model, changed = append(model, next), append(changed, seats)
		}
		start := rapid.Int64Range(0, last).Draw(t, "start")
		b := newBoard(booking.SeatMap{Version: start, Seats: views(ids, model[start])})
		var p pending
		for range rapid.IntRange(0, 40).Draw(t, "steps") {
			from := rapid.Int64Range(0, last).Draw(t, "from")
			to := rapid.Int64Range(from, last).Draw(t, "to")
			d := booking.Delta{From: from, Version: to}
			touched := map[int]bool{}
			for v := from + 1; v <= to; v++ {
				for _, i := range changed[v] {
					touched[i] = true
				}
			}
			for i := range touched {
				d.Seats = append(d.Seats, booking.SeatChange{ID: ids[i], Status: model[to][i]})
			}

			at := max(b.version, p.version)
			want := seen
			switch {
			case from > at:
				want = gapped
			case to > at:
				want, at = taken, to
			}
			if got := p.take(b, d); got != want {
				t.Fatalf("a step %d..%d at %d is %d, not %d", from, to, at, got, want)
			}
			for i := range ids {
				status, pends := p.changes[i]
				if !pends {
					status = b.statuses[i]
				}
				if status != model[at][i] {
					t.Fatalf("at version %d seat %s is %q, not %q", at, ids[i], status, model[at][i])
				}
			}
		}
	})
}

func views(ids []booking.SeatID, states map[int]booking.SeatStatus) []booking.SeatView {
	out := make([]booking.SeatView, len(ids))
	for i, id := range ids {
		out[i] = booking.SeatView{Seat: booking.Seat{ID: id}, Status: states[i]}
	}
	return out
}

func TestAStepWithAnUnknownSeatNeedsTheMap(t *testing.T) {
	b := newBoard(booking.SeatMap{Version: 1, Seats: views([]booking.SeatID{"A1"}, map[int]booking.SeatStatus{0: booking.SeatHeld})})
	var p pending
	if got := p.take(b, booking.Delta{From: 1, Version: 2, Seats: []booking.SeatChange{{ID: "Z1", Status: booking.SeatSold}}}); got != gapped {
		t.Fatalf("it is %d", got)
	}
	if p.version != 0 {
		t.Fatal("it moved the room")
	}
}

func TestFramesAreJSONWhateverAnIDHolds(t *testing.T) {
	text := string(appendString(nil, "a\"\n\x00é"))
	if text != `"a\"\n\u0000é"` {
		t.Fatal(text)
	}
}
