package rabbit

import (
	"context"
	"errors"
	"fmt"

	amqp "github.com/rabbitmq/amqp091-go"
)

// Depths are the numbers of messages that wait in the queues.
type Depths struct{ SeatMap, Dead int }

// Depths asks the broker how many messages wait.
func (b *Broker) Depths(ctx context.Context) (d Depths, err error) {
	ch, err := b.ask.channel(ctx, nil)
	if err != nil {
		return Depths{}, err
	}
	defer func() { err = errors.Join(err, ch.end()) }()
	defer b.ask.dropWhenDone(ctx, ch.socket)()
	for name, n := range map[string]*int{b.topology.SeatMapQueue(): &d.SeatMap, b.topology.Dead(): &d.Dead} {
		q, err := ch.QueueDeclarePassive(name, true, false, false, false, nil)
		if err != nil {
			return Depths{}, fmt.Errorf("asking for the depth of %s: %w", name, err)
		}
		*n = q.Messages
	}
	return d, nil
}

// Replay sends the messages that were set aside back to the queue they came
// from, each of those that are there at the start once, and returns how many.
// A message leaves the dead letters only when the broker has it elsewhere; one
// that cannot be processed this time either comes back behind the others.
func (b *Broker) Replay(ctx context.Context) (replayed int, err error) {
	depths, err := b.Depths(ctx)
	if err != nil {
		return 0, err
	}
	ch, err := b.ask.channel(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, ch.end()) }()
	defer b.ask.dropWhenDone(ctx, ch.socket)()
	for replayed < depths.Dead {
		d, found, err := ch.Get(b.topology.Dead(), false)
		if err != nil {
			return replayed, fmt.Errorf("taking a dead letter: %w", err)
		}
		if !found {
			return replayed, nil
		}
		replays := amqp.Table{replaysHeader: replays(d) + 1}
		if err := b.send(ctx, b.topology.SeatMapQueue(), d, replays); err != nil {
			return replayed, err
		}
		if err := d.Ack(false); err != nil {
			return replayed, fmt.Errorf("taking message %s out of the dead letters: %w", letterID(d), err)
		}
		replayed++
	}
	return replayed, nil
}
