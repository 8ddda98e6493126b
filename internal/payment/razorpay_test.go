package payment_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/payment"
	"holdfast/internal/payment/paymenttest"
)

func newRazorpay(t *testing.T, s *razorpayServer, client *http.Client) *payment.Razorpay {
	t.Helper()
	p, err := payment.NewRazorpay(payment.RazorpayConfig{
		KeyID: razorpayKeyID, KeySecret: razorpaySecret, WebhookSecrets: []string{s.secret}, BaseURL: s.URL, Client: client,
	})
	require.NoError(t, err)
	p.SetPage(2)
	return p
}

func TestRazorpayKeepsTheContract(t *testing.T) {
	for name, unique := range map[string]bool{"receipts may repeat": false, "receipts are unique": true} {
		t.Run(name, func(t *testing.T) {
			paymenttest.Run(t, func(t *testing.T) paymenttest.Harness { return razorpayHarness(t, unique) })
		})
	}
}

func razorpayHarness(t *testing.T, unique bool) paymenttest.Harness {
	s, line := newRazorpayServer(t), &paymenttest.Line{}
	s.unique = unique
	return paymenttest.Harness{
		Provider: newRazorpay(t, s, &http.Client{Transport: line}),
		Other:    newRazorpay(t, s, nil),
		Token: func(t *testing.T, c booking.Charge, card paymenttest.Card) string {
			order := s.reference(t, c)
			switch card {
			case paymenttest.Good:
				return s.signed(s.pay(order, "authorized", ""))
			case paymenttest.Uncollectable:
				p := s.pay(order, "authorized", "")
				p.expiring = true
				return s.signed(p)
			case paymenttest.Refused:
				return s.pay(order, "failed", "insufficient_funds").id
			default:
				return s.pay(order, "created", "").id // the customer is at the bank
			}
		},
		Answer: func(t *testing.T, c booking.Charge, approve bool) string {
			p := s.last(s.reference(t, c))
			if !approve {
				s.become(p, "failed", "authentication_failed")
				return ""
			}
			s.become(p, "authorized", "")
			return s.signed(p)
		},
		Line:     line,
		Messages: func(*testing.T) []paymenttest.Message { return s.sent() },
		Sign: func(t *testing.T, m paymenttest.Message, at time.Time) paymenttest.Message {
			var event map[string]any
			require.NoError(t, json.Unmarshal(m.Body, &event))
			event["created_at"] = at.Unix()
			body, err := json.Marshal(event)
			require.NoError(t, err)
			dated := paymenttest.Message{Header: m.Header.Clone(), Body: body}
			dated.Header.Set("X-Razorpay-Signature", signedText(body, s.secret))
			return dated
		},
		Signature: "X-Razorpay-Signature",
		Amounts: []booking.Money{
			{Minor: 150000, Currency: "INR"}, {Minor: 1500, Currency: "USD"}, {Minor: 999, Currency: "JPY"}, {Minor: 1230, Currency: "KWD"},
		},
	}
}

// signed is what the checkout gives to the page for a payment that went well.
func (s *razorpayServer) signed(p *rzpPayment) string {
	return p.id + "|" + signedText([]byte(p.order.id+"|"+p.id), razorpaySecret)
}

func (s *razorpayServer) sent() []paymenttest.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// last is the newest payment of an order.
func (s *razorpayServer) last(order string) *rzpPayment {
	s.mu.Lock()
	defer s.mu.Unlock()
	payments := s.order(order).payments
	return payments[len(payments)-1]
}

// reference is the id of the charge's first order.
func (s *razorpayServer) reference(t *testing.T, c booking.Charge) string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.orders {
		if o.receipt == c.ID {
			return o.id
		}
	}
	t.Fatalf("no order of charge %s", c.ID)
	return ""
}
