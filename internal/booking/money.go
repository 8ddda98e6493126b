package booking

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Money is an amount in integer minor units (cents) of a currency. There is no
// floating point anywhere on the way of a price.
type Money struct {
	Minor    int64
	Currency string // ISO 4217, three upper-case letters
}

// exponents lists the currencies whose minor unit is not a hundredth
// (ISO 4217, table A.1); all others have two digits.
var exponents = map[string]int{
	"BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0,
	"KMF": 0, "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0,
	"UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}

func exponent(currency string) int {
	if e, ok := exponents[currency]; ok {
		return e
	}
	return 2
}

// Amount is the decimal text of the amount, for example "15.00".
func (m Money) Amount() string {
	sign, digits := "", strconv.FormatInt(m.Minor, 10)
	if m.Minor < 0 { // of the text, since the least number has no positive counterpart
		sign, digits = "-", digits[1:]
	}
	e := exponent(m.Currency)
	if e == 0 {
		return sign + digits
	}
	if len(digits) <= e {
		digits = strings.Repeat("0", e-len(digits)+1) + digits
	}
	return sign + digits[:len(digits)-e] + "." + digits[len(digits)-e:]
}

// String is the amount with its currency, for example "15.00 USD".
func (m Money) String() string { return m.Amount() + " " + m.Currency }

// Add returns the sum. Adding money of another currency is a mistake of the
// program, not of its user, and is reported as an error; so is a sum that is
// too large to be written down.
func (m Money) Add(o Money) (Money, error) {
	if m.Currency != o.Currency {
		return Money{}, fmt.Errorf("adding %s to %s: the currencies differ", o, m)
	}
	sum := m.Minor + o.Minor
	if (sum > m.Minor) != (o.Minor > 0) {
		return Money{}, fmt.Errorf("adding %s to %s: the sum is too large", o, m)
	}
	return Money{Minor: sum, Currency: m.Currency}, nil
}

type moneyJSON struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

// MarshalJSON writes {"amount":"15.00","currency":"USD"}.
func (m Money) MarshalJSON() ([]byte, error) {
	return json.Marshal(moneyJSON{Amount: m.Amount(), Currency: m.Currency})
}

// UnmarshalJSON reads what MarshalJSON writes and nothing looser.
func (m *Money) UnmarshalJSON(data []byte) error {
	var v moneyJSON
	if err := json.Unmarshal(data, &v); err != nil {
		return fmt.Errorf("reading money: %w", err)
	}
	if (v == moneyJSON{Amount: Money{}.Amount()}) {
		*m = Money{} // no money at all, in no currency
		return nil
	}
	parsed, err := ParseMoney(v.Amount, v.Currency)
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}

// ParseMoney reads a decimal amount with exactly the digits of its currency.
func ParseMoney(amount, currency string) (Money, error) {
	if len(currency) != 3 || strings.Trim(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return Money{}, fmt.Errorf("currency %q is not three upper-case letters", currency)
	}
	whole, fraction, _ := strings.Cut(amount, ".")
	minor, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil {
		return Money{}, fmt.Errorf("amount %q is not a decimal number", amount)
	}
	m := Money{Minor: minor, Currency: currency}
	if m.Amount() != amount {
		return Money{}, fmt.Errorf("amount %q does not have the %d digits of %s", amount, exponent(currency), currency)
	}
	return m, nil
}
