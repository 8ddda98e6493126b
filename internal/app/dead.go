package app

import (
	"context"
	"errors"
	"log/slog"

	"holdfast/internal/config"
	"holdfast/internal/rabbit"
)

// ReplayDead sends the messages that were set aside back to the projection, and
// returns how many.
func ReplayDead(ctx context.Context, cfg config.Config, log *slog.Logger) (n int, err error) {
	err = withBroker(cfg, log, func(b *rabbit.Broker) error {
		n, err = b.Replay(ctx)
		return err
	})
	return n, err
}

// DeadLetters returns the messages that were set aside, and leaves them where they are.
func DeadLetters(ctx context.Context, cfg config.Config, log *slog.Logger) (letters []rabbit.DeadLetter, err error) {
	err = withBroker(cfg, log, func(b *rabbit.Broker) error {
		letters, err = b.DeadLetters(ctx)
		return err
	})
	return letters, err
}

// DropDead throws away the message with the id that was set aside, or every one
// where id is empty, and returns how many.
func DropDead(ctx context.Context, cfg config.Config, log *slog.Logger, id string) (n int, err error) {
	err = withBroker(cfg, log, func(b *rabbit.Broker) error {
		n, err = b.DropDead(ctx, id)
		return err
	})
	return n, err
}

func withBroker(cfg config.Config, log *slog.Logger, use func(*rabbit.Broker) error) (err error) {
	if err := cfg.Require("HOLDFAST_AMQP_URL"); err != nil {
		return err
	}
	broker, err := rabbit.Open(rabbit.Config{URL: cfg.AMQPURL, Exchange: cfg.Exchange, Name: "holdfast dead"}, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, broker.Close()) }()
	return use(broker)
}
