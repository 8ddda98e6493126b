package rabbit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	amqp "github.com/rabbitmq/amqp091-go"

	"holdfast/internal/booking"
)

// Follow calls step with every step of a seat map that is told from now on,
// until ctx ends; then it returns nil. subscribed is called each time the
// subscription stands, before the first step that comes over it: steps told
// before may have been missed, those told after are not. Both are called from
// one goroutine and hold it up.
func (b *Broker) Follow(ctx context.Context, subscribed func(), step func(booking.Delta)) error {
	b.again(ctx, "not following the seat maps, trying again", b.topology.Live(), func() (bool, error) { return b.follow(ctx, subscribed, step) })
	return nil
}

func (b *Broker) follow(ctx context.Context, subscribed func(), step func(booking.Delta)) (stood bool, err error) {
	var deliveries <-chan amqp.Delivery
	ch, err := b.in.channel(ctx, func(ch *amqp.Channel) error {
		queue, err := b.topology.declareLive(ch)
		if err != nil {
			return err
		}
		// The queue ends with its consumer, and what is in it is of no use later:
		// no acknowledgements.
		deliveries, err = ch.Consume(queue, "", true, true, false, false, nil)
		if err != nil {
			return fmt.Errorf("subscribing: %w", err)
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, ch.end()) }()
	b.log.Info("following the seat maps", "exchange", b.topology.Live())
	subscribed()
	for {
		select {
		case <-ctx.Done():
			return true, nil
		case d, open := <-deliveries:
			if !open {
				return true, errors.New("the subscription ended")
			}
			var delta booking.Delta
			if err := json.Unmarshal(d.Body, &delta); err != nil {
				b.log.Error("a message is no step of a seat map and was skipped", "exchange", b.topology.Live(), "error", err)
				continue
			}
			step(delta)
		}
	}
}
