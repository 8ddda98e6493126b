package payment_test

import (
	"net/http/httptest"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/payment"
)

func newRecorder() *httptest.ResponseRecorder { return httptest.NewRecorder() }

func TestStripeSaysWhyACardIsDeclined(t *testing.T) {
	for code, want := range map[string]string{
		"insufficient_funds": "there is not enough money on the card; use another one",
		"expired_card":       "the card has expired; use another one",
		"incorrect_cvc":      "the security code of the card is wrong; enter the card again",
		"processing_error":   "the card could not be processed; try again in a while, or use another card",
		"lost_card":          payment.GenericDecline, // not told to whoever has it
		"stolen_card":        payment.GenericDecline,
		"fraudulent":         payment.GenericDecline,
		"generic_decline":    payment.GenericDecline,
		"do_not_honor":       payment.GenericDecline,
		"something_new":      payment.GenericDecline,
	} {
		t.Run(code, func(t *testing.T) {
			s, p, c := stripeAt(t)
			c.Token = cardDeclined + code
			a, err := p.Confirm(t.Context(), c)
			require.NoError(t, err)
			require.Equal(t, booking.ChargeDeclined, a.State)
			require.Equal(t, want, a.Reason)
			require.Equal(t, "canceled", s.status(t, c), "no other card can be tried")

			c.Token = cardGood
			a, err = p.Confirm(t.Context(), c)
			require.NoError(t, err)
			require.Equal(t, booking.ChargeDeclined, a.State)
			require.Equal(t, want, a.Reason, "the reason stays")
		})
	}
}

// status is the state of the charge's intent in Stripe's words.
func (s *stripeServer) status(t *testing.T, c booking.Charge) string {
	t.Helper()
	id := s.reference(t, c)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.intent(id).status
}

func TestStripeSentencesAreForPeople(t *testing.T) {
	for _, code := range []string{payment.StripeUnknown, "authentication_required", "payment_intent_authentication_failure", "card_not_supported", ""} {
		reason := payment.StripeReason(code)
		require.True(t, unicode.IsLower([]rune(reason)[0]), reason)
		require.NotContains(t, reason, "_")
	}
}

func TestStripeDoesNotKnowTheCard(t *testing.T) {
	_, p, c := stripeAt(t)
	c.Token = "pm_of_another_account"
	a, err := p.Confirm(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, booking.ChargeDeclined, a.State)
	require.Equal(t, payment.StripeReason(payment.StripeUnknown), a.Reason)
}

func TestStripeWaits(t *testing.T) {
	for card, want := range map[string]*booking.Action{
		cardRedirected: {Type: "redirect"},
		cardChallenged: {Type: "stripe"},
		cardProcessing: nil, // for the bank, not for the customer
	} {
		t.Run(card, func(t *testing.T) {
			s, p, c := stripeAt(t)
			c.Token = card
			a, err := p.Confirm(t.Context(), c)
			require.NoError(t, err)
			require.Equal(t, booking.ChargeOpen, a.State)
			id := s.reference(t, c)
			switch {
			case want == nil:
				require.Nil(t, a.Action)
			case want.Type == "redirect":
				require.Equal(t, booking.Action{Type: "redirect", URL: "https://hooks.stripe.com/3d_secure/" + id}, *a.Action)
			default:
				require.Equal(t, booking.Action{Type: "stripe", Data: map[string]string{"client_secret": id + "_secret_" + id[3:9]}}, *a.Action)
			}
			if want == nil { // money that is on its way cannot be called back
				a, err = p.Cancel(t.Context(), c)
				require.NoError(t, err)
				require.Equal(t, booking.ChargeOpen, a.State)
			}
		})
	}
}

// A decline that nobody has made final yet, as after a crash, is made final by whoever sees it.
func TestStripeDeclineThatWasNotMadeFinal(t *testing.T) {
	s, p, c := stripeAt(t)
	id := s.reference(t, c)
	s.mu.Lock()
	s.decline(s.intent(id), "card_declined", "expired_card") // by the customer, or by a process that died then
	s.mu.Unlock()
	a, err := p.LookUp(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, booking.ChargeDeclined, a.State)
	require.Equal(t, "canceled", s.status(t, c))
	a, err = p.Cancel(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, booking.ChargeDeclined, a.State)
	_, err = p.Capture(t.Context(), c)
	require.ErrorIs(t, err, booking.ErrUncollectable)
}

func TestStripeCountsMoneyItsWay(t *testing.T) {
	for _, of := range []struct {
		money  booking.Money
		stripe int64
	}{
		{booking.Money{Minor: 1050, Currency: "USD"}, 1050},
		{booking.Money{Minor: 500, Currency: "JPY"}, 500},
		{booking.Money{Minor: 5120, Currency: "KWD"}, 5120},
		{booking.Money{Minor: 5, Currency: "ISK"}, 500},
		{booking.Money{Minor: 7, Currency: "UGX"}, 700},
		{booking.Money{Minor: 1200, Currency: "MGA"}, 12},
		{booking.Money{Minor: 1050, Currency: "HUF"}, 1050},
	} {
		got, err := payment.ToStripe(of.money)
		require.NoError(t, err)
		require.Equal(t, of.stripe, got, of.money)
		require.Equal(t, of.money, payment.FromStripe(got, of.money.Currency))
	}
}

func TestStripeRefusesAmounts(t *testing.T) {
	for _, of := range []struct {
		money booking.Money
		says  string
	}{
		{booking.Money{Minor: 5124, Currency: "KWD"}, "5.124 KWD cannot be paid by card: its last digit has to be 0"},
		{booking.Money{Minor: 1250, Currency: "MGA"}, "12.50 MGA cannot be paid by card: the amount has to be whole"},
		{booking.Money{Minor: 1000, Currency: "IQD"}, "1.000 IQD cannot be paid by card: cards are not charged in this currency"},
		{booking.Money{Minor: 1 << 60, Currency: "ISK"}, "1152921504606846976 ISK cannot be paid by card: it is too much"},
		{booking.Money{Minor: 1, Currency: "USD"}, "the amount is too small to be paid by card"},
		{booking.Money{Minor: 1 << 40, Currency: "USD"}, "the amount is too large to be paid by card"},
	} {
		t.Run(of.money.String(), func(t *testing.T) {
			s := newStripeServer(t)
			p, c := newStripe(t, s, nil), newCharge()
			c.Amount = of.money
			for _, do := range []func() (booking.Authorization, error){
				func() (booking.Authorization, error) { return p.Create(t.Context(), c) },
				func() (booking.Authorization, error) { return p.Confirm(t.Context(), c) },
				func() (booking.Authorization, error) { return p.Cancel(t.Context(), c) },
			} {
				a, err := do()
				require.NoError(t, err)
				require.Equal(t, booking.ChargeDeclined, a.State)
				require.Equal(t, of.says, a.Reason)
			}
		})
	}
}

func TestStripeNeedsItsSettings(t *testing.T) {
	for says, config := range map[string]payment.StripeConfig{
		"secret key":     {WebhookSecrets: []string{"whsec_1"}},
		"webhook secret": {Key: "sk_1"},
		"is empty":       {Key: "sk_1", WebhookSecrets: []string{"whsec_1", ""}},
	} {
		_, err := payment.NewStripe(config)
		require.ErrorContains(t, err, says)
	}
}
