package booking

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// life is the model of a booking, in the words of its owner rather than in a
// table: what was done to it, and nothing else.
type life struct {
	status Status // of the program
	paid   bool
	over   bool
	late   bool // it ended by its deadline alone: money may come still
}

// try asks the program for a transition that the model allows or does not.
func (l *life) try(t *rapid.T, next Status, allowed bool) bool {
	if got := l.status.CanBecome(next); got != allowed {
		t.Fatalf("%s -> %s: allowed %v, want %v", l.status, next, got, allowed)
	}
	if allowed {
		l.status = next
	}
	return allowed
}

// Pay confirms a booking that waits for its payment, or did until its deadline.
func (l *life) Pay(t *rapid.T) {
	if l.try(t, Confirmed, !l.paid && (!l.over || l.late)) {
		l.paid, l.over, l.late = true, false, false
	}
}

// Expire ends a booking that was never paid.
func (l *life) Expire(t *rapid.T) {
	if l.try(t, Expired, !l.paid && !l.over) {
		l.over, l.late = true, true
	}
}

// Cancel ends whatever has not ended, paid or not.
func (l *life) Cancel(t *rapid.T) {
	if l.try(t, Cancelled, !l.over) {
		l.over = true
	}
}

// Hold would be a second beginning: there is none.
func (l *life) Hold(t *rapid.T) { l.try(t, Pending, false) }

// Check is called after every step.
func (l *life) Check(t *rapid.T) {
	if l.status.Live() == l.over {
		t.Fatalf("a %s booking: live is %v", l.status, l.status.Live())
	}
	want := SeatHeld
	switch {
	case l.over:
		want = SeatAvailable
	case l.paid:
		want = SeatSold
	}
	if got := l.status.SeatStatus(); got != want {
		t.Fatalf("the seats of a %s booking are %s, want %s", l.status, got, want)
	}
}

func TestBookingHasOneLife(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := &life{status: Pending}
		t.Repeat(rapid.StateMachineActions(l))
	})
}

func TestUnknownStatusGoesNowhere(t *testing.T) {
	for _, s := range []Status{"", "Pending", "held"} {
		for _, next := range []Status{Pending, Confirmed, Expired, Cancelled, s} {
			require.False(t, s.CanBecome(next), "%q -> %q", s, next)
		}
		require.False(t, s.Live())
		require.Equal(t, SeatAvailable, s.SeatStatus())
	}
}

func TestNotPayableSaysWhy(t *testing.T) {
	require.Equal(t, CodeHoldExpired, NotPayable(Expired).Code)
	for _, s := range []Status{Confirmed, Cancelled} {
		require.Equal(t, CodeNotPayable, NotPayable(s).Code)
		require.Contains(t, NotPayable(s).Message, string(s))
	}
}

func TestRefusedFindsTheRefusalWithin(t *testing.T) {
	r := Refuse(CodeSeatsTaken, "somebody else was faster", "A1")
	found, ok := Refused(fmt.Errorf("holding: %w", r))
	require.True(t, ok)
	require.Same(t, r, found)
	require.Equal(t, "seats_taken: somebody else was faster", r.Error())
	_, ok = Refused(errors.New("the disk is full"))
	require.False(t, ok)
	_, ok = Refused(nil)
	require.False(t, ok)
}

func TestUnavailableKeepsItsCause(t *testing.T) {
	cause := errors.New("connection refused")
	err := fmt.Errorf("holding: %w", &UnavailableError{Server: "valkey", Err: cause})
	require.ErrorIs(t, err, cause)
	var away *UnavailableError
	require.ErrorAs(t, err, &away)
	require.Equal(t, "valkey is unavailable: connection refused", away.Error())
}

func TestSaleHasABeginningAndAnEnd(t *testing.T) {
	opens := time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)
	s := Showtime{SalesOpenAt: opens, SalesCloseAt: opens.Add(time.Hour)}
	require.False(t, s.OnSale(opens.Add(-1)))
	require.True(t, s.OnSale(opens))
	require.True(t, s.OnSale(s.SalesCloseAt.Add(-1)))
	require.False(t, s.OnSale(s.SalesCloseAt))
}

func TestSeatIDsAreInTheBookingsOrder(t *testing.T) {
	b := Booking{Seats: []BookedSeat{{ID: "B2"}, {ID: "A1"}}}
	require.Equal(t, []SeatID{"B2", "A1"}, b.SeatIDs())
	require.Empty(t, Booking{}.SeatIDs())
}

func TestSortedSeatsLeavesItsArgumentAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOf(rapid.Custom(func(t *rapid.T) SeatID { return SeatID(rapid.String().Draw(t, "id")) })).Draw(t, "ids")
		before := slices.Clone(ids)
		sorted := SortedSeats(ids)
		if !slices.Equal(ids, before) {
			t.Fatalf("%q became %q", before, ids)
		}
		if !slices.IsSorted(sorted) {
			t.Fatalf("%q is not sorted", sorted)
		}
		slices.Sort(before)
		if !slices.Equal(sorted, before) {
			t.Fatalf("%q has other seats than %q", sorted, before)
		}
	})
}
