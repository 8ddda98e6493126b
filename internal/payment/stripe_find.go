package payment

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"

	"holdfast/internal/booking"
)

// The keys of a charge's metadata, or notes, at its provider.
const (
	metaCharge   = "holdfast_charge"
	metaBooking  = "holdfast_booking"
	metaRefund   = "holdfast_refund"
	metaDeclined = "holdfast_declined" // why, once a charge was refused for good
)

// latestCharge is where Stripe says what was given back of an intent.
const latestCharge = "latest_charge"

// recentIntents is how far back the list of intents is read for one that the
// search does not have yet. The search is behind by less than a minute, says
// Stripe, and by more when Stripe has trouble.
const recentIntents = 2 * time.Hour

// ensure returns the charge's intent as it stands, and makes it if need be. The
// key makes it once, for the 24 hours that Stripe keeps it at least. A charge
// whose hold has ended may be older than that, so it is looked for before.
func (s *Stripe) ensure(ctx context.Context, c booking.Charge) (*stripe.PaymentIntent, error) {
	if c.ID == "" {
		return nil, errors.New("a charge needs an id")
	}
	if c.Reference != "" || (!c.Deadline.IsZero() && s.now().After(c.Deadline)) {
		if found, err := s.find(ctx, c); err != nil || found != nil {
			return found, err
		}
	}
	amount, err := toStripe(c.Amount)
	if err != nil {
		return nil, err
	}
	params := &stripe.PaymentIntentCreateParams{
		Amount:        stripe.Int64(amount),
		Currency:      stripe.String(strings.ToLower(c.Amount.Currency)),
		CaptureMethod: stripe.String(string(stripe.PaymentIntentCaptureMethodManual)),
		// Cards, and wallets that stand for them: they can be captured later.
		PaymentMethodTypes: []*string{stripe.String("card")},
		Metadata:           map[string]string{metaCharge: c.ID, metaBooking: string(c.BookingID)},
	}
	params.AddExpand(latestCharge)
	params.SetIdempotencyKey("holdfast-create-" + c.ID)
	intent, err := unlessBusy(ctx, func() (*stripe.PaymentIntent, error) {
		return s.intents.V1PaymentIntents.Create(ctx, params)
	})
	if err != nil {
		return nil, err
	}
	if !replayed(intent) {
		return intent, nil
	}
	return s.retrieve(ctx, intent.ID)
}

// replayed says that Stripe gave the answer of an earlier request with the same
// key, which tells how things stood then.
func replayed(intent *stripe.PaymentIntent) bool {
	return intent.LastResponse != nil && intent.LastResponse.Header.Get("Idempotent-Replayed") == "true"
}

func (s *Stripe) retrieve(ctx context.Context, id string) (*stripe.PaymentIntent, error) {
	params := &stripe.PaymentIntentRetrieveParams{}
	params.AddExpand(latestCharge)
	return unlessBusy(ctx, func() (*stripe.PaymentIntent, error) {
		return s.intents.V1PaymentIntents.Retrieve(ctx, id, params)
	})
}

// find returns the charge's intent, or nil.
//
// Without its id an intent is found by its metadata. To create it anew with the
// same key would find it as well, but would make it where there is none. The
// search knows every intent that is not quite new; the list, which is never
// behind, those. Between them is a gap only when the search is behind by more
// than recentIntents.
func (s *Stripe) find(ctx context.Context, c booking.Charge) (*stripe.PaymentIntent, error) {
	if c.ID == "" {
		return nil, errors.New("a charge needs an id")
	}
	if c.Reference != "" {
		intent, err := s.retrieve(ctx, c.Reference)
		switch {
		case missing(err):
			return nil, nil
		case err != nil:
			return nil, err
		case intent.Metadata[metaCharge] != c.ID:
			return nil, fmt.Errorf("stripe's %s is not charge %s, but %q", c.Reference, c.ID, intent.Metadata[metaCharge])
		}
		return intent, nil
	}
	query := &stripe.PaymentIntentSearchParams{}
	query.Query = fmt.Sprintf("metadata['%s']:'%s'", metaCharge, strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(c.ID))
	for intent, err := range s.intents.V1PaymentIntents.Search(ctx, query).All(ctx) {
		if err != nil {
			return nil, stripeError(err)
		}
		if intent.Metadata[metaCharge] == c.ID {
			return s.retrieve(ctx, intent.ID) // what was found may be behind, too
		}
	}
	var found *stripe.PaymentIntent
	err := s.list(ctx, s.now().Add(-recentIntents), func(intent *stripe.PaymentIntent) error {
		if intent.Metadata[metaCharge] == c.ID {
			found = intent
			return errFound
		}
		return nil
	})
	if err != nil && !errors.Is(err, errFound) {
		return nil, err
	}
	return found, nil
}

var errFound = errors.New("found")

// list visits the intents made since then, newest first.
func (s *Stripe) list(ctx context.Context, since time.Time, visit func(*stripe.PaymentIntent) error) error {
	params := &stripe.PaymentIntentListParams{
		CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: since.Unix()},
	}
	params.Limit = stripe.Int64(s.page)
	params.AddExpand("data." + latestCharge)
	for intent, err := range s.intents.V1PaymentIntents.List(ctx, params).All(ctx) {
		if err != nil {
			return stripeError(err)
		}
		if err := visit(intent); err != nil {
			return err
		}
	}
	return nil
}

// Ledger lists the intents with their charges. What was made by others at the same
// account is in it, without a charge's id.
func (s *Stripe) Ledger(ctx context.Context, since time.Time, visit func(booking.LedgerEntry) error) error {
	return s.list(ctx, since, func(intent *stripe.PaymentIntent) error {
		a := standing(intent, strings.ToUpper(string(intent.Currency)))
		return visit(booking.LedgerEntry{
			ChargeID:  intent.Metadata[metaCharge],
			BookingID: booking.ID(intent.Metadata[metaBooking]),
			Reference: intent.ID,
			State:     a.State,
			Amount:    fromStripe(intent.Amount, a.Captured.Currency),
			Captured:  a.Captured,
			Refunded:  a.Refunded,
			CreatedAt: time.Unix(intent.Created, 0),
		})
	})
}

// missing says that Stripe has nothing with that id.
func missing(err error) bool {
	var e *stripe.Error
	return errors.As(err, &e) && e.HTTPStatusCode == http.StatusNotFound
}
