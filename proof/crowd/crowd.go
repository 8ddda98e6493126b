// Package crowd is people who want the same seats at once, over HTTP. What each of
// them asked and was told is written down with its times, so that porcupine can say
// whether there is one order of it all in which each seat was free, held or sold:
// linearizability, as Herlihy and Wing define it (ACM TOPLAS 12(3), 1990).
//
// A call without an answer may have done its work, then, later, or never: it stays
// open. Only what PostgreSQL never heard of, after everything is quiet, is left out.
package crowd

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/jackc/pgx/v5/pgxpool"

	"holdfast/internal/booking"
)

// Locks is the gatekeeper, as far as the crowd watches it.
type Locks interface {
	Taken(ctx context.Context, show booking.ShowtimeID, seats []booking.SeatID, owner booking.ID) ([]booking.SeatID, error)
}

// Config says who wants what.
type Config struct {
	Show   booking.ShowtimeID
	Seats  []string // what everybody wants
	Buyers int
	Seed   uint64
	APIs   []string // where the engine is served; who gets no answer goes to the next
	DB     *pgxpool.Pool
	// Locks is nil where servers are lost: then a gatekeeper may turn somebody away for
	// nothing, which costs a try and no seat, and nobody is held to account for it.
	Locks Locks
	Think time.Duration // between two things that somebody does, on average
}

// Crowd is the people, and where everything is written down.
type Crowd struct {
	Config
	calls    atomic.Int64
	keys     atomic.Int64
	asking   []*buyer
	watching sync.WaitGroup
	began    time.Time

	mu         sync.Mutex
	ops        []porcupine.Operation
	seats      map[string][]string // of the bookings that somebody was told of
	counts     map[string]int
	complaints []string
}

// open4ever is the return of a call whose answer was lost.
const open4ever = int64(math.MaxInt64)

// Gather gives everybody a token; nobody asks for anything yet.
func Gather(ctx context.Context, cfg Config) (*Crowd, error) {
	c := &Crowd{Config: cfg, counts: map[string]int{}, seats: map[string][]string{}, began: time.Now()}
	for n := range cfg.Buyers {
		b := &buyer{Crowd: c, n: n, who: NewClient(cfg.APIs, n), rnd: rand.New(rand.NewPCG(cfg.Seed, uint64(n)))} //nolint:gosec // it can be repeated
		if err := b.who.SignIn(ctx); err != nil {
			return nil, err
		}
		c.asking = append(c.asking, b)
	}
	return c, nil
}

// Close ends the connections.
func (c *Crowd) Close() {
	for _, b := range c.asking {
		b.who.Close()
	}
}

// Run lets everybody shop until it is enough, and all that they began has been told.
func (c *Crowd) Run(ctx context.Context, enough func() bool) {
	var wg sync.WaitGroup
	for _, b := range c.asking {
		wg.Go(func() {
			for !enough() && ctx.Err() == nil && len(c.Complaints()) == 0 {
				b.shop(ctx)
				if c.Think > 0 {
					pause(ctx, time.Duration(b.draw(2*int(c.Think))))
				}
			}
		})
	}
	wg.Wait()
	c.watching.Wait()
}

// Calls is how many things were asked for so far, the looks at the truth among them.
func (c *Crowd) Calls() int64 { return c.calls.Load() }

// Counts says how often what happened.
func (c *Crowd) Counts() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := map[string]int{}
	for what, n := range c.counts {
		out[what] = n
	}
	return out
}

// Complaints are answers that nobody may get, whatever happens; the crowd goes home
// at the first.
func (c *Crowd) Complaints() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.complaints...)
}

func (c *Crowd) complain(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.complaints = append(c.complaints, fmt.Sprintf(format, args...))
}

func (c *Crowd) count(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts[what]++
}

func (c *Crowd) note(client int, q seatCall, a seatAnswer, call, back int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ops = append(c.ops, porcupine.Operation{ClientId: client, Input: q, Output: a, Call: call, Return: back})
}

// pause waits, or until ctx ends. It is how long people think.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
