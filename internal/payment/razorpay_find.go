package payment

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/razorpay/razorpay-go/resources"

	"holdfast/internal/booking"
)

// The marks in the notes of an order, beside those of every provider.
const (
	metaCancelled = "holdfast_cancelled" // given up, never to be captured
	metaDuplicate = "holdfast_duplicate" // made at the same time as the order of this id, which counts
)

const (
	maxReceipt     = 40         // characters, says Razorpay
	captureByHand  = "manual"   // for as long as the account says that a promise is kept
	refundSpeed    = "normal"   // an instant refund costs money
	expandPayments = "expand[]" // the parameter that has an order come with what its value says
	ofOrder        = "payments"
)

// razorpayID is what ids look like; they become part of an address as they are.
var razorpayID = regexp.MustCompile(`^[A-Za-z0-9_]{1,64}$`)

// ensure returns the charge's order as it stands, and makes it if need be.
//
// Razorpay has no key that makes an order once. So an order carries the charge's id
// as its receipt, and is looked for before it is made, and once more after that:
// of several that were made at the same time the oldest counts, and who sees one
// of its own that does not count marks it. The customer pays the order that counts,
// since no other is given away.
func (r *Razorpay) ensure(ctx context.Context, c booking.Charge) (*razorpayOrder, error) {
	if found, err := r.find(ctx, c); err != nil || found != nil {
		return found, err
	}
	amount, err := razorpayAmount(c.Amount)
	if err != nil {
		return nil, amountError{err}
	}
	made, err := ask[razorpayOrder](ctx, r, func(orders resources.Order, _ resources.Payment) (map[string]any, error) {
		return orders.Create(map[string]any{
			"amount":   amount,
			"currency": c.Amount.Currency,
			"receipt":  c.ID,
			"notes":    map[string]any{metaCharge: c.ID, metaBooking: string(c.BookingID)},
			"payment":  map[string]any{"capture": captureByHand},
		}, nil)
	})
	if err != nil && !refusedByRazorpay(err) {
		return nil, err
	}
	// An account may want receipts to be unique: then the refusal says that somebody
	// else was first.
	counts, trouble := r.byReceipt(ctx, c.ID)
	switch {
	case trouble != nil:
		return nil, trouble
	case err != nil && counts == nil:
		return nil, err
	case err == nil && made.ID == "":
		return nil, errors.New("razorpay's answer to a new order has no order in it")
	case counts == nil:
		return &made, nil // the list is behind
	case err == nil && counts.ID != made.ID:
		if err := r.mark(ctx, &made, metaDuplicate, counts.ID); err != nil {
			return nil, err
		}
	}
	return counts, nil
}

// find returns the charge's order with its payments, or nil.
func (r *Razorpay) find(ctx context.Context, c booking.Charge) (*razorpayOrder, error) {
	if c.ID == "" || len(c.ID) > maxReceipt {
		return nil, fmt.Errorf("a charge needs an id of 1 to %d characters, not %q", maxReceipt, c.ID)
	}
	if c.Reference == "" {
		return r.byReceipt(ctx, c.ID)
	}
	order, err := r.byID(ctx, c.Reference)
	if err == nil && order != nil && order.Notes[metaCharge] != c.ID {
		return nil, fmt.Errorf("razorpay's %s is not charge %s, but %q", c.Reference, c.ID, order.Notes[metaCharge])
	}
	return order, err
}

// byID returns an order with its payments, or nil.
func (r *Razorpay) byID(ctx context.Context, id string) (*razorpayOrder, error) {
	if !razorpayID.MatchString(id) {
		return nil, fmt.Errorf("%q is not the id of an order at razorpay", id)
	}
	order, err := ask[razorpayOrder](ctx, r, func(orders resources.Order, _ resources.Payment) (map[string]any, error) {
		return orders.Fetch(id, nil, nil)
	})
	if missingAtRazorpay(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	// Asked for after the order: a mark is there before what was paid is seen.
	order.Payments, err = ask[razorpayCollection](ctx, r, func(orders resources.Order, _ resources.Payment) (map[string]any, error) {
		return orders.Payments(id, nil, nil)
	})
	return &order, err
}

// byReceipt returns the order of that receipt that counts, or nil.
func (r *Razorpay) byReceipt(ctx context.Context, receipt string) (*razorpayOrder, error) {
	type orders struct {
		Items []razorpayOrder `json:"items"`
	}
	list, err := ask[orders](ctx, r, func(orders resources.Order, _ resources.Payment) (map[string]any, error) {
		return orders.All(map[string]any{"receipt": receipt, "count": 100, expandPayments: ofOrder}, nil)
	})
	if err != nil {
		return nil, err
	}
	ours := slices.DeleteFunc(list.Items, func(o razorpayOrder) bool {
		return o.Receipt != receipt || o.Notes[metaCharge] != receipt || o.Notes[metaDuplicate] != ""
	})
	if len(ours) == 0 {
		return nil, nil
	}
	oldest := slices.MinFunc(ours, func(a, b razorpayOrder) int { // ids grow with time
		return cmp.Or(cmp.Compare(a.CreatedAt, b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return &oldest, nil
}

// mark writes a note to an order, beside those it has.
func (r *Razorpay) mark(ctx context.Context, order *razorpayOrder, key, value string) error {
	if order.ID == "" {
		return errors.New("an order without an id cannot be marked")
	}
	_, err := ask[razorpayOrder](ctx, r, func(orders resources.Order, _ resources.Payment) (map[string]any, error) {
		return orders.Update(order.ID, map[string]any{"notes": order.Notes.with(key, value)}, nil)
	})
	return err
}

// Ledger lists the orders with their payments. What was made by others at the same
// account is in it, without a charge's id.
func (r *Razorpay) Ledger(ctx context.Context, since time.Time, visit func(booking.LedgerEntry) error) error {
	seen := map[string]bool{} // new orders move those that are there to the next page
	for skip := 0; ; skip += r.page {
		type orders struct {
			Items []razorpayOrder `json:"items"`
		}
		list, err := ask[orders](ctx, r, func(orders resources.Order, _ resources.Payment) (map[string]any, error) {
			return orders.All(map[string]any{"from": since.Unix(), "count": r.page, "skip": skip, expandPayments: ofOrder}, nil)
		})
		if err != nil {
			return err
		}
		for _, order := range list.Items {
			if seen[order.ID] || (order.Notes[metaDuplicate] != "" && len(order.Payments.Items) == 0) {
				continue
			}
			seen[order.ID] = true
			if err := visit(r.entry(&order)); err != nil {
				return err
			}
		}
		if len(list.Items) < r.page {
			return nil
		}
	}
}

func (r *Razorpay) entry(order *razorpayOrder) booking.LedgerEntry {
	a, _ := r.standing(order)
	return booking.LedgerEntry{
		ChargeID:  order.Notes[metaCharge],
		BookingID: booking.ID(order.Notes[metaBooking]),
		Reference: order.ID,
		State:     a.State,
		Amount:    booking.Money{Minor: order.Amount, Currency: order.Currency},
		Captured:  a.Captured,
		Refunded:  a.Refunded,
		CreatedAt: unix(order.CreatedAt),
	}
}
