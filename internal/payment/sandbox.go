// Package payment holds the payment providers.
package payment

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"holdfast/internal/booking"
)

// Sandbox is the provider that comes with the engine: no money, and its answer
// stands in the token.
//
//   - tok_ok is good.
//   - tok_flaky fails twice and then is good.
//   - tok_slow is good when nobody waits for it any more.
//   - tok_declined is refused, and so is any token that it does not know.
//
// The zero value is ready. It may be used by many at once.
type Sandbox struct {
	mu       sync.Mutex
	failures map[string]int // of flaky charges that have not been answered yet, by the id of the charge
}

// flakyFailures is how often a charge with tok_flaky fails.
const flakyFailures = 2

// Authorize decides by the token, so that the same charge has the same answer
// however often it is asked for.
func (s *Sandbox) Authorize(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	if c.ID == "" || c.Amount.Minor < 0 {
		return booking.Authorization{}, errors.New("a charge needs an id and an amount")
	}
	promise := booking.Authorization{Reference: "sandbox_" + c.ID}
	switch c.Token {
	case "tok_ok":
		return promise, nil
	case "tok_flaky":
		if n := s.fail(c.ID); n <= flakyFailures {
			return booking.Authorization{}, fmt.Errorf("the sandbox lost the line, %d of %d times", n, flakyFailures)
		}
		return promise, nil
	case "tok_slow":
		<-ctx.Done()
		return booking.Authorization{}, fmt.Errorf("the sandbox takes its time: %w", ctx.Err())
	case "tok_declined":
		return booking.Authorization{Declined: true, Reason: "the card was declined"}, nil
	default:
		return booking.Authorization{Declined: true, Reason: "the sandbox does not know this token; it knows tok_ok, tok_declined, tok_flaky and tok_slow"}, nil
	}
}

// fail counts the tries of a flaky charge, and forgets it with the last of them.
func (s *Sandbox) fail(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failures == nil {
		s.failures = map[string]int{}
	}
	s.failures[id]++
	n := s.failures[id]
	if n > flakyFailures {
		delete(s.failures, id)
	}
	return n
}

// Capture takes nothing; the books are kept in PostgreSQL.
func (*Sandbox) Capture(context.Context, string, string) error { return nil }

// Void gives nothing back. A charge that was given up on is forgotten.
func (s *Sandbox) Void(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.failures, id)
	return nil
}

// Refund gives nothing back.
func (*Sandbox) Refund(context.Context, string, string) error { return nil }
