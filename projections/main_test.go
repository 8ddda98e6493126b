package projections_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"holdfast/internal/booking"
	"holdfast/internal/seatmap"
	"holdfast/internal/testenv"
	"holdfast/projections"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds every wait for something that must happen.
const patience = 30 * time.Second

const seats = 12

// truth stands for PostgreSQL: it makes events and knows every map at once.
type truth struct {
	mu   sync.Mutex
	maps map[booking.ShowtimeID]booking.SeatMap
	away error // what it answers instead, while it is not nil
}

func newTruth() *truth { return &truth{maps: make(map[booking.ShowtimeID]booking.SeatMap)} }

func (tr *truth) SeatMap(_ context.Context, id booking.ShowtimeID) (booking.SeatMap, error) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if tr.away != nil {
		return booking.SeatMap{}, tr.away
	}
	m, ok := tr.maps[id]
	if !ok {
		return booking.SeatMap{}, booking.Refuse(booking.CodeShowtimeNotFound, "there is no such showtime")
	}
	m.Seats = slices.Clone(m.Seats)
	return m, nil
}

func (tr *truth) fail(err error) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.away = err
}

// schedule makes a showtime, at version 1.
func (tr *truth) schedule() booking.Event {
	id := booking.ShowtimeID(uuid.NewString())
	m := booking.SeatMap{ShowtimeID: id, Version: 1, Categories: []booking.PricedCategory{
		{ID: "std", Name: "Standard", Price: booking.Money{Minor: 1500, Currency: "USD"}}}}
	for i := range seats {
		m.Seats = append(m.Seats, booking.SeatView{Status: booking.SeatAvailable,
			Seat: booking.Seat{ID: seatID(i), Row: "A", Number: i + 1, X: float64(i), Category: "std", Kind: booking.Standard}})
	}
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.maps[id] = m
	return booking.Event{ID: uuid.NewString(), Type: booking.EventScheduled, ShowtimeID: id, Version: 1, At: time.Now()}
}

func seatID(i int) booking.SeatID { return booking.SeatID(fmt.Sprintf("A%d", i+1)) }

// change commits a change of some seats and returns its event.
func (tr *truth) change(id booking.ShowtimeID, to booking.SeatStatus, numbers ...int) booking.Event {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	m := tr.maps[id]
	m.Seats = slices.Clone(m.Seats)
	m.Version++
	e := booking.Event{ID: uuid.NewString(), Type: booking.EventHeld, ShowtimeID: id, Version: m.Version,
		BookingID: "b", At: time.Now()}
	for _, n := range numbers {
		m.Seats[n].Status = to
		e.Seats = append(e.Seats, booking.SeatChange{ID: m.Seats[n].ID, Status: to})
	}
	tr.maps[id] = m
	return e
}

// node is what a node that serves WebSockets makes of what it is told: it applies
// what fits, reads the map when it does not, and never goes back.
type node struct {
	mu     sync.Mutex
	maps   *seatmap.Store
	failed error // what telling answers, while it is not nil
	told   []booking.Delta
	known  map[booking.ShowtimeID]booking.SeatMap
}

func (n *node) Tell(ctx context.Context, steps []booking.Delta) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.failed != nil {
		return n.failed
	}
	n.told = append(n.told, steps...)
	for _, d := range steps {
		m, watched := n.known[d.ShowtimeID]
		switch {
		case !watched || d.Version <= m.Version:
		case d.From > m.Version:
			read, err := n.maps.Get(ctx, d.ShowtimeID)
			if err != nil {
				return err
			}
			if read.Version < d.Version {
				return errors.New("a version was told before it could be read")
			}
			n.known[d.ShowtimeID] = read
		default:
			for _, c := range d.Seats {
				i := slices.IndexFunc(m.Seats, func(s booking.SeatView) bool { return s.ID == c.ID })
				m.Seats[i].Status = c.Status
			}
			m.Version = d.Version
			n.known[d.ShowtimeID] = m
		}
	}
	return nil
}

func (n *node) fail(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.failed = err
}

// forget empties the list of what was told.
func (n *node) forget() (told []booking.Delta) {
	n.mu.Lock()
	defer n.mu.Unlock()
	told, n.told = n.told, nil
	return told
}

// world is a projector over the real read model, with one node that watches.
type world struct {
	*truth
	maps      *seatmap.Store
	node      *node
	projector *projections.Projector
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldAt(t, testenv.Mongo(t))
}

func newWorldAt(t *testing.T, url string) *world {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	store, err := seatmap.Open(url, log)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close(context.WithoutCancel(t.Context()))) })
	w := &world{truth: newTruth(), maps: store, node: &node{maps: store, known: make(map[booking.ShowtimeID]booking.SeatMap)}}
	w.projector = projections.New(store, w.truth, w.node, log)
	return w
}

// handle projects events and insists that it works.
func (w *world) handle(t *testing.T, events ...booking.Event) {
	t.Helper()
	require.NoError(t, w.projector.Handle(t.Context(), events))
}

// watched makes a showtime that is projected and watched by the node.
func (w *world) watched(t *testing.T) booking.ShowtimeID {
	t.Helper()
	e := w.schedule()
	w.handle(t, e)
	m, err := w.maps.Get(t.Context(), e.ShowtimeID)
	require.NoError(t, err)
	w.node.mu.Lock()
	w.node.known[e.ShowtimeID] = m
	w.node.mu.Unlock()
	w.node.forget()
	return e.ShowtimeID
}

// agree checks that the read model and the node show the truth.
func (w *world) agree(t *testing.T, id booking.ShowtimeID) {
	t.Helper()
	want, err := w.SeatMap(t.Context(), id)
	require.NoError(t, err)
	stored, err := w.maps.Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, want, stored)
	w.node.mu.Lock()
	defer w.node.mu.Unlock()
	require.Equal(t, want, w.node.known[id])
}
