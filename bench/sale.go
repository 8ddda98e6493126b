package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"os"
	"strings"
	"time"

	"holdfast/internal/booking"
	"holdfast/internal/rig"
)

// saleCommand is a day on which everybody comes at once: the Oasis sale.
type saleCommand struct {
	stage
	For     time.Duration `default:"10m" help:"How long people come."`
	Tickets float64       `default:"65" help:"How many tickets they want each second."`
	Viewers int           `default:"300" help:"How many more only look at a live map."`
}

const (
	// hallSeats is the seats of each showtime of a sale.
	hallSeats = 2000
	// perCustomer is the tickets that somebody wants on average.
	perCustomer = 2.4
	// room is how many more seats there are than are wanted: a hold that runs out keeps
	// its seats for a while, and showtimes are chosen by chance.
	room = 1.3
	// heldAtLeast is the share of the tickets wanted that has to be had.
	heldAtLeast = 0.95
	// tooMany errors end a sale that fails anyway.
	tooMany = 100
)

// Validate refuses what would show nothing.
func (c saleCommand) Validate() error {
	if c.For < 10*time.Second || c.Tickets < 1 || c.Viewers < 0 {
		return errors.New("--for is to be at least 10s, --tickets at least 1, and --viewers not negative")
	}
	return nil
}

// sale is one that goes on.
type sale struct {
	*scene
	shows  []booking.ShowtimeID
	client *http.Client
	book   *salebook
	at     []time.Duration // of arrivals
	began  time.Time
	last   spending      // while people came
	lasted time.Duration // of it
}

// Run holds the sale, and fails when anything has failed in it, when fewer tickets were
// had than were wanted, or when the audit finds something.
func (c saleCommand) Run(ctx context.Context) (err error) {
	c.seed()
	fmt.Printf("HOLDFAST_SEED=%d: %g tickets a second for %s\n", c.Seed, c.Tickets, c.For)
	s, err := raise(ctx, c.stage, os.Stdout) // as it is deployed: holds of two minutes
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.lower()) }()
	v := &sale{scene: s, book: newSalebook(), at: arrivals(c.Tickets/perCustomer, c.For, c.Seed),
		client: &http.Client{Timeout: answerWithin, Transport: &http.Transport{MaxIdleConnsPerHost: 1000, DisableCompression: true}}}
	if err := v.open(ctx, int(math.Ceil(c.Tickets*c.For.Seconds()*room/hallSeats))); err != nil {
		return err
	}
	viewers, err := v.watch(ctx, c.Viewers)
	if err != nil {
		return err
	}
	report := SaleReport{Began: time.Now().UTC(), Machine: rig.Machine(), Temporal: c.Temporal, Seed: c.Seed,
		Seconds: seconds(c.For), Hold: seconds(s.cfg.HoldDuration), Wanted: figure(c.Tickets), Viewers: c.Viewers, Showtimes: len(v.shows)}
	report.Versions = s.versions()
	if err := v.warm(ctx, c.Tickets/perCustomer/2); err != nil {
		return errors.Join(err, closeAll(viewers))
	}
	if err := v.run(ctx, &report, c.For); err != nil {
		return errors.Join(err, closeAll(viewers))
	}
	for _, room := range viewers {
		report.failIf(room.broken())
	}
	if err := closeAll(viewers); err != nil {
		return err
	}
	if err := v.settle(ctx, &report); err != nil {
		return err
	}
	report.Took = seconds(time.Since(report.Began))
	if c.Out != "" {
		if err := report.write(c.Out); err != nil {
			return err
		}
	}
	for _, line := range report.lines() {
		s.sayf("%s", line)
	}
	if len(report.Failures) > 0 {
		return fmt.Errorf("the sale did not go as it should: %s; the logs are in %s", strings.Join(report.Failures, ", and "), c.Dir)
	}
	return nil
}

// open puts the showtimes on sale, and waits for their maps.
func (v *sale) open(ctx context.Context, shows int) error {
	hall := hallOf(hallSeats)
	for range max(shows, 2) {
		show, err := v.OpenSale(ctx, hall)
		if err != nil {
			return err
		}
		v.shows = append(v.shows, show)
	}
	v.halls.used = v.shows // quiet waits for their maps
	return v.quiet(ctx)
}

// watch opens the live maps of those who only look.
func (v *sale) watch(ctx context.Context, viewers int) ([]*sockets, error) {
	var out []*sockets
	for i, show := range v.shows {
		n := viewers / len(v.shows)
		if i < viewers%len(v.shows) {
			n++
		}
		room, err := openSockets(ctx, "ws://"+v.api+"/v1/showtimes/"+string(show)+"/live", n)
		if err != nil {
			return nil, errors.Join(err, closeAll(out))
		}
		out = append(out, room)
	}
	return out, nil
}

// warm lets a few come before anything counts: caches and connections are warm, as they
// are in production. Their bookings stay, and have to have their outcomes, too.
func (v *sale) warm(ctx context.Context, rate float64) error {
	const long = 10 * time.Second
	at := v.at
	defer func() { v.at = at }()
	v.at, v.began = arrivals(rate, long, v.seed+1), time.Now()
	v.sayf("warming up for %s", long)
	t := open(ctx, v.at, v.buy)
	v.book.again()
	if t.errors > 0 {
		return fmt.Errorf("warming up, %d of %d customers met with errors: %w", t.errors, len(v.at), t.first)
	}
	return nil
}

func closeAll(all []*sockets) error {
	var errs []error
	for _, s := range all {
		errs = append(errs, s.close())
	}
	return errors.Join(errs...)
}

// run lets people come, and looks at it from time to time.
func (v *sale) run(ctx context.Context, r *SaleReport, long time.Duration) error {
	before, err := v.spent()
	if err != nil {
		return err
	}
	selling, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	failing := make(chan error, len(v.at))
	v.began, v.last = time.Now(), nil
	watching := make(chan error, 1)
	over := make(chan struct{})
	go func() { watching <- v.follow(selling, r, long, over) }()
	t := open(selling, v.at, func(ctx context.Context, n int) error {
		err := v.buy(ctx, n)
		if err != nil {
			if failing <- err; len(failing) == tooMany {
				stop(fmt.Errorf("%d customers have met with errors", tooMany))
			}
		}
		return err
	})
	close(over)
	if err := <-watching; err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	after, err := v.spent()
	if err != nil {
		return err
	}
	if v.last == nil { // it was over too early
		v.last, v.lasted = after, t.took
	}
	r.account(v.book, after, before)
	r.Cores = v.last.perSecond(before, v.lasted)
	if t.errors > 0 {
		r.erred = true
		r.failIf(fmt.Errorf("%d customers of %d met with errors, the first: %w", t.errors, len(v.at), t.first))
	}
	if r.Share < heldAtLeast {
		r.failIf(fmt.Errorf("of %d tickets wanted only %d were had", r.Offered, r.Held))
	}
	return nil
}
