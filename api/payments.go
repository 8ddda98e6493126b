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

	"holdfast/api/openapi"
	"holdfast/internal/booking"
	"holdfast/workflows"
)

// maxToken bounds a payment token, in bytes.
const maxToken = 255

// CreatePayment pays for a booking.
func (s *Server) CreatePayment(c *gin.Context, id openapi.BookingId, params openapi.CreatePaymentParams) {
	b, ok := s.own(c, id)
	if !ok {
		return
	}
	paymentID, b, err := s.pay(c, b, params.IdempotencyKey)
	if err != nil {
		s.fail(c, err)
		return
	}
	view := s.viewer().booking(c.Request.Context(), b)
	c.JSON(http.StatusCreated, openapi.PaymentResult{Id: paymentID, Status: openapi.Succeeded, Booking: view})
}

func (s *Server) pay(c *gin.Context, b booking.Booking, header *string) (string, booking.Booking, error) {
	ctx := c.Request.Context()
	key, err := idempotencyKey(header)
	if err != nil {
		return "", b, err
	}
	var body openapi.NewPayment
	if err := decode(c, &body); err != nil {
		return "", b, err
	}
	if !slices.Contains(s.Methods, body.Method) {
		return "", b, invalid("method is one of: " + strings.Join(s.Methods, ", "))
	}
	if body.Token == "" || len(body.Token) > maxToken {
		return "", b, invalid("token is missing or too long")
	}
	in := workflows.PayInput{Method: body.Method, Token: body.Token, Fingerprint: fingerprint(body.Method, body.Token)}
	if in.PaymentID, err = s.namePayment(ctx, b.ID, key); err != nil {
		return "", b, err
	}
	out, err := s.Engine.Pay(ctx, b.ID, in)
	// A booking that is decided takes no payment, but this one may be what
	// decided it, asked for again.
	if refusal, ok := booking.Refused(err); errors.Is(err, workflows.ErrEnded) || ok && refusal.Code != booking.CodeUnavailable {
		return s.paidBefore(ctx, b.ID, in, err)
	}
	switch {
	case err != nil:
		return "", b, err
	case out.Fingerprint != in.Fingerprint:
		return "", b, booking.Refuse(booking.CodeKeyReused, "use a new key for a new payment")
	case out.Refusal != nil:
		return "", b, out.Refusal
	}
	return in.PaymentID, *out.Booking, nil
}

// namePayment names the attempt, as identify names a booking: an attempt that
// came to nothing, because the provider did not answer, is followed by another.
func (s *Server) namePayment(ctx context.Context, id booking.ID, key string) (string, error) {
	if key == "" {
		v7, err := uuid.NewV7()
		return v7.String(), err
	}
	for attempt := 0; ; attempt++ {
		name := booking.DeriveID("payment", string(id), key, fmt.Sprint(attempt))
		p, _, err := s.Store.Payment(ctx, name)
		if r, ok := booking.Refused(err); ok && r.Code == booking.CodePaymentNotFound {
			return name, nil
		} else if err != nil {
			return "", err
		}
		if p.Status != booking.PaymentVoided {
			return name, nil
		}
	}
}

// paidBefore answers a payment that the workflow does not take (any more) from
// what the store knows.
func (s *Server) paidBefore(ctx context.Context, id booking.ID, in workflows.PayInput, cause error) (string, booking.Booking, error) {
	b, err := s.Store.Get(ctx, id)
	if err != nil {
		return "", b, err
	}
	p, of, err := s.Store.Payment(ctx, in.PaymentID)
	if r, ok := booking.Refused(err); ok && r.Code == booking.CodePaymentNotFound {
		if r, ok := booking.Refused(cause); ok {
			return "", b, r
		}
		return "", b, booking.NotPayable(b.Status)
	} else if err != nil {
		return "", b, err
	}
	switch {
	case of != id || p.Fingerprint != in.Fingerprint:
		return "", b, booking.Refuse(booking.CodeKeyReused, "use a new key for a new payment")
	case p.Status == booking.PaymentDeclined:
		return "", b, booking.Refuse(booking.CodePaymentDeclined, "the payment was declined")
	case p.Status == booking.PaymentVoided:
		return "", b, booking.NotPayable(b.Status)
	}
	return p.ID, b, nil
}
