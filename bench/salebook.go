package main

import (
	"sync"
	"time"
)

// salebook is what has happened in a sale, written by many.
type salebook struct {
	mu       sync.Mutex
	answers  map[string][]time.Duration // by step
	recent   map[string][]time.Duration // of them, those since the last look
	bookings map[string]ending          // by id, what their customers meant to do
	done     tickets
	late     time.Duration // the longest that this program was late with a customer
}

// tickets counts them, and who wanted them.
type tickets struct {
	Customers int `json:"customers"`
	Offered   int `json:"ticketsOffered"`
	Bookings  int `json:"bookings"`
	Held      int `json:"ticketsHeld"`
	Sold      int `json:"ticketsSold"`
	FoundNone int `json:"customersWithoutSeats"`
}

func newSalebook() *salebook {
	return &salebook{answers: map[string][]time.Duration{}, recent: map[string][]time.Duration{}, bookings: map[string]ending{}}
}

// again begins to count anew; the bookings stay known.
func (b *salebook) again() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answers, b.recent, b.done, b.late = map[string][]time.Duration{}, map[string][]time.Duration{}, tickets{}, 0
}

func (b *salebook) came(tickets int, late time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done.Customers++
	b.done.Offered += tickets
	b.late = max(b.late, late)
}

func (b *salebook) answered(step string, took time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answers[step] = append(b.answers[step], took)
	b.recent[step] = append(b.recent[step], took)
}

func (b *salebook) held(id string, c customer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bookings[id] = c.ends
	b.done.Bookings++
	b.done.Held += c.tickets
}

func (b *salebook) sold(tickets int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done.Sold += tickets
}

func (b *salebook) foundNone() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done.FoundNone++
}

// look is what has happened so far, and the answers since the last look.
func (b *salebook) look() (tickets, map[string][]time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	recent := b.recent
	b.recent = map[string][]time.Duration{}
	return b.done, recent
}

// spread is answers in short.
type spread struct {
	Count int    `json:"count"`
	P50   figure `json:"p50ms"`
	P99   figure `json:"p99ms"`
	Max   figure `json:"maxMs"`
}

func spreadOf(all []time.Duration) spread {
	return spread{len(all), milliseconds(quantile(all, 0.50)), milliseconds(quantile(all, 0.99)), milliseconds(quantile(all, 1))}
}
