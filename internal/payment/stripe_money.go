package payment

import (
	"fmt"
	"math"
	"slices"

	"holdfast/internal/booking"
)

// Stripe counts most currencies as ISO 4217 does, in the same smallest unit. These
// are the exceptions.
var (
	// stripeHundredths have no minor unit, and Stripe wants them in hundredths all
	// the same.
	stripeHundredths = []string{"ISK", "UGX"}
	// stripeWhole have a minor unit, which Stripe does not know.
	stripeWhole = []string{"MGA"}
	// stripeTens have three digits, and the banks take two.
	stripeTens = []string{"BHD", "JOD", "KWD", "OMR", "TND"}
	// stripeNone are not taken.
	stripeNone = []string{"IQD", "LYD", "UYI"}
)

// toStripe is the amount as Stripe counts it. The error is a sentence for people.
func toStripe(m booking.Money) (int64, error) {
	switch {
	case m.Minor < 0:
		return 0, fmt.Errorf("%s cannot be paid: it is less than nothing", m)
	case slices.Contains(stripeNone, m.Currency):
		return 0, fmt.Errorf("%s cannot be paid by card: cards are not charged in this currency", m)
	case slices.Contains(stripeHundredths, m.Currency):
		if m.Minor > math.MaxInt64/100 {
			return 0, fmt.Errorf("%s cannot be paid by card: it is too much", m)
		}
		return m.Minor * 100, nil
	case slices.Contains(stripeWhole, m.Currency):
		if m.Minor%100 != 0 {
			return 0, fmt.Errorf("%s cannot be paid by card: the amount has to be whole", m)
		}
		return m.Minor / 100, nil
	case slices.Contains(stripeTens, m.Currency) && m.Minor%10 != 0:
		return 0, fmt.Errorf("%s cannot be paid by card: its last digit has to be 0", m)
	default:
		return m.Minor, nil
	}
}

// fromStripe is the money that Stripe counts so. Stripe holds to its own rules, so
// that nothing is lost in the division.
func fromStripe(amount int64, currency string) booking.Money {
	switch {
	case slices.Contains(stripeHundredths, currency):
		amount /= 100
	case slices.Contains(stripeWhole, currency):
		amount *= 100
	}
	return booking.Money{Minor: amount, Currency: currency}
}
