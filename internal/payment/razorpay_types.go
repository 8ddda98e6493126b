package payment

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"holdfast/internal/booking"
)

// razorpayNotes are pairs of text. Razorpay writes no notes as an empty list, and
// others may have written what is not text.
type razorpayNotes map[string]string

// UnmarshalJSON implements json.Unmarshaler.
func (n *razorpayNotes) UnmarshalJSON(data []byte) error {
	*n = razorpayNotes{}
	var pairs map[string]any
	if bytes.HasPrefix(data, []byte("[")) {
		return nil
	}
	if err := json.Unmarshal(data, &pairs); err != nil {
		return err
	}
	for k, v := range pairs {
		if text, ok := v.(string); ok {
			(*n)[k] = text
		}
	}
	return nil
}

// with is a copy with one pair more.
func (n razorpayNotes) with(key, value string) map[string]any {
	all := map[string]any{key: value}
	for k, v := range n {
		if k != key {
			all[k] = v
		}
	}
	return all
}

type razorpayOrder struct {
	ID        string             `json:"id"`
	Amount    int64              `json:"amount"`
	Currency  string             `json:"currency"`
	Receipt   string             `json:"receipt"`
	Notes     razorpayNotes      `json:"notes"`
	CreatedAt int64              `json:"created_at"`
	Payments  razorpayCollection `json:"payments"`
}

type razorpayCollection struct {
	Items []razorpayPayment `json:"items"`
}

type razorpayPayment struct {
	ID             string `json:"id"`
	OrderID        string `json:"order_id"`
	Amount         int64  `json:"amount"`
	AmountRefunded int64  `json:"amount_refunded"`
	Status         string `json:"status"`
	Captured       bool   `json:"captured"`
	ErrorCode      string `json:"error_code"`
	ErrorReason    string `json:"error_reason"`
	CreatedAt      int64  `json:"created_at"`
}

// The states of a payment at Razorpay.
const (
	razorpayCreated    = "created"
	razorpayAuthorized = "authorized"
	razorpayCaptured   = "captured"
	razorpayRefunded   = "refunded"
	razorpayFailed     = "failed"
)

type razorpayRefund struct {
	ID     string        `json:"id"`
	Status string        `json:"status"`
	Notes  razorpayNotes `json:"notes"`
}

// razorpayAmount checks the amount, which Razorpay counts as ISO 4217 does. The
// error is a sentence for people.
func razorpayAmount(m booking.Money) (int, error) {
	const most = 1 << 53 // beyond it, floating point has no whole numbers
	switch {
	case m.Minor < 0:
		return 0, fmt.Errorf("%s cannot be paid: it is less than nothing", m)
	case m.Minor > most || int64(int(m.Minor)) != m.Minor:
		return 0, fmt.Errorf("%s cannot be paid this way: it is too much", m)
	case thousandths(m.Currency) && m.Minor%10 != 0:
		return 0, fmt.Errorf("%s cannot be paid this way: its last digit has to be 0", m)
	}
	return int(m.Minor), nil
}

// thousandths says that a currency has three digits, of which banks take two.
func thousandths(currency string) bool {
	return booking.Money{Currency: currency}.Amount() == "0.000"
}

// unix is a time that Razorpay gives.
func unix(seconds int64) time.Time { return time.Unix(seconds, 0) }
