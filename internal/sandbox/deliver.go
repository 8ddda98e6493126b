package sandbox

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"

	"holdfast/internal/sandbox/sqlcgen"
)

const (
	poll        = 250 * time.Millisecond // how late a charge that decides by itself, or a retry, may be noticed
	worstPoll   = 5 * time.Second        // the same, while the database is away
	perSecond   = 200                    // messages, at most
	batch       = 50                     // messages in hand at a time
	atOnce      = 8                      // of them on the way
	sendTimeout = 5 * time.Second
)

// message is the body of a message, as Standard Webhooks has it.
type message struct {
	Type      string      `json:"type"`
	Timestamp time.Time   `json:"timestamp"`
	Data      messageData `json:"data"`
}

type messageData struct {
	ChargeID  string `json:"charge_id"`
	BookingID string `json:"booking_id"`
}

func newMessenger() *http.Client {
	return &http.Client{
		Timeout:   sendTimeout,
		Transport: &http.Transport{MaxIdleConnsPerHost: atOnce, IdleConnTimeout: time.Minute},
		// A message is for the address that was set, and for no other.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Run settles what decides by itself and delivers messages until ctx ends, and
// returns nil. A message is tried again, more and more seldom, until it is taken.
func (s *Server) Run(ctx context.Context) error {
	limit := rate.NewLimiter(perSecond, batch)
	wait := poll
	for ctx.Err() == nil {
		more, err := s.pass(ctx, limit)
		switch {
		case err == nil:
			wait = poll
		case ctx.Err() == nil:
			wait = min(2*wait, worstPoll)
			s.cfg.Log.WarnContext(ctx, "the sandbox's messages wait", "error", err)
		}
		if more && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-s.wake:
		case <-time.After(wait):
		}
	}
	return nil
}

// hurry wakes Run, which may be busy or not there at all.
func (s *Server) hurry() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// pass settles what is due and sends a batch of messages; more says that there may be another.
func (s *Server) pass(ctx context.Context, limit *rate.Limiter) (more bool, err error) {
	if err := s.settle(ctx); err != nil || s.cfg.WebhookURL == "" {
		return false, err
	}
	messages, err := s.q.ClaimMessages(ctx, batch)
	if err != nil {
		return false, fmt.Errorf("claiming messages: %w", err)
	}
	var sending errgroup.Group
	sending.SetLimit(atOnce)
	for _, m := range messages {
		if err := limit.Wait(ctx); err != nil {
			break // ctx has ended; the rest is due again later
		}
		sending.Go(func() error { return s.deliver(ctx, m) })
	}
	return len(messages) == batch, sending.Wait()
}

// deliver sends a message and forgets it when it was taken. The error is one of
// the database; the other side's is logged, and the message stays.
func (s *Server) deliver(ctx context.Context, m sqlcgen.Message) error {
	if err := s.send(ctx, m); err != nil {
		if ctx.Err() == nil {
			s.cfg.Log.WarnContext(ctx, "a message of the sandbox was not taken", "message", m.ID, "attempt", m.Attempts, "error", err)
		}
		return nil
	}
	// It was taken: that is written down also when everything is about to end.
	if err := s.q.DeleteMessage(context.WithoutCancel(ctx), m.ID); err != nil {
		return fmt.Errorf("forgetting a delivered message: %w", err)
	}
	return nil
}

func (s *Server) send(ctx context.Context, m sqlcgen.Message) error {
	body, err := json.Marshal(message{
		Type: m.Type, Timestamp: m.CreatedAt.UTC(), Data: messageData{ChargeID: m.ChargeID, BookingID: m.BookingID},
	})
	if err != nil {
		return err
	}
	// The time that is signed is that of the attempt, so that a late one is not too old.
	now := time.Now()
	signature, err := s.signer.Sign(m.ID, now, body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.cfg.WebhookURL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(standardwebhooks.HeaderWebhookID, m.ID)
	r.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	r.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	answer, err := s.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close() //nolint:errcheck // only its status was of interest
	if _, err := io.Copy(io.Discard, io.LimitReader(answer.Body, maxBody)); err != nil {
		return err
	}
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("the other side answers %s", answer.Status)
	}
	return nil
}
