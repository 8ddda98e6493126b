package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"holdfast/internal/rabbit"
	"holdfast/internal/rig"
)

// venom is what nobody can understand.
var venom = []string{"no JSON at all", `{"specversion":"1.0"`, `{"specversion":"1.0","id":"","type":"booking.held","data":{}}`}

// poison puts messages into the projection's queue, past everything that checks them.
func poison(_ context.Context, r *scene) error {
	conn, err := amqp.Dial(r.cfg.AMQPURL)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // what was confirmed is there
	ch, err := conn.Channel()
	if err != nil {
		return err
	}
	if err := ch.Confirm(false); err != nil {
		return err
	}
	for _, body := range venom {
		c, err := ch.PublishWithDeferredConfirm("", rabbit.Topology{Exchange: r.cfg.Exchange}.SeatMapQueue(), true, false, amqp.Publishing{Body: []byte(body)})
		if err != nil {
			return err
		}
		if !c.Wait() {
			return errors.New("the broker does not take the poison")
		}
	}
	return nil
}

// cure waits until all of it has been set aside, and throws it away as an operator does.
func cure(ctx context.Context, r *scene) error {
	err := rig.Until(ctx, 30*time.Second, "the poison is set aside", func(ctx context.Context) (string, error) {
		out, err := r.command(ctx, "dead", "list", "--json")
		var letters []rabbit.DeadLetter
		if err != nil || json.Unmarshal(out, &letters) != nil {
			return string(out), nil
		}
		if len(letters) != len(venom) {
			return fmt.Sprintf("%d of %d are", len(letters), len(venom)), nil
		}
		return "", nil
	})
	if err != nil {
		return err
	}
	out, err := r.command(ctx, "dead", "drop", "--all")
	if want := fmt.Sprintf("%d messages were thrown away", len(venom)); err != nil || !strings.Contains(string(out), want) {
		return fmt.Errorf("`holdfast dead drop --all` says %q (%w)", out, err)
	}
	return nil
}

// empty drops all seat maps.
func empty(ctx context.Context, r *scene) error {
	u, err := url.Parse(r.cfg.MongoURL)
	if err != nil {
		return err
	}
	c, err := mongo.Connect(options.Client().ApplyURI(r.cfg.MongoURL))
	if err != nil {
		return err
	}
	err = c.Database(strings.TrimPrefix(u.Path, "/")).Collection("maps").Drop(ctx)
	return errors.Join(err, c.Disconnect(ctx))
}

// rebuild makes them anew, as an operator does, while bookings go on.
func rebuild(ctx context.Context, r *scene) error {
	if out, err := r.command(ctx, "rebuild"); err != nil {
		return fmt.Errorf("`holdfast rebuild`: %w: %s", err, out)
	}
	return nil
}
