package payment_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v85/webhook"

	"holdfast/internal/booking"
	"holdfast/internal/payment"
	"holdfast/internal/payment/paymenttest"
)

func newStripe(t *testing.T, s *stripeServer, client *http.Client) *payment.Stripe {
	t.Helper()
	p, err := payment.NewStripe(payment.StripeConfig{Key: stripeTestKey, WebhookSecrets: []string{s.secret}, BaseURL: s.URL, Client: client})
	require.NoError(t, err)
	p.SetPage(2)
	return p
}

func TestStripeKeepsTheContract(t *testing.T) {
	cards := map[paymenttest.Card]string{
		paymenttest.Good: cardGood, paymenttest.Refused: cardDeclined + "generic_decline",
		paymenttest.Challenged: cardChallenged, paymenttest.Uncollectable: cardExpiring,
	}
	paymenttest.Run(t, func(t *testing.T) paymenttest.Harness {
		s, line := newStripeServer(t), &paymenttest.Line{}
		return paymenttest.Harness{
			Provider: newStripe(t, s, &http.Client{Transport: line}),
			Other:    newStripe(t, s, nil),
			Token:    func(_ *testing.T, _ booking.Charge, card paymenttest.Card) string { return cards[card] },
			Answer: func(t *testing.T, c booking.Charge, approve bool) string {
				s.answer(s.reference(t, c), approve)
				return "" // the customer comes back, and Stripe knows more
			},
			Line:     line,
			Messages: func(*testing.T) []paymenttest.Message { return s.sent() },
			Sign: func(_ *testing.T, m paymenttest.Message, at time.Time) paymenttest.Message {
				return signedByStripe(m.Body, s.secret, at)
			},
			Signature: "Stripe-Signature",
			Amounts: []booking.Money{
				{Minor: 1500, Currency: "USD"}, {Minor: 999, Currency: "JPY"}, {Minor: 1230, Currency: "KWD"}, {Minor: 700, Currency: "ISK"},
			},
		}
	})
}

func (s *stripeServer) sent() []paymenttest.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// requests are those that the server was asked since the last call.
func (s *stripeServer) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = nil
	return asked
}

// reference is the id of the charge's intent.
func (s *stripeServer) reference(t *testing.T, c booking.Charge) string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range s.intents {
		if i.metadata["holdfast_charge"] == c.ID {
			return i.id
		}
	}
	t.Fatalf("no intent of charge %s", c.ID)
	return ""
}

func newCharge() booking.Charge {
	return booking.Charge{
		ID: uuid.NewString(), BookingID: booking.ID(uuid.NewString()),
		Amount: booking.Money{Minor: 1500, Currency: "USD"}, Deadline: time.Now().Add(time.Hour),
	}
}

func signedByStripe(body []byte, secret string, at time.Time) paymenttest.Message {
	signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: body, Secret: secret, Timestamp: at})
	return paymenttest.Message{Header: http.Header{"Stripe-Signature": {signed.Header}}, Body: body}
}

func (s *stripeServer) intent(id string) *fakeIntent {
	for _, i := range s.intents {
		if i.id == id {
			return i
		}
	}
	return nil
}
