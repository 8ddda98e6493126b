package crowd

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
)

// buyer is one of the people, with a schedule of its own.
type buyer struct {
	*Crowd
	who *Client
	n   int
	rnd *rand.Rand
}

// lost is how many answers in a thousand are thrown away, as by a line that breaks.
const lost = 10

// tries is how often somebody asks again who did not get an answer; it takes seconds.
const tries = 20

// question is something to ask of the API, about a booking that is known, or is to be.
type question struct {
	verb, method, path, body, key string
	booking                       string // what it is about; "" for one that is to be
}

// attempts is how often the API may have begun the same request anew, each time after
// an attempt that came to nothing.
const attempts = 4

// ask asks and notes for each of the seats what read says that it was told. An answer
// that is lost, or says that the engine cannot tell, is asked for again by some, with
// the same key; for the others the call stays open.
func (b *buyer) ask(ctx context.Context, seats []string, q question, read func(Answer) map[string]seatAnswer) (Answer, bool) {
	call := time.Now().UnixNano()
	b.calls.Add(1)
	a, known := b.once(ctx, q)
	again := !known
	for n := 1; !known && n < tries && b.Locks == nil && b.chance(60); n++ {
		pause(ctx, time.Duration(100+b.draw(200))*time.Millisecond)
		a, known = b.once(ctx, q)
	}
	at := time.Now().UnixNano()
	if again && q.verb == "book" {
		told := ""
		if known {
			told = a.Booking.Id
		}
		b.leaveAttemptsOpen(seats, q, told, call)
	}
	if !known {
		b.count(q.verb + " lost")
		if q.verb != "book" {
			b.leaveOpen(seats, q.verb, q.booking, call)
		}
		pause(ctx, time.Duration(100+b.draw(200))*time.Millisecond) // nobody asks all the time what is not there
		return a, false
	}
	for seat, said := range read(a) {
		said.at = at
		if said.told == took { // first at the gatekeeper, then in truth
			b.note(b.n, seatCall{seat, q.verb, said.booking}, seatAnswer{told: locks, booking: said.booking, at: at}, call, at)
		}
		b.note(b.n, seatCall{seat, q.verb, q.booking}, said, call, at)
	}
	return a, true
}

// leaveAttemptsOpen notes what may have become of a request for seats that had no answer
// at first: each attempt of the API may hold the seats, or have held them for a while
// until the engine gave it up. The one that was told of is noted elsewhere.
func (b *buyer) leaveAttemptsOpen(seats []string, q question, told string, call int64) {
	for n := range attempts {
		id := attempt(b.who.user, q.key, n)
		if id == told {
			continue
		}
		if b.Locks != nil {
			b.leaveOpen(seats, "lock", id, call)
		}
		b.leaveOpen(seats, "book", id, call)
		b.leaveOpen(seats, "give up", id, call)
	}
}

// attempt is the name that the API gives to a booking.
func attempt(user, key string, n int) string {
	return booking.DeriveID("booking", user, key, fmt.Sprint(n))
}

// leaveOpen notes a call that may have its effect at any time, or never.
func (b *buyer) leaveOpen(seats []string, verb, booked string, call int64) {
	for _, seat := range seats {
		b.note(b.n, seatCall{seat, verb, booked}, seatAnswer{told: nothing}, call, open4ever)
	}
}

// once asks once, and reports whether there is an answer that says what happened.
func (b *buyer) once(ctx context.Context, q question) (Answer, bool) {
	a, err := b.who.Ask(ctx, q.method, q.path, q.body, q.key)
	if err == nil && a.Status >= 500 && a.Status != http.StatusServiceUnavailable {
		b.complain("%s %s: %d %s", q.method, q.path, a.Status, a.Body)
	}
	return a, err == nil && a.Status < http.StatusInternalServerError && b.draw(1000) >= lost
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
	// unsure: it was cancelled by a call without an answer, so the answer of the next
	// may be about that one.
	unsure bool
}

// shop does one thing, from the choice of seats to their end.
func (b *buyer) shop(ctx context.Context) {
	if b.chance(15) {
		if err := b.look(ctx, b.n); err != nil {
			if b.Locks != nil {
				b.complain("reading the truth: %v", err)
			}
			pause(ctx, 100*time.Millisecond)
		}
		return
	}
	h, ok := b.book(ctx)
	if !ok {
		return
	}
	defer b.watch(ctx, h)
	switch n := b.draw(100); {
	case n < 15:
		b.count("left alone")
	case n < 40:
		b.cancel(ctx, h)
	case n < 50:
		b.pay(ctx, h, "tok_declined")
		if b.chance(50) {
			b.cancel(ctx, h)
		}
	case n < 65:
		b.pay(ctx, h, "tok_ok")
		b.giveBack(ctx, h)
	case n < 90:
		if payment := b.pay(ctx, h, "tok_challenge"); payment != "" && b.chance(80) {
			b.approve(ctx, h, payment)
		}
		b.giveBack(ctx, h)
	default: // both at once: one of them decides
		var wg sync.WaitGroup
		wg.Go(func() { b.pay(ctx, h, "tok_ok") })
		b.cancel(ctx, h)
		wg.Wait()
		b.giveBack(ctx, h)
	}
}

func (b *buyer) book(ctx context.Context) (*held, bool) {
	seats := b.choose()
	body, err := json.Marshal(openapi.NewBooking{ShowtimeId: string(b.Show), SeatIds: seats})
	if err != nil {
		b.complain("asking for %v: %v", seats, err)
		return nil, false
	}
	key := b.key()
	q := question{verb: "book", method: http.MethodPost, path: "/v1/bookings", body: string(body), key: key}
	a, ok := b.ask(ctx, seats, q, func(a Answer) map[string]seatAnswer {
		if a.Status == http.StatusCreated {
			b.remember(a.Booking.Id, seats)
			return each(seats, seatAnswer{told: took, booking: a.Booking.Id, until: a.Booking.ExpiresAt.UnixNano()})
		}
		if b.Locks == nil {
			return nil
		}
		return each(seatsOf(a.Problem), seatAnswer{told: taken})
	})
	switch {
	case !ok:
		return nil, false
	case a.Status != http.StatusCreated:
		b.expect(a, "seats_taken")
		b.count("taken")
		pause(ctx, time.Duration(b.draw(60))*time.Millisecond) // looks at the map again
		return nil, false
	}
	b.count("took")
	return &held{id: a.Booking.Id, seats: seats, until: a.Booking.ExpiresAt.UnixNano()}, true
}

func seatsOf(p openapi.Problem) []string {
	if p.Seats == nil {
		return nil
	}
	return *p.Seats
}

// pay pays, and returns the id of a payment that is not decided yet: its bank asks back,
// or does not answer.
func (b *buyer) pay(ctx context.Context, h *held, token string) (open string) {
	call := time.Now().UnixNano()
	body := `{"method":"sandbox","token":"` + token + `"}`
	q := question{verb: "pay", method: http.MethodPost, path: "/v1/bookings/" + h.id + "/payments", body: body, key: b.key(), booking: h.id}
	open = b.decide(ctx, h, q)
	if open != "" && token != "tok_challenge" {
		b.leaveOpen(h.seats, "pay", h.id, call)
	}
	return open
}

func (b *buyer) approve(ctx context.Context, h *held, payment string) {
	path := "/v1/bookings/" + h.id + "/payments/" + payment + "/confirmation"
	call := time.Now().UnixNano()
	if b.decide(ctx, h, question{verb: "pay", method: http.MethodPost, path: path, body: `{"answer":"approve"}`, booking: h.id}) != "" {
		b.leaveOpen(h.seats, "pay", h.id, call)
	}
}

// decide asks for money to be taken, and returns the id of a payment that is not
// decided yet. Its money may come at any time, and then buys the seats if they are free.
func (b *buyer) decide(ctx context.Context, h *held, q question) (open string) {
	a, ok := b.ask(ctx, h.seats, q, h.paid)
	if !ok {
		return ""
	}
	return b.paid(a)
}

// paid is what the answer to a payment says of the seats.
func (h *held) paid(a Answer) map[string]seatAnswer {
	said := seatAnswer{booking: h.id, until: h.until}
	switch {
	case a.Status == http.StatusCreated || a.Status == http.StatusOK:
		said.told = bought
	case a.Status == http.StatusAccepted:
		var r openapi.PaymentResult
		if json.Unmarshal(a.Body, &r) != nil || r.Booking.Status != openapi.Pending {
			return nil // it has ended meanwhile
		}
		said.told, said.until = keeps, r.Booking.ExpiresAt.UnixNano()
	case a.Problem.Code == string(booking.CodeHoldExpired):
		said.told = tooLate
	case a.Problem.Code == string(booking.CodeNotPayable):
		said.told = notNow
	default:
		return nil // a card that is declined says nothing of the seats
	}
	return each(h.seats, said)
}

func (b *buyer) paid(a Answer) (open string) {
	switch {
	case a.Status == http.StatusAccepted:
		b.count("asked back")
		var r openapi.PaymentResult
		if err := json.Unmarshal(a.Body, &r); err != nil {
			b.complain("%v, of %s", err, a.Body)
		}
		return r.Id
	case a.Status < 300:
		b.count("bought")
	default:
		b.expect(a, "payment_declined", "hold_expired", "not_payable")
		b.count(a.Problem.Code)
	}
	return ""
}

func (b *buyer) cancel(ctx context.Context, h *held) {
	a, ok := b.ask(ctx, h.seats, question{verb: "cancel", method: http.MethodDelete, path: "/v1/bookings/" + h.id, booking: h.id}, func(a Answer) map[string]seatAnswer {
		switch {
		case a.Status != http.StatusOK:
			return each(h.seats, seatAnswer{told: notNow, booking: h.id})
		case h.unsure:
			return each(h.seats, seatAnswer{told: freedAny, booking: h.id})
		}
		return each(h.seats, seatAnswer{told: freed, booking: h.id})
	})
	switch {
	case !ok:
		h.unsure = true
	case a.Status == http.StatusOK:
		b.count("cancelled")
		h.unsure = true // once more says the same
	default:
		b.expect(a, "not_cancellable")
		b.count("not_cancellable")
	}
}

// giveBack sees to it that a booking does not keep its seats: a sold one is cancelled,
// however often that takes, and so is one that is kept for the bank.
func (b *buyer) giveBack(ctx context.Context, h *held) {
	for deadline := time.Now().Add(2 * time.Minute); ctx.Err() == nil; {
		status, ok := b.recall(ctx, h)
		switch {
		case !ok:
		case status == openapi.Expired || status == openapi.Cancelled:
			return
		default:
			b.cancel(ctx, h)
		}
		if time.Now().After(deadline) {
			b.complain("booking %s cannot be given back: it is %s", h.id, status)
			return
		}
	}
}

// recall asks how a booking stands.
func (b *buyer) recall(ctx context.Context, h *held) (openapi.BookingStatus, bool) {
	a, ok := b.ask(ctx, h.seats, question{verb: "recall", method: http.MethodGet, path: "/v1/bookings/" + h.id, booking: h.id}, func(a Answer) map[string]seatAnswer {
		said := seatAnswer{booking: h.id, until: a.Booking.ExpiresAt.UnixNano()}
		switch a.Booking.Status {
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
	if ok && a.Status != http.StatusOK {
		b.complain("looking at %s: %s", h.id, a.Body)
	}
	return a.Booking.Status, ok
}

// expect notes an answer that nothing here can have.
func (b *buyer) expect(a Answer, codes ...string) {
	for _, code := range codes {
		if a.Problem.Code == code {
			return
		}
	}
	b.complain("%d %s", a.Status, a.Body)
}

// draw draws below n. Two calls of one buyer may be under way.
func (b *buyer) draw(n int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rnd.IntN(n)
}

func (b *buyer) chance(percent int) bool { return b.draw(100) < percent }

// key is an Idempotency-Key that nobody has used.
func (b *buyer) key() string { return fmt.Sprintf("%d-%d", b.n, b.keys.Add(1)) }

func (b *buyer) choose() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	order := b.rnd.Perm(len(b.Seats))[:1+b.rnd.IntN(3)]
	seats := make([]string, len(order))
	for i, n := range order {
		seats[i] = b.Seats[n]
	}
	return seats
}

// remember notes which seats a booking was made with.
func (b *buyer) remember(id string, seats []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.Crowd.seats[id] = sorted(seats)
}
