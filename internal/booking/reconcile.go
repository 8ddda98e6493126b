package booking

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Account is a payment as the engine's own books have it.
type Account struct {
	PaymentID string
	BookingID ID
	Booking   Status // of its booking
	Payment   PaymentStatus
	Amount    Money
	Kept      Money
	CreatedAt time.Time
}

// Difference is a charge of which the provider's books and the engine's do not
// say the same.
type Difference struct {
	PaymentID string `json:"paymentId"`
	BookingID ID     `json:"bookingId"`
	Problem   string `json:"problem"`
	Amount    Money  `json:"amount"` // in our books; the charge's, where we have none
	// Mendable is that settling the payment, which asks the provider and does what
	// is left to do, makes both agree.
	Mendable bool `json:"mendable"`
	Orphan   bool `json:"orphan,omitempty"` // we have no such payment
	// Provider is the charge as the provider's books have it, and Ours the payment
	// in ours; one of them may be "none".
	Provider string `json:"provider"`
	Ours     string `json:"ours"`
}

// Balance adds up what both sides say of one currency. Captured minus refunded,
// as the provider has it, is Confirmed plus Kept where nothing is amiss.
type Balance struct {
	Currency  string `json:"currency"`
	Captured  int64  `json:"captured"`  // minor units, by the provider's books
	Refunded  int64  `json:"refunded"`  // minor units, by the provider's books
	Confirmed int64  `json:"confirmed"` // minor units, of confirmed bookings
	Kept      int64  `json:"kept"`      // minor units, of cancelled bookings
}

// Even reports whether the money is where it belongs.
func (b Balance) Even() bool { return b.Captured-b.Refunded == b.Confirmed+b.Kept }

// Compare compares the books of a provider with the engine's, charge by charge.
// A charge that the provider made for somebody else, without an id of this system,
// is passed over. Of a payment that is under way, settling it a little early is the
// worst that can come of the comparison.
func Compare(ledger []LedgerEntry, accounts []Account) ([]Difference, []Balance) {
	ours := make(map[string]Account, len(accounts))
	for _, a := range accounts {
		ours[a.PaymentID] = a
	}
	sums := balances{}
	found := []Difference{}
	for _, e := range ledger {
		if e.ChargeID == "" {
			continue
		}
		sums.provider(e)
		a, known := ours[e.ChargeID]
		delete(ours, e.ChargeID)
		if problem := amiss(&e, account(a, known)); problem != "" {
			found = append(found, difference(e, account(a, known), problem))
		}
	}
	for _, a := range accounts {
		sums.ours(a)
		if _, left := ours[a.PaymentID]; !left {
			continue
		}
		if problem := amiss(nil, &a); problem != "" {
			found = append(found, difference(LedgerEntry{ChargeID: a.PaymentID, BookingID: a.BookingID, State: ChargeUnknown}, &a, problem))
		}
	}
	slices.SortFunc(found, func(a, b Difference) int { return strings.Compare(a.PaymentID, b.PaymentID) })
	return found, sums.sorted()
}

func account(a Account, known bool) *Account {
	if !known {
		return nil
	}
	return &a
}

// amiss says what is wrong between the books, or nothing.
func amiss(e *LedgerEntry, a *Account) string {
	state, net := ChargeUnknown, int64(0)
	if e != nil {
		state, net = e.State, e.Captured.Minor-e.Refunded.Minor
	}
	if a == nil {
		switch {
		case net != 0:
			return "money was taken that is in no booking"
		case e != nil && e.Foreign:
			return "" // whoever made it follows it
		case state == ChargeAuthorized || state == ChargeOpen:
			return "a charge is open that is in no booking"
		}
		return ""
	}
	if e != nil && e.Amount != a.Amount {
		return "the amounts differ"
	}
	want := a.expected()
	switch {
	case a.Payment == PaymentOpen && state == ChargeOpen:
		return "" // it is followed
	case a.Payment == PaymentOpen:
		return "the provider has decided, and it was not noted"
	case state == ChargeOpen:
		return "a charge is open that nobody needs"
	case state == ChargeUnknown && (a.Payment == PaymentAuthorized || a.Payment == PaymentRefundDue):
		return "money is to move, and the provider has no such charge"
	case state == ChargeAuthorized && want > 0:
		return "promised money was not taken yet"
	case state == ChargeAuthorized:
		return "money is promised that nobody needs"
	case net < want:
		return "less money is here than belongs here"
	case net > want:
		return "more money is here than belongs here"
	case a.Payment == PaymentAuthorized || a.Payment == PaymentRefundDue:
		return "money moved, and was not noted"
	}
	return ""
}

// expected is the money that is to stay here of a payment, in minor units.
func (a Account) expected() int64 {
	switch a.Payment {
	case PaymentAuthorized, PaymentCaptured, PaymentRefundDue, PaymentRefunded:
		if a.Booking == Confirmed && a.Payment != PaymentRefundDue && a.Payment != PaymentRefunded {
			return a.Amount.Minor
		}
		return a.Kept.Minor
	default:
		return 0
	}
}

func difference(e LedgerEntry, a *Account, problem string) Difference {
	d := Difference{PaymentID: e.ChargeID, BookingID: e.BookingID, Problem: problem, Amount: e.Amount, Provider: "none", Ours: "none"}
	if e.State != ChargeUnknown {
		d.Provider = fmt.Sprintf("%s, taken %s, given back %s", e.State, e.Captured.Amount(), e.Refunded.Amount())
	}
	if a != nil {
		d.BookingID, d.Amount = a.BookingID, a.Amount
		d.Ours = fmt.Sprintf("%s %s, booking %s", a.Payment, a.Amount, a.Booking)
	}
	d.Mendable, d.Orphan = mendable(e, a), a == nil
	return d
}

// mendable: settling asks the provider and finishes what was begun. It cannot
// bring back money that was given back or that the provider does not know of, nor
// decide between two amounts.
func mendable(e LedgerEntry, a *Account) bool {
	if a == nil {
		return e.BookingID != "" && !e.Foreign && e.Refunded.Minor == 0
	}
	if e.State == ChargeUnknown {
		return a.Payment == PaymentOpen
	}
	if e.Amount != a.Amount {
		return false
	}
	switch a.Payment {
	case PaymentOpen, PaymentAuthorized, PaymentRefundDue:
		return true
	case PaymentVoided, PaymentDeclined: // what was taken all the same goes back
		return e.State != ChargeOpen && e.Refunded.Minor == 0
	default:
		return e.State == ChargeAuthorized
	}
}

type balances map[string]*Balance

func (s balances) of(currency string) *Balance {
	if s[currency] == nil {
		s[currency] = &Balance{Currency: currency}
	}
	return s[currency]
}

func (s balances) provider(e LedgerEntry) {
	b := s.of(e.Amount.Currency)
	b.Captured += e.Captured.Minor
	b.Refunded += e.Refunded.Minor
}

func (s balances) ours(a Account) {
	b := s.of(a.Amount.Currency)
	if a.Booking == Confirmed {
		b.Confirmed += a.expected()
	} else {
		b.Kept += a.expected()
	}
}

func (s balances) sorted() []Balance {
	out := make([]Balance, 0, len(s))
	for _, b := range s {
		out = append(out, *b)
	}
	slices.SortFunc(out, func(a, b Balance) int { return strings.Compare(a.Currency, b.Currency) })
	return out
}
