package activities

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.temporal.io/sdk/activity"

	"holdfast/internal/booking"
)

// Period is of the payments that are compared: made from From until Until.
type Period struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// Comparison is what the books of the providers and ours say.
type Comparison struct {
	Providers []ProviderComparison `json:"providers"`
}

// ProviderComparison is the comparison with one provider.
type ProviderComparison struct {
	Method      string               `json:"method"`
	Charges     int                  `json:"charges"`  // in the provider's books
	Payments    int                  `json:"payments"` // in ours
	Differences []booking.Difference `json:"differences"`
	Balances    []booking.Balance    `json:"balances"`
	More        int                  `json:"more,omitempty"` // differences that are not listed
}

// Mendable are the settlements that can mend the differences. A charge that is in
// no booking of ours has nobody who follows it, and is given up.
func (c Comparison) Mendable() []Settle {
	var out []Settle
	for _, p := range c.Providers {
		for _, d := range p.Differences {
			if d.Mendable {
				out = append(out, Settle{
					Payment: Payment{BookingID: d.BookingID, Payment: booking.Payment{ID: d.PaymentID, Method: p.Method, Amount: d.Amount}},
					GiveUp:  d.Orphan,
				})
			}
		}
	}
	return out
}

// Differences counts them all.
func (c Comparison) Differences() int {
	n := 0
	for _, p := range c.Providers {
		n += len(p.Differences) + p.More
	}
	return n
}

// maxDifferences bounds what one comparison lists of a provider, and so what one
// reconciliation mends: a history of Temporal holds only so much. The next one takes
// what is left.
const maxDifferences = 300

// pageOfPayments is how many of our payments are read at once.
const pageOfPayments = 1000

// CompareBooks compares the books of every provider with ours. What differs is
// looked at a second time, one by one: the two books were not read in one moment,
// and a payment may be of the period in one of them only.
func (a *Activities) CompareBooks(ctx context.Context, in Period) (Comparison, error) {
	var out Comparison
	for _, method := range slices.Sorted(maps.Keys(a.Gateways)) {
		c, err := a.compareWith(ctx, method, in)
		if err != nil {
			return out, fmt.Errorf("comparing the books of %s: %w", method, err)
		}
		out.Providers = append(out.Providers, c)
	}
	return out, nil
}

func (a *Activities) compareWith(ctx context.Context, method string, in Period) (ProviderComparison, error) {
	g := a.Gateways[method]
	ledger := map[string]booking.LedgerEntry{}
	err := g.Ledger(ctx, in.From, func(e booking.LedgerEntry) error {
		if e.ChargeID != "" && !e.CreatedAt.After(in.Until) {
			ledger[e.ChargeID] = e
		}
		beat(ctx)
		return ctx.Err()
	})
	if err != nil {
		return ProviderComparison{}, err
	}
	accounts, err := a.accounts(ctx, method, in)
	if err != nil {
		return ProviderComparison{}, err
	}
	found, _ := compare(ledger, accounts)
	for _, d := range found[:min(len(found), maxDifferences)] {
		beat(ctx)
		if err := a.lookAgain(ctx, g, d, ledger, accounts); err != nil {
			return ProviderComparison{}, err
		}
	}
	c := ProviderComparison{Method: method, Charges: len(ledger), Payments: len(accounts)}
	c.Differences, c.Balances = compare(ledger, accounts)
	if more := len(c.Differences) - maxDifferences; more > 0 {
		c.Differences, c.More = c.Differences[:maxDifferences], more
	}
	return c, nil
}

// beat tells Temporal that the comparison goes on. It is made without Temporal, too.
func beat(ctx context.Context) {
	if activity.IsActivity(ctx) {
		activity.RecordHeartbeat(ctx)
	}
}

func compare(ledger map[string]booking.LedgerEntry, accounts map[string]booking.Account) ([]booking.Difference, []booking.Balance) {
	return booking.Compare(slices.Collect(maps.Values(ledger)), slices.Collect(maps.Values(accounts)))
}

func (a *Activities) accounts(ctx context.Context, method string, in Period) (map[string]booking.Account, error) {
	all := map[string]booking.Account{}
	after := ""
	for {
		page, err := a.Store.PaymentsSince(ctx, method, in.From, after, pageOfPayments)
		if err != nil {
			return nil, err
		}
		for _, p := range page {
			if !p.CreatedAt.After(in.Until) {
				all[p.PaymentID] = p
			}
		}
		beat(ctx)
		if len(page) < pageOfPayments {
			return all, nil
		}
		after = page[len(page)-1].PaymentID
	}
}

// lookAgain takes over one payment as both sides have it now.
func (a *Activities) lookAgain(ctx context.Context, g Gateway, d booking.Difference, ledger map[string]booking.LedgerEntry, accounts map[string]booking.Account) error {
	c := booking.Charge{ID: d.PaymentID, BookingID: d.BookingID, Amount: d.Amount}
	foreign := false
	p, id, err := a.Store.Payment(ctx, d.PaymentID)
	if _, unknown := booking.Refused(err); unknown {
		if _, err := a.Store.Get(ctx, d.BookingID); err != nil {
			if _, foreign = booking.Refused(err); !foreign {
				return err
			}
		}
	} else if err != nil {
		return err
	} else {
		b, err := a.Store.Get(ctx, id)
		if err != nil {
			return err
		}
		c.Reference = p.Reference
		accounts[p.ID] = booking.Account{
			PaymentID: p.ID, BookingID: id, Booking: b.Status, Payment: p.Status, Amount: p.Amount, Kept: p.Kept, CreatedAt: p.CreatedAt,
		}
	}
	auth, err := g.LookUp(ctx, c)
	if err != nil || auth.Standing() == booking.ChargeUnknown {
		return err
	}
	e, known := ledger[d.PaymentID]
	if !known {
		e = booking.LedgerEntry{ChargeID: d.PaymentID, BookingID: d.BookingID, Amount: d.Amount}
	}
	e.State, e.Captured, e.Refunded, e.Foreign = auth.Standing(), auth.Captured, auth.Refunded, foreign
	ledger[d.PaymentID] = e
	return nil
}
