package sandbox

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"holdfast/internal/sandbox/sqlcgen"
)

// Charge is a charge in the answers.
type Charge struct {
	ID        string    `json:"id"`
	Reference string    `json:"reference"`
	BookingID string    `json:"booking_id"`
	State     string    `json:"state"`            // open, authorized, captured, declined, cancelled
	Reason    string    `json:"reason,omitempty"` // why it was declined
	Action    *Action   `json:"action,omitempty"` // what an open charge waits for its customer to do
	Amount    int64     `json:"amount"`
	Captured  int64     `json:"captured"`
	Refunded  int64     `json:"refunded"`
	Currency  string    `json:"currency"`
	CreatedAt time.Time `json:"created_at"`
}

// Action is what a customer has to do: "challenge" is to be answered with
// "approve" or "decline".
type Action struct {
	Type string `json:"type"`
}

// Page is a page of the ledger; Next is the cursor of the one after it.
type Page struct {
	Charges []Charge `json:"charges"`
	Next    string   `json:"next,omitempty"`
}

func (c *charge) view() Charge {
	v := Charge{
		ID: c.ID, Reference: "sandbox_" + c.ID, BookingID: c.BookingID, State: c.State, Reason: c.Reason,
		Amount: c.Amount, Captured: c.Captured, Refunded: c.Refunded, Currency: c.Currency, CreatedAt: c.CreatedAt,
	}
	if c.challenged() {
		v.Action = &Action{Type: "challenge"}
	}
	return v
}

// Handler serves the API. It is for net/http itself: an answer is lost by
// http.ErrAbortHandler, which nothing in between may catch.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("PUT /v1/charges/{charge}", s.handle(s.create))
	mux.Handle("POST /v1/charges/{charge}/confirm", s.handle(s.confirm))
	mux.Handle("POST /v1/charges/{charge}/capture", s.handle(s.capture))
	mux.Handle("POST /v1/charges/{charge}/cancel", s.handle(s.cancel))
	mux.Handle("PUT /v1/charges/{charge}/refunds/{refund}", s.handle(s.refund))
	mux.Handle("GET /v1/charges/{charge}", s.handle(s.get))
	mux.HandleFunc("GET /v1/charges", s.ledger)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, problem(codeNotFound, "there is no such resource, or no such method of it"))
	})
	return s.guard(mux)
}

// guard lets in who shows the key.
func (s *Server) guard(next http.Handler) http.Handler {
	want := sha256.Sum256([]byte(s.cfg.Key))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		got := sha256.Sum256([]byte(key))
		if subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			s.fail(w, r, problem(codeUnauthorized, "show the sandbox's key as Authorization: Bearer <key>"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// request does what one request asks of a charge.
type request func(w http.ResponseWriter, r *http.Request, id string) (c charge, lost bool, err error)

func (s *Server) handle(do request) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, err := pathID(r, "charge")
		if err != nil {
			s.fail(w, r, err)
			return
		}
		c, lost, err := do(w, r, id)
		switch {
		case lost:
			// The work is done and nobody hears of it; this closes the connection.
			panic(http.ErrAbortHandler)
		case err != nil:
			s.fail(w, r, err)
		default:
			s.answer(w, r, http.StatusOK, c.view())
		}
	})
}

func (s *Server) create(w http.ResponseWriter, r *http.Request, id string) (charge, bool, error) {
	o, err := readOrder(w, r)
	if err != nil {
		return charge{}, false, err
	}
	return s.put(r.Context(), id, o, "", as((*charge).stay)) // whose first answer comes before its token
}

func (s *Server) cancel(w http.ResponseWriter, r *http.Request, id string) (charge, bool, error) {
	o, err := readOrder(w, r)
	if err != nil {
		return charge{}, false, err
	}
	return s.put(r.Context(), id, o, "cancel", as((*charge).cancel))
}

func (s *Server) confirm(w http.ResponseWriter, r *http.Request, id string) (charge, bool, error) {
	var body struct {
		Token string `json:"token"`
	}
	if err := decode(w, r, &body); err != nil {
		return charge{}, false, err
	}
	if body.Token != "" && !named(body.Token) {
		return charge{}, false, problem(codeInvalid, "a token has at most %d visible ASCII characters", maxText)
	}
	return s.change(r.Context(), id, "confirm", as(func(c *charge) error { return c.confirm(body.Token, s.cfg.Late) }))
}

func (s *Server) capture(_ http.ResponseWriter, r *http.Request, id string) (charge, bool, error) {
	return s.change(r.Context(), id, "capture", as((*charge).capture))
}

func (s *Server) refund(w http.ResponseWriter, r *http.Request, id string) (charge, bool, error) {
	name, err := pathID(r, "refund")
	if err != nil {
		return charge{}, false, err
	}
	var body struct {
		Amount   int64  `json:"amount"`
		Currency string `json:"currency"`
	}
	if err := decode(w, r, &body); err != nil {
		return charge{}, false, err
	}
	return s.change(r.Context(), id, "refund", refund(name, body.Amount, body.Currency))
}

func (s *Server) get(_ http.ResponseWriter, r *http.Request, id string) (charge, bool, error) {
	return s.change(r.Context(), id, "", as((*charge).stay))
}

func (s *Server) ledger(w http.ResponseWriter, r *http.Request) {
	p, err := parsePage(r.URL.RawQuery)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	charges, err := s.list(r.Context(), p.since, p.after, p.limit)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	answer := Page{Charges: make([]Charge, len(charges))}
	for i := range charges {
		answer.Charges[i] = charges[i].view()
	}
	if len(charges) == int(p.limit) {
		answer.Next = strconv.FormatInt(charges[len(charges)-1].Seq, 10)
	}
	s.answer(w, r, http.StatusOK, answer)
}

// as makes a step out of one that needs the charge only.
func as(do func(*charge) error) step {
	return func(_ context.Context, _ *sqlcgen.Queries, c *charge) error { return do(c) }
}

func readOrder(w http.ResponseWriter, r *http.Request) (order, error) {
	var o order
	if err := decode(w, r, &o); err != nil {
		return order{}, err
	}
	return o, o.check()
}

// fail answers with an error. What is not the client's doing is the database's.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	var refused *refusal
	if !errors.As(err, &refused) {
		if r.Context().Err() == nil {
			s.cfg.Log.ErrorContext(r.Context(), "the sandbox could not answer", "path", r.URL.Path, "error", err)
		}
		refused = &refusal{Code: codeUnavailable, Message: "the sandbox's database does not answer; ask again"}
	}
	s.answer(w, r, statuses[refused.Code], map[string]*refusal{"error": refused})
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.MarshalWrite(w, v); err != nil && r.Context().Err() == nil {
		s.cfg.Log.WarnContext(r.Context(), "an answer of the sandbox did not arrive", "error", err)
	}
}
