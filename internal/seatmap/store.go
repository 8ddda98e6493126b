package seatmap

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"holdfast/internal/booking"
)

// ErrNotFound says that the read model has no map of the showtime (yet).
var ErrNotFound = errors.New("the read model has no seat map of this showtime")

const (
	defaultDatabase = "holdfast"
	// selectTimeout bounds the search for a server that answers, so that a read
	// fails while somebody still waits for it.
	selectTimeout = 3 * time.Second
	// operationTimeout bounds one operation whose context has no deadline.
	operationTimeout = 10 * time.Second
	// maxLayouts bounds the layouts kept in memory, at about 2 MB for 10,000 seats.
	maxLayouts = 128
)

// Store is the read model. It is safe for concurrent use.
type Store struct {
	client  *mongo.Client
	maps    *mongo.Collection
	layouts *mongo.Collection
	log     *slog.Logger

	cacheMu sync.Mutex
	cache   map[string]*layout

	// writing serialises the writers of this process. The order of states decides
	// between processes; this spares lost rounds, and it holds where a server's
	// findAndModify is a read and a write of its own (FerretDB's is).
	writing sync.Mutex
	last    map[booking.ShowtimeID]state // what this process wrote last; guarded by writing
}

// Open makes a store of the database that url names ("holdfast" if it names
// none). It does not wait for the server: it is connected to when first needed,
// and again whenever it comes back. An error means that url cannot be used.
func Open(url string, log *slog.Logger) (*Store, error) {
	cs, err := connstring.ParseAndValidate(url)
	if err != nil {
		return nil, fmt.Errorf("reading the URL of MongoDB: %w", err)
	}
	database := cs.Database
	if database == "" {
		database = defaultDatabase
	}
	client, err := mongo.Connect(options.Client().ApplyURI(url).SetAppName("holdfast").
		SetServerSelectionTimeout(selectTimeout).SetTimeout(operationTimeout))
	if err != nil {
		return nil, fmt.Errorf("opening MongoDB: %w", err)
	}
	db := client.Database(database)
	return &Store{client: client, maps: db.Collection("maps"), layouts: db.Collection("layouts"),
		log: log, cache: make(map[string]*layout), last: make(map[booking.ShowtimeID]state)}, nil
}

// Close gives up the connections, waiting for operations under way.
func (s *Store) Close(ctx context.Context) error {
	if err := s.client.Disconnect(ctx); err != nil {
		return fmt.Errorf("closing MongoDB: %w", err)
	}
	return nil
}

// Ping reports whether the server answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.client.Ping(ctx, readpref.Primary()); err != nil {
		return fmt.Errorf("asking MongoDB whether it is there: %w", err)
	}
	return nil
}

// Version returns the version of a showtime's map without reading the map, or
// ErrNotFound.
func (s *Store) Version(ctx context.Context, id booking.ShowtimeID) (int64, error) {
	st, err := s.state(ctx, id, options.FindOne().SetProjection(bson.D{{Key: "state.version", Value: 1}, {Key: "state.layout", Value: 1}}))
	return st.Version, err
}

// Get returns a showtime's map, or ErrNotFound. The map is the caller's.
func (s *Store) Get(ctx context.Context, id booking.ShowtimeID) (booking.SeatMap, error) {
	st, err := s.state(ctx, id)
	if err != nil {
		return booking.SeatMap{}, err
	}
	l, err := s.layout(ctx, st.Layout)
	if err != nil {
		return booking.SeatMap{}, fmt.Errorf("reading the layout of showtime %s: %w", id, err)
	}
	m, err := l.join(id, st)
	if err != nil {
		return booking.SeatMap{}, fmt.Errorf("reading the map of showtime %s: %w", id, err)
	}
	return m, nil
}

func (s *Store) state(ctx context.Context, id booking.ShowtimeID, opts ...options.Lister[options.FindOneOptions]) (state, error) {
	var doc mapDoc
	err := s.maps.FindOne(ctx, bson.D{{Key: "_id", Value: id}}, opts...).Decode(&doc)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return state{}, ErrNotFound
	case err != nil:
		return state{}, fmt.Errorf("reading the map of showtime %s: %w", id, err)
	case doc.State.Layout == "": // of a shape that is not written, or not any more
		return doc.State, ErrNotFound
	}
	return doc.State, nil
}

// layout returns a layout from memory or from the database. A layout that is
// not there although a map names it is ErrNotFound: the database was tampered
// with, and replacing the map heals it.
func (s *Store) layout(ctx context.Context, digest string) (*layout, error) {
	s.cacheMu.Lock()
	l, ok := s.cache[digest]
	s.cacheMu.Unlock()
	if ok {
		return l, nil
	}
	var doc layoutDoc
	err := s.layouts.FindOne(ctx, bson.D{{Key: "_id", Value: digest}}).Decode(&doc)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return nil, ErrNotFound
	case err != nil:
		return nil, fmt.Errorf("reading layout %s: %w", digest, err)
	}
	l = doc.layout()
	s.remember(l)
	return l, nil
}

func (s *Store) remember(l *layout) {
	s.cacheMu.Lock()
	defer s.cacheMu.Unlock()
	if len(s.cache) >= maxLayouts {
		for digest := range s.cache { // any one: it is read again when it is needed
			delete(s.cache, digest)
			break
		}
	}
	s.cache[l.digest] = l
}
