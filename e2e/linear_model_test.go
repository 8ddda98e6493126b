package e2e_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"
)

// seatState is what a seat may be, as far as those can know who were told of it: free,
// held until its deadline, or sold.
//
// That a hold ends is the engine's own doing, at any moment from the deadline on. So it
// is no operation of the history: a hold whose deadline has passed is over as soon as
// somebody was told something that is true only then, and may be there still before.
type seatState struct {
	owner string // a booking; "?..." is one whose answer was lost
	sold  bool
	until int64 // the deadline of a hold, in ns since 1970
	// lock is who has a free seat at the gatekeeper, which turns others away from it: a
	// booking that is about to be made, or one that has ended just now.
	lock string
}

// told is what somebody was told of a seat.
type told string

const (
	locks    told = "is locked" // for a booking that is about to be made
	took     told = "is yours"
	taken    told = "is taken"
	keeps    told = "is held"           // by a booking, until
	bought   told = "is sold to you"    // by this call
	isSold   told = "is sold"           // by a call before
	isFree   told = "is free"           //
	lapsed   told = "was held"          // by a booking whose hold has ended by itself
	tooLate  told = "was held, it says" // the deadline has passed, though the end may be still to come
	freed    told = "is given back"     // by this call
	freedAny told = "is given back, ?"  // by this call, or by the one before that had no answer
	notNow   told = "cannot be"         // paid for or cancelled: it is sold already, or the hold has ended
	unlocked told = "is unlocked"       // the gatekeeper has let go of an ended booking
	twoOwn   told = "has two owners"    //
	nothing  told = "?"                 // the answer was lost
)

// stranger is a booking of which nobody was told. There are many.
const stranger = "?"

// seatCall is a call, as far as it is about one seat. It was made at the time that
// the history has.
type seatCall struct {
	seat, verb, booking string
}

// seatAnswer is its answer; at is when it came.
type seatAnswer struct {
	told    told
	booking string
	until   int64 // the deadline of that booking, as it was known
	at      int64
}

// vacant reports whether the seat can be free at a time, and what it is then.
func (s seatState) vacant(at int64) (seatState, bool) {
	if s.owner == "" {
		return s, true
	}
	return seatState{lock: s.owner}, !s.sold && at >= s.until
}

// without is the seat when a booking does not have it at a time.
func (s seatState) without(b string, at int64) (seatState, bool) {
	if s.owner != b {
		return s, true
	}
	return s.vacant(at)
}

// step is the seat after somebody was told a; false is what cannot be true.
func (s seatState) step(c seatCall, a seatAnswer) (seatState, bool) {
	free, vacant := s.vacant(a.at)
	mine := s.owner == a.booking && a.booking != ""
	switch a.told {
	case locks:
		return seatState{lock: a.booking}, vacant
	case took:
		return seatState{owner: a.booking, until: a.until}, s.owner == "" && s.lock == a.booking
	case taken:
		return s, s.owner != "" || s.lock != ""
	case keeps:
		if a.booking == stranger { // whose name was lost with the answer
			return seatState{owner: cmp.Or(s.owner, s.lock)}, strings.HasPrefix(cmp.Or(s.owner, s.lock), stranger)
		}
		s.until = a.until
		return s, mine && !s.sold
	case bought:
		// Money that comes late buys the seat too, if it is free.
		return seatState{owner: a.booking, sold: true}, mine || vacant && a.at >= a.until
	case isSold:
		return s, mine && s.sold
	case isFree:
		return free, vacant
	case lapsed:
		return s.without(a.booking, a.at)
	case freed:
		return seatState{lock: a.booking}, mine
	case tooLate:
		_, ok := s.without(a.booking, a.at)
		return s, ok
	case notNow:
		_, ok := s.without(a.booking, a.at)
		return s, ok || s.sold
	case unlocked:
		s, _ = s.without(a.booking, a.at)
		if s.lock == a.booking {
			s.lock = ""
		}
		return s, true
	case freedAny:
		if mine {
			s = seatState{lock: a.booking}
		}
		return s, true
	case nothing:
		return s.perhaps(c, vacant), true
	default:
		return s, false
	}
}

// perhaps is the seat after a call whose answer was lost, if it has done anything. (If
// not, the call may as well have come after everything else: it is open for ever.)
func (s seatState) perhaps(c seatCall, vacant bool) seatState {
	mine := s.owner == c.booking
	switch {
	case c.verb == "book" && vacant:
		return seatState{owner: c.booking} // until when, nobody was told
	case c.verb == "pay" && (mine || vacant):
		return seatState{owner: c.booking, sold: true}
	case c.verb == "cancel" && mine:
		return seatState{lock: c.booking}
	}
	return s
}

// seatModel is porcupine's form of it. Each seat is a history of its own.
func seatModel(began time.Time) porcupine.Model {
	clock := func(ns int64) string { return time.Unix(0, ns).Sub(began).Round(time.Millisecond).String() }
	name := func(b string) string { return b[max(0, len(b)-6):] }
	return porcupine.Model{
		Partition: func(all []porcupine.Operation) [][]porcupine.Operation {
			index := map[string]int{}
			var parts [][]porcupine.Operation
			for _, op := range all {
				seat := op.Input.(seatCall).seat //nolint:errcheck // nothing else is in the history
				if _, ok := index[seat]; !ok {
					index[seat] = len(parts)
					parts = append(parts, nil)
				}
				parts[index[seat]] = append(parts[index[seat]], op)
			}
			return parts
		},
		Init: func() any { return seatState{} },
		Step: func(state, input, output any) (bool, any) {
			next, ok := state.(seatState).step(input.(seatCall), output.(seatAnswer)) //nolint:errcheck // as above
			return ok, next
		},
		DescribeOperation: func(input, output any) string {
			c, a := input.(seatCall), output.(seatAnswer) //nolint:errcheck // as above
			text := fmt.Sprintf("%s %s %s: %s", c.verb, c.seat, name(c.booking), a.told)
			if a.booking != "" && a.booking != c.booking {
				text += " " + name(a.booking)
			}
			if a.until != 0 {
				text += " until " + clock(a.until)
			}
			return text
		},
		DescribeState: func(state any) string {
			s := state.(seatState) //nolint:errcheck // as above
			switch {
			case s.sold:
				return "sold to " + name(s.owner)
			case s.owner != "":
				return "held by " + name(s.owner) + " until " + clock(s.until)
			case s.lock != "":
				return "free, and locked by " + name(s.lock)
			}
			return "free"
		},
	}
}

// The model itself: what it must let pass, and what it must not.
func TestLinearModel(t *testing.T) {
	t.Parallel()
	began := time.Unix(0, 0)
	type history = []porcupine.Operation
	op := func(call, back int64, verb, booking string, what told, until int64) history {
		return history{{
			Call: call, Return: back, Input: seatCall{"A1", verb, booking},
			Output: seatAnswer{told: what, booking: booking, until: until, at: back},
		}}
	}
	gets := func(call, back int64, booking string, until int64) history {
		return slices.Concat(op(call, back, "book", booking, locks, 0), op(call, back, "book", booking, took, until))
	}
	held := gets(0, 10, "a", 100)
	sold := slices.Concat(held, op(20, 30, "pay", "a", bought, 100))
	back := slices.Concat(held, op(20, 30, "cancel", "a", freed, 0))
	lostPay := slices.Concat(held, op(20, 999, "pay", "a", nothing, 0))
	lostBook := op(0, 999, "book", "?1", nothing, 0)
	refused := func(call, back int64) history { return op(call, back, "book", "", taken, 0) }
	for name, c := range map[string]struct {
		ok    bool
		parts []history
	}{
		"another, after the deadline":           {true, []history{held, gets(90, 101, "b", 200)}},
		"another, before the deadline":          {false, []history{held, gets(20, 99, "b", 200)}},
		"another, after it was sold":            {false, []history{sold, gets(200, 210, "b", 300)}},
		"another, after it was given back":      {true, []history{back, gets(31, 40, "b", 300)}},
		"taken by nobody":                       {false, []history{refused(0, 5), gets(6, 10, "a", 100)}},
		"taken by one that comes at once":       {true, []history{refused(0, 5), gets(4, 10, "a", 100)}},
		"taken before the truth has it":         {true, []history{gets(0, 10, "a", 100), refused(1, 2), op(3, 4, "read", "", isFree, 0)}},
		"taken by a lock that is to go":         {true, []history{back, refused(31, 32)}},
		"taken by a lock that has gone":         {false, []history{back, op(20, 33, "unlock", "a", unlocked, 0), refused(34, 35)}},
		"a hold that ends before its deadline":  {false, []history{held, op(20, 30, "pay", "a", lapsed, 100)}},
		"a hold that cannot be paid for":        {false, []history{held, op(20, 30, "pay", "a", tooLate, 100)}},
		"a hold that is seen no more":           {false, []history{held, op(20, 30, "read", "", isFree, 0)}},
		"a hold that is kept for the bank":      {false, []history{held, op(20, 30, "pay", "a", keeps, 150), gets(100, 120, "b", 300)}},
		"late money for a free seat":            {true, []history{held, op(101, 102, "read", "", isFree, 0), op(103, 110, "pay", "a", bought, 100)}},
		"late money for another's seat":         {false, []history{held, gets(101, 102, "b", 300), op(103, 110, "pay", "a", bought, 100)}},
		"a lost answer that sold it":            {true, []history{lostPay, op(200, 210, "read", "a", isSold, 0)}},
		"a lost answer that did nothing":        {true, []history{lostPay, gets(200, 210, "b", 300)}},
		"a lost answer that did both":           {false, []history{lostPay, op(200, 210, "read", "a", isSold, 0), gets(220, 230, "b", 300)}},
		"a lost booking that turned one away":   {true, []history{lostBook, refused(10, 11)}},
		"a lost booking, locked and then there": {true, []history{lostBook, refused(10, 11), op(12, 13, "read", "", isFree, 0), op(14, 15, "read", stranger, keeps, 50)}},
		"a stranger where no booking was lost":  {false, []history{held, op(14, 15, "read", stranger, keeps, 50)}},
		"two owners":                            {false, []history{held, op(20, 30, "read", "a", twoOwn, 0)}},
	} {
		require.Equal(t, c.ok, porcupine.CheckOperations(seatModel(began), slices.Concat(c.parts...)), name)
	}
}
