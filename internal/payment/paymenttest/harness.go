// Package paymenttest is the contract of a payment provider as a test suite:
// what the engine relies on, whichever provider moves the money.
package paymenttest

import (
	"net/http"
	"testing"
	"time"

	"holdfast/internal/booking"
	"holdfast/internal/payment"
)

// Card is a customer's card by what becomes of it.
type Card string

// The cards that the suite pays with.
const (
	Good          Card = "good"          // authorized at once
	Refused       Card = "refused"       // declined
	Challenged    Card = "challenged"    // the customer has to answer first
	Uncollectable Card = "uncollectable" // authorized, but the money can never be taken
)

// Message is one message of the provider as it was sent, signature and all.
type Message struct {
	Header http.Header
	Body   []byte
}

// Clone is a copy that can be changed without changing m.
func (m Message) Clone() Message {
	return Message{Header: m.Header.Clone(), Body: append([]byte(nil), m.Body...)}
}

// Harness is a provider with its server, fresh for one part of the suite.
// A page of its ledger should be small (2), where that can be chosen, so that
// the suite sees more than one.
type Harness struct {
	Provider payment.Provider
	// Other is the same account as another process sees it; nil is Provider.
	Other payment.Provider

	// Token is what the customer's card became for this charge, which was created
	// before; empty where the provider has no such card.
	Token func(t *testing.T, c booking.Charge, card Card) string
	// Answer is what the customer of a challenged charge brings back; it goes to
	// Confirm in place of the token. Nil where there is no challenge.
	Answer func(t *testing.T, c booking.Charge, approve bool) string

	// Line is between Provider and the server; nil where answers cannot be lost.
	Line *Line

	// Messages is what the provider has sent so far. The suite asks until the
	// message it needs is there. Nil where there are none.
	Messages func(t *testing.T) []Message
	// Sign is the message dated and signed anew by the provider at that time.
	Sign func(t *testing.T, m Message, at time.Time) Message
	// Signature is the header with the signature.
	Signature string

	// Amounts are what the suite charges, each of another currency; nil is 15.00
	// USD, 999 JPY. The first is the usual one and can be divided by 3.
	Amounts []booking.Money

	// Lacks are the honest differences.
	Lacks Lacks
}

// Lacks is what a provider cannot do. Cancel then answers the charge as it
// stands, without an error.
type Lacks struct {
	CancelOpen       bool // an open charge cannot be given up before its time
	CancelAuthorized bool // a promise cannot be given up before its time
}

func (h Harness) other() payment.Provider {
	if h.Other != nil {
		return h.Other
	}
	return h.Provider
}

func (h Harness) amounts() []booking.Money {
	if len(h.Amounts) > 0 {
		return h.Amounts
	}
	return []booking.Money{{Minor: 1500, Currency: "USD"}, {Minor: 999, Currency: "JPY"}}
}

// Run runs the suite. open makes a harness of the test's own; parts run one
// after another, so that it may share a server.
func Run(t *testing.T, open func(t *testing.T) Harness) {
	t.Helper()
	for _, p := range []struct {
		name string
		test func(s *suite)
	}{
		{"Create", (*suite).create},
		{"Confirm", (*suite).confirm},
		{"Challenge", (*suite).challenge},
		{"Capture", (*suite).capture},
		{"Cancel", (*suite).cancel},
		{"Refund", (*suite).refund},
		{"LookUp", (*suite).lookUp},
		{"LostAnswers", (*suite).lostAnswers},
		{"Ledger", (*suite).ledger},
		{"Webhook", (*suite).webhook},
	} {
		t.Run(p.name, func(t *testing.T) { p.test(&suite{T: t, Harness: open(t)}) })
	}
}
