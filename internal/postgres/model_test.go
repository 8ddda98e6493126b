package postgres_test

import (
	"context"
	"flag"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"holdfast/internal/booking"
)

const (
	modelChecks = "100" // lives of a showtime, unless -rapid.checks says otherwise
	modelSeats  = 5     // which everybody wants
	maxPending  = 3
)

// modelBooking is what a booking should be, and its payments by their ids.
type modelBooking struct {
	request  booking.HoldRequest
	status   booking.Status
	reason   booking.Reason
	extended bool
	payments map[string]*modelPayment
}

type modelPayment struct {
	status booking.PaymentStatus
	kept   int64
}

// model is a showtime as it should be, told in plain maps and one after the other.
type model struct {
	house
	db        *pgxpool.Pool
	bookings  map[booking.ID]*modelBooking
	ids       []booking.ID // in the order of their making
	version   int64
	cancelled bool
}

// owners are the bookings that own seats.
func (m *model) owners() map[booking.SeatID]booking.ID {
	owners := map[booking.SeatID]booking.ID{}
	for id, b := range m.bookings {
		if b.status.Live() {
			for _, s := range b.request.SeatIDs {
				owners[s] = id
			}
		}
	}
	return owners
}

// othersOwn are those of the seats that another booking owns.
func (m *model) othersOwn(seats []booking.SeatID, id booking.ID) []booking.SeatID {
	owners := m.owners()
	return slices.DeleteFunc(slices.Clone(seats), func(s booking.SeatID) bool { return owners[s] == "" || owners[s] == id })
}

// decide is a decision, with its event.
func (m *model) decide(b *modelBooking, to booking.Status, reason booking.Reason) {
	b.status, b.reason = to, reason
	m.version++
}

// compare reads all of the showtime and compares it.
func (m *model) compare(t *rapid.T) {
	ctx := context.Background()
	owners := map[booking.SeatID]booking.ID{}
	m.each(t, `SELECT seat_id, booking_id::text FROM booking_seats WHERE showtime_id = $1 AND status IN ('pending', 'confirmed')`, func(scan func(...any)) {
		var seat, id string
		scan(&seat, &id)
		require.NotContains(t, owners, booking.SeatID(seat), "two owners")
		owners[booking.SeatID(seat)] = booking.ID(id)
	})
	require.Equal(t, m.owners(), owners)

	got, want := map[string]modelPayment{}, map[string]modelPayment{}
	m.each(t, `SELECT p.id::text, p.status, p.kept_minor FROM payments p JOIN bookings b ON b.id = p.booking_id WHERE b.showtime_id = $1`, func(scan func(...any)) {
		var id string
		var p modelPayment
		scan(&id, &p.status, &p.kept)
		got[id] = p
	})
	for id, b := range m.bookings {
		stored, err := m.Get(ctx, id)
		require.NoError(t, err)
		require.Equal(t, b.status, stored.Status)
		require.Equal(t, b.reason, stored.Reason)
		deadline := b.request.ExpiresAt
		if b.extended {
			deadline = deadline.Add(grace)
		}
		require.True(t, deadline.Equal(stored.ExpiresAt), "%s, not %s", stored.ExpiresAt, deadline)
		for payment, p := range b.payments {
			want[payment] = *p
		}
	}
	require.Equal(t, want, got)

	show, err := m.Showtime(ctx, m.show)
	require.NoError(t, err)
	require.Equal(t, seatCount-1-len(owners), show.AvailableSeats)
	require.Equal(t, m.version, show.Version)
	require.Equal(t, m.cancelled, show.CancelledAt != nil)
	var next int64 = 1
	m.each(t, `SELECT (payload -> 'data' ->> 'version')::bigint FROM outbox WHERE payload -> 'data' ->> 'showtimeId' = $1::text ORDER BY 1`, func(scan func(...any)) {
		var version int64
		scan(&version)
		require.Equal(t, next, version, "each version has one event")
		next++
	})
	require.Equal(t, m.version, next-1)
}

func (m *model) each(t *rapid.T, query string, row func(scan func(...any))) {
	rows, err := m.db.Query(context.Background(), query, string(m.show))
	require.NoError(t, err)
	for rows.Next() {
		row(func(into ...any) { require.NoError(t, rows.Scan(into...)) })
	}
	require.NoError(t, rows.Err())
}

// TestStoreAgainstAModel lets showtimes live through anything, in any order, and compares
// the store with the model after every step.
func TestStoreAgainstAModel(t *testing.T) {
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		require.NoError(t, flag.Set("rapid.checks", modelChecks))
	}
	h := newHouse(t)
	db, err := pgxpool.New(t.Context(), h.url)
	require.NoError(t, err)
	defer db.Close()
	rapid.Check(t, func(t *rapid.T) {
		m := &model{house: h, db: db, bookings: map[booking.ID]*modelBooking{}, version: 1}
		m.show = booking.ShowtimeID(uuid.NewString())
		_, err := h.Schedule(context.Background(), h.schedule(m.show, time.Now()))
		require.NoError(t, err)
		t.Repeat(map[string]func(*rapid.T){
			"":               m.compare,
			"hold":           m.hold,
			"hold another":   m.hold, // as often as everything else together wants bookings
			"hold again":     m.holdAgain,
			"confirm":        m.confirm,
			"note open":      m.noteOpen,
			"give up":        m.giveUp,
			"expire":         m.expire,
			"cancel":         m.cancel,
			"revoke":         m.revoke,
			"move":           m.move,
			"cancel showing": m.cancelShowtime,
		})
	})
}

// drawBooking draws a booking, live ones and ended ones alike.
func (m *model) drawBooking(t *rapid.T) (booking.ID, *modelBooking) {
	if len(m.ids) == 0 {
		t.Skip("there is no booking")
	}
	id := rapid.SampledFrom(m.ids).Draw(t, "booking")
	return id, m.bookings[id]
}

// drawPayment draws a payment of a booking, or a new one.
func (b *modelBooking) drawPayment(t *rapid.T) (string, *modelPayment) {
	id := rapid.SampledFrom(append([]string{""}, slices.Sorted(maps.Keys(b.payments))...)).Draw(t, "payment")
	if id == "" {
		return uuid.NewString(), nil
	}
	return id, b.payments[id]
}
