package e2e_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/sdk/client"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
)

// deal is a hold of a customer, and what the customer was told of its end.
type deal struct {
	who   *browser
	id    string
	ends  time.Time
	told  openapi.BookingStatus
	build string // of the worker that has to have kept it; empty: of any
}

// clientele are the customers of a house while its workers are replaced.
type clientele struct {
	h     *house
	c     client.Client
	who   []*browser
	shows []booking.ShowtimeID
	seats atomic.Int64 // that were asked for
	again atomic.Int64 // answers that said to try again
	slow  atomic.Int64 // how long the slowest answer took, in nanoseconds
	mixed []*process   // old workers that may be given what new ones began
	back  atomic.Int64 // tasks with which that happened

	mu    sync.Mutex
	deals []*deal
}

const (
	customers = 8               // that ask at one time
	onSale    = rows*perRow - 1 // seats of a showtime; one is blocked
)

// newClientele has seats for so many, in as many showtimes as that takes.
func newClientele(h *house, seats int) *clientele {
	h.t.Helper()
	cr := &clientele{h: h, c: h.temporal(), shows: []booking.ShowtimeID{h.show}}
	for len(cr.shows)*onSale < seats {
		show := booking.ShowtimeID(uuid.NewString())
		h.addShowtime(show, time.Now().Add(24*time.Hour))
		cr.shows = append(cr.shows, show)
	}
	for range customers {
		cr.who = append(cr.who, h.guest())
	}
	return cr
}

// forEach runs f for 0 to n-1, for some of them at one time.
func forEach(n int, f func(i int)) {
	var wg sync.WaitGroup
	for k := range customers {
		wg.Go(func() {
			for i := k; i < n; i += customers {
				f(i)
			}
		})
	}
	wg.Wait()
}

// insist asks until the answer is another than to try again: with the same key, so
// that asking twice is asking once.
func (cr *clientele) insist(who *browser, method, path, body string) answer {
	header := map[string]string{"Idempotency-Key": uuid.NewString()}
	for deadline := time.Now().Add(time.Minute); ; cr.again.Add(1) {
		asked := time.Now()
		a := who.do(method, path, body, header)
		cr.took(time.Since(asked))
		if a.status != http.StatusServiceUnavailable || time.Now().After(deadline) {
			return a
		}
	}
}

func (cr *clientele) took(d time.Duration) {
	for before := cr.slow.Load(); int64(d) > before; before = cr.slow.Load() {
		if cr.slow.CompareAndSwap(before, int64(d)) {
			return
		}
	}
}

// book makes n holds.
func (cr *clientele) book(n int, build string) []*deal {
	out := make([]*deal, n)
	forEach(n, func(i int) {
		who, nth := cr.who[i%customers], int(cr.seats.Add(1))-1
		seat := fmt.Sprint(string(rune('A'+nth%onSale/perRow)), nth%onSale%perRow+1)
		a := cr.insist(who, http.MethodPost, "/v1/bookings", wish(cr.shows[nth/onSale], seat))
		if a.status != http.StatusCreated {
			cr.h.t.Errorf("booking %s: %d %s", seat, a.status, a.body)
		}
		out[i] = &deal{who: who, id: a.booking.Id, ends: a.booking.ExpiresAt, told: openapi.Expired, build: build}
	})
	cr.mu.Lock()
	defer cr.mu.Unlock()
	cr.deals = append(cr.deals, out...)
	return out
}

// act has a third of the customers pay, and a third cancel; the others think about it
// until their time is up.
func (cr *clientele) act(deals []*deal) {
	forEach(len(deals), func(i int) {
		switch i % 3 {
		case 0:
			cr.pay(deals[i])
		case 1:
			cr.cancel(deals[i])
		}
	})
}

// decide has every customer pay or cancel.
func (cr *clientele) decide(deals []*deal) {
	forEach(len(deals), func(i int) {
		if i%2 == 0 {
			cr.pay(deals[i])
		} else {
			cr.cancel(deals[i])
		}
	})
}

func (cr *clientele) pay(d *deal) {
	a := cr.insist(d.who, http.MethodPost, "/v1/bookings/"+d.id+"/payments", `{"method":"sandbox","token":"tok_ok"}`)
	if a.status == http.StatusCreated {
		d.told = openapi.Confirmed
	} else if a.problem.Code != "hold_expired" {
		cr.h.t.Errorf("paying for %s: %d %s", d.id, a.status, a.body)
	}
}

func (cr *clientele) cancel(d *deal) {
	a := cr.insist(d.who, http.MethodDelete, "/v1/bookings/"+d.id, "")
	if a.status == http.StatusOK {
		d.told = openapi.Cancelled
	} else if a.problem.Code != "not_cancellable" { // its time was up
		cr.h.t.Errorf("cancelling %s: %d %s", d.id, a.status, a.body)
	}
}

// meanwhile has the customers of the deals act, and new ones come and decide, while
// something is done to the workers.
func (cr *clientele) meanwhile(deals []*deal, newcomers int, build string, do func()) {
	var wg sync.WaitGroup
	wg.Go(func() { cr.act(deals) })
	wg.Go(func() { cr.decide(cr.book(newcomers, build)) })
	do()
	wg.Wait()
}
