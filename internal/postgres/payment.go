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

// Attempt notes that a provider is about to be asked for a payment. It is refused
// once the booking is decided, unless it was noted before: then whatever decided the
// booking has seen it.
func (s *Store) Attempt(ctx context.Context, id booking.ID, p booking.Payment) error {
	row, err := s.q.AttemptPayment(ctx, sqlcgen.AttemptPaymentParams{
		BookingID: id, ID: p.ID, Method: p.Method, Currency: p.Amount.Currency, AmountMinor: p.Amount.Minor,
		Fingerprint: p.Fingerprint, CreatedAt: p.CreatedAt,
	})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return booking.Refuse(booking.CodeBookingNotFound, "there is no such booking")
	case err != nil:
		return wrap("noting what a provider is asked", err)
	case !row.Attempted:
		return booking.NotPayable(booking.Status(row.Status))
	}
	return nil
}

// Loose are the payments of a booking that a provider was asked for and whose end
// nobody knows: those that were noted as open, and those of which there is nothing but
// the attempt, without a status.
func (s *Store) Loose(ctx context.Context, id booking.ID) ([]booking.Payment, error) {
	rows, err := s.q.LoosePayments(ctx, id)
	if err != nil {
		return nil, wrap("reading what providers were asked", err)
	}
	var out []booking.Payment
	for _, row := range rows {
		a := row.PaymentAttempt
		p := booking.Payment{
			ID: a.ID, Method: a.Method, Amount: booking.Money{Minor: a.AmountMinor, Currency: a.Currency},
			Fingerprint: a.Fingerprint, CreatedAt: a.CreatedAt,
		}
		if row.Noted {
			p.Status = booking.PaymentOpen
		}
		out = append(out, p)
	}
	return out, nil
}

// NoteOpen notes a payment that its provider has not decided, and lets the hold
// of a pending booking last by grace longer, once however many payments there are.
// A payment that is decided stays so. The booking returned says how it stands.
func (s *Store) NoteOpen(ctx context.Context, id booking.ID, p booking.Payment, grace time.Duration) (booking.Booking, error) {
	var b booking.Booking
	err := s.inTx(ctx, "noting an open payment", func(ctx context.Context, q *sqlcgen.Queries) error {
		if err := q.LockBooking(ctx, id); err != nil {
			return err
		}
		p.Status = booking.PaymentOpen
		noted, err := notePayment(ctx, q, id, p)
		if err != nil {
			return err
		}
		if noted && grace > 0 {
			if err := lengthen(ctx, q, id, grace); err != nil {
				return err
			}
		}
		b, err = get(ctx, q, id)
		return err
	})
	return b, err
}

func lengthen(ctx context.Context, q *sqlcgen.Queries, id booking.ID, grace time.Duration) error {
	until, err := q.LengthenHold(ctx, sqlcgen.LengthenHoldParams{ID: id, GraceSeconds: grace.Seconds()})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	} else if err != nil {
		return err
	}
	return history(ctx, q, id, "booking.extended", map[string]string{"expiresAt": until.UTC().Format(timeFormat)})
}

// RecordAttempt notes a payment that did not confirm its booking: declined,
// voided because the booking had been decided before, or (PaymentRefundDue) taken
// all the same, and to be given back in full.
func (s *Store) RecordAttempt(ctx context.Context, id booking.ID, p booking.Payment) error {
	return s.inTx(ctx, "recording a payment", func(ctx context.Context, q *sqlcgen.Queries) error {
		_, err := notePayment(ctx, q, id, p)
		return err
	})
}

// MovePayment notes that a payment has been captured or refunded, or that one
// which came to nothing was taken all the same. One that was captured although its
// booking was cancelled meanwhile is to be refunded then, by what the cancellation
// has said.
func (s *Store) MovePayment(ctx context.Context, paymentID string, to booking.PaymentStatus) error {
	from := map[booking.PaymentStatus][]string{
		booking.PaymentCaptured:  {string(booking.PaymentAuthorized)},
		booking.PaymentRefunded:  {string(booking.PaymentCaptured), string(booking.PaymentRefundDue)},
		booking.PaymentRefundDue: {string(booking.PaymentVoided), string(booking.PaymentDeclined)},
	}[to]
	if from == nil {
		return fmt.Errorf("a payment cannot be moved to %s", to)
	}
	return s.inTx(ctx, "moving a payment", func(ctx context.Context, q *sqlcgen.Queries) error {
		if err := q.LockBookingOfPayment(ctx, paymentID); err != nil {
			return err
		}
		moved, err := q.MovePayment(ctx, sqlcgen.MovePaymentParams{ID: paymentID, NextStatus: to, FromStatuses: from})
		if errors.Is(err, pgx.ErrNoRows) {
			return nil // it has been there before
		} else if err != nil {
			return err
		}
		p, err := payment(moved.Payment)
		if err != nil {
			return err
		}
		id := moved.Payment.BookingID
		if err := paymentHistory(ctx, q, id, p); err != nil || to != booking.PaymentCaptured || moved.BookingStatus == booking.Confirmed {
			return err
		}
		_, err = q.OweRefund(ctx, sqlcgen.OweRefundParams{BookingID: id, RefundMinor: p.ToRefund().Minor})
		return err
	})
}

// Uncollectable ends a booking whose promised money can never be taken. A payment
// that is not a mere promise any more stays as it is.
func (s *Store) Uncollectable(ctx context.Context, paymentID string) (booking.Booking, error) {
	var b booking.Booking
	err := s.inTx(ctx, "noting that a payment is uncollectable", func(ctx context.Context, q *sqlcgen.Queries) error {
		if err := q.LockBookingOfPayment(ctx, paymentID); err != nil {
			return err
		}
		moved, err := q.MovePayment(ctx, sqlcgen.MovePaymentParams{
			ID: paymentID, NextStatus: booking.PaymentVoided, FromStatuses: []string{string(booking.PaymentAuthorized)},
		})
		if errors.Is(err, pgx.ErrNoRows) {
			row, err := q.GetPayment(ctx, paymentID)
			if err != nil {
				return err
			}
			b, err = get(ctx, q, row.BookingID)
			return err
		} else if err != nil {
			return err
		}
		p, err := payment(moved.Payment)
		if err != nil {
			return err
		}
		id := moved.Payment.BookingID
		if err := paymentHistory(ctx, q, id, p); err != nil {
			return err
		}
		err = decide(ctx, q, id, booking.Confirmed, booking.Cancelled, booking.ReasonUncollectable)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) { // no row: it was cancelled before
			return err
		}
		b, err = get(ctx, q, id)
		return err
	})
	return b, err
}

// Payment returns one payment and the booking that it is for.
func (s *Store) Payment(ctx context.Context, paymentID string) (booking.Payment, booking.ID, error) {
	row, err := s.q.GetPayment(ctx, paymentID)
	if errors.Is(err, pgx.ErrNoRows) {
		return booking.Payment{}, "", booking.Refuse(booking.CodePaymentNotFound, "there is no such payment")
	} else if err != nil {
		return booking.Payment{}, "", wrap("reading a payment", err)
	}
	p, err := payment(row)
	return p, row.BookingID, err
}

// notePayment adds a payment, or decides one that was open, with its history;
// noted is false when it was decided before.
func notePayment(ctx context.Context, q *sqlcgen.Queries, id booking.ID, p booking.Payment) (noted bool, err error) {
	params, err := noting(id, p)
	if err != nil {
		return false, err
	}
	n, err := q.NotePayment(ctx, params)
	return n == 1, err
}

// noting is what NotePayment is given.
func noting(id booking.ID, p booking.Payment) (sqlcgen.NotePaymentParams, error) {
	if p.CreatedAt.IsZero() {
		p.CreatedAt = time.Now()
	}
	var action []byte
	var err error
	if p.Action != nil && p.Status == booking.PaymentOpen {
		if action, err = json.Marshal(p.Action); err != nil {
			return sqlcgen.NotePaymentParams{}, fmt.Errorf("encoding an action: %w", err)
		}
	}
	what, data, err := paymentNote(p)
	return sqlcgen.NotePaymentParams{
		ID: p.ID, BookingID: id, Method: p.Method, Status: p.Status,
		Currency: p.Amount.Currency, AmountMinor: p.Amount.Minor, Reference: p.Reference,
		Fingerprint: p.Fingerprint, Action: action, CreatedAt: p.CreatedAt,
		HistoryType: what, HistoryData: data,
	}, err
}

// paymentNote is what the history says of a payment that has come to its status.
func paymentNote(p booking.Payment) (what string, data []byte, err error) {
	amount := p.Amount
	if p.Status == booking.PaymentRefunded {
		amount = p.ToRefund()
	}
	data, err = historyData(map[string]string{"payment": p.ID, "method": p.Method, "amount": amount.String()})
	return "payment." + string(p.Status), data, err
}

func paymentHistory(ctx context.Context, q *sqlcgen.Queries, id booking.ID, p booking.Payment) error {
	what, data, err := paymentNote(p)
	if err != nil {
		return err
	}
	return q.InsertHistory(ctx, sqlcgen.InsertHistoryParams{BookingID: id, Type: what, Data: data})
}

func history(ctx context.Context, q *sqlcgen.Queries, id booking.ID, what string, data map[string]string) error {
	encoded, err := historyData(data)
	if err != nil {
		return err
	}
	return q.InsertHistory(ctx, sqlcgen.InsertHistoryParams{BookingID: id, Type: what, Data: encoded})
}

// historyData is what a line of history has beside its type, as it is stored.
func historyData(data map[string]string) ([]byte, error) {
	encoded, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("encoding history: %w", err)
	}
	return encoded, nil
}

func payment(p sqlcgen.Payment) (booking.Payment, error) {
	out := booking.Payment{
		ID: p.ID, Method: p.Method, Status: p.Status, Reference: p.Reference, CreatedAt: p.CreatedAt,
		Fingerprint: p.Fingerprint,
		Amount:      booking.Money{Minor: p.AmountMinor, Currency: p.Currency},
		Kept:        booking.Money{Minor: p.KeptMinor, Currency: p.Currency},
	}
	if len(p.Action) > 0 {
		if err := json.Unmarshal(p.Action, &out.Action); err != nil {
			return out, fmt.Errorf("reading the action of payment %s: %w", p.ID, err)
		}
	}
	return out, nil
}
