package booking

import (
	"errors"
	"time"
)

// Charge is money asked of a provider for one booking. Its ID is the payment's,
// and the key of idempotency: whatever is asked about a charge, asking again is
// asking once.
type Charge struct {
	ID        string
	BookingID ID
	Amount    Money
	// Reference is the provider's own id of the charge, once it is known. A
	// provider finds its charge without it, by ID.
	Reference string
	// Token is what the customer's card became at the provider; it is not kept.
	Token string
	// Deadline is when the hold ends at the latest, for providers that can give a
	// customer less time by it.
	Deadline time.Time
}

// ChargeState is where a charge stands at its provider.
type ChargeState string

// The states of a charge. Money has moved only in ChargeCaptured.
const (
	ChargeUnknown    ChargeState = "unknown"    // the provider has no such charge
	ChargeOpen       ChargeState = "open"       // the provider, or the customer with it, has not decided
	ChargeAuthorized ChargeState = "authorized" // promised, not taken
	ChargeCaptured   ChargeState = "captured"   // taken; what of it was given back is in Refunded
	ChargeDeclined   ChargeState = "declined"   // refused, for good
	ChargeCancelled  ChargeState = "cancelled"  // given up, for good: no money can come of it any more
)

// Authorization is what a provider says of a charge.
type Authorization struct {
	Declined  bool
	Reason    string // for the customer, when declined
	Reference string // the provider's own id
	// State is empty in what was recorded before there were open charges; see Standing.
	State  ChargeState
	Action *Action // what an open charge waits for its customer to do; nil when it waits for the provider
	// Captured and Refunded are in the charge's currency.
	Captured Money
	Refunded Money
}

// Action is what the customer has to do before the provider decides.
type Action struct {
	// Type says how: "redirect" to URL, "challenge" (answer with a word), or the
	// name of the provider's own script.
	Type string            `json:"type"`
	URL  string            `json:"url,omitempty"`
	Data map[string]string `json:"data,omitempty"` // for the provider's script; nothing of it is secret to the customer
}

// Standing is the state of the charge, also of an answer without State.
func (a Authorization) Standing() ChargeState {
	switch {
	case a.State != "":
		return a.State
	case a.Declined:
		return ChargeDeclined
	default:
		return ChargeAuthorized
	}
}

// LedgerEntry is a charge as the books of a provider have it.
type LedgerEntry struct {
	ChargeID  string // empty for a charge that was not made by this system
	BookingID ID
	Reference string
	State     ChargeState
	Amount    Money
	Captured  Money
	Refunded  Money
	CreatedAt time.Time
	Foreign   bool // its booking is not in our books: another installation may use the same account
}

// ChargeNews is what a provider's message was about. The message is a hint and no
// more: whoever gets it asks the provider how the charge stands, so that a
// message that comes twice, late or out of order changes nothing.
type ChargeNews struct {
	MessageID string
	Type      string // in the provider's words, for the log
	ChargeID  string // empty when the message is of no charge of this system
	BookingID ID
}

var (
	// ErrForged is the refusal of a provider's message whose signature or time is wrong.
	ErrForged = errors.New("the message is not signed by the provider, or too old")
	// ErrUncollectable says that promised money can never be taken.
	ErrUncollectable = errors.New("the promised money cannot be taken any more")
)
