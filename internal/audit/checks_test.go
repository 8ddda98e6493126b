package audit

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

// scene is a store and workflows as a test has them.
type scene struct {
	Truth
	indexes  map[string]string
	holds    []booking.OpenHold
	money    []booking.ID
	running  map[booking.ID]bool
	overdue  []booking.ID
	compared BookComparison
	ledger   []booking.LedgerEntry
}

func (s scene) UniqueIndexes(context.Context) (map[string]string, error) { return s.indexes, nil }
func (s scene) OpenHolds(context.Context) ([]booking.OpenHold, error)    { return s.holds, nil }
func (s scene) Runs(_ context.Context, id booking.ID) (bool, error)      { return s.running[id], nil }
func (s scene) Overdue(context.Context, time.Time) ([]booking.ID, error) { return s.overdue, nil }
func (s scene) WithOpenMoney(context.Context, []booking.ID) ([]booking.ID, error) {
	return s.money, nil
}

func (s scene) Compare(_ context.Context, _, _ time.Time, seen func(booking.LedgerEntry)) ([]BookComparison, error) {
	for _, e := range s.ledger {
		seen(e)
	}
	return []BookComparison{s.compared}, nil
}

// A workflow past its deadline is right while money is open, and one that has ended
// since it was listed is none.
func TestWorkflowsPastTheirDeadline(t *testing.T) {
	t.Parallel()
	s := scene{
		holds:   []booking.OpenHold{{BookingID: "kept"}, {BookingID: "lost"}},
		running: map[booking.ID]bool{"kept": true, "stuck": true, "paying": true},
		overdue: []booking.ID{"stuck", "paying", "ended"}, money: []booking.ID{"paying"},
	}
	c := &runningCheck{truth: s, workflows: s, late: time.Second}
	found, counts, err := c.look(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, found, 2)
	require.Equal(t, booking.ID("lost"), found[0].BookingID)
	require.Equal(t, booking.ID("stuck"), found[1].BookingID)
	require.Equal(t, []Count{{5, "holds with their workflows", 2}, {5, "workflows past their deadline", 3}}, counts)

	again, _, err := c.look(t.Context(), suspects{found[1]})
	require.NoError(t, err)
	require.Equal(t, found[1:], again, "holds that were right before are not asked for again")
}

// An index that is there, and is another one, promises nothing.
func TestIndexesThatSaySomethingElse(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		"one_live_owner":   "CREATE UNIQUE INDEX one_live_owner ON public.booking_seats USING btree (showtime_id, seat_id) WHERE (status = ANY (ARRAY['pending'::text, 'confirmed'::text]))",
		"one_live_payment": "CREATE UNIQUE INDEX one_live_payment ON public.payments USING btree (booking_id) WHERE (status = ANY (ARRAY['authorized'::text, 'captured'::text]))",
		"checkins_pkey":    "CREATE UNIQUE INDEX checkins_pkey ON public.checkins USING btree (booking_id)",
	}
	a := &Auditor{Truth: scene{indexes: good}}
	found, _, err := a.indexes(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, found)
	good["one_live_owner"] = "CREATE UNIQUE INDEX one_live_owner ON public.booking_seats USING btree (showtime_id, seat_id) WHERE (status = 'confirmed'::text)"
	delete(good, "one_live_payment")
	found, _, err = a.indexes(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, found, 2)
	require.Equal(t, []int{1, 7}, []int{found[0].Statement, found[1].Statement})
	require.Equal(t, good["one_live_owner"], found[0].Details)
}

// Money that was given back was not taken twice; what a reconciliation mends is said.
func TestChargesOfABooking(t *testing.T) {
	t.Parallel()
	usd := func(n int64) booking.Money { return booking.Money{Minor: n, Currency: "USD"} }
	charge := func(id string, of booking.ID, captured, refunded int64) booking.LedgerEntry {
		return booking.LedgerEntry{ChargeID: id, BookingID: of, Captured: usd(captured), Refunded: usd(refunded)}
	}
	s := scene{
		ledger: []booking.LedgerEntry{
			charge("1", "twice", 10, 0), charge("2", "twice", 10, 3), charge("3", "once", 10, 0), charge("4", "once", 10, 10),
			charge("5", "", 10, 0), charge("6", "", 10, 0), charge("7", "once", 0, 0),
		},
		compared: BookComparison{Method: "sandbox", Payments: 2, More: 4, Differences: []booking.Difference{
			{PaymentID: "8", Problem: "a", Mendable: true}, {PaymentID: "9", Problem: "b"},
		}},
	}
	found, counts, err := (&booksCheck{books: s}).look(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, found, 4)
	require.Equal(t, "run holdfast reconcile", found[0].Do)
	require.NotEqual(t, found[0].Do, found[1].Do)
	require.Equal(t, "sandbox: 4", found[2].Details)
	require.Equal(t, 7, found[3].Statement)
	require.Equal(t, booking.ID("twice"), found[3].BookingID)
	require.Equal(t, "charges 1, 2", found[3].Details)
	require.Equal(t, []Count{{4, "payments with the providers' books", 2}, {7, "charges of the providers", 7}}, counts)
}
