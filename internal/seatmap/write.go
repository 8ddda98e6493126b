package seatmap

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"holdfast/internal/booking"
)

// rounds bounds how often a write is tried anew because somebody else was faster. Each time the
// stored state has grown, so that nobody loses so often; a map that was changed by hand may.
const rounds = 100

// Apply brings a showtime's map forward. Deltas that it has seen already change
// nothing, in whatever order they come. ok is false when only Replace helps: the
// deltas do not reach back to the stored version, or name a seat it does not have; there
// is no map; or another one was stored than what they were applied to.
func (s *Store) Apply(ctx context.Context, id booking.ShowtimeID, deltas ...booking.Delta) (ok bool, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	deltas = slices.Clone(deltas)
	slices.SortStableFunc(deltas, func(a, b booking.Delta) int { return cmp.Compare(a.Version, b.Version) })
	old, remembered := s.last[id]
	for range rounds {
		if !remembered {
			if old, err = s.state(ctx, id); errors.Is(err, ErrNotFound) {
				return false, nil
			} else if err != nil {
				return false, err
			}
		}
		l, err := s.layout(ctx, old.Layout)
		if errors.Is(err, ErrNotFound) {
			return false, nil
		}
		if err != nil {
			return false, fmt.Errorf("reading the layout of showtime %s: %w", id, err)
		}
		next, ok := l.advance(old, deltas)
		if remembered && (!ok || next.Version == old.Version) {
			remembered = false // what is stored may be another by now, or gone
			continue
		}
		if !ok || next.Version == old.Version {
			return ok, nil
		}
		before, found, err := s.raise(ctx, id, next, false)
		switch {
		case err != nil:
			return false, err
		case found && before == old:
			s.keep(id, next)
			return true, nil
		case found && before.less(next):
			delete(s.last, id) // next was made of another map, and may be wrong
			return false, nil
		}
		remembered = false // another writer was faster, or the map is gone
	}
	return false, nil
}

// maxLast bounds the maps whose last write is remembered, at a byte for each seat.
const maxLast = 1024

// keep remembers what was written last, which spares the reading of it before the next
// write: most often nobody else writes. s.writing is held.
func (s *Store) keep(id booking.ShowtimeID, st state) {
	if len(s.last) >= maxLast {
		for id := range s.last { // any one: it is read again when it is needed
			delete(s.last, id)
			break
		}
	}
	s.last[id] = st
}

// Replace stores a whole map, unless a newer one is stored. It returns the step
// that the stored map has made, for those who follow it: a delta without seats
// and with From equal to Version says only "this version exists", and is what
// there is to tell when the step cannot be described.
func (s *Store) Replace(ctx context.Context, m booking.SeatMap) (booking.Delta, error) {
	l, text, err := split(m)
	if err != nil {
		return booking.Delta{}, fmt.Errorf("storing the map of showtime %s: %w", m.ShowtimeID, err)
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.insertLayout(ctx, l); err != nil {
		return booking.Delta{}, err
	}
	delete(s.last, m.ShowtimeID)
	var told booking.Delta
	written := false
	for range rounds {
		old, err := s.state(ctx, m.ShowtimeID)
		missing := errors.Is(err, ErrNotFound)
		if err != nil && !missing {
			return booking.Delta{}, err
		}
		next := state{Revision: old.Revision, Version: m.Version, Layout: l.digest, Statuses: text}
		switch {
		case missing && old != state{}: // it is of no use, whatever its version is
			next.Revision++
		case missing:
		case old == next || old.Version > next.Version:
			if !written {
				told = exists(m.ShowtimeID, old)
			}
			return told, nil
		case old.Version == next.Version:
			next.Revision++
			done, err := s.correct(ctx, m.ShowtimeID, old, next)
			if err != nil {
				return booking.Delta{}, err
			}
			if done {
				told, written = exists(m.ShowtimeID, next), true
			}
			continue
		}
		before, found, err := s.raise(ctx, m.ShowtimeID, next, true)
		if err != nil {
			return booking.Delta{}, err
		}
		if !found || before.less(next) {
			told, written = l.step(m.ShowtimeID, before, next), true
		}
		// Next time round it is what is stored, or somebody else was faster.
	}
	return booking.Delta{}, fmt.Errorf("the map of showtime %s cannot be written; delete it from the collection maps, and rebuild", m.ShowtimeID)
}

func exists(id booking.ShowtimeID, st state) booking.Delta {
	return booking.Delta{ShowtimeID: id, From: st.Version, Version: st.Version, Seats: []booking.SeatChange{}}
}

// raise writes next if the stored state is a lesser one, and returns what was stored before;
// found is false if there was none. Then next is stored only if it is to be the first.
//
// It filters by the id alone, for which every server has an index; FerretDB reads the
// whole collection if there is anything else in a filter.
func (s *Store) raise(ctx context.Context, id booking.ShowtimeID, next state, first bool) (before state, found bool, err error) {
	var doc mapDoc
	err = s.maps.FindOneAndUpdate(ctx, bson.D{{Key: "_id", Value: id}},
		bson.D{{Key: "$max", Value: bson.D{{Key: "state", Value: next}}}},
		options.FindOneAndUpdate().SetReturnDocument(options.Before).SetUpsert(first)).Decode(&doc)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return state{}, false, nil
	case mongo.IsDuplicateKeyError(err): // two were the first, and the other one was faster
		return next, true, nil
	case err != nil:
		return state{}, false, fmt.Errorf("writing version %d of the map of showtime %s: %w", next.Version, id, err)
	}
	return doc.State, true, nil
}

// correct puts right a map that differs from the truth at its version, if it is still
// what was seen. This happens to maps that were tampered with.
func (s *Store) correct(ctx context.Context, id booking.ShowtimeID, seen, next state) (bool, error) {
	res, err := s.maps.UpdateOne(ctx,
		bson.D{{Key: "_id", Value: id},
			{Key: "state.revision", Value: seen.Revision}, {Key: "state.version", Value: seen.Version}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "state", Value: next}}}})
	if err != nil {
		return false, fmt.Errorf("correcting version %d of the map of showtime %s: %w", next.Version, id, err)
	}
	if res.MatchedCount == 1 {
		s.log.Warn("the seat map differed from the truth at the same version and was corrected",
			"showtime", id, "version", next.Version)
	}
	return res.MatchedCount == 1, nil
}

// insertLayout stores a layout once. It asks first: sending 10,000 seats only to
// be told that they are there costs more than the question.
func (s *Store) insertLayout(ctx context.Context, l *layout) error {
	n, err := s.layouts.CountDocuments(ctx, bson.D{{Key: "_id", Value: l.digest}})
	if err != nil {
		return fmt.Errorf("looking for layout %s: %w", l.digest, err)
	}
	if n > 0 {
		return nil
	}
	if _, err := s.layouts.InsertOne(ctx, l.document()); err != nil && !mongo.IsDuplicateKeyError(err) {
		return fmt.Errorf("writing layout %s: %w", l.digest, err)
	}
	return nil
}
