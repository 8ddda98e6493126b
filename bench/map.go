package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"holdfast/internal/booking"
	"holdfast/internal/rig"
)

// mapTopic reads the map of a showtime with 300 seats, whole and when it has not changed.
func mapTopic(ctx context.Context, s *scene) ([]measure, func() error, error) {
	show, err := s.OpenSale(ctx, hallOf(perHall))
	if err != nil {
		return nil, nil, err
	}
	path := "/v1/showtimes/" + string(show) + "/seats"
	var whole constant
	if err := rig.Until(ctx, time.Minute, "the map is there", func(ctx context.Context) (string, error) {
		whole, err = fetch(ctx, "http://"+s.api+path, "")
		if err != nil || whole.Status != http.StatusOK {
			return fmt.Sprintf("%d %s %v", whole.Status, whole.Body, err), nil
		}
		return "", nil
	}); err != nil {
		return nil, nil, err
	}
	etag := whole.Header.Get("ETag")
	unchanged, err := fetch(ctx, "http://"+s.api+path, etag)
	if err != nil || unchanged.Status != http.StatusNotModified {
		return nil, nil, fmt.Errorf("asked again with its ETag %q, the map is answered with %d (%w)", etag, unchanged.Status, err)
	}
	plain, err := s.startPlain(ctx)
	if err != nil {
		return nil, nil, err
	}
	find, findState, disconnect, err := s.findMap(show)
	if err != nil {
		return nil, nil, err
	}
	maps := s.getting("GET seats", s.api, path, whole)
	constantWhole := s.getting("the same bytes from gin", plain, "/constant", whole)
	constantWhole.ready = func(ctx context.Context) error { return s.setPlain(ctx, whole) }
	unless := "If-None-Match: " + etag // which both are asked, whoever reads it
	constantNone := s.getting("a constant 304 from gin", plain, "/constant", unchanged, unless)
	constantNone.ready = func(ctx context.Context) error { return s.setPlain(ctx, unchanged) }
	return []measure{
		{name: "map", title: fmt.Sprintf("seat maps of %d seats read, %d bytes each", perHall, len(whole.Body)), unit: "per second",
			subject: maps, baselines: []side{constantWhole}, target: atLeast(0.90)},
		{name: "map_unchanged", title: "the same with If-None-Match, answered with 304", unit: "per second",
			subject: s.getting("GET seats, unchanged", s.api, path, unchanged, unless), baselines: []side{constantNone}, target: atLeast(0.90)},
		{name: "map_find", title: "seat maps read from the API, against the same map found in MongoDB", unit: "per second",
			subject: maps, baselines: []side{find}, target: atLeast(20)},
		{name: "map_find_state", title: "the same, against the find of what changes of a map only", unit: "per second",
			subject: maps, baselines: []side{findState}, target: atLeast(20)},
	}, disconnect, nil
}

// fetch gets a page as a constant, with the headers that matter.
func fetch(ctx context.Context, url, etag string) (constant, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return constant{}, err
	}
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	return ask(req)
}

// getting is a closed load of GETs, each of which has to have this answer, in status and
// size.
func (s *scene) getting(name, host, path string, want constant, headers ...string) side {
	text := request(http.MethodGet, host, path, "", headers...)
	return side{name: name, take: func(ctx context.Context, long time.Duration) (sample, error) {
		all := wires(host, s.clients)
		defer hangUp(all)
		t := closed(ctx, s.clients, long, func(ctx context.Context, n int) error {
			body, err := all[n].expect(ctx, want.Status, text)
			if err == nil && len(body) != len(want.Body) {
				err = fmt.Errorf("%d bytes came, not %d", len(body), len(want.Body))
			}
			return err
		})
		return t.sample(t.rate()), nil
	}}
}

// findMap is MongoDB's own find, by the driver that the engine has: of all that is in the
// answer, which is two documents, and of the one that changes.
func (s *scene) findMap(show booking.ShowtimeID) (whole, state side, disconnect func() error, err error) {
	client, err := mongo.Connect(options.Client().ApplyURI(s.cfg.MongoURL).SetTimeout(answerWithin))
	if err != nil {
		return side{}, side{}, nil, err
	}
	disconnect = func() error {
		ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
		defer cancel()
		return client.Disconnect(ctx)
	}
	db := client.Database("holdfast")
	maps, layouts := db.Collection("maps"), db.Collection("layouts")
	finding := func(name string, find func(ctx context.Context) error) side {
		return side{name: name, take: func(ctx context.Context, long time.Duration) (sample, error) {
			t := closed(ctx, s.clients, long, func(ctx context.Context, _ int) error { return find(ctx) })
			return t.sample(t.rate()), nil
		}}
	}
	whole = finding("MongoDB's finds of the map", func(ctx context.Context) error {
		found, err := maps.FindOne(ctx, bson.D{{Key: "_id", Value: show}}).Raw()
		if err != nil {
			return err
		}
		_, err = layouts.FindOne(ctx, bson.D{{Key: "_id", Value: found.Lookup("state", "layout").StringValue()}}).Raw()
		return err
	})
	state = finding("MongoDB's find of its state", func(ctx context.Context) error {
		_, err := maps.FindOne(ctx, bson.D{{Key: "_id", Value: show}}).Raw()
		return err
	})
	return whole, state, disconnect, nil
}
