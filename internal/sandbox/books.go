package sandbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"holdfast/internal/sandbox/sqlcgen"
)

// order is what a caller wants to be paid for.
type order struct {
	BookingID string     `json:"booking_id"`
	Amount    int64      `json:"amount"`
	Currency  string     `json:"currency"`
	Deadline  *time.Time `json:"deadline"`
}

// write is a kind of write whose first answer a lost charge loses; empty is none.
type write string

// step is one step of a charge, in the transaction that has it locked.
type step func(ctx context.Context, q *sqlcgen.Queries, c *charge) error

// put makes the charge when it is not there yet, and then takes the step.
func (s *Server) put(ctx context.Context, id string, o order, kind write, next step) (charge, bool, error) {
	made := func(ctx context.Context, q *sqlcgen.Queries) error {
		return q.InsertCharge(ctx, sqlcgen.InsertChargeParams{
			ID: id, BookingID: o.BookingID, Amount: o.Amount, Currency: o.Currency, Deadline: o.Deadline,
		})
	}
	return s.changeAfter(ctx, made, id, kind, func(ctx context.Context, q *sqlcgen.Queries, c *charge) error {
		if c.BookingID != o.BookingID || c.Amount != o.Amount || c.Currency != o.Currency {
			return problem(codeConflict, "there is a charge of this id, of another booking or amount")
		}
		return next(ctx, q, c)
	})
}

// change takes a step of a charge, and says how it stands then and whether the
// answer is to be lost. What the step refuses is an error, and is kept too: it
// may have been counted.
func (s *Server) change(ctx context.Context, id string, kind write, next step) (charge, bool, error) {
	return s.changeAfter(ctx, nil, id, kind, next)
}

// changeAfter is change, with what is to be done first in the same transaction.
func (s *Server) changeAfter(ctx context.Context, first func(context.Context, *sqlcgen.Queries) error, id string, kind write, next step) (c charge, lost bool, err error) {
	var refused *refusal
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		q := s.q.WithTx(tx)
		if first != nil {
			if err := first(ctx, q); err != nil {
				return err
			}
		}
		row, err := q.LockCharge(ctx, id)
		if errors.Is(err, pgx.ErrNoRows) {
			return problem(codeNotFound, "there is no charge of this id")
		} else if err != nil {
			return err
		}
		c = charge{Charge: row.Charge, now: row.Now}
		before := c.Charge
		c.settle()
		if err := next(ctx, q, &c); err != nil && !errors.As(err, &refused) {
			return err
		}
		if kind != "" && c.Token == tokLost && !slices.Contains(c.Lost, string(kind)) {
			c.Lost, lost = append(slices.Clone(c.Lost), string(kind)), true
		}
		return s.save(ctx, q, &c, before)
	})
	if err != nil {
		return charge{}, false, err
	}
	if refused != nil {
		return charge{}, lost, refused
	}
	if len(c.news) > 0 {
		s.hurry()
	}
	return c, lost, nil
}

// save writes what has changed, and the messages about it.
func (s *Server) save(ctx context.Context, q *sqlcgen.Queries, c *charge, before sqlcgen.Charge) error {
	if len(c.news) == 0 && c.Token == before.Token && c.Failures == before.Failures && len(c.Lost) == len(before.Lost) {
		return nil
	}
	if err := q.SaveCharge(ctx, sqlcgen.SaveChargeParams{
		ID: c.ID, State: c.State, Reason: c.Reason, Token: c.Token, Captured: c.Captured, Refunded: c.Refunded,
		Failures: c.Failures, Lost: c.Lost, SettlesAt: c.SettlesAt,
	}); err != nil {
		return err
	}
	if s.cfg.WebhookURL == "" {
		return nil
	}
	for _, kind := range c.news {
		if err := q.InsertMessage(ctx, sqlcgen.InsertMessageParams{Type: kind, ChargeID: c.ID, BookingID: c.BookingID}); err != nil {
			return err
		}
	}
	return nil
}

// refund gives back once for each id.
func refund(id string, amount int64, currency string) step {
	return func(ctx context.Context, q *sqlcgen.Queries, c *charge) error {
		conflict := problem(codeConflict, "there is a refund of this id, of another charge or amount")
		made, err := q.Refund(ctx, id)
		if err == nil {
			if made.ChargeID != c.ID || made.Amount != amount || currency != c.Currency {
				return conflict
			}
			return nil
		} else if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		after := *c
		if err := after.refund(amount, currency); err != nil {
			return err
		}
		n, err := q.InsertRefund(ctx, sqlcgen.InsertRefundParams{ID: id, ChargeID: c.ID, Amount: amount})
		if err != nil {
			return err
		}
		if n == 0 { // another charge's, at the same time
			return conflict
		}
		*c = after
		return nil
	}
}

// dueBatch is how many charges one transaction settles.
const dueBatch = 100

// settle decides what decides by itself and has come to its time.
func (s *Server) settle(ctx context.Context) error {
	for {
		n := 0
		err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
			q := s.q.WithTx(tx)
			rows, err := q.LockDueCharges(ctx, dueBatch)
			if err != nil {
				return err
			}
			n = len(rows)
			for _, row := range rows {
				c := charge{Charge: row.Charge, now: row.Now}
				c.settle()
				if err := s.save(ctx, q, &c, row.Charge); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("settling late charges: %w", err)
		}
		if n < dueBatch {
			return nil
		}
	}
}

// list is a page of the ledger, oldest first, of charges after the cursor.
func (s *Server) list(ctx context.Context, since time.Time, after int64, most int32) ([]charge, error) {
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	rows, err := s.q.ListCharges(ctx, sqlcgen.ListChargesParams{After: after, Since: since, Most: most})
	if err != nil {
		return nil, fmt.Errorf("listing charges: %w", err)
	}
	page := make([]charge, len(rows))
	for i, row := range rows {
		page[i] = charge{Charge: row}
	}
	return page, nil
}
