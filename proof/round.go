package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"holdfast/internal/booking"
	"holdfast/proof/crowd"
)

const (
	buyers  = 10
	viewers = 4
	rows    = 6
	perRow  = 10
	// wanted is how many seats everybody is after, of rows times perRow.
	wanted = 40
)

// Round is one kind of trouble under load, and what came of it.
type Round struct {
	N       int         `json:"round"`
	Fault   string      `json:"fault"`
	Seed    uint64      `json:"seed"`
	Trouble []Injection `json:"trouble"`

	Calls      int64          `json:"operations"`     // what the crowd asked, and was told or not
	Seats      int            `json:"seatOperations"` // the same, seat by seat, as the checker saw it
	Open       int            `json:"open"`           // of these, without an answer
	Counts     map[string]int `json:"counts"`
	Order      string         `json:"linearizable"`
	Compared   int64          `json:"compared"` // by the audit
	Opened     int            `json:"socketsOpened"`
	SoldAfter  int            `json:"seatsSoldAfter"` // every seat, when all was quiet again
	LoadTook   Seconds        `json:"loadSeconds"`
	QuietAfter Seconds        `json:"quietAfterSeconds"`
	Wrong      []string       `json:"wrong"` // empty: everything held
	Second     []Beat         `json:"-"`     // for the picture
}

// Injection is when trouble began and for how long it lasted.
type Injection struct {
	AtCall int64   `json:"atOperation"`
	For    Seconds `json:"forSeconds"`
	Began  Seconds `json:"began"` // since the round's load did
	Ended  Seconds `json:"ended"`
}

// Beat is what had been asked in all at a time.
type Beat struct {
	At    Seconds `json:"at"`
	Calls int64   `json:"operations"`
	Lost  int     `json:"lost"` // without an answer
}

// Seconds is a duration as people read it in a report.
type Seconds float64

func seconds(d time.Duration) Seconds { return Seconds(d.Round(time.Millisecond).Seconds()) }

// plan draws when the trouble of a round comes and how long it lasts. The same seed,
// the same plan.
func plan(f fault, calls int64, seed uint64) []Injection {
	rnd := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // it can be repeated
	n := 2
	if f.to >= 10*time.Second {
		n = 1
	}
	var out []Injection
	for i := range n {
		share := calls / int64(n)
		long := f.from
		if f.to > f.from {
			long += time.Duration(rnd.Int64N(int64(f.to - f.from)))
		}
		out = append(out, Injection{AtCall: share*int64(i) + share/8 + rnd.Int64N(share/2), For: seconds(long)})
	}
	return out
}

// play plays one round. What is found wrong is in the round; an error is trouble with
// the proof itself.
func (r *scene) play(ctx context.Context, n int, f fault, calls int64, seed uint64) (Round, error) {
	round := Round{N: n, Fault: f.Name, Seed: seed, Trouble: plan(f, calls, seed), Wrong: []string{}}
	if err := r.settle(ctx); err != nil {
		return round, err
	}
	show, err := r.openSale(ctx)
	if err != nil {
		return round, err
	}
	names := make([]string, wanted)
	for i := range names {
		names[i] = seatName(i)
	}
	c, err := crowd.Gather(ctx, crowd.Config{Show: show, Seats: names, Buyers: buyers, Seed: seed, APIs: r.apis, DB: r.DB, Think: r.think})
	if err != nil {
		return round, err
	}
	defer c.Close()
	var open []*viewer
	for i := range viewers {
		v := watch(ctx, r.apis, show, i)
		defer v.close()
		open = append(open, v)
	}
	if err := r.load(ctx, &round, f, c, calls); err != nil {
		return round, err
	}
	quiet := time.Now()
	if err := r.quiet(ctx, show); err != nil {
		round.Wrong = append(round.Wrong, err.Error())
		return round, ctx.Err()
	}
	round.QuietAfter = seconds(time.Since(quiet))
	return round, r.verdict(ctx, &round, c, show, open)
}

// load lets the crowd shop while there is trouble.
func (r *scene) load(ctx context.Context, round *Round, f fault, c *crowd.Crowd, calls int64) error {
	began := time.Now()
	troubled, stop := context.WithCancel(ctx)
	defer stop()
	var over atomic.Bool
	trouble := make(chan error, 1)
	go func() {
		defer over.Store(true)
		trouble <- r.trouble(troubled, f, round.Trouble, c, began)
	}()
	beating := make(chan []Beat, 1)
	go func() { beating <- beats(troubled, c, began) }()
	c.Run(ctx, func() bool { return over.Load() && c.Calls() >= calls })
	round.LoadTook = seconds(time.Since(began))
	if len(c.Complaints()) > 0 {
		stop() // the crowd went home before the trouble was over
	}
	err := <-trouble
	stop()
	round.Second = <-beating
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// trouble makes trouble by its plan, and heals it whatever happens.
func (r *scene) trouble(ctx context.Context, f fault, plan []Injection, c *crowd.Crowd, began time.Time) error {
	for i := range plan {
		for c.Calls() < plan[i].AtCall && ctx.Err() == nil {
			rest(ctx, 20*time.Millisecond)
		}
		if ctx.Err() != nil {
			return nil //nolint:nilerr // whoever ends the round knows why
		}
		plan[i].Began = seconds(time.Since(began))
		err := f.begin(ctx, r)
		rest(ctx, time.Duration(float64(plan[i].For)*float64(time.Second)))
		heal, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Minute) // a broker that was killed can take long to come back
		err = errors.Join(err, f.heal(heal, r))
		cancel()
		plan[i].Ended = seconds(time.Since(began))
		if err != nil {
			return fmt.Errorf("making trouble (%s): %w", f.Name, err)
		}
	}
	return nil
}

func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// beats notes twice a second what has been asked.
func beats(ctx context.Context, c *crowd.Crowd, began time.Time) []Beat {
	var out []Beat
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		lost := 0
		for what, n := range c.Counts() {
			if strings.HasSuffix(what, " lost") {
				lost += n
			}
		}
		out = append(out, Beat{seconds(time.Since(began)), c.Calls(), lost})
		select {
		case <-ctx.Done():
			return out
		case <-tick.C:
		}
	}
}

// verdict asks everybody who can say that something is wrong.
func (r *scene) verdict(ctx context.Context, round *Round, c *crowd.Crowd, show booking.ShowtimeID, open []*viewer) error {
	v, err := c.Judge(ctx)
	if err != nil {
		return err
	}
	round.Calls, round.Seats, round.Open, round.Counts, round.Order = v.Calls, v.Operations, v.Open, c.Counts(), string(v.Result)
	round.Wrong = append(round.Wrong, c.Complaints()...)
	if !v.Whole() {
		path := filepath.Join(r.dir, fmt.Sprintf("round-%d-history.html", round.N))
		if err := v.Picture(path); err != nil {
			return err
		}
		round.Wrong = append(round.Wrong, fmt.Sprintf("there is no order in which everything that was told is true (%s)\n%sall of it is in %s", v.Result, v.Explain(), path))
	}
	agreed := r.viewersAgree(ctx, show, open) // before anything tells them that they have missed the last of it
	sold, err := r.sellOut(ctx, show)
	round.SoldAfter = sold
	for _, err := range []error{agreed, err, r.quiet(ctx, show), r.viewersAgree(ctx, show, open)} {
		if err != nil {
			round.Wrong = append(round.Wrong, err.Error())
		}
	}
	for _, v := range open {
		v.close()
		round.Wrong = append(round.Wrong, v.wrong...)
		round.Opened += v.opened
	}
	return r.audit(ctx, round)
}

// openSale makes a showtime of its own for a round, and waits for its map.
func (r *scene) openSale(ctx context.Context) (booking.ShowtimeID, error) {
	hall := booking.Hall{ID: "hall", Name: "Hall", VenueID: "venue", VenueName: "Venue"}
	for i := range rows * perRow {
		hall.Seats = append(hall.Seats, booking.Seat{
			ID: booking.SeatID(seatName(i)), Row: string(rune('A' + i/perRow)), Number: i%perRow + 1, X: float64(i % perRow), Y: float64(i / perRow),
			Category: "standard", Kind: booking.Standard,
		})
	}
	show, err := r.OpenSale(ctx, hall)
	if err != nil {
		return "", err
	}
	return show, r.quiet(ctx, show)
}

func seatName(i int) string { return fmt.Sprint(string(rune('A'+i/perRow)), i%perRow+1) }
