package e2e_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
)

// buyer is one of the clients, with a schedule of its own.
type buyer struct {
	*desk
	who *browser
	n   int
	rnd *rand.Rand
}

// lost is how many answers in a thousand are thrown away, as by a line that breaks.
const lost = 10

// ask makes a call and notes for each of the seats what read says that it was told. An
// answer that is lost, or says that the engine cannot tell, leaves the call open.
func (b *buyer) ask(seats []string, verb, booked, method, path, body string, read func(answer) map[string]seatAnswer) (answer, bool) {
	call := time.Now().UnixNano()
	a, err := b.who.try(method, path, body, nil)
	at := time.Now().UnixNano()
	b.calls.Add(1)
	b.mu.Lock()
	breaks := b.rnd.IntN(1000) < lost
	b.mu.Unlock()
	known := err == nil && !breaks && a.status < http.StatusInternalServerError
	if err == nil && a.status >= 500 && a.status != http.StatusServiceUnavailable {
		b.h.t.Errorf("%s %s: %d %s", method, path, a.status, a.body)
	}
	if !known {
		b.count(verb + " lost")
		if verb == "book" {
			booked = stranger + fmt.Sprint(b.calls.Load())
		}
		for _, seat := range seats {
			b.note(b.n, seatCall{seat, verb, booked}, seatAnswer{told: nothing, booking: booked}, call, open4ever)
		}
		return a, false
	}
	for seat, said := range read(a) {
		said.at = at
		if said.told == took { // first at the gatekeeper, then in truth
			b.note(b.n, seatCall{seat, verb, booked}, seatAnswer{told: locks, booking: said.booking, at: at}, call, at)
		}
		b.note(b.n, seatCall{seat, verb, booked}, said, call, at)
	}
	return a, true
}

// each says the same of every seat.
func each(seats []string, said seatAnswer) map[string]seatAnswer {
	out := map[string]seatAnswer{}
	for _, seat := range seats {
		out[seat] = said
	}
	return out
}

// held is a booking that a buyer was told of.
type held struct {
	id    string
	seats []string
	until int64
}

// shop does one thing, from the choice of seats to their end.
func (b *buyer) shop() {
	if b.chance(15) {
		b.look(b.n)
		return
	}
	seats := b.choose()
	a, ok := b.ask(seats, "book", "", http.MethodPost, "/v1/bookings", wish(b.h.show, seats...), func(a answer) map[string]seatAnswer {
		if a.status == http.StatusCreated {
			return each(seats, seatAnswer{told: took, booking: a.booking.Id, until: a.booking.ExpiresAt.UnixNano()})
		}
		return each(seatsOf(a.problem), seatAnswer{told: taken})
	})
	switch {
	case !ok:
		return
	case a.status != http.StatusCreated:
		b.expect(a, "seats_taken")
		b.count("taken")
		at(time.Now().Add(time.Duration(b.draw(60)) * time.Millisecond)) // looks at the map again
		return
	}
	b.count("took")
	h := &held{a.booking.Id, seats, a.booking.ExpiresAt.UnixNano()}
	defer b.watch(h)
	switch n := b.draw(100); {
	case n < 15:
		b.count("left alone")
	case n < 40:
		b.cancel(h)
	case n < 50:
		b.pay(h, "tok_declined")
		if b.chance(50) {
			b.cancel(h)
		}
	case n < 65:
		b.pay(h, "tok_ok")
		b.giveBack(h)
	case n < 90:
		if payment := b.pay(h, "tok_challenge"); payment != "" && b.chance(80) {
			b.approve(h, payment)
		}
		b.giveBack(h)
	default: // both at once: one of them decides
		var wg sync.WaitGroup
		wg.Go(func() { b.pay(h, "tok_ok") })
		b.cancel(h)
		wg.Wait()
		b.giveBack(h)
	}
}

func seatsOf(p openapi.Problem) []string {
	if p.Seats == nil {
		return nil
	}
	return *p.Seats
}

// pay pays, and returns the id of a payment whose bank asks back.
func (b *buyer) pay(h *held, token string) (open string) {
	body := `{"method":"sandbox","token":"` + token + `"}`
	a, ok := b.ask(h.seats, "pay", h.id, http.MethodPost, "/v1/bookings/"+h.id+"/payments", body, h.paid)
	if ok {
		open = b.paid(a)
	}
	return open
}

func (b *buyer) approve(h *held, payment string) {
	path := "/v1/bookings/" + h.id + "/payments/" + payment + "/confirmation"
	a, ok := b.ask(h.seats, "pay", h.id, http.MethodPost, path, `{"answer":"approve"}`, h.paid)
	if ok {
		b.paid(a)
	}
}

// paid is what the answer to a payment says of the seats.
func (h *held) paid(a answer) map[string]seatAnswer {
	said := seatAnswer{booking: h.id, until: h.until}
	switch {
	case a.status == http.StatusCreated || a.status == http.StatusOK:
		said.told = bought
	case a.status == http.StatusAccepted:
		var r openapi.PaymentResult
		if json.Unmarshal(a.body, &r) != nil || r.Booking.Status != openapi.Pending {
			return nil // it has ended meanwhile
		}
		said.told, said.until = keeps, r.Booking.ExpiresAt.UnixNano()
	case a.problem.Code == string(booking.CodeHoldExpired):
		said.told = tooLate
	case a.problem.Code == string(booking.CodeNotPayable):
		said.told = notNow
	default:
		return nil // a card that is declined says nothing of the seats
	}
	return each(h.seats, said)
}

func (b *buyer) paid(a answer) (open string) {
	switch {
	case a.status == http.StatusAccepted:
		b.count("asked back")
		var r openapi.PaymentResult
		if err := json.Unmarshal(a.body, &r); err != nil {
			b.h.t.Errorf("%v, of %s", err, a.body)
		}
		return r.Id
	case a.status < 300:
		b.count("bought")
	default:
		b.expect(a, "payment_declined", "hold_expired", "not_payable")
		b.count(a.problem.Code)
	}
	return ""
}

// cancel cancels; lost before means that an earlier call may have done it.
func (b *buyer) cancel(h *held, before ...bool) (sure bool) {
	ended := freed
	if len(before) > 0 {
		ended = freedAny
	}
	a, ok := b.ask(h.seats, "cancel", h.id, http.MethodDelete, "/v1/bookings/"+h.id, "", func(a answer) map[string]seatAnswer {
		if a.status == http.StatusOK {
			return each(h.seats, seatAnswer{told: ended, booking: h.id})
		}
		return each(h.seats, seatAnswer{told: notNow, booking: h.id})
	})
	switch {
	case !ok:
		return false
	case a.status == http.StatusOK:
		b.count("cancelled")
	default:
		b.expect(a, "not_cancellable")
		b.count("not_cancellable")
	}
	return true
}

// giveBack sees to it that a booking does not keep its seats: a sold one is cancelled,
// however often that takes, and so is one that is kept for the bank.
func (b *buyer) giveBack(h *held) {
	for again := false; ; again = true {
		status, ok := b.recall(h)
		switch {
		case !ok:
		case status == openapi.Expired || status == openapi.Cancelled:
			return
		default:
			b.cancel(h, again)
		}
	}
}

// recall asks how a booking stands.
func (b *buyer) recall(h *held) (openapi.BookingStatus, bool) {
	a, ok := b.ask(h.seats, "recall", h.id, http.MethodGet, "/v1/bookings/"+h.id, "", func(a answer) map[string]seatAnswer {
		said := seatAnswer{booking: h.id, until: a.booking.ExpiresAt.UnixNano()}
		switch a.booking.Status {
		case openapi.Pending:
			said.told = keeps
		case openapi.Confirmed:
			said.told = isSold
		case openapi.Expired:
			said.told = lapsed
		case openapi.Cancelled:
			said.told = freedAny
		default:
			return nil
		}
		return each(h.seats, said)
	})
	if ok && a.status != http.StatusOK {
		b.h.t.Errorf("looking at %s: %s", h.id, a.body)
	}
	return a.booking.Status, ok
}

// expect notes an answer that nothing here can have.
func (b *buyer) expect(a answer, codes ...string) {
	for _, code := range codes {
		if a.problem.Code == code {
			return
		}
	}
	b.h.t.Errorf("%d %s", a.status, a.body)
}

// draw draws below n. Two calls of one buyer may be under way.
func (b *buyer) draw(n int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rnd.IntN(n)
}

func (b *buyer) chance(percent int) bool { return b.draw(100) < percent }

func (b *buyer) choose() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	order := b.rnd.Perm(len(hotSeats))[:1+b.rnd.IntN(3)]
	seats := make([]string, len(order))
	for i, n := range order {
		seats[i] = hotSeats[n]
	}
	return seats
}
