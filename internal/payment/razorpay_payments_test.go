package payment_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"time"
)

// pay is what the checkout does with an order: a payment in that state.
func (s *razorpayServer) pay(order, status, reason string) *rzpPayment {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.order(order)
	p := &rzpPayment{id: s.id("pay"), order: o, created: time.Now().Unix() + int64(len(o.payments))} // in their order
	o.payments = append(o.payments, p)
	s.turn(p, status, reason)
	return p
}

// become changes the state of a payment, as a bank does.
func (s *razorpayServer) become(p *rzpPayment, status, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn(p, status, reason)
}

func (s *razorpayServer) turn(p *rzpPayment, status, reason string) {
	p.status, p.reason = status, reason
	if status != "created" {
		s.send("payment."+status, map[string]any{"payment": renderPayment(p)})
	}
}

func (p *rzpPayment) refunded() (sum int64) {
	for _, r := range p.refunds {
		if amount, ok := r["amount"].(int64); ok && r["status"] != "failed" {
			sum += amount
		}
	}
	return sum
}

func (s *razorpayServer) capture(p *rzpPayment, body map[string]any) (any, *rzpError) {
	amount, _ := whole(body["amount"])
	switch {
	case p.captured:
		return nil, badRequest("This payment has already been captured", "", "input_validation_failed")
	case p.status != "authorized":
		return nil, badRequest("Only payments which have been authorized and not yet captured can be captured", "", "input_validation_failed")
	case amount != p.order.amount || body["currency"] != p.order.currency:
		return nil, badRequest("Capture amount must be equal to the amount authorized", "amount", "input_validation_failed")
	case p.expiring: // Razorpay gives the promise back
		p.status = "refunded"
		return nil, badRequest("The payment has been refunded", "", "input_validation_failed")
	}
	p.captured = true
	s.turn(p, "captured", "")
	s.send("order.paid", map[string]any{"payment": renderPayment(p), "order": renderOrder(p.order, false)})
	return renderPayment(p), nil
}

var refundKeys = regexp.MustCompile(`^[A-Za-z0-9_-]{10,}$`)

func (s *razorpayServer) refund(p *rzpPayment, body map[string]any, key string) (any, *rzpError) {
	request, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	if key != "" {
		switch kept, found := s.kept[key]; {
		case !refundKeys.MatchString(key):
			return nil, badRequest("The idempotency key is not valid", "", "input_validation_failed")
		case found && kept != string(request):
			return nil, badRequest("Different request body sent for the same Idempotency Header", "", "input_validation_failed")
		case found:
			for _, r := range p.refunds {
				if r["key"] == key {
					return r, nil
				}
			}
		}
	}
	amount, ok := whole(body["amount"])
	switch {
	case !p.captured:
		return nil, badRequest("The payment status should be captured for action to be taken", "", "input_validation_failed")
	case !ok || amount <= 0:
		return nil, badRequest("The amount must be an integer.", "amount", "input_validation_failed")
	case amount > p.order.amount-p.refunded():
		return nil, badRequest("The refund amount provided is greater than amount captured", "amount", "input_validation_failed")
	}
	r := map[string]any{
		"id": s.id("rfnd"), "entity": "refund", "amount": amount, "currency": p.order.currency, "payment_id": p.id,
		"notes": body["notes"], "receipt": nil, "status": "processed", "speed_requested": "normal", "key": key, "created_at": time.Now().Unix(),
	}
	s.kept[key] = string(request)
	p.refunds = slices.Insert(p.refunds, 0, r)
	if p.refunded() == p.order.amount {
		p.status = "refunded"
	}
	s.send("refund.processed", map[string]any{"refund": maps.Clone(r), "payment": renderPayment(p)})
	return r, nil
}

func renderPayment(p *rzpPayment) any {
	object := map[string]any{
		"id": p.id, "entity": "payment", "amount": p.order.amount, "currency": p.order.currency, "status": p.status,
		"order_id": p.order.id, "method": "card", "amount_refunded": p.refunded(), "refund_status": nil, "captured": p.captured,
		"notes": []any{}, "error_code": nil, "error_description": nil, "error_reason": nil, "created_at": p.created,
	}
	if p.status == "failed" {
		object["error_code"], object["error_reason"], object["error_description"] = "BAD_REQUEST_ERROR", p.reason, "Your payment did not go through"
	}
	return object
}

func signedText(text []byte, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(text)
	return hex.EncodeToString(mac.Sum(nil))
}
