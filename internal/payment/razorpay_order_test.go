package payment_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/payment"
)

// razorpayAt is a server with the adapter and a charge that the server has.
func razorpayAt(t *testing.T) (s *razorpayServer, p *payment.Razorpay, c booking.Charge, order string) {
	t.Helper()
	s = newRazorpayServer(t)
	p, c = newRazorpay(t, s, nil), newCharge()
	a, err := p.Create(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, booking.ChargeOpen, a.State)
	return s, p, c, a.Reference
}

// want does it and wants that state.
func want(t *testing.T, state booking.ChargeState) func(booking.Authorization, error) booking.Authorization {
	t.Helper()
	return func(a booking.Authorization, err error) booking.Authorization {
		t.Helper()
		require.NoError(t, err)
		require.Equal(t, state, a.State, "%+v", a)
		return a
	}
}

func TestRazorpayGoesToTheCheckout(t *testing.T) {
	_, p, c, order := razorpayAt(t)
	a := want(t, booking.ChargeOpen)(p.Confirm(t.Context(), c))
	require.Equal(t, &booking.Action{Type: "razorpay", Data: map[string]string{
		"order_id": order, "key_id": razorpayKeyID, "amount": "1500", "currency": "USD", "retry": "false",
	}}, a.Action)
}

// meeting holds the requests that make an order until all are there.
type meeting struct{ all *sync.WaitGroup }

func (m meeting) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/orders") {
		m.all.Done()
		m.all.Wait()
	}
	return http.DefaultTransport.RoundTrip(r)
}

func TestRazorpayOrdersMadeAtOnce(t *testing.T) {
	t.Run("receipts may repeat", func(t *testing.T) { razorpayOrdersAtOnce(t, false) })
	t.Run("receipts are unique", func(t *testing.T) { razorpayOrdersAtOnce(t, true) })
}

func razorpayOrdersAtOnce(t *testing.T, unique bool) {
	const callers = 4
	s, c := newRazorpayServer(t), newCharge()
	s.unique = unique
	all := &sync.WaitGroup{}
	all.Add(callers)
	references, errs := make([]string, callers), make([]error, callers)
	var calls sync.WaitGroup
	for i := range callers {
		p := newRazorpay(t, s, &http.Client{Transport: meeting{all}})
		calls.Go(func() {
			a, err := p.Create(t.Context(), c)
			references[i], errs[i] = a.Reference, err
		})
	}
	calls.Wait()
	first := s.reference(t, c)
	for i := range callers {
		require.NoError(t, errs[i])
		require.Equal(t, first, references[i])
	}
	if unique {
		require.Len(t, s.orders, 1)
	} else {
		require.Len(t, s.orders, callers, "Razorpay made as many as it was asked for")
	}
	entries := 0
	require.NoError(t, newRazorpay(t, s, nil).Ledger(t.Context(), time.Now().Add(-time.Hour), func(e booking.LedgerEntry) error {
		entries++
		require.Equal(t, first, e.Reference)
		return nil
	}))
	require.Equal(t, 1, entries)
}

// A list that was behind has one marked that is the oldest: the mark counts.
func TestRazorpayOrderThatDoesNotCount(t *testing.T) {
	s, p, c, order := razorpayAt(t)
	s.mu.Lock()
	s.orders = append(s.orders, &rzpOrder{
		id: s.id("order"), amount: 1500, currency: "USD", receipt: c.ID, created: time.Now().Unix() - 10,
		notes: map[string]any{"holdfast_charge": c.ID, "holdfast_duplicate": order},
	})
	s.mu.Unlock()
	require.Equal(t, order, want(t, booking.ChargeOpen)(p.LookUp(t.Context(), c)).Reference)
}

// A bank may find out late that a payment was good, also one for what was given up.
func TestRazorpayNeverCapturesWhatIsMarked(t *testing.T) {
	t.Run("given up", func(t *testing.T) {
		s, p, c, order := razorpayAt(t)
		want(t, booking.ChargeCancelled)(p.Cancel(t.Context(), c))
		c.Token = s.signed(s.pay(order, "authorized", ""))
		want(t, booking.ChargeCancelled)(p.Confirm(t.Context(), c))
		_, err := p.Capture(t.Context(), c)
		require.ErrorIs(t, err, booking.ErrUncollectable)
		require.Equal(t, c.ID, s.order(order).notes["holdfast_charge"], "the mark stands beside the other notes")
	})
	t.Run("declined", func(t *testing.T) {
		s, p, c, order := razorpayAt(t)
		s.pay(order, "failed", "incorrect_otp")
		a := want(t, booking.ChargeDeclined)(p.LookUp(t.Context(), c))
		require.Equal(t, payment.RazorpayReason("incorrect_otp"), a.Reason)
		s.pay(order, "authorized", "")
		b := want(t, booking.ChargeDeclined)(p.Confirm(t.Context(), c))
		require.Equal(t, a.Reason, b.Reason)
		_, err := p.Capture(t.Context(), c)
		require.ErrorIs(t, err, booking.ErrUncollectable)
		want(t, booking.ChargeDeclined)(p.Cancel(t.Context(), c))
	})
	t.Run("expired", func(t *testing.T) {
		s, p, c, order := razorpayAt(t)
		s.become(s.pay(order, "authorized", ""), "refunded", "")
		a := want(t, booking.ChargeCancelled)(p.LookUp(t.Context(), c))
		require.Zero(t, a.Refunded.Minor, "nothing was taken, so nothing was given back")
		s.pay(order, "authorized", "")
		want(t, booking.ChargeCancelled)(p.Confirm(t.Context(), c))
	})
	t.Run("but says what was taken", func(t *testing.T) {
		s, p, c, order := razorpayAt(t)
		want(t, booking.ChargeCancelled)(p.Cancel(t.Context(), c))
		paid := s.pay(order, "authorized", "")
		s.mu.Lock()
		paid.captured, paid.status = true, "captured" // by hand, at Razorpay's dashboard
		s.mu.Unlock()
		a := want(t, booking.ChargeCaptured)(p.LookUp(t.Context(), c))
		require.Equal(t, c.Amount, a.Captured)
	})
}

func TestRazorpayOnAnswersOfTheCheckout(t *testing.T) {
	s, p, c, order := razorpayAt(t)
	d := newCharge()
	want(t, booking.ChargeOpen)(p.Create(t.Context(), d))
	other := s.pay(s.reference(t, d), "authorized", "")

	paid := s.pay(order, "authorized", "")
	s.mu.Lock()
	paid.late = true
	s.mu.Unlock()
	good := s.signed(paid)
	for name, token := range map[string]string{
		"nothing":             "",
		"no signature":        paid.id,
		"an empty signature":  paid.id + "|",
		"a wrong signature":   paid.id + "|" + signedText([]byte(order+"|"+paid.id), "guessed"),
		"of another payment":  other.id + "|" + good[len(paid.id)+1:],
		"of another order":    s.signed(other),
		"another order's":     other.id + "|" + signedText([]byte(order+"|"+other.id), razorpaySecret), // signed, and still not of this order
		"what is no id":       "../orders|" + signedText([]byte(order+"|../orders"), razorpaySecret),
		"what is not of hex":  paid.id + "|zz",
		"two of them":         good + "|" + good,
		"with something else": good + " ",
	} {
		t.Run(name, func(t *testing.T) {
			c.Token = token
			want(t, booking.ChargeOpen)(p.Confirm(t.Context(), c))
		})
	}
	c.Token = good
	want(t, booking.ChargeAuthorized)(p.Confirm(t.Context(), c))
}

func TestRazorpayWithTheReferenceOfAnother(t *testing.T) {
	_, p, _, order := razorpayAt(t)
	c := newCharge()
	c.Reference = order
	_, err := p.LookUp(t.Context(), c)
	require.ErrorContains(t, err, c.ID)
	c.Reference = "order_nobody"
	want(t, booking.ChargeUnknown)(p.LookUp(t.Context(), c))
	c.Reference = "../payments"
	_, err = p.LookUp(t.Context(), c)
	require.ErrorContains(t, err, "not the id of an order")
	c.ID, c.Reference = strings.Repeat("x", 41), ""
	_, err = p.Create(t.Context(), c)
	require.ErrorContains(t, err, "40 characters")
}

func TestRazorpayRefundsThatFailed(t *testing.T) {
	s, p, c, order := razorpayAt(t)
	paid := s.pay(order, "authorized", "")
	want(t, booking.ChargeCaptured)(p.Capture(t.Context(), c))
	part := booking.Money{Minor: 500, Currency: "USD"}
	for range 3 {
		a := want(t, booking.ChargeCaptured)(p.Refund(t.Context(), c, "refund: one", part))
		require.Equal(t, part, a.Refunded)
		s.mu.Lock()
		for _, r := range paid.refunds {
			r["status"] = "failed"
		}
		s.mu.Unlock()
	}
}

func TestRazorpayRefusesAmounts(t *testing.T) {
	for _, of := range []struct {
		money booking.Money
		says  string
	}{
		{booking.Money{Minor: 5124, Currency: "KWD"}, "5.124 KWD cannot be paid this way: its last digit has to be 0"},
		{booking.Money{Minor: 1 << 54, Currency: "JPY"}, "18014398509481984 JPY cannot be paid this way: it is too much"},
		{booking.Money{Minor: 99, Currency: "INR"}, "0.99 INR cannot be paid this way: the payment service does not take it"},
		{booking.Money{Minor: 1500, Currency: "XTS"}, "15.00 XTS cannot be paid this way: the payment service does not take it"},
	} {
		t.Run(of.money.String(), func(t *testing.T) {
			s := newRazorpayServer(t)
			p, c := newRazorpay(t, s, nil), newCharge()
			c.Amount = of.money
			require.Equal(t, of.says, want(t, booking.ChargeDeclined)(p.Create(t.Context(), c)).Reason)
			want(t, booking.ChargeDeclined)(p.Confirm(t.Context(), c))
			want(t, booking.ChargeDeclined)(p.Cancel(t.Context(), c))
		})
	}
}

func TestRazorpaySaysWhyAPaymentIsDeclined(t *testing.T) {
	for code, says := range map[string]string{
		"insufficient_funds": "there is not enough money on the account; use another way to pay",
		"payment_cancelled":  "the payment was broken off; pay again",
		"card_expired":       "the card has expired; use another one",
		"payment_risk_check": "the payment was declined; use another way to pay, or ask your bank",
		"":                   "the payment was declined; use another way to pay, or ask your bank",
	} {
		s, p, c, order := razorpayAt(t)
		s.pay(order, "failed", code)
		require.Equal(t, says, want(t, booking.ChargeDeclined)(p.LookUp(t.Context(), c)).Reason)
		require.Equal(t, says, want(t, booking.ChargeDeclined)(p.LookUp(t.Context(), c)).Reason, "and when it is marked")
	}
}
