package payment_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/internal/payment/paymenttest"
)

// stripeServer speaks the part of Stripe's API that the adapter uses, with the
// states, the keys of idempotency and the errors that Stripe documents.
type stripeServer struct {
	URL    string
	secret string

	mu       sync.Mutex
	clock    time.Duration // ahead of the real time
	intents  []*fakeIntent // oldest first
	kept     map[string]*keptAnswer
	messages []paymenttest.Message
	asked    []string               // "POST /v1/payment_intents", of every request
	break5xx func(path string) bool // after the work is done
	lame     func(path string) bool // in place of it
	maxPage  int
}

// searchLag is how long an intent is not found by the search.
const searchLag = time.Minute

// keyLife is how long an answer is kept under its key.
const keyLife = 24 * time.Hour

type fakeIntent struct {
	id, status, method, captureError string
	amount, received                 int64
	currency                         string
	metadata                         map[string]string
	created                          time.Time
	lastError                        map[string]any
	charge                           string
	refunds                          []map[string]any // newest first
}

type keptAnswer struct {
	request string
	until   time.Time
	busy    bool
	status  int
	body    []byte
}

// fakeError is an error object with its status.
type fakeError struct {
	status int
	object map[string]any
}

func invalid(code, message, param string) *fakeError {
	return &fakeError{http.StatusBadRequest, map[string]any{"type": "invalid_request_error", "code": code, "message": message, "param": param}}
}

func newStripeServer(t *testing.T) *stripeServer {
	t.Helper()
	s := &stripeServer{secret: "whsec_" + rand.Text(), kept: map[string]*keptAnswer{}, maxPage: 100}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

func (s *stripeServer) now() time.Time { return time.Now().Add(s.clock) }

// pass makes the server's time go by.
func (s *stripeServer) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock += d
}

const stripeTestKey = "sk_test_holdfast"

func (s *stripeServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Request-Id", "req_"+rand.Text())
	if r.Header.Get("Authorization") != "Bearer "+stripeTestKey {
		s.write(w, http.StatusUnauthorized, map[string]any{"error": map[string]any{"type": "invalid_request_error", "message": "Invalid API Key provided"}})
		return
	}
	form, err := parseStripeForm(r)
	if err != nil {
		s.write(w, http.StatusBadRequest, map[string]any{"error": invalid("", err.Error(), "").object})
		return
	}
	s.mu.Lock()
	s.asked = append(s.asked, r.Method+" "+r.URL.Path)
	s.mu.Unlock()

	key := r.Header.Get("Idempotency-Key")
	if r.Method == http.MethodPost && key != "" {
		s.once(w, r, key, form)
		return
	}
	status, body := s.do(r, form)
	s.write(w, status, body)
}

// parseStripeForm reads parameters where Stripe takes them: of a POST from its form only.
func parseStripeForm(r *http.Request) (url.Values, error) {
	if r.Method != http.MethodPost {
		return r.URL.Query(), nil
	}
	if kind := r.Header.Get("Content-Type"); kind != "application/x-www-form-urlencoded" {
		return nil, fmt.Errorf("content type %q", kind)
	}
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	return r.PostForm, nil
}

// once answers a request with a key: again with what was kept, in conflict while
// the first is still at work. Only what began to be done is kept.
func (s *stripeServer) once(w http.ResponseWriter, r *http.Request, key string, form url.Values) {
	request := r.URL.Path + "?" + form.Encode()
	s.mu.Lock()
	k, found := s.kept[key]
	switch {
	case found && s.now().After(k.until):
		found = false
	case found && k.request != request:
		s.mu.Unlock()
		s.write(w, http.StatusBadRequest, map[string]any{"error": map[string]any{
			"type": "idempotency_error", "message": "Keys for idempotent requests can only be used with the same parameters they were first used with.",
		}})
		return
	case found && k.busy:
		s.mu.Unlock()
		s.write(w, http.StatusConflict, map[string]any{"error": map[string]any{
			"type": "idempotency_error", "code": "idempotency_key_in_use", "message": "There is currently another in-progress request using this Idempotent Key.",
		}})
		return
	}
	if found {
		status, body := k.status, k.body
		s.mu.Unlock()
		w.Header().Set("Idempotent-Replayed", "true")
		w.WriteHeader(status)
		_, _ = w.Write(body)
		return
	}
	k = &keptAnswer{request: request, until: s.now().Add(keyLife), busy: true}
	s.kept[key] = k
	s.mu.Unlock()

	status, object := s.do(r, form)
	body, err := json.Marshal(object)
	if err != nil {
		panic(err)
	}
	s.mu.Lock()
	if status == http.StatusBadRequest || status == http.StatusNotFound {
		delete(s.kept, key)
	}
	k.busy, k.status, k.body = false, status, body
	s.mu.Unlock()
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func (s *stripeServer) write(w http.ResponseWriter, status int, object any) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(object) // who has gone away misses it
}

// do does a request, one at a time.
func (s *stripeServer) do(r *http.Request, form url.Values) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	trouble := map[string]any{"error": map[string]any{"type": "api_error", "message": "An unknown error occurred."}}
	if s.lame != nil && s.lame(r.URL.Path) {
		return http.StatusInternalServerError, trouble
	}
	object, failure := s.route(r.Method, strings.Split(strings.TrimPrefix(r.URL.Path, "/v1/"), "/"), form)
	if s.break5xx != nil && s.break5xx(r.URL.Path) {
		return http.StatusInternalServerError, trouble
	}
	if failure != nil {
		return failure.status, map[string]any{"error": failure.object}
	}
	return http.StatusOK, object
}

func (s *stripeServer) route(method string, path []string, form url.Values) (any, *fakeError) {
	expand := slices.ContainsFunc(slices.Collect(maps.Keys(form)), func(k string) bool { return strings.HasPrefix(k, "expand[") })
	name := kindOfRequest(method, "/v1/"+strings.Join(path, "/"))
	if failure := known(name, form); failure != nil {
		return nil, failure
	}
	switch name {
	case "POST payment_intents":
		return s.create(form, expand)
	case "GET payment_intents":
		return s.listIntents(form, expand)
	case "GET payment_intents/search":
		return s.search(form)
	case "GET refunds":
		return s.listRefunds(form)
	case "POST refunds":
		return s.refund(form)
	}
	i := s.intent(path[1])
	if i == nil {
		return nil, &fakeError{http.StatusNotFound, invalid("resource_missing", "No such payment_intent: '"+path[1]+"'", "intent").object}
	}
	var failure *fakeError
	switch name {
	case "GET payment_intents/ID":
	case "POST payment_intents/ID":
		for k, v := range form {
			if n, ok := strings.CutPrefix(k, "metadata["); ok {
				i.metadata[strings.TrimSuffix(n, "]")] = v[0]
			}
		}
	case "POST payment_intents/ID/confirm":
		failure = s.confirm(i, form)
	case "POST payment_intents/ID/capture":
		failure = s.capture(i)
	case "POST payment_intents/ID/cancel":
		failure = s.cancel(i)
	default:
		return nil, &fakeError{http.StatusNotFound, invalid("", "Unrecognized request URL", "").object}
	}
	if failure != nil {
		return nil, failure
	}
	return s.render(i, expand), nil
}

// kindOfRequest is the method and the path, without the ids in it.
func kindOfRequest(method, path string) string {
	parts := strings.Split(strings.TrimPrefix(path, "/v1/"), "/")
	if len(parts) > 1 && parts[1] != "search" {
		parts[1] = "ID"
	}
	return method + " " + strings.Join(parts, "/")
}

// stripeParams are the parameters that each request may have; Stripe refuses others.
var stripeParams = map[string][]string{
	"POST payment_intents":            {"amount", "currency", "capture_method", "payment_method_types[", "metadata[", "expand["},
	"GET payment_intents":             {"created[gte]", "limit", "starting_after", "expand["},
	"GET payment_intents/search":      {"query", "page", "limit"},
	"GET payment_intents/ID":          {"expand["},
	"POST payment_intents/ID":         {"metadata["},
	"POST payment_intents/ID/confirm": {"payment_method", "return_url", "expand["},
	"POST payment_intents/ID/capture": {"expand["},
	"POST payment_intents/ID/cancel":  {"expand["},
	"GET refunds":                     {"payment_intent", "limit", "starting_after"},
	"POST refunds":                    {"payment_intent", "amount", "metadata["},
}

func known(name string, form url.Values) *fakeError {
	for k := range form {
		if !slices.ContainsFunc(stripeParams[name], func(p string) bool {
			return k == p || (strings.HasSuffix(p, "[") && strings.HasPrefix(k, p))
		}) {
			return invalid("parameter_unknown", "Received unknown parameter: "+k, k)
		}
	}
	return nil
}

// send signs an event and keeps it as sent.
func (s *stripeServer) send(kind string, object any) {
	body, err := json.Marshal(map[string]any{
		"id": "evt_" + rand.Text(), "object": "event", "api_version": "2026-03-25.dahlia", "type": kind,
		"created": s.now().Unix(), "data": map[string]any{"object": object},
	})
	if err != nil {
		panic(err)
	}
	s.messages = append(s.messages, signedByStripe(body, s.secret, s.now()))
}
