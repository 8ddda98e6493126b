package audit

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Auditor has what is compared.
type Auditor struct {
	Truth     Truth
	Locks     Locks
	Maps      Maps
	NoMap     error // what Maps says of a showtime without a map
	Workflows Workflows
	Books     Books // nil: the money is not compared with the providers' books
}

// Options say how an audit looks.
type Options struct {
	// Late is how long something may be on its way before it is wrong.
	Late time.Duration
	// Window is how far back payments are compared with the providers' books, and
	// Settled how old one has to be.
	Window, Settled time.Duration
}

// looks is how often what seems wrong is looked at again until the bound is over.
const looks = 4

// check is one comparison.
type check struct {
	name  string
	of    []int // the statements that it is about
	again int   // how often what seems wrong is looked at again
	// look compares. After the first time it need not find more than the suspects of
	// before, and its counts are of no interest.
	look func(ctx context.Context, suspects suspects) ([]Violation, []Count, error)
}

// suspects are what seemed wrong at every look so far; nil before the first.
type suspects []Violation

func (s suspects) first() bool { return s == nil }

// Run makes every comparison and reports. It tells of each that is done. With an
// error the report says what could not be compared; what it has besides is good.
func (a *Auditor) Run(ctx context.Context, o Options, tell func(done, total int, what string)) (Report, error) {
	r := Report{At: time.Now().UTC(), Compared: []Count{}, Violations: []Violation{}, Unchecked: []Unchecked{}}
	checks, maps := a.checks(ctx, o)
	var (
		mu   sync.Mutex
		wg   sync.WaitGroup
		errs []error
		done int
	)
	for _, c := range checks {
		wg.Go(func() {
			found, counts, err := c.settle(ctx, o.Late)
			mu.Lock()
			defer mu.Unlock()
			r.Violations, r.Compared = append(r.Violations, found...), append(r.Compared, counts...)
			if err != nil {
				r.Unchecked = append(r.Unchecked, Unchecked{c.name, c.of, err.Error()})
				errs = append(errs, fmt.Errorf("comparing %s: %w", c.name, err))
			}
			done++
			tell(done, len(checks), c.name)
		})
	}
	wg.Wait()
	var err error
	if r.OutboxRows, r.OutboxOldest, err = a.Truth.Depth(ctx); err != nil {
		r.Unchecked = append(r.Unchecked, Unchecked{"outbox", []int{6}, err.Error()})
		errs = append(errs, err)
	}
	r.Moving = maps.moving()
	r.Took = time.Since(r.At)
	r.sort()
	return r, errors.Join(errs...)
}

// checks are the comparisons, each begun anew.
func (a *Auditor) checks(ctx context.Context, o Options) ([]check, *mapsCheck) {
	maps := &mapsCheck{truth: a.Truth, maps: a.Maps, noMap: a.NoMap}
	locks := &locksCheck{truth: a.Truth, locks: a.Locks}
	running := &runningCheck{truth: a.Truth, workflows: a.Workflows, late: o.Late}
	all := append(a.withinTheStore(ctx, o.Late),
		check{"locks", []int{3, 8}, looks, locks.look}, check{"workflows", []int{5}, looks, running.look},
		check{"seat maps", []int{6}, looks, maps.look})
	if a.Books != nil {
		books := &booksCheck{books: a.Books, from: time.Now().Add(-o.Window), settled: o.Settled}
		all = append(all, check{"the providers' books", []int{4, 7}, 1, books.look}) // each look asks others' servers a lot
	}
	return all, maps
}

// settle looks, and again at what seems wrong until the bound is over or nothing does.
func (c check) settle(ctx context.Context, late time.Duration) ([]Violation, []Count, error) {
	found, counts, err := c.look(ctx, nil)
	for round := 0; err == nil && round < c.again && len(found) > 0; round++ {
		if err = wait(ctx, late/time.Duration(c.again)); err != nil {
			break
		}
		var now []Violation
		if now, _, err = c.look(ctx, found); err == nil {
			found = both(found, now)
		}
	}
	if err != nil {
		return nil, counts, err // what was not looked at again is not told
	}
	return found, counts, nil
}

// both returns the violations of now that were there before.
func both(before, now []Violation) []Violation {
	known := map[Violation]bool{}
	for _, v := range before {
		known[v.key()] = true
	}
	out := []Violation{}
	for _, v := range now {
		if known[v.key()] {
			out = append(out, v)
		}
	}
	return out
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
