package booking

import "time"

// PaymentStatus is where the money of a payment stands.
type PaymentStatus string

// The states of a payment. Money moves only in Captured and Refunded.
const (
	PaymentAuthorized PaymentStatus = "authorized" // promised by the provider, not taken
	PaymentCaptured   PaymentStatus = "captured"   // taken
	PaymentVoided     PaymentStatus = "voided"     // the promise was given back: the booking had ended
	PaymentDeclined   PaymentStatus = "declined"   // refused by the provider
	PaymentRefundDue  PaymentStatus = "refund_due" // to be given back: its booking was cancelled
	PaymentRefunded   PaymentStatus = "refunded"   // given back
)

// Payment is one attempt to pay for a booking.
type Payment struct {
	ID        string        `json:"id"` // also the idempotency key towards the provider
	Method    string        `json:"method"`
	Status    PaymentStatus `json:"status"`
	Amount    Money         `json:"amount"`
	Reference string        `json:"reference,omitempty"` // the provider's own id
	CreatedAt time.Time     `json:"createdAt"`
	// Fingerprint is a digest of the request, so that the same Idempotency-Key
	// with another body can be refused. Never the token itself.
	Fingerprint string `json:"fingerprint,omitempty"`
}

// Settled reports whether the money of a payment that is not needed any more is
// where it belongs: never taken, or given back. No payment at all is settled.
func (p *Payment) Settled() bool {
	if p == nil {
		return true
	}
	switch p.Status {
	case PaymentVoided, PaymentDeclined, PaymentRefunded:
		return true
	default:
		return false
	}
}
