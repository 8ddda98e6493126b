package booking

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// anyMoney draws amounts over the whole range, in currencies of 0, 2 and 3 digits.
var anyMoney = rapid.Custom(func(t *rapid.T) Money {
	return Money{
		Minor:    rapid.Int64().Draw(t, "minor"),
		Currency: rapid.SampledFrom([]string{"JPY", "USD", "EUR", "KWD"}).Draw(t, "currency"),
	}
})

func TestAmountHasTheDigitsOfItsCurrency(t *testing.T) {
	for _, c := range []struct {
		money Money
		want  string
	}{
		{Money{1500, "USD"}, "15.00"},
		{Money{5, "USD"}, "0.05"},
		{Money{0, "USD"}, "0.00"},
		{Money{-5, "USD"}, "-0.05"},
		{Money{-1500, "EUR"}, "-15.00"},
		{Money{1500, "JPY"}, "1500"},
		{Money{0, "JPY"}, "0"},
		{Money{-7, "KRW"}, "-7"},
		{Money{1500, "KWD"}, "1.500"},
		{Money{7, "BHD"}, "0.007"},
		{Money{math.MaxInt64, "USD"}, "92233720368547758.07"},
		{Money{math.MinInt64, "USD"}, "-92233720368547758.08"},
		{Money{math.MinInt64, "JPY"}, "-9223372036854775808"},
	} {
		require.Equal(t, c.want, c.money.Amount())
		require.Equal(t, c.want+" "+c.money.Currency, c.money.String())
	}
}

func TestMoneySurvivesTextAndJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMoney.Draw(t, "money")
		parsed, err := ParseMoney(m.Amount(), m.Currency)
		if err != nil || parsed != m {
			t.Fatalf("%v was read as %v (%v)", m, parsed, err)
		}
		data, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		var back Money
		if err := json.Unmarshal(data, &back); err != nil || back != m {
			t.Fatalf("%s was read as %v (%v)", data, back, err)
		}
	})
}

func TestNoMoneySurvivesJSON(t *testing.T) {
	data, err := json.Marshal(Money{})
	require.NoError(t, err)
	require.JSONEq(t, `{"amount":"0.00","currency":""}`, string(data))
	back := Money{1, "USD"}
	require.NoError(t, json.Unmarshal(data, &back))
	require.Zero(t, back)
}

func TestParseMoneyRefuses(t *testing.T) {
	for _, c := range []struct{ amount, currency, why string }{
		{"15", "USD", "two digits are missing"},
		{"15.0", "USD", "one digit is missing"},
		{"15.000", "USD", "one digit too many"},
		{"15.00", "JPY", "the yen has no minor unit"},
		{"15.00", "KWD", "the dinar has three digits"},
		{"", "USD", "nothing"},
		{".", "USD", "no digits"},
		{".50", "USD", "no whole part"},
		{"015.00", "USD", "a leading zero"},
		{"+15.00", "USD", "a plus sign"},
		{"-0.00", "USD", "a negative nothing"},
		{"1.5.00", "USD", "two points"},
		{"1,500.00", "USD", "a separator of thousands"},
		{"1_5.00", "USD", "a separator of Go"},
		{" 15.00", "USD", "a space"},
		{"1.5e1", "USD", "an exponent"},
		{"0x10.00", "USD", "not decimal"},
		{"NaN", "USD", "not a number"},
		{"١٥.٠٠", "USD", "digits of another script"},
		{"92233720368547758.08", "USD", "more than fits"},
		{"15.00", "", "no currency"},
		{"15.00", "usd", "lower case"},
		{"15.00", "US", "two letters"},
		{"15.00", "USDT", "four letters"},
		{"15.00", "U1D", "a digit among the letters"},
		{"15.00", "123", "digits"},
		{"15.00", "€", "three bytes, but no letters"},
	} {
		_, err := ParseMoney(c.amount, c.currency)
		require.Error(t, err, "%q %q: %s", c.amount, c.currency, c.why)
	}
}

func TestMoneyJSONRefuses(t *testing.T) {
	for _, text := range []string{
		`15.00`, `"15.00"`, `null`, `[]`, `{}`, `{"amount":15.00,"currency":"USD"}`, `{"amount":"15.00"}`, `{"currency":"USD"}`,
		`{"amount":"","currency":""}`, `{"amount":"1.00","currency":""}`, `{"amount":"15","currency":"USD"}`,
	} {
		m := Money{1, "USD"}
		require.Error(t, json.Unmarshal([]byte(text), &m), text)
		require.Equal(t, Money{1, "USD"}, m, "what could not be read has changed nothing: %s", text)
	}
}

func TestAdd(t *testing.T) {
	sum, err := Money{1500, "USD"}.Add(Money{-1, "USD"})
	require.NoError(t, err)
	require.Equal(t, Money{1499, "USD"}, sum)
	_, err = Money{1500, "USD"}.Add(Money{1500, "EUR"})
	require.EqualError(t, err, "adding 15.00 EUR to 15.00 USD: the currencies differ")
	_, err = Money{math.MaxInt64, "USD"}.Add(Money{1, "USD"})
	require.ErrorContains(t, err, "too large")
	_, err = Money{math.MinInt64, "USD"}.Add(Money{-1, "USD"})
	require.ErrorContains(t, err, "too large")
}

func TestAddIsCommutativeAndUndone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) Money {
			return Money{rapid.Int64Range(-1<<40, 1<<40).Draw(t, name), "USD"}
		}
		a, b := draw("a"), draw("b")
		ab, err1 := a.Add(b)
		ba, err2 := b.Add(a)
		back, err3 := ab.Add(Money{-b.Minor, "USD"})
		if err1 != nil || err2 != nil || err3 != nil || ab != ba || back != a {
			t.Fatalf("%v + %v = %v or %v, and back %v (%v, %v, %v)", a, b, ab, ba, back, err1, err2, err3)
		}
	})
}

// FuzzMoneyJSON: what is read is written as it was meant, and nothing panics.
func FuzzMoneyJSON(f *testing.F) {
	for _, seed := range []string{
		`{"amount":"15.00","currency":"USD"}`, `{"amount":"-0.05","currency":"EUR"}`, `{"amount":"1500","currency":"JPY"}`,
		`{"amount":"1.500","currency":"KWD"}`, `{"amount":"0.00","currency":""}`, `{"amount":"15","currency":"USD"}`,
		`{"amount":"92233720368547758.07","currency":"USD"}`, `{"amount":"-92233720368547758.08","currency":"USD"}`, `null`, `15.00`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var m Money
		if json.Unmarshal(data, &m) != nil {
			return
		}
		written, err := json.Marshal(m)
		require.NoError(t, err)
		var again Money
		require.NoError(t, json.Unmarshal(written, &again), "%s, from %s", written, data)
		require.Equal(t, m, again)
	})
}
