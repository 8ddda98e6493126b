package payment

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/webhook"

	"holdfast/internal/booking"
)

// stripeSignature is the header with the time and the signatures of a message.
const stripeSignature = "Stripe-Signature"

// Webhook reads an event. The charge is in the metadata, which Stripe copies from
// an intent to what is made of it; what has none is of no charge of ours.
func (s *Stripe) Webhook(header http.Header, body []byte, now time.Time) (booking.ChargeNews, error) {
	signature := header.Get(stripeSignature)
	if err := checkSignedAt(signature, now); err != nil {
		return booking.ChargeNews{}, err
	}
	event, err := s.verified(body, signature)
	if err != nil {
		return booking.ChargeNews{}, err
	}
	news := booking.ChargeNews{MessageID: event.ID, Type: string(event.Type)}
	if event.Data == nil {
		return news, nil
	}
	var about struct {
		Metadata map[string]string `json:"metadata"`
	}
	if err := json.Unmarshal(event.Data.Raw, &about); err != nil {
		return booking.ChargeNews{}, fmt.Errorf("reading what stripe's event %s is about: %w", event.ID, err)
	}
	news.ChargeID, news.BookingID = about.Metadata[metaCharge], booking.ID(about.Metadata[metaBooking])
	return news, nil
}

// verified is the event, if one of the secrets has signed it. Its age was checked
// with a clock that was given, not with this machine's; and of what is in it no
// more is read than is the same in every version of the API.
func (s *Stripe) verified(body []byte, signature string) (stripe.Event, error) {
	options := webhook.ConstructEventOptions{IgnoreTolerance: true, IgnoreAPIVersionMismatch: true}
	for _, secret := range s.secrets {
		if webhook.ValidatePayloadIgnoringTolerance(body, signature, secret) != nil {
			continue
		}
		event, err := webhook.ConstructEventWithOptions(body, signature, secret, options)
		if err != nil { // signed by Stripe, and still not an event
			return stripe.Event{}, fmt.Errorf("reading a message of stripe: %w", err)
		}
		return event, nil
	}
	return stripe.Event{}, fmt.Errorf("stripe: no secret has made this signature: %w", booking.ErrForged)
}

// checkSignedAt refuses a message that was signed too long ago, or in the future.
// Two times in a header could have one of them checked and the other one signed.
func checkSignedAt(signature string, now time.Time) error {
	var times []string
	for _, part := range strings.Split(signature, ",") {
		if t, ok := strings.CutPrefix(part, "t="); ok {
			times = append(times, t)
		}
	}
	if len(times) != 1 {
		return fmt.Errorf("stripe: the signature has %d times: %w", len(times), booking.ErrForged)
	}
	seconds, err := strconv.ParseInt(times[0], 10, 64)
	if err != nil {
		return fmt.Errorf("stripe: the time of the signature is no number: %w", booking.ErrForged)
	}
	return checkAge(time.Unix(seconds, 0), now)
}

// checkAge refuses a message whose time is too far from now.
func checkAge(at, now time.Time) error {
	if age := now.Sub(at); age > MaxMessageAge || age < -MaxMessageAge {
		return fmt.Errorf("the message is of %s: %w", at.UTC().Format(time.RFC3339), booking.ErrForged)
	}
	return nil
}
