package live_test

import (
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"holdfast/api/live"
	"holdfast/internal/booking"
)

func TestASnapshotFirstAndThenTheSteps(t *testing.T) {
	h := newHouse(t, 3, live.Config{})
	v := h.enter(t)
	m := v.must(t)
	require.Equal(t, "snapshot", m.Type)
	require.NoError(t, v.agrees(h.current()))
	h.tell(t, h.change(booking.SeatHeld, 1))
	m = v.must(t)
	require.Equal(t, []booking.SeatChange{{ID: "A2", Status: booking.SeatHeld}}, m.Seats)
	require.EqualValues(t, 1, *m.From)
	require.EqualValues(t, 2, m.Version)
}

func TestStepsWithinAWindowAreOneDelta(t *testing.T) {
	h := newHouse(t, 5, live.Config{Window: time.Second})
	v := h.enter(t)
	v.must(t)
	h.tell(t, h.change(booking.SeatHeld, 0))
	require.EqualValues(t, 2, v.must(t).Version, "after a quiet time a step goes out at once")
	h.tell(t, h.change(booking.SeatHeld, 4), h.change(booking.SeatHeld, 2), h.change(booking.SeatSold, 4),
		h.change(booking.SeatHeld, 3), h.change(booking.SeatAvailable, 3))
	m := v.must(t)
	require.EqualValues(t, 2, *m.From)
	require.EqualValues(t, 7, m.Version)
	require.Equal(t, []booking.SeatChange{{ID: "A3", Status: booking.SeatHeld}, {ID: "A5", Status: booking.SeatSold}}, m.Seats,
		"in the order of the layout, and nothing that ended as it began")
}

func TestResyncBringsASnapshot(t *testing.T) {
	h := newHouse(t, 3, live.Config{})
	v := h.enter(t)
	v.must(t)
	v.say(t, `{"type":"resync"}`)
	require.Equal(t, "snapshot", v.must(t).Type)
	h.tell(t, h.change(booking.SeatHeld, 1))
	require.NoError(t, v.until(2))
	require.NoError(t, v.agrees(h.current()))
}

func TestDuplicatesAndOldStepsAreNotTold(t *testing.T) {
	h := newHouse(t, 3, live.Config{Window: -1})
	v := h.enter(t)
	v.must(t)
	a, b := h.change(booking.SeatHeld, 0), h.change(booking.SeatSold, 0)
	h.tell(t, a, b, a, b, a)
	h.tell(t, h.change(booking.SeatHeld, 1))
	require.NoError(t, v.until(4))
	require.Equal(t, 3, v.deltas)
	require.NoError(t, v.agrees(h.current()))
}

func TestAGapMakesTheRoomReadTheMap(t *testing.T) {
	h := newHouse(t, 3, live.Config{})
	v := h.enter(t)
	v.must(t)
	h.change(booking.SeatSold, 0) // nobody is told
	h.tell(t, h.change(booking.SeatHeld, 1))
	require.NoError(t, v.until(3))
	require.NoError(t, v.agrees(h.current()))
	require.Equal(t, 1, v.snapshots, "the difference is told, not the whole map")
}

func TestTheNewsThatAVersionExistsMakesTheRoomReadTheMap(t *testing.T) {
	h := newHouse(t, 3, live.Config{})
	v := h.enter(t)
	v.must(t)
	h.change(booking.SeatSold, 0)
	h.tell(t, booking.Delta{ShowtimeID: show, From: 2, Version: 2})
	require.NoError(t, v.until(2))
	require.NoError(t, v.agrees(h.current()))
}

func TestAnInterruptedFeedMakesEveryRoomReadItsMap(t *testing.T) {
	h := newHouse(t, 3, live.Config{})
	v := h.enter(t)
	v.must(t)
	h.change(booking.SeatSold, 0)
	h.change(booking.SeatSold, 1)
	h.interrupt(t)
	require.NoError(t, v.until(3))
	require.NoError(t, v.agrees(h.current()))
}

func TestAnOlderMapIsNeverTold(t *testing.T) {
	h := newHouse(t, 3, live.Config{})
	v := h.enter(t)
	v.must(t)
	old := h.current()
	h.tell(t, h.change(booking.SeatSold, 0))
	require.NoError(t, v.until(2))
	h.set(func() { h.stale = &old })
	loads := h.hub.Stats().Loads
	h.interrupt(t)
	require.Eventually(t, func() bool { return h.hub.Stats().Loads > loads }, patience, 5*time.Millisecond)
	h.tell(t, h.change(booking.SeatHeld, 2)) // fits, whatever was read
	require.NoError(t, v.until(3))
	require.NoError(t, v.agrees(h.current()))

	h.change(booking.SeatSold, 1) // missed
	loads = h.hub.Stats().Loads
	h.tell(t, h.change(booking.SeatSold, 2))
	require.Eventually(t, func() bool { return h.hub.Stats().Loads > loads+1 }, patience, 5*time.Millisecond,
		"the room tries again while what it reads is too old")
	h.set(func() { h.stale = nil })
	require.NoError(t, v.until(5))
	require.NoError(t, v.agrees(h.current()))
	require.Equal(t, 1, v.snapshots)
}

func TestOtherSeatsBringASnapshot(t *testing.T) {
	h := newHouse(t, 3, live.Config{})
	v := h.enter(t)
	v.must(t)
	h.set(func() {
		h.board.Version = 2
		h.board.Seats = append(h.board.Seats, booking.SeatView{Seat: booking.Seat{ID: "B1"}, Status: booking.SeatHeld})
	})
	h.tell(t, booking.Delta{ShowtimeID: show, From: 2, Version: 2})
	require.NoError(t, v.until(2))
	require.NoError(t, v.agrees(h.current()))
	require.Equal(t, 2, v.snapshots)
}

func TestAClientWaitsForAReadModelThatIsAway(t *testing.T) {
	h := newHouse(t, 3, live.Config{})
	h.set(func() { h.broken = errors.New("the read model is away") })
	v := h.enter(t)
	require.Eventually(t, func() bool { h.mu.Lock(); defer h.mu.Unlock(); return h.reads > 1 }, patience, 5*time.Millisecond)
	h.tell(t, h.change(booking.SeatHeld, 0))
	v.say(t, `{"type":"resync"}`)
	h.set(func() { h.broken = nil })
	require.NoError(t, v.until(2))
	require.NoError(t, v.agrees(h.current()))
}

func TestAClientThatCannotKeepUpGetsASnapshot(t *testing.T) {
	const seats = 3000
	h := newHouse(t, seats, live.Config{Window: -1, Queue: 2})
	slow := h.enter(t)
	slow.must(t)
	all := make([]int, seats)
	for i := range all {
		all[i] = i
	}
	status := []booking.SeatStatus{booking.SeatHeld, booking.SeatAvailable}
	for i := 0; h.hub.Stats().Skips == 0; i++ { // until the buffers on the way are full
		require.Less(t, i, 20_000, "no queue runs full")
		h.tell(t, h.change(status[i%2], all...))
	}
	for range 5 { // missed by the slow one
		h.tell(t, h.change(booking.SeatSold, rand.N(seats)))
	}
	require.NoError(t, slow.until(h.current().Version))
	require.NoError(t, slow.agrees(h.current()))
	require.GreaterOrEqual(t, slow.snapshots, 2)
	snapshots := slow.snapshots
	h.tell(t, h.change(booking.SeatBlocked, 0))
	require.NoError(t, slow.until(h.current().Version))
	require.NoError(t, slow.agrees(h.current()))
	require.Equal(t, snapshots, slow.snapshots, "and then deltas again")
}

// Many clients come and go while steps are told, doubled, lost and swapped, and
// the feed is interrupted: whoever is there sees one unbroken line of versions,
// and in the end the map.
func TestWhoeverComesWheneverSeesAnUnbrokenLine(t *testing.T) {
	const seats, changes, viewers = 40, 400, 24
	h := newHouse(t, seats, live.Config{Window: 2 * time.Millisecond, Queue: 4})
	status := []booking.SeatStatus{booking.SeatAvailable, booking.SeatHeld, booking.SeatSold}
	var telling, watching sync.WaitGroup
	telling.Go(func() {
		var later []booking.Delta
		for range changes {
			d := h.change(status[rand.N(3)], rand.N(seats), rand.N(seats))
			switch rand.N(12) {
			case 0: // lost
			case 1:
				h.tell(t, d, d)
			case 2:
				later = append(later, d)
			case 3:
				h.interrupt(t)
				h.tell(t, d)
			default:
				h.tell(t, append(later, d)...)
				later = nil
			}
		}
		h.tell(t, h.change(booking.SeatBlocked, 0))
	})
	for range viewers {
		joinAt := 1 + rand.Int64N(changes)
		leave := rand.N(3) == 0
		watching.Go(func() {
			if !assert.Eventually(t, func() bool { return h.current().Version >= joinAt }, patience, time.Millisecond) {
				return
			}
			conn, _, err := h.dial(t, nil)
			if !assert.NoError(t, err) {
				return
			}
			v := &viewer{conn: conn}
			if leave {
				for range 1 + rand.N(20) {
					if v.version >= changes+2 {
						return // that was the last message there is
					}
					if _, err := v.hear(); !assert.NoError(t, err) {
						return
					}
				}
				assert.NoError(t, conn.Close())
				return
			}
			assert.NoError(t, v.until(changes+2))
			assert.NoError(t, v.agrees(h.current()))
		})
	}
	telling.Wait()
	watching.Wait()
}
