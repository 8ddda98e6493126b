package crowd

import (
	"slices"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"
)

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
	lostBook := slices.Concat(op(0, 999, "lock", "l", nothing, 50), op(0, 999, "book", "l", nothing, 50))
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
		"a lost booking, locked and then there": {true, []history{lostBook, refused(10, 11), op(12, 13, "read", "", isFree, 0), op(14, 15, "read", "l", keeps, 50)}},
		"a hold that was given up": {true, []history{
			lostBook, op(0, 999, "give up", "l", nothing, 50), op(10, 11, "read", "l", keeps, 50), gets(12, 20, "b", 300),
		}},
		"a hold that was not given up":    {false, []history{lostBook, op(10, 11, "read", "l", keeps, 50), gets(12, 20, "b", 300)}},
		"a booking that nobody asked for": {false, []history{held, op(14, 15, "read", "l", keeps, 50)}},
		"two owners":                      {false, []history{held, op(20, 30, "read", "a", twoOwn, 0)}},
	} {
		require.Equal(t, c.ok, porcupine.CheckOperations(seatModel(began), slices.Concat(c.parts...)), name)
	}
}
