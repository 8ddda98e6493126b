package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"holdfast/activities"
	"holdfast/api/openapi"
	"holdfast/internal/booking"
	"holdfast/workflows"
)

// maxToken bounds a payment token, and maxAnswer what a customer answers to a
// provider's question, in bytes.
const (
	maxToken  = 200
	maxAnswer = 200
)

// ListPaymentMethods says how one can pay.
func (s *Server) ListPaymentMethods(c *gin.Context) {
	list := openapi.PaymentMethodList{Items: make([]openapi.PaymentMethod, len(s.Methods))}
	for i, m := range s.Methods {
		list.Items[i] = openapi.PaymentMethod{Id: m}
	}
	c.JSON(http.StatusOK, list)
}

// CreatePayment pays for a booking.
func (s *Server) CreatePayment(c *gin.Context, id openapi.BookingId, params openapi.CreatePaymentParams) {
	b, ok := s.own(c, id)
	if !ok {
		return
	}
	p, b, err := s.pay(c, b, params.IdempotencyKey)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.tell(c, http.StatusCreated, p, b)
}

// ConfirmPayment goes on with a payment that is not decided.
func (s *Server) ConfirmPayment(c *gin.Context, id openapi.BookingId, paymentID string) {
	b, ok := s.own(c, id)
	if !ok {
		return
	}
	p, b, err := s.confirm(c, b, paymentID)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.tell(c, http.StatusOK, p, b)
}

// tell answers with how a payment stands; done is the status of one that has
// succeeded.
func (s *Server) tell(c *gin.Context, done int, p booking.Payment, b booking.Booking) {
	if refusal := cameToNothing(p, b); refusal != nil {
		s.fail(c, refusal)
		return
	}
	out := openapi.PaymentResult{Id: p.ID, Status: openapi.Succeeded, Booking: s.viewer().booking(c.Request.Context(), b)}
	if p.Status == booking.PaymentOpen {
		done, out.Status = http.StatusAccepted, openapi.Processing
		if p.Action != nil {
			out.Status, out.Action = openapi.RequiresAction, actionView(p.Action)
		}
	}
	c.JSON(done, out)
}

// cameToNothing says why a payment has not bought the booking, or nothing.
func cameToNothing(p booking.Payment, b booking.Booking) *booking.Refusal {
	switch {
	case p.Status == booking.PaymentDeclined:
		return booking.Refuse(booking.CodePaymentDeclined, "the payment was declined")
	case p.Status == booking.PaymentVoided && b.Status == booking.Pending:
		return booking.Refuse(booking.CodePaymentDeclined, "the payment was given up, and nothing is charged; pay again")
	case p.Status == booking.PaymentVoided:
		return booking.NotPayable(b.Status)
	case b.Status == booking.Expired && (p.Status == booking.PaymentRefundDue || p.Status == booking.PaymentRefunded):
		return booking.Refuse(booking.CodeHoldExpired, "the money came after the hold had ended, and its seats were gone; it is given back")
	}
	return nil
}

func (s *Server) pay(c *gin.Context, b booking.Booking, header *string) (booking.Payment, booking.Booking, error) {
	ctx := c.Request.Context()
	none := booking.Payment{}
	key, err := idempotencyKey(header)
	if err != nil {
		return none, b, err
	}
	var body openapi.NewPayment
	if err := decode(c, &body); err != nil {
		return none, b, err
	}
	if !slices.Contains(s.Methods, body.Method) {
		return none, b, invalid("method is one of: " + strings.Join(s.Methods, ", "))
	}
	if len(body.Token) > maxToken || !printable(body.Token) || body.Token == "" && !slices.Contains(s.Tokenless, body.Method) {
		return none, b, invalid(fmt.Sprintf("token has 1 to %d visible ASCII characters", maxToken))
	}
	in := workflows.PayInput{Method: body.Method, Token: body.Token, Fingerprint: fingerprint(body.Method, body.Token)}
	var known bool
	if in.PaymentID, known, err = s.namePayment(ctx, b.ID, key); err != nil {
		return none, b, err
	}
	if known {
		return s.paidBefore(ctx, b.ID, in, nil)
	}
	out, err := s.Engine.Pay(ctx, b.ID, in)
	// A booking that is decided takes no payment, but this one may be what
	// decided it, asked for again.
	if refusal, ok := booking.Refused(err); errors.Is(err, workflows.ErrEnded) || ok && refusal.Code != booking.CodeUnavailable {
		return s.paidBefore(ctx, b.ID, in, err)
	}
	switch {
	case err != nil:
		return none, b, err
	case out.Fingerprint != in.Fingerprint:
		return none, b, booking.Refuse(booking.CodeKeyReused, "use a new key for a new payment")
	case out.Refusal != nil:
		return none, b, out.Refusal
	}
	return *out.Payment, *out.Booking, nil
}

// namePayment names the attempt, as identify names a booking: an attempt that
// was given up, because the provider did not answer, is followed by another. known
// is that the store has heard of it.
func (s *Server) namePayment(ctx context.Context, id booking.ID, key string) (name string, known bool, err error) {
	if key == "" {
		v7, err := uuid.NewV7()
		return v7.String(), false, err
	}
	for attempt := 0; ; attempt++ {
		name := booking.DeriveID("payment", string(id), key, fmt.Sprint(attempt))
		p, _, err := s.Store.Payment(ctx, name)
		if r, ok := booking.Refused(err); ok && r.Code == booking.CodePaymentNotFound {
			return name, false, nil
		} else if err != nil {
			return "", false, err
		}
		if p.Status != booking.PaymentVoided {
			return name, true, nil
		}
	}
}

// paidBefore answers a payment that the workflow has decided, or does not take
// (any more), from what the store knows; cause is why it was not taken.
func (s *Server) paidBefore(ctx context.Context, id booking.ID, in workflows.PayInput, cause error) (booking.Payment, booking.Booking, error) {
	p, of, err := s.Store.Payment(ctx, in.PaymentID)
	if r, ok := booking.Refused(err); ok && r.Code == booking.CodePaymentNotFound {
		b, err := s.Store.Get(ctx, id)
		if err != nil {
			return p, b, err
		}
		if r, ok := booking.Refused(cause); ok {
			return p, b, r
		}
		return p, b, booking.NotPayable(b.Status)
	} else if err != nil {
		return p, booking.Booking{}, err
	}
	// Without a fingerprint it was noted by what the provider said alone.
	if of != id || p.Fingerprint != in.Fingerprint && p.Fingerprint != "" {
		return p, booking.Booking{}, booking.Refuse(booking.CodeKeyReused, "use a new key for a new payment")
	}
	answer := ""
	if p.Action == nil {
		answer = in.Token // the provider may not have heard of it yet
	}
	return s.stands(ctx, id, p, answer)
}

// confirm asks the provider, by way of the workflow, how an open payment stands.
func (s *Server) confirm(c *gin.Context, b booking.Booking, paymentID string) (booking.Payment, booking.Booking, error) {
	var body openapi.PaymentAnswer
	if err := decode(c, &body); err != nil {
		return booking.Payment{}, b, err
	}
	var answer string
	if body.Answer != nil {
		answer = *body.Answer
	}
	if len(answer) > maxAnswer || !printable(answer) {
		return booking.Payment{}, b, invalid(fmt.Sprintf("answer has at most %d visible ASCII characters", maxAnswer))
	}
	unknown := booking.Refuse(booking.CodePaymentNotFound, "this booking has no such payment")
	if !booking.IsUUID(paymentID) {
		return booking.Payment{}, b, unknown
	}
	p, of, err := s.Store.Payment(c.Request.Context(), paymentID)
	if err != nil {
		return p, b, err
	}
	if of != b.ID {
		return p, b, unknown
	}
	return s.stands(c.Request.Context(), b.ID, p, answer)
}

// stands is how a payment stands: an open one is asked after first, with the
// customer's answer. One whose booking nobody keeps any more is settled for itself.
func (s *Server) stands(ctx context.Context, id booking.ID, p booking.Payment, answer string) (booking.Payment, booking.Booking, error) {
	if p.Status == booking.PaymentOpen {
		err := s.Engine.Check(ctx, id, workflows.CheckInput{PaymentID: p.ID, Answer: answer})
		if errors.Is(err, workflows.ErrEnded) {
			err = s.Engine.Settle(ctx, activities.Settle{Payment: activities.Payment{BookingID: id, Payment: p}, Answer: answer})
		}
		if err != nil {
			return p, booking.Booking{}, err
		}
		if p, _, err = s.Store.Payment(ctx, p.ID); err != nil {
			return p, booking.Booking{}, err
		}
	}
	b, err := s.Store.Get(ctx, id)
	return p, b, err
}
