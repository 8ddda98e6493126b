// Package payment holds the payment providers.
package payment

import (
	"context"
	"errors"

	"holdfast/internal/booking"
)

// Sandbox is the provider that comes with the engine: no money, and its answer
// stands in the token. tok_ok is good, tok_declined is refused, and so is any
// token that it does not know.
type Sandbox struct{}

// Authorize decides by the token alone, so it is idempotent by nature.
func (Sandbox) Authorize(_ context.Context, c booking.Charge) (booking.Authorization, error) {
	if c.ID == "" || c.Amount.Minor < 0 {
		return booking.Authorization{}, errors.New("a charge needs an id and an amount")
	}
	switch c.Token {
	case "tok_ok":
		return booking.Authorization{Reference: "sandbox_" + c.ID}, nil
	case "tok_declined":
		return booking.Authorization{Declined: true, Reason: "the card was declined"}, nil
	default:
		return booking.Authorization{Declined: true, Reason: "the sandbox does not know this token; it knows tok_ok and tok_declined"}, nil
	}
}

// Capture takes nothing; the books are kept in PostgreSQL.
func (Sandbox) Capture(context.Context, string, string) error { return nil }

// Void gives nothing back.
func (Sandbox) Void(context.Context, string) error { return nil }

// Refund gives nothing back.
func (Sandbox) Refund(context.Context, string, string) error { return nil }
