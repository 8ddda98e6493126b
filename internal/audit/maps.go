package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"holdfast/internal/booking"
)

// mapsCheck compares the read model with the store.
type mapsCheck struct {
	truth Truth
	maps  Maps
	noMap error

	mu      sync.Mutex
	awaited map[booking.ShowtimeID]int64 // the version that the map is to reach until the bound is over
	unequal map[booking.ShowtimeID]bool  // at the last look the two sides were at different versions, but it moves
}

const (
	// tries is how often both sides are read in one look, to meet them at one version.
	tries = 20
	// mapsAtOnce is less than atOnce: each of them is a whole hall.
	mapsAtOnce = 4

	standsStill = "the seat map does not follow"
)

func (c *mapsCheck) look(ctx context.Context, s suspects) ([]Violation, []Count, error) {
	ids, err := s.showtimes(ctx, c.truth)
	if err != nil {
		return nil, nil, err
	}
	if s.first() {
		c.awaited, c.unequal = map[booking.ShowtimeID]int64{}, map[booking.ShowtimeID]bool{}
	}
	var mu sync.Mutex
	var found []Violation
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(mapsAtOnce)
	for _, id := range ids {
		g.Go(func() error {
			v, err := c.compare(gctx, id)
			if err != nil || v == nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			found = append(found, *v)
			return nil
		})
	}
	err = g.Wait()
	return found, []Count{{6, "seat maps", int64(len(ids))}}, err
}

// compare looks at one showtime. The map is read before the truth, so that one that
// is newer than the truth has no excuse.
func (c *mapsCheck) compare(ctx context.Context, id booking.ShowtimeID) (*Violation, error) {
	var read, truth booking.SeatMap
	for range tries {
		var err error
		if read, err = c.maps.Get(ctx, id); errors.Is(err, c.noMap) {
			return &Violation{Statement: 6, Problem: "a showtime has no seat map", ShowtimeID: id, Do: "run holdfast rebuild"}, nil
		} else if err != nil {
			return nil, err
		}
		if truth, err = c.truth.SeatMap(ctx, id); err != nil {
			return nil, err
		}
		if read.Version >= truth.Version {
			break
		}
	}
	switch {
	case read.Version > truth.Version:
		return &Violation{Statement: 6, Problem: "the seat map is newer than the truth", ShowtimeID: id,
			Details: fmt.Sprintf("MongoDB has version %d, PostgreSQL %d", read.Version, truth.Version),
			Do:      "\"After a restore of PostgreSQL\" in docs/operations.md",
		}, nil
	case read.Version < truth.Version:
		return c.behind(id, read.Version, truth.Version), nil
	}
	c.met(id)
	return differing(read, truth), nil
}

// behind is of a map that is older than the truth: a violation, unless it has come to
// where the truth was at the first look.
func (c *mapsCheck) behind(id booking.ShowtimeID, read, truth int64) *Violation {
	c.mu.Lock()
	defer c.mu.Unlock()
	want, known := c.awaited[id]
	if !known {
		c.awaited[id], want = truth, truth
	}
	c.unequal[id] = read >= want
	if read >= want {
		return nil
	}
	return &Violation{Statement: 6, Problem: standsStill, ShowtimeID: id,
		Details: fmt.Sprintf("MongoDB has version %d, PostgreSQL %d", read, truth),
		Do:      "see whether relay and project run and whether the outbox grows; what was lost on the way comes with holdfast rebuild",
	}
}

func (c *mapsCheck) met(id booking.ShowtimeID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.unequal, id)
}

// moving are the showtimes whose two sides never met at one version, and that are
// followed all the same.
func (c *mapsCheck) moving() []booking.ShowtimeID {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := []booking.ShowtimeID{}
	for id, moves := range c.unequal {
		if moves {
			out = append(out, id)
		}
	}
	return out
}

// differing names the first seat of which the two do not say the same, or nothing.
func differing(read, truth booking.SeatMap) *Violation {
	v := Violation{Statement: 6, Problem: "the seat map is wrong", ShowtimeID: truth.ShowtimeID, Do: "drop the collection maps in MongoDB, then run holdfast rebuild"}
	if len(read.Seats) != len(truth.Seats) || !slices.Equal(read.Categories, truth.Categories) {
		v.Details = fmt.Sprintf("version %d: other seats or prices than PostgreSQL", truth.Version)
		return &v
	}
	n := 0
	for i, seat := range truth.Seats {
		if seat == read.Seats[i] {
			continue
		}
		if n++; n == 1 {
			v.SeatID = seat.ID
			v.Details = fmt.Sprintf("version %d: MongoDB has it %s, PostgreSQL %s", truth.Version, read.Seats[i].Status, seat.Status)
		}
	}
	if n == 0 {
		return nil
	}
	if n > 1 {
		v.Details += fmt.Sprintf("; and %d seats more", n-1)
	}
	return &v
}
