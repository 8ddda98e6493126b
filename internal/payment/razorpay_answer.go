package payment

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"holdfast/internal/booking"
)

// answer says how an order stands, after it has made that final by a mark if
// Razorpay would let it change still.
func (r *Razorpay) answer(ctx context.Context, c booking.Charge, order *razorpayOrder, err error) (booking.Authorization, error) {
	if err != nil {
		if reason := razorpayAmountRefused(err, c.Amount); reason != "" {
			return declined(c, "", reason), nil
		}
		return booking.Authorization{}, err
	}
	a, mark := r.standing(order)
	if mark.key != "" {
		if err := r.mark(ctx, order, mark.key, mark.value); err != nil {
			return booking.Authorization{}, err
		}
	}
	return a, nil
}

// reread answers how an order stands by now.
func (r *Razorpay) reread(ctx context.Context, c booking.Charge, id string) (booking.Authorization, error) {
	order, err := r.byID(ctx, id)
	if err == nil && order == nil {
		err = fmt.Errorf("razorpay does not know its order %s any more", id)
	}
	return r.answer(ctx, c, order, err)
}

// payment is the oldest payment of the order in that state, or nil.
func (o *razorpayOrder) payment(state string) *razorpayPayment {
	var found *razorpayPayment
	for i, p := range o.Payments.Items {
		if p.Status == state && (found == nil || p.CreatedAt < found.CreatedAt) {
			found = &o.Payments.Items[i]
		}
	}
	return found
}

// taken is the payment whose money was taken, whatever was given back since, or nil.
// A payment that expired before it was captured is refunded as well.
func (o *razorpayOrder) taken() *razorpayPayment {
	for i, p := range o.Payments.Items {
		if p.Status == razorpayCaptured || (p.Status == razorpayRefunded && p.Captured) {
			return &o.Payments.Items[i]
		}
	}
	return nil
}

// note is a pair of an order's notes.
type note struct{ key, value string }

// standing says how an order stands, and by which mark it has to be made final:
// Razorpay lets a customer pay an order for which a payment failed, or one that was
// promised and expired, and a bank may find out late that a payment was good.
func (r *Razorpay) standing(order *razorpayOrder) (booking.Authorization, note) {
	none := booking.Money{Currency: order.Currency}
	a := booking.Authorization{Reference: order.ID, Captured: none, Refunded: none}
	if p := order.taken(); p != nil {
		a.State = booking.ChargeCaptured
		a.Captured.Minor, a.Refunded.Minor = p.Amount, p.AmountRefunded
		return a, note{}
	}
	if code := order.Notes[metaDeclined]; code != "" {
		a.State, a.Declined, a.Reason = booking.ChargeDeclined, true, razorpayReason(code)
		return a, note{}
	}
	if order.Notes[metaCancelled] != "" {
		a.State = booking.ChargeCancelled
		return a, note{}
	}
	if order.payment(razorpayAuthorized) != nil {
		a.State = booking.ChargeAuthorized
		return a, note{}
	}
	if order.payment(razorpayCreated) == nil && len(order.Payments.Items) > 0 {
		last := slices.MaxFunc(order.Payments.Items, func(a, b razorpayPayment) int { return cmp.Compare(a.CreatedAt, b.CreatedAt) })
		switch last.Status {
		case razorpayFailed:
			code := cmp.Or(last.ErrorReason, last.ErrorCode, razorpayFailed)
			a.State, a.Declined, a.Reason = booking.ChargeDeclined, true, razorpayReason(code)
			return a, note{metaDeclined, code}
		case razorpayRefunded: // and not taken before: the promise has expired
			a.State = booking.ChargeCancelled
			return a, note{metaCancelled, "expired"}
		}
	}
	a.State = booking.ChargeOpen
	a.Action = &booking.Action{Type: "razorpay", Data: map[string]string{
		"order_id": order.ID,
		"key_id":   r.keyID,
		"amount":   strconv.FormatInt(order.Amount, 10),
		"currency": order.Currency,
		"retry":    "false", // the first payment that fails is the last
	}}
	return a, note{}
}

// razorpayReasons are the declines that customers can do something about.
var razorpayReasons = map[string]string{
	"insufficient_funds":         "there is not enough money on the account; use another way to pay",
	"payment_cancelled":          "the payment was broken off; pay again",
	"payment_timed_out":          "the payment took too long; pay again",
	"incorrect_otp":              "the one-time password was wrong; pay again",
	"otp_expired":                "the one-time password has expired; pay again",
	"incorrect_pin":              "the PIN was wrong; pay again",
	"incorrect_cvv":              "the security code of the card is wrong; enter the card again",
	"card_expired":               "the card has expired; use another one",
	"card_number_invalid":        "the number of the card is wrong; enter the card again",
	"incorrect_card_details":     "the card was entered wrongly; enter it again",
	"invalid_vpa":                "there is no such UPI address; enter it again",
	"bank_technical_error":       "the bank could not be reached; try again in a while, or use another way to pay",
	"gateway_technical_error":    "the payment could not be processed; try again in a while, or use another way to pay",
	"server_error":               "the payment could not be processed; try again in a while, or use another way to pay",
	"authentication_failed":      "the payment was not confirmed with the bank; pay again, or use another way to pay",
	"transaction_limit_exceeded": "the amount is above the limit of the card or account; use another one",
}

// razorpayReason is a decline as a sentence for people.
func razorpayReason(code string) string {
	if reason, ok := razorpayReasons[code]; ok {
		return reason
	}
	return "the payment was declined; use another way to pay, or ask your bank"
}
