package projections

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"holdfast/internal/booking"
)

// Maps is the read model.
type Maps interface {
	Ping(ctx context.Context) error
	// Apply brings a map forward; steps it has seen change nothing. ok is false
	// when only Replace helps: the steps do not fit the stored map, there is none, or
	// it is another one than what they were applied to.
	Apply(ctx context.Context, id booking.ShowtimeID, steps ...booking.Delta) (ok bool, err error)
	// Replace stores a map unless a newer one is stored, and returns the step that
	// the stored map has made.
	Replace(ctx context.Context, m booking.SeatMap) (booking.Delta, error)
}

// Truth is PostgreSQL.
type Truth interface {
	// SeatMap reads a showtime's map in one snapshot. A showtime that does not
	// exist is a booking.Refusal with CodeShowtimeNotFound.
	SeatMap(ctx context.Context, id booking.ShowtimeID) (booking.SeatMap, error)
}

// Teller tells every node that follows seat maps.
type Teller interface {
	Tell(ctx context.Context, steps []booking.Delta) error
}

// Projector keeps the read model. Handle is meant for one caller at a time; the
// other methods may be used beside it.
type Projector struct {
	maps   Maps
	truth  Truth
	teller Teller
	log    *slog.Logger
	now    func() time.Time

	// troubled is the showtime whose map could not be read or written last.
	troubleMu sync.Mutex
	troubled  booking.ShowtimeID

	events, refreshed, lag atomic.Int64
}

// New makes a projector.
func New(maps Maps, truth Truth, teller Teller, log *slog.Logger) *Projector {
	return &Projector{maps: maps, truth: truth, teller: teller, log: log, now: time.Now}
}

// Stats is what a projector has done since it was made.
type Stats struct {
	Events    int64         // seen, duplicates among them
	Refreshed int64         // maps read from PostgreSQL because of a gap
	Lag       time.Duration // from the commit of the newest event of the last batch to its telling
}

// Stats returns the counts so far.
func (p *Projector) Stats() Stats {
	return Stats{Events: p.events.Load(), Refreshed: p.refreshed.Load(), Lag: time.Duration(p.lag.Load())}
}

// Ready returns nil when the read model answers and, after trouble with a
// showtime, when that showtime's map can be refreshed again.
func (p *Projector) Ready(ctx context.Context) error {
	if err := p.maps.Ping(ctx); err != nil {
		return err
	}
	p.troubleMu.Lock()
	id := p.troubled
	p.troubleMu.Unlock()
	if id == "" {
		return nil
	}
	step, err := p.refresh(ctx, id)
	if err != nil {
		return err
	}
	if err := p.tell(ctx, step); err != nil {
		return err
	}
	p.trouble("")
	return nil
}

func (p *Projector) trouble(id booking.ShowtimeID) {
	p.troubleMu.Lock()
	defer p.troubleMu.Unlock()
	p.troubled = id
}

// Handle makes the events count: one write per showtime, then one telling. An
// error means that a server is away: what could be done was done and told, and
// the same events may come again.
func (p *Projector) Handle(ctx context.Context, events []booking.Event) error {
	byShowtime := make(map[booking.ShowtimeID][]booking.Event)
	for _, e := range events {
		byShowtime[e.ShowtimeID] = append(byShowtime[e.ShowtimeID], e)
	}
	var told []booking.Delta
	var failures []error
	for _, id := range slices.Sorted(maps.Keys(byShowtime)) {
		steps, err := p.project(ctx, id, steps(byShowtime[id]))
		if err != nil {
			p.trouble(id)
			failures = append(failures, fmt.Errorf("projecting showtime %s: %w", id, err))
			continue
		}
		told = append(told, steps...)
	}
	if err := p.tell(ctx, told); err != nil {
		failures = append(failures, err)
	}
	if len(failures) > 0 {
		return errors.Join(failures...)
	}
	p.trouble("")
	p.events.Add(int64(len(events)))
	newest := slices.MaxFunc(events, func(a, b booking.Event) int { return a.At.Compare(b.At) })
	p.lag.Store(int64(p.now().Sub(newest.At)))
	return nil
}

// project writes the steps of one showtime and returns what there is to tell.
func (p *Projector) project(ctx context.Context, id booking.ShowtimeID, steps []booking.Delta) ([]booking.Delta, error) {
	ok, err := p.maps.Apply(ctx, id, steps...)
	if err != nil {
		return nil, err
	}
	if ok {
		return steps, nil
	}
	step, err := p.refresh(ctx, id)
	if err != nil {
		return nil, err
	}
	return step, nil
}

// refresh brings a map to what PostgreSQL says now and returns the step that is
// to be told: none when the showtime does not exist (any more).
func (p *Projector) refresh(ctx context.Context, id booking.ShowtimeID) ([]booking.Delta, error) {
	m, err := p.truth.SeatMap(ctx, id)
	if r, refused := booking.Refused(err); refused && r.Code == booking.CodeShowtimeNotFound {
		p.log.Warn("there are events of a showtime that does not exist; they are dropped", "showtime", id)
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the truth: %w", err)
	}
	step, err := p.maps.Replace(ctx, m)
	if err != nil {
		return nil, err
	}
	p.refreshed.Add(1)
	p.log.Info("refreshed a seat map from the truth", "showtime", id, "from", step.From, "version", step.Version)
	return []booking.Delta{step}, nil
}

func (p *Projector) tell(ctx context.Context, steps []booking.Delta) error {
	if len(steps) == 0 {
		return nil
	}
	return p.teller.Tell(ctx, steps)
}

// Rebuild brings the maps of the showtimes to what PostgreSQL says, one after
// the other, calling progress (if not nil) after each. It may run while bookings
// and a projector go on: a map that is newer than what it read is left alone. It
// stops at the first error; running it again does no harm.
func (p *Projector) Rebuild(ctx context.Context, showtimes []booking.ShowtimeID, progress func(done, total int)) error {
	for i, id := range showtimes {
		step, err := p.refresh(ctx, id)
		if err != nil {
			return fmt.Errorf("rebuilding the map of showtime %s: %w", id, err)
		}
		if err := p.tell(ctx, step); err != nil {
			return fmt.Errorf("rebuilding the map of showtime %s: %w", id, err)
		}
		if progress != nil {
			progress(i+1, len(showtimes))
		}
	}
	return nil
}
