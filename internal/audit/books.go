package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"holdfast/internal/booking"
)

// booksCheck compares the payments with the books of their providers.
type booksCheck struct {
	books   Books
	from    time.Time
	settled time.Duration
}

func (c *booksCheck) look(ctx context.Context, _ suspects) ([]Violation, []Count, error) {
	charges := int64(0)
	paid := map[booking.ID][]string{} // charges whose money is here
	comparisons, err := c.books.Compare(ctx, c.from, time.Now().Add(-c.settled), func(e booking.LedgerEntry) {
		charges++
		if e.BookingID != "" && e.Captured.Minor > e.Refunded.Minor {
			paid[e.BookingID] = append(paid[e.BookingID], e.ChargeID)
		}
	})
	if err != nil {
		return nil, nil, err
	}
	var found []Violation
	payments := int64(0)
	for _, p := range comparisons {
		payments += int64(p.Payments)
		for _, d := range p.Differences {
			do := "for people: docs/payments.md says what it may be"
			if d.Mendable {
				do = "run holdfast reconcile"
			}
			found = append(found, Violation{
				Statement: 4, Problem: d.Problem, BookingID: d.BookingID, PaymentID: d.PaymentID,
				Details: fmt.Sprintf("%s: %s; here: %s", p.Method, d.Provider, d.Ours), Do: do,
			})
		}
		if p.More > 0 {
			found = append(found, Violation{
				Statement: 4, Problem: "more payments differ than are listed", Details: fmt.Sprintf("%s: %d", p.Method, p.More),
				Do: "mend the listed ones, and look again",
			})
		}
	}
	for id, ids := range paid {
		if len(ids) > 1 {
			slices.Sort(ids)
			found = append(found, Violation{
				Statement: 7, Problem: "a booking's money was taken more than once", BookingID: id,
				Details: "charges " + strings.Join(ids, ", "), Do: "run holdfast reconcile; it gives back what confirms no booking",
			})
		}
	}
	return found, []Count{{4, "payments with the providers' books", payments}, {7, "charges of the providers", charges}}, nil
}
