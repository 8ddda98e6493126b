package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"holdfast/internal/booking"
)

const (
	// mapFreshness is how long a map is shown without anybody asking for a newer one,
	// unless it is a large one (see pace), or a newer one was told of (see heed): this is
	// for changes that this process does not hear of.
	mapFreshness = 50 * time.Millisecond
	// mapGrace is how much longer it is shown while somebody asks, so that a steady
	// stream of requests does not halt for each question.
	mapGrace = 25 * time.Millisecond
	// paceOfByte spaces the readings of a map so that they take about a tenth of a core:
	// reading, encoding and compressing take some 15 ns for a byte.
	paceOfByte = 150 * time.Nanosecond
	// maxPace bounds how far apart that is.
	maxPace = 250 * time.Millisecond
	// maxMapBytes bounds the maps in memory: some 1,500 of 300 seats, or 50 of 10,000.
	maxMapBytes = 64 << 20
)

// mapCache keeps the newest map of each showtime as it goes over the wire. However many
// want it, one goroutine at a time asks the read model whether there is a newer one, and
// no more often than every mapFreshness.
//
// What it promises:
//   - an answer was the newest at most mapFreshness (or pace) and mapGrace before the
//     request came, or is newer;
//   - it has every version that this process had been told of when the request came
//     (and that the read model has);
//   - versions of a showtime never go back;
//   - that there is no map, and errors, are never remembered.
type mapCache struct {
	maps  SeatMaps
	noMap error
	limit int // of bytes

	mu   sync.Mutex
	kept map[booking.ShowtimeID]*keptMap
	size int // of all that are kept
}

// keptMap is one showtime. The lock of the cache guards it.
type keptMap struct {
	body   *encodedMap // nil until it was read
	asked  time.Time   // when the question began whose answer body is
	used   time.Time
	told   int64     // the newest version that was heard of beyond that of body
	toldAt time.Time // and when
	asking *asking   // nil while nobody asks
}

// asking is a question under way. Its other fields are good once done is closed.
type asking struct {
	done  chan struct{}
	began time.Time
	body  *encodedMap
	err   error
}

func newMapCache(maps SeatMaps, noMap error) *mapCache {
	return &mapCache{maps: maps, noMap: noMap, limit: maxMapBytes, kept: map[booking.ShowtimeID]*keptMap{}}
}

// pace is how far apart questions for a map of this size are at least.
func (k *keptMap) pace() time.Duration {
	if k.body == nil {
		return 0
	}
	return min(maxPace, time.Duration(k.body.size())*paceOfByte)
}

// goodFor reports whether somebody who came at this moment may have the map.
func (k *keptMap) goodFor(arrived time.Time) bool {
	if k.body == nil || (k.told > k.body.version && k.asked.Before(k.toldAt)) {
		return false
	}
	return arrived.Sub(k.asked) <= max(mapFreshness, k.pace())+mapGrace
}

// due reports whether it is time to ask again.
func (k *keptMap) due(now time.Time) bool {
	return k.asking == nil && now.Sub(k.asked) > max(mapFreshness, k.pace())
}

// ready returns a map that can be shown at once, now, or nil.
func (m *mapCache) ready(id booking.ShowtimeID, now time.Time) *encodedMap {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.kept[id]
	if k == nil || !k.goodFor(now) {
		return nil
	}
	if k.due(now) {
		m.ask(id, k, 0)
	}
	k.used = now
	return k.body
}

// get returns the map, and waits for it if need be. It fails as the read model does.
func (m *mapCache) get(ctx context.Context, id booking.ShowtimeID) (*encodedMap, error) {
	arrived := time.Now()
	for {
		if body := m.ready(id, time.Now()); body != nil {
			return body, nil
		}
		a := m.question(id)
		select {
		case <-a.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if !a.began.Before(arrived) {
			return a.body, a.err
		}
		if a.err != nil && arrived.Sub(a.began) <= mapFreshness {
			return nil, a.err
		}
	}
}

// question joins the question that is under way, or begins one.
func (m *mapCache) question(id booking.ShowtimeID) *asking {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.kept[id]
	if k == nil {
		k = &keptMap{}
		m.kept[id] = k
	}
	if k.asking == nil {
		// What was told is not waited for longer than its size warrants; when it is told
		// again and again, this is what spaces the readings.
		m.ask(id, k, k.pace()-time.Since(k.asked))
	}
	return k.asking
}

// ask needs the lock. The question is nobody's own: it goes on when a client gives up.
func (m *mapCache) ask(id booking.ShowtimeID, k *keptMap, after time.Duration) {
	a := &asking{done: make(chan struct{})}
	k.asking = a
	have := k.body
	go func() {
		time.Sleep(after)
		a.began = time.Now()
		body, err := m.load(context.Background(), id, have)
		m.settle(id, k, a, body, err)
	}()
}

// load returns the map that there is: the one we have, if that is the newest.
func (m *mapCache) load(ctx context.Context, id booking.ShowtimeID, have *encodedMap) (*encodedMap, error) {
	if have != nil {
		version, err := m.maps.Version(ctx, id)
		if err != nil || version <= have.version {
			return have, err
		}
	}
	seats, err := m.maps.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if have != nil && seats.Version <= have.version {
		return have, nil // never back
	}
	text, err := json.Marshal(seats)
	if err != nil {
		return nil, fmt.Errorf("encoding the seat map of %s: %w", id, err)
	}
	return newEncodedMap(seats.Version, text), nil
}

// settle keeps what was found out, and tells those who wait for it.
func (m *mapCache) settle(id booking.ShowtimeID, k *keptMap, a *asking, body *encodedMap, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	defer close(a.done)
	k.asking = nil
	if a.err = err; err != nil {
		if k.body == nil || errors.Is(err, m.noMap) {
			m.forget(id, k)
		}
		return
	}
	if k.body != nil {
		m.size -= k.body.size()
	}
	m.size += body.size()
	k.body, k.asked, a.body = body, a.began, body
	if k.used.IsZero() {
		k.used = a.began
	}
	m.shrink(k)
}

// forget needs the lock.
func (m *mapCache) forget(id booking.ShowtimeID, k *keptMap) {
	if k.body != nil {
		m.size -= k.body.size()
	}
	delete(m.kept, id)
}

// shrink needs the lock. It forgets the maps that nobody has wanted for longest, except
// the one that was just read, and those for which somebody waits.
func (m *mapCache) shrink(except *keptMap) {
	for m.size > m.limit {
		var oldest booking.ShowtimeID
		var found *keptMap
		for id, k := range m.kept {
			if k != except && k.asking == nil && (found == nil || k.used.Before(found.used)) {
				oldest, found = id, k
			}
		}
		if found == nil {
			return
		}
		m.forget(oldest, found)
	}
}

// heed hears of a step: whoever comes from now on gets its version.
func (m *mapCache) heed(d booking.Delta) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if k := m.kept[d.ShowtimeID]; k != nil && d.Version > k.told {
		k.told, k.toldAt = d.Version, time.Now()
	}
}
