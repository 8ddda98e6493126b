package rabbit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// Config says which broker and under which name.
type Config struct {
	URL      string // amqp:// or amqps://
	Exchange string // DefaultExchange if empty; all other names follow from it
	Name     string // of the process, as the broker's connection list shows it

	// DeliveryLimit is a property of the queue: changing it needs the queue to be
	// deleted first. 0 means 5.
	DeliveryLimit int
	// GiveBack is how long a batch is retried while what it needs is away, before
	// it goes back to the queue. It must be shorter than the broker's own patience
	// with an unacknowledged message (30 minutes by default). 0 means 5 minutes.
	GiveBack time.Duration
}

// Broker is this process's access to RabbitMQ. It is safe for concurrent use.
type Broker struct {
	topology Topology
	giveBack time.Duration
	log      *slog.Logger
	out, in  *link
	ask      *link      // for questions: they end their connection when they are given up, which must not hit consumers
	events   *publisher // to the topic exchange
	steps    *publisher // to the live exchange
	replays  *publisher
}

// Open makes a broker without waiting for it: connections are made when they are
// needed. An error means that the URL cannot be used.
func Open(cfg Config, log *slog.Logger) (*Broker, error) {
	if _, err := amqp.ParseURI(cfg.URL); err != nil {
		if wrapped := new(url.Error); errors.As(err, &wrapped) {
			err = wrapped.Err // without the URL, which holds a password
		}
		return nil, fmt.Errorf("reading the URL of RabbitMQ: %w", err)
	}
	if cfg.Exchange == "" {
		cfg.Exchange = DefaultExchange
	}
	if cfg.Name == "" {
		cfg.Name = "holdfast"
	}
	if cfg.DeliveryLimit <= 0 {
		cfg.DeliveryLimit = defaultDeliveryLimit
	}
	if cfg.GiveBack <= 0 {
		cfg.GiveBack = 5 * time.Minute
	}
	t := Topology{Exchange: cfg.Exchange, DeliveryLimit: cfg.DeliveryLimit}
	b := &Broker{topology: t, giveBack: cfg.GiveBack, log: log,
		out: newLink(cfg.URL, cfg.Name+" publishing", t, log),
		in:  newLink(cfg.URL, cfg.Name+" consuming", t, log),
		ask: newLink(cfg.URL, cfg.Name+" asking", t, log)}
	b.events, b.steps, b.replays = newPublisher(b.out, log), newPublisher(b.out, log), newPublisher(b.out, log)
	return b, nil
}

// Topology returns the names in use.
func (b *Broker) Topology() Topology { return b.topology }

// Ping reports whether the broker answers and has the topology.
func (b *Broker) Ping(ctx context.Context) error {
	ch, err := b.ask.channel(ctx, nil)
	if err != nil {
		return err
	}
	return ch.end()
}

// Close ends all connections. Consume, Follow and publishing must have ended.
func (b *Broker) Close() error { return errors.Join(b.out.close(), b.in.close(), b.ask.close()) }

// Waits between attempts grow from the first to the last and never end.
const (
	firstWait = 100 * time.Millisecond
	lastWait  = 5 * time.Second
)

// pause waits before attempt number attempt+1, attempt counting from 0, and
// reports whether ctx is still alive. Half of each wait is random, so that many
// processes do not come back in step.
func pause(ctx context.Context, attempt int) bool {
	wait := min(lastWait, firstWait<<min(attempt, 10))
	wait = wait/2 + rand.N(wait/2)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// again runs one session after the other until ctx ends. A session that was of
// use makes the waits between them short again.
func (b *Broker) again(ctx context.Context, complaint, name string, session func() (useful bool, err error)) {
	for attempt := 0; ctx.Err() == nil; attempt++ {
		useful, err := session()
		if ctx.Err() != nil {
			return
		}
		if useful {
			attempt = 0
		}
		b.log.Warn(complaint, "name", name, "error", err)
		if !pause(ctx, attempt) {
			return
		}
	}
}
