package rabbit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	amqp "github.com/rabbitmq/amqp091-go"

	"holdfast/internal/booking"
)

const (
	eventContentType = "application/cloudevents+json"
	stepContentType  = "application/json"
	// inFlight bounds the messages sent ahead of their confirms.
	inFlight = 256
)

// Publish sends rows as events and returns the ids of those that the broker has
// taken over for good: confirmed, and routed to at least one queue. A message
// that no queue wants is not published; it is logged and missing in done. An
// error says why the rest was not published; done holds either way.
func (b *Broker) Publish(ctx context.Context, rows []booking.OutboxRow) (done []int64, err error) {
	messages := make([]message, len(rows))
	for i, r := range rows {
		messages[i] = message{exchange: b.topology.Exchange, key: string(r.Type), mandatory: true,
			body: amqp.Publishing{ContentType: eventContentType, DeliveryMode: amqp.Persistent,
				MessageId: r.EventID, Type: string(r.Type), Body: r.Payload}}
	}
	taken, err := b.events.publish(ctx, messages)
	done = make([]int64, 0, len(rows))
	for i, ok := range taken {
		if ok {
			done = append(done, rows[i].ID)
		}
	}
	if err != nil {
		return done, fmt.Errorf("publishing %d events: %w", len(rows), err)
	}
	return done, nil
}

// Tell sends steps of seat maps to every node that follows them at this moment.
// Nil means that the broker has passed them on to each of those, if any.
func (b *Broker) Tell(ctx context.Context, steps []booking.Delta) error {
	messages := make([]message, len(steps))
	for i, s := range steps {
		body, err := json.Marshal(s)
		if err != nil {
			return fmt.Errorf("writing a step of showtime %s: %w", s.ShowtimeID, err)
		}
		messages[i] = message{exchange: b.topology.Live(), body: amqp.Publishing{
			ContentType: stepContentType, DeliveryMode: amqp.Transient, Body: body}}
	}
	taken, err := b.steps.publish(ctx, messages)
	if err != nil {
		return fmt.Errorf("telling %d steps: %w", len(steps), err)
	}
	for i, ok := range taken {
		if !ok {
			return fmt.Errorf("telling a step of showtime %s: %w", steps[i].ShowtimeID, errRefused)
		}
	}
	return nil
}

var errRefused = errors.New("RabbitMQ refused the message")

type message struct {
	exchange, key string
	mandatory     bool // one that no queue wants counts as not published; needs a MessageId
	body          amqp.Publishing
}

// publisher sends batches over a channel of its own, one batch at a time.
type publisher struct {
	link *link
	log  *slog.Logger

	turn    chan struct{} // held while the fields below are used
	ch      *session
	returns chan amqp.Return
}

func newPublisher(l *link, log *slog.Logger) *publisher {
	return &publisher{link: l, log: log, turn: make(chan struct{}, 1)}
}

// publish sends the messages in order and reports for each whether the broker
// has it for good. With an error, those that it does not report may or may not
// have been delivered.
func (p *publisher) publish(ctx context.Context, messages []message) ([]bool, error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	taken := make([]bool, 0, len(messages))
	for len(messages) > 0 {
		n := min(len(messages), inFlight)
		part, err := p.send(ctx, messages[:n])
		taken = append(taken, part...)
		if err != nil {
			return taken, err
		}
		messages = messages[n:]
	}
	return taken, nil
}

// send needs the turn and at most inFlight messages. Confirms are waited for
// until ctx ends, but not for ever.
func (p *publisher) send(ctx context.Context, messages []message) ([]bool, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	if err := p.open(ctx); err != nil {
		return nil, err
	}
	if p.link.blocked.Load() {
		return nil, ErrBlocked
	}
	confirms := make([]*amqp.DeferredConfirmation, 0, len(messages))
	var failure error
	for _, m := range messages {
		c, err := p.ch.PublishWithDeferredConfirm(m.exchange, m.key, m.mandatory, false, m.body)
		if err != nil {
			failure = fmt.Errorf("sending: %w", err)
			break
		}
		confirms = append(confirms, c)
	}
	for _, c := range confirms {
		if failure != nil {
			break
		}
		if _, err := c.WaitContext(ctx); err != nil {
			failure = fmt.Errorf("waiting for the confirm: %w", err)
		}
	}
	if failure == nil && p.ch.IsClosed() {
		failure = errors.New("the channel was closed while messages were on their way")
	}
	returned := p.returned()
	taken := make([]bool, len(messages))
	for i, c := range confirms {
		taken[i] = isDone(c) && c.Acked() && !returned[messages[i].body.MessageId]
	}
	if failure != nil {
		// What is still on its way belongs to this channel; the next batch starts
		// on another, with nothing left over. A channel that is still open did not
		// get its confirms in time: then the whole connection is doubtful.
		if !p.ch.IsClosed() {
			p.ch.drop(p.log)
		}
		p.ch = nil
	}
	return taken, failure
}

// returned drains the returns of a batch into a set of message ids. The broker
// sends a return before the confirm of the same message, so after the confirms
// they are all here.
func (p *publisher) returned() map[string]bool {
	found := make(map[string]bool)
	for {
		select {
		case r, open := <-p.returns:
			if !open {
				return found
			}
			found[r.MessageId] = true
			p.log.Error("no queue wants this message; it was not published",
				"message", r.MessageId, "type", r.RoutingKey, "exchange", r.Exchange, "reply", r.ReplyText)
		default:
			return found
		}
	}
}

func (p *publisher) open(ctx context.Context) error {
	if p.ch != nil && !p.ch.IsClosed() {
		return nil
	}
	p.ch = nil
	ch, err := p.link.channel(ctx, func(ch *amqp.Channel) error { return ch.Confirm(false) })
	if err != nil {
		return err
	}
	// The reader of the connection waits for room in this channel, so there is
	// room for every message of a batch.
	p.ch, p.returns = ch, ch.NotifyReturn(make(chan amqp.Return, inFlight))
	return nil
}

func isDone(c *amqp.DeferredConfirmation) bool {
	select {
	case <-c.Done():
		return true
	default:
		return false
	}
}
