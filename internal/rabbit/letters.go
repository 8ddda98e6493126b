package rabbit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"holdfast/internal/booking"
)

// DeadLetter is a message that was set aside. Of one that is no event, what can be
// read of it is there.
type DeadLetter struct {
	ID         string             `json:"id"` // the message's own, or a digest of its body where it has none
	Type       string             `json:"type,omitempty"`
	ShowtimeID booking.ShowtimeID `json:"showtimeId,omitempty"`
	Version    int64              `json:"version,omitempty"`
	Why        string             `json:"why"`
	Times      int                `json:"times"`       // how often it was set aside, replays between them
	At         time.Time          `json:"at,omitzero"` // when it was set aside last; zero where the broker does not say
}

const (
	// replaysHeader counts how often a message was sent back. The broker's own count
	// begins anew with each of them.
	replaysHeader = "x-holdfast-replays"
	// renewAt is how often a letter may have gone back to its queue before it is put
	// there anew. RabbitMQ 4 gives up a message of a quorum queue that comes back for
	// the 20th time, and looking at a letter is such a time.
	renewAt = 10
)

// errNoLetter says that nothing with that id was set aside.
var errNoLetter = errors.New("no message with this id is set aside")

// DeadLetters returns what was set aside, oldest first, and leaves it where it is.
func (b *Broker) DeadLetters(ctx context.Context) ([]DeadLetter, error) {
	letters := []DeadLetter{}
	err := b.eachLetter(ctx, func(d amqp.Delivery) (bool, error) {
		letters = append(letters, letter(d))
		return false, nil
	})
	return letters, err
}

// DropDead throws away the messages with the id that were set aside, or all of
// those that are there at the start, where id is empty. It returns how many.
func (b *Broker) DropDead(ctx context.Context, id string) (int, error) {
	dropped := 0
	err := b.eachLetter(ctx, func(d amqp.Delivery) (bool, error) {
		drop := id == "" || letterID(d) == id
		if drop {
			dropped++
		}
		return drop, nil
	})
	if err == nil && dropped == 0 && id != "" {
		err = fmt.Errorf("%w: %q; `holdfast dead list` shows them", errNoLetter, id)
	}
	return dropped, err
}

// eachLetter takes every dead letter in hand that is there at the start. One that
// visit has done with leaves the queue; the others go back to their places when all
// were looked at.
func (b *Broker) eachLetter(ctx context.Context, visit func(d amqp.Delivery) (done bool, err error)) (err error) {
	depths, err := b.Depths(ctx)
	if err != nil {
		return err
	}
	ch, err := b.ask.channel(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ch.end()) }()
	defer b.ask.dropWhenDone(ctx, ch.socket)()
	for range depths.Dead {
		d, found, err := ch.Get(b.topology.Dead(), false)
		if err != nil {
			return fmt.Errorf("looking at a dead letter: %w", err)
		}
		if !found {
			return nil
		}
		done, err := visit(d)
		if err != nil {
			return err
		}
		if !done && number(d.Headers["x-delivery-count"]) >= renewAt {
			if err := b.resend(ctx, d, d.Headers); err != nil {
				return err
			}
			done = true
		}
		if done {
			if err := d.Ack(false); err != nil {
				return fmt.Errorf("taking message %s out of the dead letters: %w", letterID(d), err)
			}
		}
	}
	return nil
}

// resend puts a letter behind the others in its own queue.
func (b *Broker) resend(ctx context.Context, d amqp.Delivery, headers amqp.Table) error {
	delete(headers, "x-delivery-count") // the broker's
	return b.send(ctx, b.topology.Dead(), d, headers)
}

// send gives a letter to a queue, and returns when the broker has it there.
func (b *Broker) send(ctx context.Context, queue string, d amqp.Delivery, headers amqp.Table) error {
	id := d.MessageId
	if id == "" {
		id = letterID(d) // a message that must be in a queue needs one
	}
	taken, err := b.replays.publish(ctx, []message{{key: queue, mandatory: true,
		body: amqp.Publishing{ContentType: d.ContentType, DeliveryMode: amqp.Persistent,
			MessageId: id, Type: d.Type, Body: d.Body, Headers: headers}}})
	if err != nil {
		return fmt.Errorf("sending message %s to %s: %w", id, queue, err)
	}
	if !taken[0] {
		return fmt.Errorf("sending message %s to %s: %w", id, queue, errRefused)
	}
	return nil
}

// letter reads what can be read of a dead letter.
func letter(d amqp.Delivery) DeadLetter {
	l := DeadLetter{ID: letterID(d), Type: d.Type, Times: 1 + int(replays(d))}
	var loose struct {
		Type string `json:"type"`
		Data struct {
			ShowtimeID booking.ShowtimeID `json:"showtimeId"`
			Version    int64              `json:"version"`
		} `json:"data"`
	}
	if json.Unmarshal(d.Body, &loose) == nil { // one that is no JSON has nothing to be read
		l.ShowtimeID, l.Version = loose.Data.ShowtimeID, loose.Data.Version
		if l.Type == "" {
			l.Type = loose.Type
		}
	}
	reason := ""
	if deaths, ok := d.Headers["x-death"].([]any); ok && len(deaths) > 0 {
		if death, ok := deaths[0].(amqp.Table); ok { // the newest
			reason, _ = death["reason"].(string)
			l.At, _ = death["time"].(time.Time)
		}
	}
	_, err := booking.ParseEvent(d.Body)
	switch {
	case err != nil:
		l.Why = err.Error()
	case reason == "delivery_limit":
		l.Why = "the projection died with it in hand, again and again"
	case reason != "":
		l.Why = "it is an event; the queue gave it up: " + reason
	default:
		l.Why = "it is an event; the broker does not say"
	}
	return l
}

func letterID(d amqp.Delivery) string {
	if d.MessageId != "" {
		return d.MessageId
	}
	sum := sha256.Sum256(d.Body)
	return "body-" + hex.EncodeToString(sum[:6])
}

// replays is how often a letter was sent back. Anybody may have written the header.
func replays(d amqp.Delivery) int64 {
	return min(max(number(d.Headers[replaysHeader]), 0), math.MaxInt32-1)
}

// number reads a header in any of the widths in which a broker or a client writes it.
func number(v any) int64 {
	switch n := v.(type) {
	case int64:
		return n
	case int32:
		return int64(n)
	case int:
		return int64(n)
	default:
		return 0
	}
}
