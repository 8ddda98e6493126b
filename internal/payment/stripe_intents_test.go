package payment_test

import (
	"crypto/rand"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The cards of the server, named as Stripe names those of its test mode.
const (
	cardGood       = "pm_card_visa"
	cardDeclined   = "pm_card_chargeDeclined_" // and the code of the decline
	cardChallenged = "pm_card_authenticationRequired"
	cardRedirected = "pm_card_threeDSecureRequired"
	cardProcessing = "pm_card_processing" // no such card at Stripe; some methods are slow
	cardExpiring   = "pm_card_expiring"   // no such card at Stripe; the promise is void when it is captured
)

func (s *stripeServer) create(form url.Values, expand bool) (any, *fakeError) {
	amount := number(form, "amount")
	switch {
	case form.Get("currency") == "" || form.Get("currency") != strings.ToLower(form.Get("currency")):
		return nil, invalid("parameter_missing", "Missing required param: currency.", "currency")
	case amount < 50 && form.Get("currency") == "usd":
		return nil, invalid("amount_too_small", "Amount must be at least $0.50 usd", "amount")
	case amount > 99999999:
		return nil, invalid("amount_too_large", "Amount must be no more than $999,999.99", "amount")
	case form.Get("capture_method") != "manual" || form.Get("payment_method_types[0]") != "card":
		return nil, invalid("", "this server knows cards that are captured by hand", "capture_method")
	}
	i := &fakeIntent{
		id: "pi_" + rand.Text(), status: "requires_payment_method", amount: amount,
		currency: form.Get("currency"), metadata: map[string]string{}, created: s.now(),
	}
	for k, v := range form {
		if n, ok := strings.CutPrefix(k, "metadata["); ok {
			i.metadata[strings.TrimSuffix(n, "]")] = v[0]
		}
	}
	s.intents = append(s.intents, i)
	return s.render(i, expand), nil
}

func unexpected(i *fakeIntent, what string) *fakeError {
	return &fakeError{http.StatusBadRequest, map[string]any{
		"type": "invalid_request_error", "code": "payment_intent_unexpected_state",
		"message": "This PaymentIntent could not be " + what + " because it has a status of " + i.status + ".",
	}}
}

func (s *stripeServer) confirm(i *fakeIntent, form url.Values) *fakeError {
	if i.status != "requires_payment_method" && i.status != "requires_confirmation" {
		return unexpected(i, "confirmed")
	}
	i.method, i.lastError = form.Get("payment_method"), nil
	switch code, refused := strings.CutPrefix(i.method, cardDeclined); {
	case refused:
		return s.decline(i, "card_declined", code)
	case i.method == cardGood, i.method == cardExpiring:
		s.promise(i)
	case i.method == cardChallenged, i.method == cardRedirected:
		i.status = "requires_action"
		s.send("payment_intent.requires_action", s.render(i, false))
	case i.method == cardProcessing:
		i.status = "processing"
		s.send("payment_intent.processing", s.render(i, false))
	default:
		return &fakeError{http.StatusBadRequest, invalid("resource_missing", "No such PaymentMethod: '"+i.method+"'", "payment_method").object}
	}
	if i.method == cardExpiring {
		i.captureError = "charge_expired_for_capture"
	}
	return nil
}

func (s *stripeServer) promise(i *fakeIntent) {
	i.status, i.charge = "requires_capture", "ch_"+rand.Text()
	s.send("payment_intent.amount_capturable_updated", s.render(i, false))
}

func (s *stripeServer) decline(i *fakeIntent, code, decline string) *fakeError {
	i.status = "requires_payment_method"
	i.lastError = map[string]any{"type": "card_error", "code": code, "message": "Your card was declined."}
	if decline != "" {
		i.lastError["decline_code"] = decline
	}
	object := maps.Clone(i.lastError)
	object["payment_intent"] = s.render(i, false)
	s.send("payment_intent.payment_failed", s.render(i, false))
	return &fakeError{http.StatusPaymentRequired, object}
}

// answer is the customer's answer to the bank.
func (s *stripeServer) answer(id string, approve bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.intent(id)
	if approve {
		s.promise(i)
		return
	}
	s.decline(i, "payment_intent_authentication_failure", "")
}

func (s *stripeServer) capture(i *fakeIntent) *fakeError {
	if i.status != "requires_capture" {
		return unexpected(i, "captured")
	}
	if i.captureError != "" {
		return invalid(i.captureError, "This charge has expired and can no longer be captured.", "")
	}
	i.status, i.received = "succeeded", i.amount
	s.send("charge.captured", s.renderCharge(i))
	s.send("payment_intent.succeeded", s.render(i, false))
	return nil
}

func (s *stripeServer) cancel(i *fakeIntent) *fakeError {
	if i.status == "succeeded" || i.status == "canceled" || i.status == "processing" {
		return unexpected(i, "canceled")
	}
	i.status = "canceled"
	s.send("payment_intent.canceled", s.render(i, false))
	return nil
}

func (i *fakeIntent) refunded() (sum int64) {
	for _, r := range i.refunds {
		if amount, ok := r["amount"].(int64); ok && r["status"] != "failed" {
			sum += amount
		}
	}
	return sum
}

func (s *stripeServer) refund(form url.Values) (any, *fakeError) {
	i, amount := s.intent(form.Get("payment_intent")), number(form, "amount")
	switch {
	case i == nil:
		return nil, &fakeError{http.StatusNotFound, invalid("resource_missing", "No such payment_intent", "payment_intent").object}
	case i.status != "succeeded":
		return nil, invalid("", "This PaymentIntent does not have a successful charge to refund.", "")
	case i.refunded() == i.received:
		return nil, invalid("charge_already_refunded", "Charge "+i.charge+" has already been refunded.", "")
	case amount <= 0 || amount > i.received-i.refunded():
		return nil, invalid("", "Refund amount is greater than unrefunded amount on charge", "amount")
	}
	metadata := map[string]string{}
	for k, v := range form {
		if n, ok := strings.CutPrefix(k, "metadata["); ok {
			metadata[strings.TrimSuffix(n, "]")] = v[0]
		}
	}
	r := map[string]any{
		"id": "re_" + rand.Text(), "object": "refund", "amount": amount, "currency": i.currency, "status": "succeeded",
		"payment_intent": i.id, "charge": i.charge, "metadata": metadata, "created": s.now().Unix(),
	}
	i.refunds = slices.Insert(i.refunds, 0, r)
	s.send("charge.refunded", s.renderCharge(i))
	s.send("refund.created", r)
	return r, nil
}

func (s *stripeServer) listRefunds(form url.Values) (any, *fakeError) {
	i := s.intent(form.Get("payment_intent"))
	if i == nil {
		return nil, invalid("resource_missing", "No such payment_intent", "payment_intent")
	}
	return pageOf(s, i.refunds, form, func(r map[string]any) any { return r["id"] }, func(r map[string]any) any { return r }), nil
}

func (s *stripeServer) listIntents(form url.Values, expand bool) (any, *fakeError) {
	var found []*fakeIntent
	for _, i := range s.intents {
		if i.created.Unix() >= number(form, "created[gte]") {
			found = append(found, i)
		}
	}
	slices.Reverse(found)
	return pageOf(s, found, form, func(i *fakeIntent) any { return i.id }, func(i *fakeIntent) any { return s.render(i, expand) }), nil
}

// pageOf is a page of a list, newest first.
func pageOf[T any](s *stripeServer, all []T, form url.Values, id, render func(T) any) any {
	if after := form.Get("starting_after"); after != "" {
		all = all[1+slices.IndexFunc(all, func(o T) bool { return id(o) == after }):]
	}
	limit := 10
	if n := number(form, "limit"); n > 0 {
		limit = int(n)
	}
	limit = min(limit, s.maxPage)
	data := []any{}
	for _, o := range all[:min(limit, len(all))] {
		data = append(data, render(o))
	}
	return map[string]any{"object": "list", "url": "/v1/list", "has_more": len(all) > limit, "data": data}
}

// search finds by one metadata, not what is quite new, and what it finds as it was
// when it was made.
func (s *stripeServer) search(form url.Values) (any, *fakeError) {
	key, value, ok := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(form.Get("query"), "metadata['"), "'"), "']:'")
	if !ok {
		return nil, invalid("", "We were unable to parse your search query.", "query")
	}
	value = strings.NewReplacer(`\\`, `\`, `\'`, `'`).Replace(value)
	data := []any{}
	for _, i := range s.intents {
		if i.metadata[key] == value && s.now().Sub(i.created) > searchLag {
			behind := *i
			behind.status, behind.charge, behind.lastError = "requires_payment_method", "", nil
			data = append(data, s.render(&behind, false))
		}
	}
	return map[string]any{"object": "search_result", "url": "/v1/payment_intents/search", "has_more": false, "next_page": nil, "data": data}, nil
}

func (s *stripeServer) renderCharge(i *fakeIntent) map[string]any {
	return map[string]any{
		"id": i.charge, "object": "charge", "amount": i.amount, "amount_captured": i.received, "amount_refunded": i.refunded(),
		"captured": i.status == "succeeded", "currency": i.currency, "payment_intent": i.id, "metadata": maps.Clone(i.metadata),
	}
}

func (s *stripeServer) render(i *fakeIntent, expand bool) map[string]any {
	o := map[string]any{
		"id": i.id, "object": "payment_intent", "amount": i.amount, "amount_received": i.received, "currency": i.currency,
		"capture_method": "manual", "client_secret": i.id + "_secret_" + i.id[3:9], "created": i.created.Unix(),
		"metadata": maps.Clone(i.metadata), "status": i.status, "last_payment_error": i.lastError,
		"latest_charge": nil, "next_action": nil, "payment_method_types": []string{"card"},
	}
	if i.charge != "" {
		o["latest_charge"] = i.charge
		if expand {
			o["latest_charge"] = s.renderCharge(i)
		}
	}
	if i.status == "requires_action" {
		o["next_action"] = map[string]any{"type": "use_stripe_sdk", "use_stripe_sdk": map[string]any{"type": "three_d_secure_redirect"}}
		if i.method == cardRedirected {
			o["next_action"] = map[string]any{"type": "redirect_to_url", "redirect_to_url": map[string]any{"url": "https://hooks.stripe.com/3d_secure/" + i.id}}
		}
	}
	return o
}

// age makes an intent older than it is.
func (s *stripeServer) age(id string, by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.intent(id)
	i.created = i.created.Add(-by)
}

func number(form url.Values, name string) int64 {
	n, err := strconv.ParseInt(form.Get(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
