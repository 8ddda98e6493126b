package payment

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"holdfast/internal/booking"
)

// The headers of a message of Razorpay.
const (
	razorpaySignature = "X-Razorpay-Signature"
	razorpayEventID   = "X-Razorpay-Event-Id"
)

// maxRazorpayMessage is how long a message may take that has to be looked up;
// Razorpay waits for 5 seconds.
const maxRazorpayMessage = 4 * time.Second

// Webhook reads an event. Its time is in the body, which is signed as a whole, and
// stays the same when Razorpay sends it again: one that came to nothing for more
// than MaxMessageAge is refused, and what it was about is found by asking.
//
// A message about a payment names its order, and the order has the charge in its
// notes; the notes of a payment are written by the page and say nothing. So Razorpay
// is asked for the order, unless it is in the message.
func (r *Razorpay) Webhook(header http.Header, body []byte, now time.Time) (booking.ChargeNews, error) {
	if !r.signed(body, header.Get(razorpaySignature)) {
		return booking.ChargeNews{}, fmt.Errorf("razorpay: no secret has made this signature: %w", booking.ErrForged)
	}
	var event struct {
		Event     string `json:"event"`
		CreatedAt int64  `json:"created_at"`
		Payload   struct {
			Order struct {
				Entity razorpayOrder `json:"entity"`
			} `json:"order"`
			Payment struct {
				Entity razorpayPayment `json:"entity"`
			} `json:"payment"`
		} `json:"payload"`
	}
	if err := json.Unmarshal(body, &event); err != nil {
		return booking.ChargeNews{}, fmt.Errorf("reading a message of razorpay: %w", err)
	}
	if err := checkAge(unix(event.CreatedAt), now); err != nil {
		return booking.ChargeNews{}, err
	}
	news := booking.ChargeNews{MessageID: header.Get(razorpayEventID), Type: event.Event}
	if news.MessageID == "" {
		sum := sha256.Sum256(body)
		news.MessageID = "sha256_" + hex.EncodeToString(sum[:])
	}
	order := &event.Payload.Order.Entity
	if order.ID == "" && event.Payload.Payment.Entity.OrderID != "" {
		ctx, cancel := context.WithTimeout(context.Background(), maxRazorpayMessage)
		defer cancel()
		var err error
		if order, err = r.byID(ctx, event.Payload.Payment.Entity.OrderID); err != nil {
			return booking.ChargeNews{}, fmt.Errorf("looking up what razorpay's message is about: %w", err)
		}
	}
	if order != nil {
		news.ChargeID, news.BookingID = order.Notes[metaCharge], booking.ID(order.Notes[metaBooking])
	}
	return news, nil
}

// signed says that one of the secrets has signed the body.
func (r *Razorpay) signed(body []byte, signature string) bool {
	for _, secret := range r.secrets {
		if razorpaySigned(body, signature, secret) {
			return true
		}
	}
	return false
}

// signedPayment is the payment that a customer brings from the checkout, if the
// signature says that it was made for this order.
func (r *Razorpay) signedPayment(order, token string) (id string, ok bool) {
	id, signature, _ := strings.Cut(token, "|")
	return id, razorpayID.MatchString(id) && razorpaySigned([]byte(order+"|"+id), signature, r.keySecret)
}

// razorpaySigned takes the same time for every wrong signature, other than the
// function of Razorpay's package.
func razorpaySigned(text []byte, signature, secret string) bool {
	given, err := hex.DecodeString(signature)
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(text)
	return hmac.Equal(given, mac.Sum(nil))
}
