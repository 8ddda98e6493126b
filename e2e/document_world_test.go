package e2e_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// world is what exists for requests to be about, as the answers tell it.
type world struct {
	mu      sync.Mutex
	shows   []string
	people  []*person
	usher   *person
	tickets []ticketSeen
	etags   []string
	signer  *standardwebhooks.Webhook
}

// person is somebody with a token, and what is theirs.
type person struct {
	token    string
	bookings []string
	paid     []string            // of the bookings
	payments map[string][]string // by booking
	cursors  map[string]string   // by operation
}

type ticketSeen struct {
	Token string
	Seats []string
}

// These bound what is remembered, so that what is picked is mostly still alive.
const (
	maxPeople   = 12
	maxBookings = 6
	maxTickets  = 4
)

func (w *world) somebody(rnd *rand.Rand) *person {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.people[rnd.IntN(len(w.people))]
}

// learn takes from a good answer what later requests can be about.
func (w *world) learn(rnd *rand.Rand, id string, r *request, a reply) {
	var body struct {
		ID, Token, NextCursor string
		Seats                 []any
	}
	if a.status/100 != 2 || json.Unmarshal(a.body, &body) != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch id {
	case "createGuest":
		p := &person{token: body.Token, payments: map[string][]string{}, cursors: map[string]string{}}
		if len(w.people) < maxPeople {
			w.people = append(w.people, p)
		} else if rnd.IntN(8) == 0 {
			w.people[rnd.IntN(maxPeople)] = p
		}
	case "createBooking":
		r.person.bookings = last(append(r.person.bookings, body.ID), maxBookings)
	case "createPayment":
		r.person.payments[r.booking] = append(r.person.payments[r.booking], body.ID)
		if a.status == http.StatusCreated {
			r.person.paid = last(append(r.person.paid, r.booking), maxBookings)
		}
	case "getTicket":
		seen := ticketSeen{Token: body.Token}
		for _, s := range body.Seats {
			seen.Seats = append(seen.Seats, fmt.Sprint(s))
		}
		w.tickets = last(append(w.tickets, seen), maxTickets)
	case "getSeats":
		w.etags = last(append(w.etags, a.header.Get("ETag")), maxTickets)
	}
	r.person.cursors[id] = body.NextCursor
}

func last[T any](all []T, n int) []T { return all[max(0, len(all)-n):] }

func oneOf[T any](rnd *rand.Rand, all []T) (one T, ok bool) {
	if len(all) == 0 {
		return one, false
	}
	return all[rnd.IntN(len(all))], true
}

// suppliers know what the schema does not: the values of a parameter or field, by its
// name, or by the segment before it in the path, that stand for something. Where one
// says no, or there is none, the schema decides.
var suppliers = map[string]func(*world, *rand.Rand, *request) (any, bool){
	"showtimes/{id}": func(w *world, rnd *rand.Rand, _ *request) (any, bool) { return oneOf(rnd, w.shows) },
	"bookings/{id}":  func(_ *world, _ *rand.Rand, r *request) (any, bool) { return r.booking, r.booking != "" },
	"payments/{paymentId}": func(_ *world, rnd *rand.Rand, r *request) (any, bool) {
		return oneOf(rnd, r.person.payments[r.booking])
	},
	"webhooks/{provider}": func(*world, *rand.Rand, *request) (any, bool) { return "sandbox", true },
	"showtimeId":          func(w *world, rnd *rand.Rand, _ *request) (any, bool) { return oneOf(rnd, w.shows) },
	"seatIds":             func(_ *world, rnd *rand.Rand, _ *request) (any, bool) { return someSeats(rnd), true },
	"seats": func(_ *world, rnd *rand.Rand, r *request) (any, bool) {
		seat, ok := oneOf(rnd, r.ticket.Seats)
		return []any{seat}, ok
	},
	"ticket": func(_ *world, _ *rand.Rand, r *request) (any, bool) { return r.ticket.Token, r.ticket.Token != "" },
	"method": func(*world, *rand.Rand, *request) (any, bool) { return "sandbox", true },
	"token":  func(_ *world, rnd *rand.Rand, _ *request) (any, bool) { return oneOf(rnd, cardTokens) },
	"answer": func(_ *world, rnd *rand.Rand, _ *request) (any, bool) {
		return oneOf(rnd, []string{"approve", "decline", "perhaps"})
	},
	"movie": func(_ *world, rnd *rand.Rand, _ *request) (any, bool) {
		return oneOf(rnd, []string{"movie", "another"})
	},
	"cursor": func(_ *world, _ *rand.Rand, r *request) (any, bool) {
		c := r.person.cursors[r.op.OperationID]
		return c, c != ""
	},
	"If-None-Match": func(w *world, rnd *rand.Rand, _ *request) (any, bool) { return oneOf(rnd, w.etags) },
}

// cardTokens are all of the sandbox's; the good one is most of them, so that there are tickets.
var cardTokens = []string{
	"tok_ok", "tok_ok", "tok_ok", "tok_ok", "tok_ok", "tok_declined", "tok_flaky", "tok_challenge", "tok_slow", "tok_lost",
	"tok_transfer", "tok_late_transfer", "tok_uncollectable", "tok_nobody_knows",
}

// nothingToSupply are parameters and fields that exist only where a supplier knows a value.
var nothingToSupply = map[string]bool{"cursor": true, "seats": true}

// someSeats are one to three neighbours, of which the house keeps none back.
func someSeats(rnd *rand.Rand) []any {
	row, from := string(rune('A'+rnd.IntN(rows-1))), rnd.IntN(perRow-2)
	var out []any
	for n := range 1 + rnd.IntN(3) {
		out = append(out, fmt.Sprint(row, from+n+1))
	}
	return out
}

// dress adds to a good request what the document says in words only.
var dress = map[string]func(*world, *rand.Rand, *request){
	"liveSeats": func(_ *world, rnd *rand.Rand, r *request) {
		r.header.Set("Connection", "Upgrade")
		r.header.Set("Upgrade", "websocket")
		r.header.Set("Sec-WebSocket-Version", "13")
		r.header.Set("Sec-WebSocket-Key", base64.StdEncoding.EncodeToString([]byte(fmt.Sprintf("%016x", rnd.Uint64()))))
	},
	"receiveWebhook": func(w *world, rnd *rand.Rand, r *request) {
		charge, ok := oneOf(rnd, r.person.payments[r.booking])
		if !ok {
			charge = uuid.NewString()
		}
		now, id := time.Now(), uuid.NewString()
		r.body = fmt.Appendf(nil, `{"type":"charge.captured","timestamp":"%s","data":{"charge_id":"%s","booking_id":"%s"}}`, now.UTC().Format(time.RFC3339), charge, r.booking)
		signature, err := w.signer.Sign(id, now, r.body)
		if err != nil {
			panic(err)
		}
		r.header.Set(standardwebhooks.HeaderWebhookID, id)
		r.header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
		r.header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	},
	"createCheckin": func(w *world, _ *rand.Rand, r *request) { r.header.Set("Authorization", "Bearer "+w.usher.token) },
}
