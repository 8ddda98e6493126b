package e2e_test

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"holdfast/activities"
	"holdfast/internal/app"
	"holdfast/internal/booking"
	"holdfast/internal/config"
	holdfastworker "holdfast/worker"
	"holdfast/workflows"
)

// The check itself must be able to fail: it is run on engines that are broken.

// rounds and perRound bound how long a fault may stay unseen.
const (
	rounds   = 15
	perRound = 60
)

// requireSeen shops at a broken engine until the checker finds it out.
func requireSeen(t *testing.T, h *house) {
	t.Helper()
	c := h.gather()
	for round := range rounds {
		c.Run(t.Context(), func() bool { return c.Calls() >= int64(perRound*(round+1)) })
		folder := t.TempDir()
		if h.judgeCrowd(c, folder).Result == porcupine.Illegal {
			pictures, err := os.ReadDir(folder)
			require.NoError(t, err)
			require.Len(t, pictures, 1, "it is shown")
			return
		}
	}
	t.Fatal("the checker has found nothing")
}

// brokenHouse is a house whose worker does its steps with these.
func brokenHouse(t *testing.T, broken func(h *house) (activities.SeatLock, activities.Store)) *house {
	t.Helper()
	// Longer holds than elsewhere: what goes wrong has to show before their deadlines.
	h := newHouse(t, holdFor(2*time.Second), graceOf(2*time.Second), func(c *config.Config) { c.MaxHolds = 1000 })
	h.run(app.API)
	c, err := client.Dial(workflows.Options(h.cfg.TemporalAddr, h.cfg.Namespace, h.log))
	require.NoError(t, err)
	lock, store := broken(h)
	w := holdfastworker.New(c, h.cfg.TaskQueue, &activities.Activities{
		Lock: lock, Store: store, Gateways: map[string]activities.Gateway{"sandbox": h.bank.client}, Grace: h.cfg.PaymentGrace,
	}, func(error) {})
	require.NoError(t, w.Start())
	t.Cleanup(func() { w.Stop(); c.Close() })
	return h
}

// execute is a statement in the database of the house.
func (h *house) execute(ctx context.Context, sql string, args ...any) error {
	conn, err := pgx.Connect(ctx, h.cfg.PostgresURL)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.Background()) }() // the statement has told
	_, err = conn.Exec(ctx, sql, args...)
	return err
}

// yes is a gatekeeper who lets everybody in.
type yes struct{ activities.SeatLock }

func (yes) Acquire(context.Context, booking.ShowtimeID, []booking.SeatID, booking.ID, time.Duration) ([]booking.SeatID, error) {
	return nil, nil
}

// unguarded holds seats as if nothing could refuse: the store's own statement names the
// index, and would fail without it.
type unguarded struct {
	activities.Store
	h *house
}

func (u unguarded) Hold(ctx context.Context, r booking.HoldRequest) (booking.Booking, error) {
	seats := make([]string, len(r.SeatIDs))
	for i, id := range r.SeatIDs {
		seats[i] = string(id)
	}
	err := u.h.execute(ctx, `WITH made AS (
			INSERT INTO bookings (id, user_id, showtime_id, status, currency, total_minor, fingerprint, created_at, expires_at)
			VALUES ($1, $2, $3, 'pending', 'USD', 1500 * cardinality($7::text[]), $4, $5, $6) ON CONFLICT (id) DO NOTHING RETURNING id)
		INSERT INTO booking_seats (booking_id, showtime_id, seat_id, status, row_name, number, ordinal, category, amount_minor)
		SELECT made.id, $3, s.id, 'pending', s.row_name, s.number, s.ordinal, s.category, 1500
		FROM made, seats s WHERE s.auditorium_id = 'hall' AND s.id = ANY ($7)`,
		string(r.ID), string(r.UserID), string(r.ShowtimeID), r.Fingerprint, r.CreatedAt, r.ExpiresAt, seats)
	if err != nil {
		return booking.Booking{}, err
	}
	return u.Store.Get(ctx, r.ID)
}

// Without the index and without the lock, seats are sold twice, and the check sees it.
func TestLinearCheckSeesTheIndexMissing(t *testing.T) {
	requireSeen(t, brokenHouse(t, func(h *house) (activities.SeatLock, activities.Store) {
		require.NoError(t, h.execute(t.Context(), `DROP INDEX one_live_owner`))
		return yes{h.locks}, unguarded{h.store, h}
	}))
}

// ownerless releases seats whoever has them. Its releases come late, too, as those of a
// worker that was away for a while: when the next owner is there already.
type ownerless struct {
	activities.SeatLock
	activities.Store
	h  *house
	mu sync.Mutex
	// late are seats whose release is still to come.
	late map[booking.SeatID]bool
}

func (o *ownerless) Release(ctx context.Context, show booking.ShowtimeID, seats []booking.SeatID, owner booking.ID) error {
	o.mu.Lock()
	for _, id := range seats {
		o.late[id] = true
	}
	o.mu.Unlock()
	return o.SeatLock.Release(ctx, show, seats, owner)
}

func (o *ownerless) Hold(ctx context.Context, r booking.HoldRequest) (booking.Booking, error) {
	b, err := o.Store.Hold(ctx, r)
	if err != nil {
		return b, err
	}
	o.mu.Lock()
	var due []booking.SeatID
	for _, id := range r.SeatIDs {
		if o.late[id] {
			due = append(due, id)
			delete(o.late, id)
		}
	}
	o.mu.Unlock()
	if len(due) == 0 {
		return b, nil
	}
	// What a release by seat does to whoever has it now, in the truth and at the gatekeeper.
	seats := make([]string, len(due))
	for i, id := range due {
		seats[i] = string(id)
	}
	err = o.h.execute(ctx, `UPDATE bookings SET status = 'expired', decided_at = now() WHERE status = 'pending'
		AND id IN (SELECT booking_id FROM booking_seats WHERE showtime_id = $1 AND seat_id = ANY ($2))`, string(r.ShowtimeID), seats)
	if err != nil {
		return b, err
	}
	return b, o.SeatLock.Release(ctx, r.ShowtimeID, r.SeatIDs, r.ID)
}

// With releases that ask for no owner, an old booking's frees the seats of a newer one,
// and the check sees it.
func TestLinearCheckSeesAReleaseWithoutOwner(t *testing.T) {
	requireSeen(t, brokenHouse(t, func(h *house) (activities.SeatLock, activities.Store) {
		o := &ownerless{SeatLock: h.locks, Store: h.store, h: h, late: map[booking.SeatID]bool{}}
		return o, o
	}))
}
