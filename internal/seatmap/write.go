package seatmap

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"holdfast/internal/booking"
)

// Apply brings a showtime's map forward. Deltas that it has seen already change
// nothing, in whatever order they come. ok is false, and nothing is written,
// when the deltas do not reach back to the stored version, when they name a seat
// it does not have, or when there is no map: then only Replace helps.
func (s *Store) Apply(ctx context.Context, id booking.ShowtimeID, deltas ...booking.Delta) (ok bool, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	deltas = slices.Clone(deltas)
	slices.SortStableFunc(deltas, func(a, b booking.Delta) int { return cmp.Compare(a.Version, b.Version) })
	old, remembered := s.last[id]
	for {
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
		written, err := s.compareAndSet(ctx, old, next)
		if err != nil {
			return false, err
		}
		if written {
			s.keep(next)
			return true, nil
		}
		remembered = false
		// Another writer was faster; the stored version has grown, so this ends.
	}
}

// maxLast bounds the maps whose last write is remembered, at a byte for each seat.
const maxLast = 1024

// keep remembers what was written last, which spares the reading of it before the next
// write: most often nobody else writes. s.writing is held.
func (s *Store) keep(st state) {
	if len(s.last) >= maxLast {
		for id := range s.last { // any one: it is read again when it is needed
			delete(s.last, id)
			break
		}
	}
	s.last[st.ID] = st
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
	next := state{ID: m.ShowtimeID, Version: m.Version, Layout: l.digest, Statuses: text}
	for {
		old, err := s.state(ctx, m.ShowtimeID)
		if errors.Is(err, ErrNotFound) {
			written, err := s.insert(ctx, next)
			if err != nil {
				return booking.Delta{}, err
			}
			if written {
				return exists(next), nil
			}
			continue // somebody else was first: now there is one to compare with
		}
		if err != nil {
			return booking.Delta{}, err
		}
		same := old.Version == next.Version && old.Layout == next.Layout && old.Statuses == next.Statuses
		if old.Version > next.Version || same {
			return exists(old), nil
		}
		written, err := s.compareAndSet(ctx, old, next)
		if err != nil {
			return booking.Delta{}, err
		}
		if !written {
			continue
		}
		if old.Version == next.Version {
			s.log.Warn("the seat map differed from the truth at the same version and was corrected",
				"showtime", m.ShowtimeID, "version", m.Version)
		}
		if old.Version == next.Version || old.Layout != next.Layout || len(old.Statuses) != len(text) {
			return exists(next), nil
		}
		return booking.Delta{ShowtimeID: m.ShowtimeID, From: old.Version, Version: next.Version,
			Seats: l.diff(old.Statuses, text)}, nil
	}
}

func exists(st state) booking.Delta {
	return booking.Delta{ShowtimeID: st.ID, From: st.Version, Version: st.Version, Seats: []booking.SeatChange{}}
}

// compareAndSet writes next if what is stored is still what was seen: not only of that
// version, since a map that was wrong is corrected at its version.
func (s *Store) compareAndSet(ctx context.Context, seen, next state) (bool, error) {
	res, err := s.maps.UpdateOne(ctx,
		bson.D{
			{Key: "_id", Value: next.ID}, {Key: "version", Value: seen.Version},
			{Key: "layout", Value: seen.Layout}, {Key: "statuses", Value: seen.Statuses},
		},
		bson.D{{Key: "$set", Value: bson.D{
			{Key: "version", Value: next.Version}, {Key: "layout", Value: next.Layout},
			{Key: "statuses", Value: next.Statuses}, {Key: "updatedAt", Value: s.now().UTC()},
		}}})
	if err != nil {
		return false, fmt.Errorf("writing version %d of the map of showtime %s: %w", next.Version, next.ID, err)
	}
	return res.MatchedCount == 1, nil
}

func (s *Store) insert(ctx context.Context, st state) (bool, error) {
	st.UpdatedAt = s.now().UTC()
	_, err := s.maps.InsertOne(ctx, st)
	switch {
	case mongo.IsDuplicateKeyError(err):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("writing the first map of showtime %s: %w", st.ID, err)
	}
	return true, nil
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
