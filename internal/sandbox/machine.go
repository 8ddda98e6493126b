package sandbox

import (
	"strings"
	"time"

	"holdfast/internal/sandbox/sqlcgen"
)

// The states of a charge.
const (
	open       = "open"
	authorized = "authorized"
	captured   = "captured"
	declined   = "declined"
	cancelled  = "cancelled"
)

// The tokens, and with them what becomes of a charge.
const (
	tokOK            = "tok_ok"
	tokDeclined      = "tok_declined"
	tokFlaky         = "tok_flaky"
	tokChallenge     = "tok_challenge"
	tokSlow          = "tok_slow"
	tokLost          = "tok_lost"
	tokTransfer      = "tok_transfer"
	tokLateTransfer  = "tok_late_transfer"
	tokUncollectable = "tok_uncollectable"
)

var tokens = []string{
	tokOK, tokDeclined, tokFlaky, tokChallenge, tokSlow, tokLost, tokTransfer, tokLateTransfer, tokUncollectable,
}

// flakyFailures is how often a flaky charge fails.
const flakyFailures = 2

// charge is a row that is locked, with what happened to it since.
type charge struct {
	sqlcgen.Charge
	now  time.Time // the database's
	news []string  // the types of the messages about it
}

// become moves the charge to another state.
func (c *charge) become(state string) {
	c.State, c.SettlesAt = state, nil
	if state == captured {
		c.Captured = c.Amount
	}
	c.news = append(c.news, "charge."+state)
}

// settle decides what decides by itself, when its time has come.
func (c *charge) settle() {
	if c.SettlesAt == nil || c.SettlesAt.After(c.now) {
		return
	}
	switch c.Token {
	case tokTransfer, tokLateTransfer:
		c.become(captured)
	default:
		c.become(authorized)
	}
}

// confirm asks for the money with a token, or goes on with the customer's answer.
func (c *charge) confirm(token string, late time.Duration) error {
	switch {
	case c.State != open, c.Token == "" && token == "":
		return nil
	case c.Token == "":
		c.Token = token
		return c.decide(late)
	case c.Token == tokFlaky:
		return c.decide(late)
	case c.Token == tokChallenge && token == "approve":
		c.become(authorized)
	case c.Token == tokChallenge && token == "decline":
		c.decline("the customer declined the challenge")
	}
	return nil
}

// decide is what the token says.
func (c *charge) decide(late time.Duration) error {
	switch c.Token {
	case tokOK, tokLost, tokUncollectable:
		c.become(authorized)
	case tokFlaky:
		if c.Failures < flakyFailures {
			c.Failures++
			return problem(codeFlaky, "the sandbox fails %d of %d times; ask again", c.Failures, flakyFailures)
		}
		c.become(authorized)
	case tokChallenge: // the customer's turn
	case tokTransfer:
		c.SettlesAt = &c.now
	case tokSlow, tokLateTransfer:
		at := c.now
		if c.Deadline != nil {
			at = *c.Deadline
		}
		at = at.Add(late)
		c.SettlesAt = &at
	case tokDeclined:
		c.decline("the card was declined")
	default:
		c.decline("the sandbox does not know this token; it knows " + strings.Join(tokens, ", "))
	}
	return nil
}

func (c *charge) decline(reason string) {
	c.Reason = reason
	c.become(declined)
}

// capture takes the money that was promised.
func (c *charge) capture() error {
	switch c.State {
	case authorized:
		if c.Token == tokUncollectable {
			c.become(cancelled)
			return problem(codeUncollectable, "the promise is void")
		}
		c.become(captured)
	case declined, cancelled:
		return problem(codeUncollectable, "the charge is %s", c.State)
	}
	return nil
}

// cancel gives up what was not taken and does not decide by itself.
func (c *charge) cancel() error {
	if c.State == authorized || c.State == open && c.SettlesAt == nil {
		c.become(cancelled)
	}
	return nil
}

// stay is the step of who only looks.
func (c *charge) stay() error { return nil }

// refund gives a part back.
func (c *charge) refund(amount int64, currency string) error {
	switch {
	case amount <= 0:
		return problem(codeInvalid, "a refund needs an amount above 0")
	case currency != c.Currency:
		return problem(codeInvalid, "the charge is in %s", c.Currency)
	case c.State != captured:
		return problem(codeConflict, "the charge is %s: there is nothing to give back", c.State)
	case amount > c.Captured-c.Refunded:
		return problem(codeConflict, "of the charge, %d is left to give back", c.Captured-c.Refunded)
	}
	c.Refunded += amount
	c.news = append(c.news, "charge.refunded")
	return nil
}

// challenged reports whether the charge waits for its customer.
func (c *charge) challenged() bool { return c.State == open && c.Token == tokChallenge }
