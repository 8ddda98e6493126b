package e2e_test

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/config"
)

const (
	buyers    = 8
	shortHold = 500 * time.Millisecond
	// linearCalls is how many calls a history has at least.
	linearCalls = 1500
	// open4ever is the return of a call whose answer was lost.
	open4ever = int64(math.MaxInt64)
)

// hotSeats is what everybody wants.
var hotSeats = []string{"A1", "A2", "A3", "A4", "A5", "A6"}

// desk is where everything is written down.
type desk struct {
	h        *house
	db       *pgxpool.Pool
	calls    atomic.Int64
	watching sync.WaitGroup
	began    time.Time

	mu     sync.Mutex
	ops    []porcupine.Operation
	known  map[string]bool // the bookings that somebody was told of
	counts map[string]int
	buyers []*buyer
}

func newDesk(t *testing.T, h *house) *desk {
	d := &desk{h: h, counts: map[string]int{}, known: map[string]bool{}, began: time.Now()}
	var err error
	d.db, err = pgxpool.New(t.Context(), h.cfg.PostgresURL)
	require.NoError(t, err)
	t.Cleanup(d.db.Close)
	seed := seedOf(t)
	for n := range buyers {
		d.buyers = append(d.buyers, &buyer{desk: d, who: h.guest(), n: n, rnd: rand.New(rand.NewPCG(seed, uint64(n)))}) //nolint:gosec // a test that can be repeated
	}
	return d
}

func (d *desk) note(client int, c seatCall, a seatAnswer, call, back int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if a.told == took {
		d.known[a.booking] = true
	}
	d.ops = append(d.ops, porcupine.Operation{ClientId: client, Input: c, Output: a, Call: call, Return: back})
}

func (d *desk) count(what string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.counts[what]++
}

// enough reports whether everything has happened that a history has to have.
func (d *desk) enough(calls int64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, what := range []string{"took", "taken", "bought", "asked back", "payment_declined", "cancelled", "left alone", "read"} {
		if d.counts[what] < 5 {
			return false
		}
	}
	return d.calls.Load() >= calls
}

// run lets everybody shop until it is enough, and all that they began has ended.
func (d *desk) run(enough func() bool) {
	var wg sync.WaitGroup
	for _, b := range d.buyers {
		wg.Go(func() {
			for !enough() && !d.h.t.Failed() {
				b.shop()
			}
		})
	}
	wg.Wait()
	d.watching.Wait()
	d.look(0)
}

// look reads who has the seats, in PostgreSQL and in one statement: the truth.
func (d *desk) look(client int) {
	const query = `SELECT s.seat_id, b.id::text, b.status, b.expires_at FROM booking_seats s JOIN bookings b ON b.id = s.booking_id
		WHERE s.showtime_id = $1 AND b.status IN ('pending', 'confirmed')`
	call := time.Now().UnixNano()
	rows, err := d.db.Query(context.Background(), query, string(d.h.show))
	said := each(hotSeats, seatAnswer{told: isFree})
	for err == nil && rows.Next() {
		var seat, id, status string
		var until time.Time
		if err = rows.Scan(&seat, &id, &status, &until); err != nil {
			break
		}
		a := seatAnswer{told: keeps, booking: id, until: until.UnixNano()}
		if status == "confirmed" {
			a.told = isSold
		}
		if said[seat].booking != "" {
			a.told = twoOwn
		}
		said[seat] = a
	}
	if err == nil {
		err = rows.Err()
	}
	if err != nil {
		d.h.t.Errorf("reading the truth: %v", err)
		return
	}
	at := time.Now().UnixNano()
	for seat, a := range said {
		a.at = at
		d.note(client, seatCall{seat, "read", ""}, a, call, at)
	}
	d.calls.Add(1)
	d.count("read")
}

// watch waits, beside the buyer's next steps, until the gatekeeper has let go of a
// booking that ends: from then on nobody may be turned away because of it.
func (d *desk) watch(h *held) {
	d.watching.Go(func() {
		ids := make([]booking.SeatID, len(h.seats))
		for i, seat := range h.seats {
			ids[i] = booking.SeatID(seat)
		}
		call := time.Now().UnixNano()
		for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
			gone, err := d.unlocked(context.Background(), ids, booking.ID(h.id))
			if err != nil {
				d.h.t.Error(err)
				return
			}
			if gone {
				at := time.Now().UnixNano()
				for _, seat := range h.seats {
					d.note(0, seatCall{seat, "unlock", h.id}, seatAnswer{told: unlocked, booking: h.id, at: at}, call, at)
				}
				d.count("unlocked")
				return
			}
		}
		d.h.t.Errorf("the seats of %s are never unlocked", h.id)
	})
}

// unlocked reports whether a booking has no lock: all that are locked are others'.
func (d *desk) unlocked(ctx context.Context, ids []booking.SeatID, id booking.ID) (bool, error) {
	all, err := d.h.locks.Taken(ctx, d.h.show, ids, "")
	if err != nil {
		return false, err
	}
	others, err := d.h.locks.Taken(ctx, d.h.show, ids, id)
	return len(all) == len(others), err
}

// judge asks the checker for an order in which everything that everybody was told is
// true. Where there is none, its picture of the history is kept in the folder.
func (d *desk) judge(t *testing.T, folder string) porcupine.CheckResult {
	t.Helper()
	end := time.Now().UnixNano()
	ops := make([]porcupine.Operation, len(d.ops))
	for i, op := range d.ops {
		c, a := op.Input.(seatCall), op.Output.(seatAnswer) //nolint:errcheck // nothing else is in the history
		if c.verb == "read" && a.booking != "" && !d.known[a.booking] {
			a.booking = stranger
			op.Output = a
		}
		ops[i] = op
		ops[i].Call -= d.began.UnixNano()
		ops[i].Return = min(op.Return, end) - d.began.UnixNano()
	}
	model := seatModel(d.began)
	verdict, info := porcupine.CheckOperationsVerbose(model, ops, time.Minute)
	t.Logf("%s: %d calls, %d operations of seats: %v", verdict, d.calls.Load(), len(ops), d.counts)
	if verdict != porcupine.Ok {
		path := filepath.Join(folder, strings.ReplaceAll(t.Name(), "/", "_")+fmt.Sprintf("-%d.html", end))
		require.NoError(t, porcupine.VisualizePath(model, info, path))
		t.Logf("the history is in %s", path)
	}
	return verdict
}

// Eight clients book, pay, cancel and let go of the same six seats. Whatever they and
// the truth were told, in whatever order: there is one order of it all in which each
// seat was free, held or sold.
func TestLinearizable(t *testing.T) {
	h := open(t, holdFor(shortHold), graceOf(2*time.Second), func(c *config.Config) { c.MaxHolds = 1000 })
	d := newDesk(t, h)
	d.run(func() bool { return d.enough(linearCalls) })
	require.Equal(t, porcupine.Ok, d.judge(t, cmp.Or(os.Getenv("HOLDFAST_PROOF_DIR"), os.TempDir())))
	h.requireAgreement()
	h.requireBooksBalance()
}
