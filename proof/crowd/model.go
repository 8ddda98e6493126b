package crowd

import (
	"fmt"
	"time"

	"github.com/anishathalye/porcupine"
)

// seatState is what a seat may be, as far as those can know who were told of it: free,
// held until its deadline, or sold.
//
// That a hold ends is the engine's own doing, at any moment from the deadline on. So it
// is no operation of the history: a hold whose deadline has passed is over as soon as
// somebody was told something that is true only then, and may be there still before.
type seatState struct {
	owner string // a booking
	sold  bool
	until int64 // the deadline of a hold, in ns since 1970
	// lock is who has a free seat at the gatekeeper, which turns others away from it: a
	// booking that is about to be made, or one that has ended just now.
	lock string
	// since is when it can have come to this at the earliest: a hold that is over was
	// there until its deadline. Whoever was told something before was told it before.
	since int64
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
	return seatState{lock: s.owner, since: max(s.since, s.until)}, !s.sold && at >= s.until
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
	if a.at < s.since {
		return s, false
	}
	free, vacant := s.vacant(a.at)
	mine := s.owner == a.booking && a.booking != ""
	switch a.told {
	case locks:
		return seatState{lock: a.booking, since: free.since}, vacant
	case took:
		return seatState{owner: a.booking, until: a.until, since: s.since}, s.owner == "" && s.lock == a.booking
	case taken:
		return s, s.owner != "" || s.lock != ""
	case keeps:
		s.until = a.until
		return s, mine && !s.sold
	case bought:
		if mine {
			return seatState{owner: a.booking, sold: true, since: s.since}, true
		}
		// Money that comes late buys the seat too, if it is free.
		return seatState{owner: a.booking, sold: true, since: free.since}, vacant && a.at >= a.until
	case isSold:
		return s, mine && s.sold
	case isFree:
		return free, vacant
	case lapsed:
		return s.without(a.booking, a.at)
	case freed:
		return seatState{lock: a.booking, since: s.since}, mine
	case tooLate:
		_, ok := s.without(a.booking, a.at)
		return s, ok
	case notNow:
		_, ok := s.without(a.booking, a.at)
		return s, ok || s.sold
	case unlocked:
		next, ok := s.without(a.booking, a.at)
		if next.lock == a.booking {
			next.lock = ""
		}
		return next, ok
	case freedAny:
		if mine {
			s = seatState{lock: a.booking, since: s.since}
		}
		return s, true
	case nothing:
		return s.perhaps(c, a, free, vacant), true
	default:
		return s, false
	}
}

// perhaps is the seat after a call whose answer was lost, if it has done anything. (If
// not, the call may as well have come after everything else: it is open for ever.)
func (s seatState) perhaps(c seatCall, a seatAnswer, free seatState, vacant bool) seatState {
	mine := s.owner == c.booking
	switch {
	case c.verb == "lock" && vacant: // and, if it is refused then, unlocks when nobody knows
		return seatState{lock: c.booking, since: free.since}
	case c.verb == "book" && vacant:
		return seatState{owner: c.booking, until: a.until, since: free.since}
	case c.verb == "pay" && mine:
		return seatState{owner: c.booking, sold: true, since: s.since}
	case c.verb == "pay" && vacant: // late
		return seatState{owner: c.booking, sold: true, since: max(free.since, a.until)}
	case (c.verb == "cancel" || c.verb == "give up") && mine:
		return seatState{lock: c.booking, since: s.since}
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
