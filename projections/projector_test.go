package projections_test

import (
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/seatmap"
	"holdfast/internal/testenv"
	"holdfast/internal/testenv/wire"
	"holdfast/projections"
)

var errAway = errors.New("the server is away")

func TestAnUnknownShowtimeIsReadFromTheTruth(t *testing.T) {
	w := newWorld(t)
	e := w.schedule()
	w.handle(t, e)
	got, err := w.maps.Get(t.Context(), e.ShowtimeID)
	require.NoError(t, err)
	want, err := w.SeatMap(t.Context(), e.ShowtimeID)
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.EqualValues(t, 1, w.projector.Stats().Refreshed)
}

func TestTheNextVersionIsAppliedAndTold(t *testing.T) {
	w := newWorld(t)
	id := w.watched(t)
	w.handle(t, w.change(id, booking.SeatHeld, 0, 1), w.change(id, booking.SeatSold, 1))
	require.Equal(t, []booking.Delta{{ShowtimeID: id, From: 1, Version: 3, Seats: []booking.SeatChange{
		{ID: "A1", Status: booking.SeatHeld}, {ID: "A2", Status: booking.SeatSold}}}}, w.node.forget())
	w.agree(t, id)
	require.EqualValues(t, 1, w.projector.Stats().Refreshed, "only the first map was read whole")
}

func TestADuplicateChangesNothingAndIsToldAgain(t *testing.T) {
	w := newWorld(t)
	id := w.watched(t)
	held, sold := w.change(id, booking.SeatHeld, 0), w.change(id, booking.SeatSold, 0)
	w.handle(t, held, sold)
	first := w.node.forget()
	w.handle(t, held, sold)
	require.Equal(t, first, w.node.forget())
	w.handle(t, held)
	w.agree(t, id)
}

func TestDisorderWithinABatch(t *testing.T) {
	w := newWorld(t)
	id := w.watched(t)
	a, b, c := w.change(id, booking.SeatHeld, 0), w.change(id, booking.SeatAvailable, 0), w.change(id, booking.SeatSold, 0)
	w.handle(t, c, a, b, a)
	w.agree(t, id)
	require.EqualValues(t, 1, w.projector.Stats().Refreshed)
}

func TestDisorderAcrossBatches(t *testing.T) {
	w := newWorld(t)
	id := w.watched(t)
	a, b := w.change(id, booking.SeatHeld, 0, 2), w.change(id, booking.SeatSold, 0)
	w.handle(t, b)
	w.agree(t, id)
	w.handle(t, a)
	w.agree(t, id)
}

func TestAGapIsFilledFromTheTruth(t *testing.T) {
	w := newWorld(t)
	id := w.watched(t)
	w.change(id, booking.SeatSold, 3) // its event is lost
	w.handle(t, w.change(id, booking.SeatHeld, 4))
	require.Equal(t, []booking.Delta{{ShowtimeID: id, From: 1, Version: 3, Seats: []booking.SeatChange{
		{ID: "A4", Status: booking.SeatSold}, {ID: "A5", Status: booking.SeatHeld}}}}, w.node.forget())
	w.agree(t, id)
}

func TestALostReadModelComesBackWithTheNextEvent(t *testing.T) {
	w := newWorld(t)
	id := w.watched(t)
	w.handle(t, w.change(id, booking.SeatHeld, 0))
	fresh := newWorld(t) // an empty read model under the same truth and the same node
	fresh.truth, fresh.node.known = w.truth, w.node.known
	e := w.change(id, booking.SeatSold, 0)
	projector := projections.New(fresh.maps, w.truth, fresh.node, slog.New(slog.DiscardHandler))
	require.NoError(t, projector.Handle(t.Context(), []booking.Event{e}))
	fresh.agree(t, id)
}

func TestACrashBetweenTheWriteAndTheTellingLosesNoStep(t *testing.T) {
	w := newWorld(t)
	id := w.watched(t)
	e := w.change(id, booking.SeatHeld, 0)
	w.node.fail(errAway) // as good as a crash: written, not told, not acknowledged
	require.ErrorIs(t, w.projector.Handle(t.Context(), []booking.Event{e}), errAway)
	version, err := w.maps.Version(t.Context(), id)
	require.NoError(t, err)
	require.EqualValues(t, 2, version)
	w.node.fail(nil)
	w.handle(t, e) // redelivered
	w.agree(t, id)
}

func TestACrashAfterARefreshLosesNoStep(t *testing.T) {
	w := newWorld(t)
	id := w.watched(t)
	w.change(id, booking.SeatSold, 1) // lost
	e := w.change(id, booking.SeatHeld, 0)
	w.node.fail(errAway)
	require.ErrorIs(t, w.projector.Handle(t.Context(), []booking.Event{e}), errAway)
	w.node.fail(nil)
	w.handle(t, e)
	w.agree(t, id)
}

func TestEventsOfAShowtimeThatDoesNotExistHoldNobodyUp(t *testing.T) {
	w := newWorld(t)
	id := w.watched(t)
	w.handle(t, booking.Event{ID: "x", Type: booking.EventHeld, ShowtimeID: "nowhere", Version: 5}, w.change(id, booking.SeatHeld, 0))
	w.agree(t, id)
	_, err := w.maps.Version(t.Context(), "nowhere")
	require.ErrorIs(t, err, seatmap.ErrNotFound)
}

func TestOneShowtimeInTroubleDoesNotKeepTheOthersUntold(t *testing.T) {
	w := newWorld(t)
	good, bad := w.watched(t), w.schedule()
	w.fail(errAway) // the unknown showtime cannot be read
	e := w.change(good, booking.SeatHeld, 0)
	require.ErrorIs(t, w.projector.Handle(t.Context(), []booking.Event{bad, e}), errAway)
	require.ErrorIs(t, w.projector.Ready(t.Context()), errAway)
	w.fail(nil)
	w.agree(t, good)
	require.NoError(t, w.projector.Ready(t.Context()))
	version, err := w.maps.Version(t.Context(), bad.ShowtimeID)
	require.NoError(t, err)
	require.EqualValues(t, 1, version, "being ready includes that the trouble is over")
}

func TestTheReadModelIsAwayAndComesBack(t *testing.T) {
	line, through := wire.To(t, testenv.Mongo(t))
	w := newWorldAt(t, through)
	id := w.watched(t)
	line.Cut()
	e := w.change(id, booking.SeatHeld, 0)
	require.Error(t, w.projector.Handle(t.Context(), []booking.Event{e}))
	require.Error(t, w.projector.Ready(t.Context()))
	require.Empty(t, w.node.forget(), "nothing is told that cannot be read")
	line.Mend()
	require.Eventually(t, func() bool { return w.projector.Handle(t.Context(), []booking.Event{e}) == nil },
		patience, 20*time.Millisecond)
	w.agree(t, id)
}

// The sum of it: events come in any order, more than once, or not at all, and the
// last one comes.
func TestWhateverTheDeliveryTheMapsAgreeInTheEnd(t *testing.T) {
	w := newWorld(t)
	for range 5 {
		id := w.watched(t)
		var events []booking.Event
		status := []booking.SeatStatus{booking.SeatHeld, booking.SeatSold, booking.SeatAvailable}
		for range 40 {
			e := w.change(id, status[rand.N(3)], rand.N(seats))
			switch rand.N(6) {
			case 0: // lost
			case 1:
				events = append(events, e, e)
			default:
				events = append(events, e)
			}
		}
		rand.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		for len(events) > 0 {
			n := min(len(events), 1+rand.N(8))
			w.handle(t, events[:n]...)
			events = events[n:]
		}
		w.handle(t, w.change(id, booking.SeatBlocked, 0))
		w.agree(t, id)
	}
}

func TestRebuildWhileBookingsGoOn(t *testing.T) {
	w := newWorld(t)
	var showtimes []booking.ShowtimeID
	for range 4 {
		showtimes = append(showtimes, w.watched(t))
	}
	unprojected := w.schedule().ShowtimeID
	showtimes = append(showtimes, unprojected)
	var bookings sync.WaitGroup
	bookings.Go(func() {
		for range 60 {
			e := w.change(showtimes[rand.N(4)], booking.SeatHeld, rand.N(seats))
			assert.NoError(t, w.projector.Handle(t.Context(), []booking.Event{e}))
		}
	})
	var done []int
	for range 3 {
		require.NoError(t, w.projector.Rebuild(t.Context(), showtimes, func(n, total int) {
			require.Equal(t, 5, total)
			done = append(done, n)
		}))
	}
	bookings.Wait()
	require.Equal(t, []int{1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5}, done)
	for _, id := range showtimes[:4] {
		w.agree(t, id)
	}
	version, err := w.maps.Version(t.Context(), unprojected)
	require.NoError(t, err)
	require.EqualValues(t, 1, version)
}

func TestRebuildStopsAtAnError(t *testing.T) {
	w := newWorld(t)
	id := w.watched(t)
	w.fail(errAway)
	require.ErrorIs(t, w.projector.Rebuild(t.Context(), []booking.ShowtimeID{id}, nil), errAway)
}
