package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"holdfast/internal/booking"
	"holdfast/internal/postgres/sqlcgen"
)

// RecordAttempt notes a payment that did not confirm its booking: declined, or
// voided because the booking had been decided before.
func (s *Store) RecordAttempt(ctx context.Context, id booking.ID, p booking.Payment) error {
	return s.inTx(ctx, "recording a payment", func(ctx context.Context, q *sqlcgen.Queries) error {
		_, err := insertPayment(ctx, q, id, p, p.Status)
		return err
	})
}

// MovePayment notes that a payment has been captured or refunded.
func (s *Store) MovePayment(ctx context.Context, paymentID string, to booking.PaymentStatus) error {
	from := map[booking.PaymentStatus][]string{
		booking.PaymentCaptured: {string(booking.PaymentAuthorized)},
		booking.PaymentRefunded: {string(booking.PaymentCaptured), string(booking.PaymentRefundDue)},
	}[to]
	if from == nil {
		return fmt.Errorf("a payment cannot be moved to %s", to)
	}
	return s.inTx(ctx, "moving a payment", func(ctx context.Context, q *sqlcgen.Queries) error {
		if err := q.LockBookingOfPayment(ctx, paymentID); err != nil {
			return err
		}
		moved, err := q.MovePayment(ctx, sqlcgen.MovePaymentParams{ID: paymentID, NextStatus: to, FromStatuses: from})
		if err != nil || moved == 0 {
			return err // no row: it has been there before, or its booking was revoked meanwhile
		}
		p, err := q.GetPayment(ctx, paymentID)
		if err != nil {
			return err
		}
		return paymentHistory(ctx, q, p.BookingID, payment(p))
	})
}

// Payment returns one payment and the booking that it is for.
func (s *Store) Payment(ctx context.Context, paymentID string) (booking.Payment, booking.ID, error) {
	p, err := s.q.GetPayment(ctx, paymentID)
	if errors.Is(err, pgx.ErrNoRows) {
		return booking.Payment{}, "", booking.Refuse(booking.CodePaymentNotFound, "there is no such payment")
	} else if err != nil {
		return booking.Payment{}, "", wrap("reading a payment", err)
	}
	return payment(p), p.BookingID, nil
}

// insertPayment adds a payment with its history; added is false when its id was
// there before.
func insertPayment(ctx context.Context, q *sqlcgen.Queries, id booking.ID, p booking.Payment, status booking.PaymentStatus) (added bool, err error) {
	p.Status = status
	if p.CreatedAt.IsZero() {
		p.CreatedAt = time.Now()
	}
	n, err := q.InsertPayment(ctx, sqlcgen.InsertPaymentParams{
		ID: p.ID, BookingID: id, Method: p.Method, Status: status,
		Currency: p.Amount.Currency, AmountMinor: p.Amount.Minor, Reference: p.Reference,
		Fingerprint: p.Fingerprint, CreatedAt: p.CreatedAt,
	})
	if err != nil || n == 0 {
		return false, err
	}
	return true, paymentHistory(ctx, q, id, p)
}

func paymentHistory(ctx context.Context, q *sqlcgen.Queries, id booking.ID, p booking.Payment) error {
	data, err := json.Marshal(map[string]string{"payment": p.ID, "method": p.Method, "amount": p.Amount.String()})
	if err != nil {
		return fmt.Errorf("encoding history: %w", err)
	}
	return q.InsertHistory(ctx, sqlcgen.InsertHistoryParams{BookingID: id, Type: "payment." + string(p.Status), Data: data})
}

func payment(p sqlcgen.Payment) booking.Payment {
	return booking.Payment{
		ID: p.ID, Method: p.Method, Status: p.Status, Reference: p.Reference, CreatedAt: p.CreatedAt,
		Fingerprint: p.Fingerprint,
		Amount:      booking.Money{Minor: p.AmountMinor, Currency: p.Currency},
	}
}
