package audit

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"holdfast/internal/booking"
)

// kind is how a contradiction in the store is told.
type kind struct {
	statement int
	problem   string
	do        string
}

const (
	endOne  = "keep one of the bookings, cancel the others (\"Ending a booking by hand\" in docs/operations.md), then see to the index one_live_owner"
	restore = "something wrote past the engine: compare with a backup, put the rows right by hand, then run holdfast rebuild"
)

// kinds are the contradictions that the store can have.
var kinds = map[string]kind{
	"owned_twice":          {1, "a seat has more than one live owner", endOne},
	"no_seats":             {2, "a booking has none of its seats", restore},
	"tombstone_with_seats": {2, "an attempt that was given up has seats", restore},
	"seat_differs":         {2, "a seat has another status or showtime than its booking", restore},
	"total_differs":        {2, "the total of a booking is not the sum of its seats", restore},
	"not_for_sale":         {2, "a live booking owns a seat that is not for sale", "move its owner to another seat: cancel the booking and have it booked anew"},
	"available_differs":    {2, "the count of available seats is wrong", restore},
	"late_hold":            {3, "a hold is past its deadline", "see whether workers run and whether its workflow does; \"A booking whose workflow is gone\" in docs/operations.md"},
	"not_paid_once":        {4, "a confirmed booking is not paid exactly once", "look at its history and at the provider's books; cancel the booking, or refund what is too much in the provider's dashboard"},
	"paid_otherwise":       {4, "a confirmed booking was paid with another amount than its total", "look at the charge in the provider's dashboard"},
	"money_waits":          {4, "money has been about to move for too long", "run holdfast reconcile, and look at the pending activity of its workflow"},
	"version_differs":      {6, "the version of a showtime is not the number of its changes", restore},
	"event_ahead":          {6, "an event waits in the outbox that is newer than its showtime", restore},
	"noted_twice":          {7, "the history has something twice", "look at the booking's history; nothing is to be done where seats and money are right"},
	"not_noted":            {7, "the history does not have how the booking stands", "look at the booking's history; nothing is to be done where seats and money are right"},
	"checkin_differs":      {7, "check-ins and history do not agree", "look at the booking's history and at the table checkins"},
}

func violations(odd []booking.Contradiction) []Violation {
	out := make([]Violation, len(odd))
	for i, c := range odd {
		k, known := kinds[c.Problem]
		if !known {
			k = kind{2, c.Problem, "look at it"}
		}
		details := c.Found
		if c.Wanted != "" {
			details = fmt.Sprintf("%s, and should be %s", c.Found, c.Wanted)
		}
		switch c.Problem {
		case "late_hold":
			details = "it was to end at " + c.Found
		case "money_waits":
			details = c.Found + " since " + c.Wanted
		}
		out[i] = Violation{
			Statement: k.statement, Problem: k.problem, ShowtimeID: c.ShowtimeID, BookingID: c.BookingID, SeatID: c.SeatID,
			Details: details, Do: k.do,
		}
	}
	return out
}

// odd is a comparison that the store makes in itself: find finds what contradicts, and
// compared says how much there was. It is counted once for all of them: to count is to
// read everything.
func odd(find func(ctx context.Context) ([]booking.Contradiction, error), count func() (booking.StoreCounts, error), compared func(booking.StoreCounts) []Count) func(context.Context, suspects) ([]Violation, []Count, error) {
	return func(ctx context.Context, s suspects) ([]Violation, []Count, error) {
		contradictions, err := find(ctx)
		if err != nil || !s.first() {
			return violations(contradictions), nil, err
		}
		n, err := count()
		if err != nil {
			return nil, nil, err
		}
		return violations(contradictions), compared(n), nil
	}
}

// withinTheStore are the comparisons that the store makes in itself.
func (a *Auditor) withinTheStore(ctx context.Context, late time.Duration) []check {
	count := sync.OnceValues(func() (booking.StoreCounts, error) { return a.Truth.Counts(ctx) })
	lately := func(find func(context.Context, time.Duration) ([]booking.Contradiction, error)) func(context.Context) ([]booking.Contradiction, error) {
		return func(ctx context.Context) ([]booking.Contradiction, error) { return find(ctx, late) }
	}
	return []check{
		{"seats", []int{1, 2}, looks, odd(a.Truth.OddSeats, count, func(n booking.StoreCounts) []Count {
			return []Count{{1, "live seats", n.LiveSeats}, {2, "bookings with their seats", n.Bookings}, {2, "showtimes with their counts", n.Showtimes}}
		})},
		{"holds", []int{3}, looks, odd(lately(a.Truth.OddHolds), count, func(n booking.StoreCounts) []Count {
			return []Count{{3, "holds with their deadlines", n.Pending}}
		})},
		{"payments", []int{4}, looks, odd(lately(a.Truth.OddPayments), count, func(n booking.StoreCounts) []Count {
			return []Count{{4, "confirmed bookings with their payments", n.Confirmed}, {4, "payments", n.Payments}}
		})},
		{"history", []int{6, 7}, looks, odd(a.Truth.OddHistory, count, func(n booking.StoreCounts) []Count {
			return []Count{{6, "versions with their changes", n.Showtimes}, {7, "entries of the history", n.History}, {7, "check-ins", n.Checkins}}
		})},
		{"indexes", []int{1, 7}, looks, a.indexes},
	}
}

// wanted are the unique indexes that promise something, with what is part of their definitions.
var wanted = []struct {
	statement  int
	name       string
	definition []string
}{
	{1, "one_live_owner", []string{"(showtime_id, seat_id)", "WHERE", "'pending'", "'confirmed'"}},
	{7, "one_live_payment", []string{"(booking_id)", "WHERE", "'authorized'", "'captured'"}},
	{7, "checkins_pkey", []string{"(booking_id)"}},
}

func (a *Auditor) indexes(ctx context.Context, _ suspects) ([]Violation, []Count, error) {
	there, err := a.Truth.UniqueIndexes(ctx)
	if err != nil {
		return nil, nil, err
	}
	var found []Violation
	counts := map[int]int64{}
	for _, w := range wanted {
		counts[w.statement]++
		definition, ok := there[w.name]
		for _, part := range w.definition {
			ok = ok && strings.Contains(definition, part)
		}
		if !ok {
			details := "there is none that is valid and unique"
			if definition != "" {
				details = definition
			}
			found = append(found, Violation{
				Statement: w.statement, Problem: "the unique index " + w.name + " is not as it should be", Details: details,
				Do: "stop selling, end what it would refuse, and make it again as internal/postgres/migrations has it",
			})
		}
	}
	return found, []Count{{1, "unique indexes", counts[1]}, {7, "unique indexes", counts[7]}}, nil
}
