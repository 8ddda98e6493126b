package booking

import "time"

// PaymentStatus is where the money of a payment stands.
type PaymentStatus string

// The states of a payment. Money moves only in Captured and Refunded.
const (
	PaymentOpen       PaymentStatus = "open"       // the provider, or the customer with it, has not decided
	PaymentAuthorized PaymentStatus = "authorized" // promised by the provider, not taken
	PaymentCaptured   PaymentStatus = "captured"   // taken
	PaymentVoided     PaymentStatus = "voided"     // the promise was given back: the booking had ended
	PaymentDeclined   PaymentStatus = "declined"   // refused by the provider
	PaymentRefundDue  PaymentStatus = "refund_due" // taken, and to be given back, but for what the house keeps
	PaymentRefunded   PaymentStatus = "refunded"   // given back, but for what the house keeps
)

// Payment is one attempt to pay for a booking.
type Payment struct {
	ID        string        `json:"id"` // also the idempotency key towards the provider
	Method    string        `json:"method"`
	Status    PaymentStatus `json:"status"`
	Amount    Money         `json:"amount"`
	Reference string        `json:"reference,omitempty"` // the provider's own id
	CreatedAt time.Time     `json:"createdAt"`
	// Kept is what the house keeps of a cancelled booking's money, by its policy.
	Kept Money `json:"kept,omitzero"`
	// Action is what an open payment waits for its customer to do.
	Action *Action `json:"action,omitempty"`
	// Fingerprint is a digest of the request, so that the same Idempotency-Key
	// with another body can be refused. Never the token itself.
	Fingerprint string `json:"fingerprint,omitempty"`
}

// ToRefund is what is given back when the booking of the payment is cancelled.
func (p Payment) ToRefund() Money {
	return Money{Minor: p.Amount.Minor - p.Kept.Minor, Currency: p.Amount.Currency}
}

// Settled reports whether the money of a payment that is not needed any more is
// where it belongs: never taken, or given back but for what is kept. No payment at
// all is settled.
func (p *Payment) Settled() bool {
	if p == nil {
		return true
	}
	switch p.Status {
	case PaymentVoided, PaymentDeclined, PaymentRefunded:
		return true
	case PaymentCaptured:
		return p.ToRefund().Minor == 0
	default:
		return false
	}
}
