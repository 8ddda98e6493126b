package demo

import (
	"cmp"
	"slices"
	"strings"

	"holdfast/api/openapi"
)

// gone says which seats are gone.
func gone(seats []string) string {
	if len(seats) == 1 {
		return list(seats) + " is gone"
	}
	return list(seats) + " are gone"
}

// list names seats in the order in which people count them: "A2, A10 and B1".
func list(seats []string) string {
	seats = slices.SortedFunc(slices.Values(seats), natural)
	if len(seats) < 2 {
		return strings.Join(seats, "")
	}
	last := len(seats) - 1
	return strings.Join(seats[:last], ", ") + " and " + seats[last]
}

// natural compares texts with their numbers taken as numbers.
func natural(a, b string) int {
	for a != "" && b != "" {
		var x, y string
		x, a = part(a)
		y, b = part(b)
		c := strings.Compare(x, y)
		if digit(x[0]) && digit(y[0]) {
			x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
			c = cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y), c)
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// part cuts off what a text begins with: a number, or what comes before one.
func part(s string) (first, rest string) {
	i := 1
	for i < len(s) && digit(s[i]) == digit(s[0]) {
		i++
	}
	return s[:i], s[i:]
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// outcome is how somebody fared who asked for seats.
func outcome(p *openapi.Problem) string {
	if p == nil {
		return "got them"
	}
	return p.Title + " (" + p.Code + ")"
}
