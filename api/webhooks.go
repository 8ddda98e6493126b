package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"holdfast/activities"
	"holdfast/internal/booking"
)

// Webhook reads a provider's message: booking.ErrForged is one that it has not
// signed, or not lately.
type Webhook func(header http.Header, body []byte, now time.Time) (booking.ChargeNews, error)

// maxMessage bounds a provider's message, in bytes. Theirs carry the whole object
// that they are about, some tens of kilobytes.
const maxMessage = 512 << 10

// ReceiveWebhook takes news from a payment provider. The answer says that the news
// was passed on; a provider that gets another one sends it again.
func (s *Server) ReceiveWebhook(c *gin.Context, provider string) {
	read, ok := s.Webhooks[provider]
	if !ok {
		s.fail(c, booking.Refuse(codeNotFound, "there is no such payment provider here"))
		return
	}
	if !isJSON(c.Request) {
		s.fail(c, booking.Refuse(codeMediaType, "send the message as Content-Type: application/json"))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxMessage))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		s.fail(c, booking.Refuse(codeTooLarge, fmt.Sprintf("a message has at most %d bytes", maxMessage)))
		return
	} else if err != nil {
		s.fail(c, invalid("the message did not arrive whole"))
		return
	}
	news, err := read(c.Request.Header, body, time.Now())
	switch {
	case errors.Is(err, booking.ErrForged):
		s.Log.WarnContext(c.Request.Context(), "a message was refused", "provider", provider, "error", err)
		err = booking.Refuse(codeBadSignature, "the message is not signed by the provider, or not lately")
	case err != nil:
		// It is signed; what is amiss is ours or the provider's, who sends it again.
		s.Log.WarnContext(c.Request.Context(), "a signed message cannot be read", "provider", provider, "error", err)
		err = booking.Refuse(booking.CodeProviderUnavailable, "the message cannot be read now")
	default:
		err = s.pass(c.Request.Context(), provider, news)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}

// pass passes the news on to whoever keeps the booking. Where nobody does, and the
// payment is not at its end as far as we know, it is settled for itself.
//
// A provider also tells of what it has just answered. Whoever asked it needs no news,
// and is not to be disturbed: only a payment that is noted as open is waited for.
func (s *Server) pass(ctx context.Context, provider string, news booking.ChargeNews) error {
	if !booking.IsUUID(news.ChargeID) {
		return nil // of something else than our charges
	}
	p, id, err := s.Store.Payment(ctx, news.ChargeID)
	if r, ok := booking.Refused(err); ok && r.Code == booking.CodePaymentNotFound {
		p, id = booking.Payment{ID: news.ChargeID, Method: provider}, news.BookingID
	} else if err != nil {
		return err
	}
	if p.Method != provider || !booking.IsUUID(string(id)) || p.Status == booking.PaymentCaptured || p.Status == booking.PaymentRefunded {
		return nil
	}
	if p.Status == booking.PaymentAuthorized && time.Since(p.CreatedAt) < capturedWithin {
		return nil // about to be taken, as the provider has just been asked to
	}
	b, err := s.Store.Get(ctx, id)
	if r, ok := booking.Refused(err); ok && r.Code == booking.CodeBookingNotFound {
		s.Log.WarnContext(ctx, "news of a charge for a booking that is not here", "provider", provider, "charge", news.ChargeID)
		return nil
	} else if err != nil {
		return err
	}
	if p.Status == "" && b.Status == booking.Pending && time.Now().Before(b.ExpiresAt) {
		return nil // whoever keeps the booking asks, and sees to what becomes of no payment
	}
	told := s.Engine.Keeps
	if p.Status == booking.PaymentOpen {
		told = s.Engine.News
	}
	if kept, err := told(ctx, id); err != nil || kept {
		return err
	}
	p.Amount = b.Total
	return s.Engine.Settle(ctx, activities.Settle{Payment: activities.Payment{BookingID: id, Payment: p}, GiveUp: b.Status != booking.Pending})
}

// capturedWithin is how soon the money of a confirmed booking is taken where nothing is
// amiss.
const capturedWithin = time.Minute
