package rabbit

import (
	"context"
	"errors"
	"fmt"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"holdfast/internal/booking"
)

const (
	// maxBatch bounds the events that are handled together; prefetch is as large,
	// so that a batch is what the broker has already sent.
	maxBatch = 256
	// linger is how long a batch in hand may go on after the program was asked to
	// stop.
	linger = 5 * time.Second
)

// Handler is what the events are for.
type Handler interface {
	// Ready returns nil when Handle has what it needs. It is asked before events
	// are taken from the queue: an event that waits there costs nothing, one that
	// goes back counts against its delivery limit on brokers before 4.3.
	Ready(ctx context.Context) error
	// Handle makes all the events count, in any order and however often they
	// come. An error means that it may work later: the same events come again.
	Handle(ctx context.Context, events []booking.Event) error
}

var errGivenBack = errors.New("what the events need is away for long; they went back to the queue")

// Consume feeds the events of the seat map queue to h until ctx ends, and then
// lets the batch in hand finish. It returns nil: whatever else happens, it waits
// and tries again.
//
// A message that is no event can never be understood and is set aside at once.
// The delivery limit of the queue is for events that end the process.
func (b *Broker) Consume(ctx context.Context, h Handler) error {
	b.again(ctx, "not consuming events, trying again", b.topology.SeatMapQueue(), func() (bool, error) { return b.consume(ctx, h) })
	return nil
}

// consume is one session of Consume: one channel from its opening to its end.
// worked says whether any event was acknowledged.
func (b *Broker) consume(ctx context.Context, h Handler) (worked bool, err error) {
	if err := h.Ready(ctx); err != nil {
		return false, fmt.Errorf("waiting for what the events need: %w", err)
	}
	var deliveries <-chan amqp.Delivery
	ch, err := b.in.channel(ctx, func(ch *amqp.Channel) (err error) {
		if err := ch.Qos(maxBatch, 0, false); err != nil {
			return fmt.Errorf("setting the prefetch: %w", err)
		}
		deliveries, err = ch.Consume(b.topology.SeatMapQueue(), "", false, false, false, false, nil)
		if err != nil {
			return fmt.Errorf("subscribing: %w", err)
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, ch.end()) }()
	gone := ch.NotifyClose(make(chan *amqp.Error, 1))
	b.log.Info("consuming events", "queue", b.topology.SeatMapQueue())
	for {
		batch := drain(ctx, deliveries)
		if len(batch) == 0 {
			return worked, errors.New("the subscription ended")
		}
		if err := b.handle(ctx, h, ch, gone, batch); err != nil {
			return worked, err
		}
		worked = true
	}
}

// drain waits for a delivery and takes along those that are already here. It
// returns none when ctx or the subscription ends.
func drain(ctx context.Context, deliveries <-chan amqp.Delivery) []amqp.Delivery {
	if ctx.Err() != nil {
		return nil
	}
	var batch []amqp.Delivery
	select {
	case d, open := <-deliveries:
		if !open {
			return nil
		}
		batch = append(batch, d)
	case <-ctx.Done():
		return nil
	}
	for len(batch) < maxBatch {
		select {
		case d, open := <-deliveries:
			if !open {
				return batch
			}
			batch = append(batch, d)
		default:
			return batch
		}
	}
	return batch
}

// handle sees a batch through: poison aside, events to h, then acknowledged.
func (b *Broker) handle(ctx context.Context, h Handler, ch *session, gone <-chan *amqp.Error, batch []amqp.Delivery) error {
	events := make([]booking.Event, 0, len(batch))
	var last uint64 // of the deliveries that are events
	for _, d := range batch {
		e, err := booking.ParseEvent(d.Body)
		if err != nil {
			b.log.Error("a message is no event and was set aside", "queue", b.topology.SeatMapQueue(),
				"dead_letters", b.topology.Dead(), "message", d.MessageId, "type", d.Type, "error", err)
			if err := d.Reject(false); err != nil {
				return fmt.Errorf("setting a message aside: %w", err)
			}
			continue
		}
		events, last = append(events, e), d.DeliveryTag
	}
	if len(events) == 0 {
		return nil
	}
	if err := b.retry(ctx, h, gone, events); err != nil {
		if errors.Is(err, errGivenBack) {
			// A nack, unlike a reject, does not count as a failure since 4.3.
			return errors.Join(err, ch.Nack(last, true, true))
		}
		return err
	}
	if err := ch.Ack(last, true); err != nil {
		return fmt.Errorf("acknowledging %d events: %w", len(events), err)
	}
	return nil
}

// retry handles events until it worked, for as long as the batch may be kept.
func (b *Broker) retry(ctx context.Context, h Handler, gone <-chan *amqp.Error, events []booking.Event) error {
	work, cancel := lingering(ctx, linger)
	defer cancel()
	giveBack := time.Now().Add(b.giveBack)
	for attempt := 0; ; attempt++ {
		err := h.Handle(work, events)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return err
		}
		if time.Now().After(giveBack) {
			return fmt.Errorf("%w: %w", errGivenBack, err)
		}
		b.log.Warn("events could not be handled, trying again", "events", len(events), "error", err)
		pause(ctx, attempt)
		select {
		case reason, open := <-gone:
			if open && reason != nil {
				return fmt.Errorf("the subscription ended while events were tried again: %w", reason)
			}
			return errors.New("the subscription ended while events were tried again")
		default:
		}
		if ctx.Err() != nil {
			return err
		}
	}
}

// lingering returns a context that ends a while after ctx.
func lingering(ctx context.Context, after time.Duration) (context.Context, context.CancelFunc) {
	out, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(after)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-out.Done():
		}
	})
	return out, func() { stop(); cancel() }
}
