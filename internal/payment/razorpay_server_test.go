package payment_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/internal/payment/paymenttest"
)

// razorpayServer speaks the part of Razorpay's API that the adapter uses, with the
// states and the errors that Razorpay documents.
type razorpayServer struct {
	URL      string
	secret   string // of webhooks
	unique   bool   // the account wants receipts to be unique
	mu       sync.Mutex
	made     int
	orders   []*rzpOrder // oldest first
	kept     map[string]string
	messages []paymenttest.Message
	break5xx func(path string) bool // after the work is done
}

const (
	razorpayKeyID  = "rzp_test_holdfast"
	razorpaySecret = "razorpay-key-secret"
)

type rzpOrder struct {
	id, currency, receipt string
	amount                int64
	notes                 map[string]any
	created               int64
	payments              []*rzpPayment
}

type rzpPayment struct {
	id, status, reason string
	order              *rzpOrder
	captured, expiring bool
	late               bool // not in lists yet
	created            int64
	refunds            []map[string]any // newest first
}

type rzpError struct {
	status int
	object map[string]any
}

func badRequest(description, field, reason string) *rzpError {
	return &rzpError{http.StatusBadRequest, map[string]any{
		"code": "BAD_REQUEST_ERROR", "description": description, "source": "business", "step": "payment_initiation",
		"field": field, "reason": reason, "metadata": map[string]any{},
	}}
}

func newRazorpayServer(t *testing.T) *razorpayServer {
	t.Helper()
	s := &razorpayServer{secret: rand.Text(), kept: map[string]string{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// id is a new one; ids grow with time.
func (s *razorpayServer) id(of string) string {
	s.made++
	return fmt.Sprintf("%s_%014d", of, s.made)
}

func (s *razorpayServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	status, answer := s.do(r)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // who has gone away misses it
}

func (s *razorpayServer) do(r *http.Request) (int, any) {
	fail := func(e *rzpError) (int, any) { return e.status, map[string]any{"error": e.object} }
	if id, secret, ok := r.BasicAuth(); !ok || id != razorpayKeyID || secret != razorpaySecret {
		e := badRequest("The api key provided is invalid", "", "NA")
		e.status = http.StatusUnauthorized
		return fail(e)
	}
	body := map[string]any{}
	if r.Method != http.MethodGet {
		text, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Content-Type") != "application/json" || json.Unmarshal(text, &body) != nil {
			return fail(badRequest("The request is not JSON", "", "input_validation_failed"))
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	answer, failure := s.route(r, strings.Split(strings.TrimPrefix(r.URL.Path, "/v1/"), "/"), body)
	if s.break5xx != nil && s.break5xx(r.URL.Path) {
		return http.StatusBadGateway, map[string]any{"error": map[string]any{"code": "GATEWAY_ERROR", "description": "no"}}
	}
	if failure != nil {
		return fail(failure)
	}
	return http.StatusOK, answer
}

func (s *razorpayServer) route(r *http.Request, path []string, body map[string]any) (any, *rzpError) {
	query := r.URL.Query()
	switch {
	case len(path) == 1 && path[0] == "orders" && r.Method == http.MethodPost:
		return s.createOrder(body)
	case len(path) == 1 && path[0] == "orders":
		return s.listOrders(query), nil
	}
	missing := badRequest("The id provided does not exist", "", "input_validation_failed")
	if path[0] == "orders" {
		order := s.order(path[1])
		switch {
		case order == nil:
			return nil, missing
		case len(path) == 3 && path[2] == "payments":
			return collection(order.listed(), renderPayment), nil
		case r.Method == http.MethodPatch:
			notes, ok := body["notes"].(map[string]any)
			if !ok || len(body) != 1 || len(notes) > 15 {
				return nil, badRequest("Only notes can be changed", "notes", "extra_field_sent")
			}
			order.notes = notes // all of them
		}
		return renderOrder(order, false), nil
	}
	p := s.payment(path[1])
	switch what := strings.Join(path[2:], "/"); {
	case p == nil:
		return nil, missing
	case what == "capture":
		return s.capture(p, body)
	case what == "refund":
		return s.refund(p, body, r.Header.Get("X-Refund-Idempotency"))
	case what == "refunds":
		return pageAt(p.refunds, query, func(r map[string]any) any { return r }), nil
	}
	return renderPayment(p), nil
}

func (s *razorpayServer) order(id string) *rzpOrder {
	for _, o := range s.orders {
		if o.id == id {
			return o
		}
	}
	return nil
}

func (s *razorpayServer) payment(id string) *rzpPayment {
	for _, o := range s.orders {
		for _, p := range o.payments {
			if p.id == id {
				return p
			}
		}
	}
	return nil
}

// whole is a number that has no fraction.
func whole(v any) (int64, bool) {
	f, ok := v.(float64)
	return int64(f), ok && f == float64(int64(f))
}

func (s *razorpayServer) createOrder(body map[string]any) (any, *rzpError) {
	amount, ok := whole(body["amount"])
	currency, _ := body["currency"].(string)
	receipt, _ := body["receipt"].(string)
	notes, _ := body["notes"].(map[string]any)
	settings, _ := body["payment"].(map[string]any)
	switch {
	case !ok || amount <= 0:
		return nil, badRequest("The amount must be an integer.", "amount", "input_validation_failed")
	case amount < 100 && currency == "INR":
		return nil, badRequest("Order amount less than minimum amount allowed", "", "amount_less_than_minimum_amount")
	case len(currency) != 3 || currency == "XTS":
		return nil, badRequest("The currency is not supported", "currency", "input_validation_failed")
	case len(receipt) > 40:
		return nil, badRequest("The receipt may not be greater than 40 characters.", "receipt", "input_validation_failed")
	case s.unique && slices.ContainsFunc(s.orders, func(o *rzpOrder) bool { return o.receipt == receipt }):
		return nil, badRequest("Order receipt should be unique.", "receipt", "input_validation_failed")
	case settings["capture"] != "manual":
		return nil, badRequest("this server captures by hand", "payment", "input_validation_failed")
	}
	o := &rzpOrder{id: s.id("order"), amount: amount, currency: currency, receipt: receipt, notes: notes, created: time.Now().Unix()}
	s.orders = append(s.orders, o)
	return renderOrder(o, false), nil
}

func (s *razorpayServer) listOrders(query url.Values) any {
	from, _ := strconv.ParseInt(query.Get("from"), 10, 64)
	var found []*rzpOrder
	for _, o := range slices.Backward(s.orders) {
		if o.created >= from && (query.Get("receipt") == "" || o.receipt == query.Get("receipt")) {
			found = append(found, o)
		}
	}
	expand := query.Get("expand[]") == "payments"
	return pageAt(found, query, func(o *rzpOrder) any { return renderOrder(o, expand) })
}

// pageAt is a page of a collection by count and skip.
func pageAt[T any](all []T, query url.Values, render func(T) any) any {
	count, skip := 10, 0
	if n, err := strconv.Atoi(query.Get("count")); err == nil {
		count = min(n, 100)
	}
	if n, err := strconv.Atoi(query.Get("skip")); err == nil {
		skip = min(n, len(all))
	}
	return collection(all[skip:min(skip+count, len(all))], render)
}

func collection[T any](all []T, render func(T) any) any {
	items := []any{}
	for _, o := range all {
		items = append(items, render(o))
	}
	return map[string]any{"entity": "collection", "count": len(items), "items": items}
}

// listed are the payments that a list has by now.
func (o *rzpOrder) listed() []*rzpPayment {
	return slices.DeleteFunc(slices.Clone(o.payments), func(p *rzpPayment) bool { return p.late })
}

func renderOrder(o *rzpOrder, expand bool) any {
	status, paid := "created", int64(0)
	if len(o.payments) > 0 {
		status = "attempted"
	}
	for _, p := range o.payments {
		if p.captured {
			status, paid = "paid", o.amount
		}
	}
	object := map[string]any{
		"id": o.id, "entity": "order", "amount": o.amount, "amount_paid": paid, "amount_due": o.amount - paid,
		"currency": o.currency, "receipt": o.receipt, "offer_id": nil, "status": status, "attempts": len(o.payments),
		"notes": renderNotes(o.notes), "created_at": o.created,
	}
	if expand {
		object["payments"] = collection(o.listed(), renderPayment)
	}
	return object
}

// renderNotes writes none as an empty list, as Razorpay does.
func renderNotes(notes map[string]any) any {
	if len(notes) == 0 {
		return []any{}
	}
	return notes
}

// send signs an event and keeps it as sent.
func (s *razorpayServer) send(kind string, payload map[string]any) {
	s.messages = append(s.messages, razorpayMessage(s.secret, s.id("evt"), kind, payload, time.Now()))
}

func razorpayMessage(secret, id, kind string, payload map[string]any, at time.Time) paymenttest.Message {
	wrapped, contains := map[string]any{}, []string{}
	for what, entity := range payload {
		wrapped[what] = map[string]any{"entity": entity}
		contains = append(contains, what)
	}
	body, err := json.Marshal(map[string]any{
		"entity": "event", "account_id": "acc_1", "event": kind, "contains": contains, "payload": wrapped, "created_at": at.Unix(),
	})
	if err != nil {
		panic(err)
	}
	return paymenttest.Message{Body: body, Header: http.Header{
		"X-Razorpay-Signature": {signedText(body, secret)}, "X-Razorpay-Event-Id": {id},
	}}
}
