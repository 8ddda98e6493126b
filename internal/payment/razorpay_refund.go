package payment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/razorpay/razorpay-go/resources"

	"holdfast/internal/booking"
)

// Refund gives money back. Razorpay's key makes it once when two ask at the same
// time, and the notes of the refunds that are there make it once for good. A refund
// that failed has given nothing back, so asking again is a new one.
func (r *Razorpay) Refund(ctx context.Context, c booking.Charge, id string, amount booking.Money) (booking.Authorization, error) {
	if err := checkRefund(c, id, amount); err != nil {
		return booking.Authorization{}, err
	}
	minor, err := razorpayAmount(amount)
	if err != nil {
		return booking.Authorization{}, err
	}
	order, err := r.find(ctx, c)
	if err != nil {
		return booking.Authorization{}, err
	}
	if order == nil || order.taken() == nil {
		return booking.Authorization{}, fmt.Errorf("nothing was taken for charge %s that could be given back", c.ID)
	}
	taken := order.taken()
	done, failed, err := r.refunds(ctx, taken.ID, id)
	if err != nil {
		return booking.Authorization{}, err
	}
	if !done {
		_, err := ask[razorpayRefund](ctx, r, func(_ resources.Order, payments resources.Payment) (map[string]any, error) {
			return payments.Refund(taken.ID, minor, map[string]any{
				"speed": refundSpeed,
				"notes": map[string]any{metaRefund: id, metaCharge: c.ID, metaBooking: string(c.BookingID)},
			}, map[string]string{"X-Refund-Idempotency": refundKey(id, failed)})
		})
		if err != nil {
			return booking.Authorization{}, err
		}
	}
	return r.reread(ctx, c, order.ID)
}

// refundKey is a key of the letters that Razorpay takes, for an id of any.
func refundKey(id, failed string) string {
	sum := sha256.Sum256([]byte(id + "\x00" + failed))
	return "holdfast-" + hex.EncodeToString(sum[:])
}

// refunds looks for a refund with our id: whether it is there, and otherwise the
// last one of that id that failed.
func (r *Razorpay) refunds(ctx context.Context, payment, id string) (done bool, failed string, err error) {
	type refunds struct {
		Items []razorpayRefund `json:"items"`
	}
	for skip := 0; ; skip += r.page {
		list, err := ask[refunds](ctx, r, func(_ resources.Order, payments resources.Payment) (map[string]any, error) {
			return payments.FetchMultipleRefund(payment, map[string]any{"count": r.page, "skip": skip}, nil)
		})
		if err != nil {
			return false, "", err
		}
		for _, refund := range list.Items { // newest first
			switch {
			case refund.Notes[metaRefund] != id:
			case refund.Status != razorpayFailed:
				return true, "", nil
			case failed == "":
				failed = refund.ID
			}
		}
		if len(list.Items) < r.page {
			return false, failed, nil
		}
	}
}
