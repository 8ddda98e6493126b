package audit

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"holdfast/internal/booking"
)

// atOnce bounds the questions that are asked at the same time.
const atOnce = 8

// locksCheck compares the locks with the owners that the store names.
type locksCheck struct {
	truth Truth
	locks Locks
}

func (c *locksCheck) look(ctx context.Context, s suspects) ([]Violation, []Count, error) {
	ids, err := s.showtimes(ctx, c.truth)
	if err != nil {
		return nil, nil, err
	}
	var mu sync.Mutex
	var found []Violation
	var seats, locked int64
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, id := range ids {
		g.Go(func() error {
			layout, err := c.truth.Layout(gctx, id)
			if err != nil {
				return err
			}
			locks, err := c.locks.Owners(gctx, id, layout)
			if err != nil {
				return err
			}
			var wrong []Violation
			if len(locks) > 0 {
				owners, err := c.truth.LiveOwners(gctx, id)
				if err != nil {
					return err
				}
				wrong = misplaced(id, locks, owners)
			}
			mu.Lock()
			defer mu.Unlock()
			found, seats, locked = append(found, wrong...), seats+int64(len(layout)), locked+int64(len(locks))
			return nil
		})
	}
	err = g.Wait()
	return found, []Count{{3, "seats with their locks", seats}, {8, "locks with their owners", locked}}, err
}

// misplaced are the locks whose owner does not own the seat.
func misplaced(id booking.ShowtimeID, locks map[booking.SeatID]booking.ID, owners map[booking.SeatID][]booking.ID) []Violation {
	var out []Violation
	for seat, owner := range locks {
		v := Violation{ShowtimeID: id, SeatID: seat, BookingID: owner}
		switch {
		case slices.Contains(owners[seat], owner):
			continue
		case len(owners[seat]) == 0:
			v.Statement, v.Problem = 3, "a lock belongs to no live booking"
			v.Details = "its time to live ends it at last; until then nobody can book the seat"
			v.Do = fmt.Sprintf("when its booking's workflow has ended, delete the key seat:{%s}:%s in Valkey", id, seat)
		default:
			v.Statement, v.Problem = 8, "a lock names another owner than PostgreSQL"
			v.Details = fmt.Sprintf("PostgreSQL: %s", owners[seat][0])
			v.Do = fmt.Sprintf("PostgreSQL is right: delete the key seat:{%s}:%s in Valkey", id, seat)
		}
		out = append(out, v)
	}
	return out
}

// showtimes are those to look at: all of them at first, then those that seemed wrong.
func (s suspects) showtimes(ctx context.Context, truth Truth) ([]booking.ShowtimeID, error) {
	if s.first() {
		return truth.ShowtimeIDs(ctx)
	}
	var ids []booking.ShowtimeID
	for _, v := range s {
		ids = append(ids, v.ShowtimeID)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}
