package payment

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/stripe/stripe-go/v85"

	"holdfast/internal/booking"
)

// StripeConfig is what Stripe has to be told.
type StripeConfig struct {
	Key string // the secret key, sk_… or rk_…
	// WebhookSecrets sign Stripe's messages. While a secret is rolled there are two.
	WebhookSecrets []string
	// ReturnURL is where the bank sends the customer back to. When it is empty, a
	// challenge is shown by Stripe's script on the page, and nobody is sent away.
	ReturnURL string
	BaseURL   string       // of the API; empty is Stripe's own
	Client    *http.Client // nil is one with a time limit
}

// Stripe takes cards by PaymentIntents that are captured by hand: the money is
// promised first, and taken when it is asked for. It may be used by many at once.
type Stripe struct {
	intents   *stripe.Client
	secrets   []string
	returnURL string
	page      int64 // charges in a page of a list
	now       func() time.Time
}

var _ Provider = (*Stripe)(nil)

// providerTimeout bounds a request of a provider when nobody else does.
const providerTimeout = 30 * time.Second

// NewStripe checks the settings; it does not go to Stripe.
func NewStripe(config StripeConfig) (*Stripe, error) {
	if config.Key == "" {
		return nil, errors.New("stripe needs a secret key")
	}
	if err := checkWebhookSecrets(config.WebhookSecrets); err != nil {
		return nil, fmt.Errorf("stripe: %w", err)
	}
	client := config.Client
	if client == nil {
		client = &http.Client{Timeout: providerTimeout}
	}
	backend := &stripe.BackendConfig{
		HTTPClient:        client,
		LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull}, // errors are returned, and told once
		MaxNetworkRetries: stripe.Int64(0),                                // who asks knows how long to go on asking
		EnableTelemetry:   stripe.Bool(false),
	}
	if config.BaseURL != "" {
		backend.URL = stripe.String(config.BaseURL)
	}
	return &Stripe{
		intents:   stripe.NewClient(config.Key, stripe.WithBackends(stripe.NewBackendsWithConfig(backend))),
		secrets:   slices.Clone(config.WebhookSecrets),
		returnURL: config.ReturnURL,
		page:      100,
		now:       time.Now,
	}, nil
}

// checkWebhookSecrets wants secrets that nobody can guess: an empty one would let
// everybody sign.
func checkWebhookSecrets(secrets []string) error {
	if len(secrets) == 0 {
		return errors.New("at least one webhook secret is needed")
	}
	if slices.Contains(secrets, "") {
		return errors.New("a webhook secret is empty")
	}
	return nil
}

// Create makes the PaymentIntent, or finds it.
func (s *Stripe) Create(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	if refusal := stripeRefusal(c); refusal != nil {
		return *refusal, nil
	}
	intent, err := s.ensure(ctx, c)
	return s.answer(ctx, c, intent, err)
}

// Confirm confirms the intent with the card. Without one it says what became of
// the customer's challenge; an intent that was confirmed is not confirmed again.
func (s *Stripe) Confirm(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	if refusal := stripeRefusal(c); refusal != nil {
		return *refusal, nil
	}
	intent, err := s.ensure(ctx, c)
	if err != nil || c.Token == "" || !unconfirmed(intent) {
		return s.answer(ctx, c, intent, err)
	}
	params := &stripe.PaymentIntentConfirmParams{PaymentMethod: stripe.String(c.Token)}
	if s.returnURL != "" {
		params.ReturnURL = stripe.String(s.returnURL)
	}
	params.AddExpand(latestCharge)
	params.SetIdempotencyKey("holdfast-confirm-" + c.ID + "-" + c.Token)
	confirmed, err := unlessBusy(ctx, func() (*stripe.PaymentIntent, error) {
		return s.intents.V1PaymentIntents.Confirm(ctx, intent.ID, params)
	})
	if err == nil {
		// An answer that was kept under the key is as old as the first.
		return s.fresh(ctx, c, confirmed)
	}
	if code := declineCode(err); code != "" {
		return s.refuse(ctx, c, intent.ID, code)
	}
	return booking.Authorization{}, err
}

// Capture takes the money of a confirmed intent. Stripe keeps a promise for about
// a week, less with some cards.
func (s *Stripe) Capture(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	intent, err := s.find(ctx, c)
	if err == nil && intent == nil {
		err = fmt.Errorf("stripe knows no charge %s to capture", c.ID)
	}
	a, err := s.answer(ctx, c, intent, err)
	if err != nil || a.State != booking.ChargeAuthorized {
		return a, orUncollectable(a, c, err)
	}
	params := &stripe.PaymentIntentCaptureParams{}
	params.AddExpand(latestCharge)
	// Without a key of our own: the intent's state lets money be taken once, and a
	// kept failure would stand in the way of the next try.
	captured, failure := unlessBusy(ctx, func() (*stripe.PaymentIntent, error) {
		return s.intents.V1PaymentIntents.Capture(ctx, intent.ID, params)
	})
	if failure == nil {
		return s.answer(ctx, c, captured, nil)
	}
	if !refusedByStripe(failure) {
		return booking.Authorization{}, failure
	}
	if expired(failure) { // make it final, whatever the intent says of itself
		a, err = s.giveUp(ctx, c, intent.ID)
	} else {
		a, err = s.reread(ctx, c, intent.ID)
	}
	if err == nil && a.State == booking.ChargeAuthorized {
		return booking.Authorization{}, failure
	}
	return a, orUncollectable(a, c, err)
}

// orUncollectable turns the end of a promise into the error that Capture says it by.
func orUncollectable(a booking.Authorization, c booking.Charge, err error) error {
	if err == nil && (a.State == booking.ChargeCancelled || a.State == booking.ChargeDeclined) {
		return fmt.Errorf("charge %s is %s: %w", c.ID, a.State, booking.ErrUncollectable)
	}
	return err
}

// Cancel cancels the intent. One that was never made is made first and cancelled
// at once: whoever makes it later, with the same key, gets the cancelled one.
func (s *Stripe) Cancel(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	if refusal := stripeRefusal(c); refusal != nil {
		return *refusal, nil
	}
	intent, err := s.find(ctx, c)
	if err == nil && intent == nil {
		intent, err = s.ensure(ctx, c)
	}
	a, err := s.answer(ctx, c, intent, err)
	if err != nil || (a.State != booking.ChargeOpen && a.State != booking.ChargeAuthorized) {
		return a, err
	}
	return s.giveUp(ctx, c, intent.ID)
}

// giveUp cancels an intent by its id and answers how it stands after that.
func (s *Stripe) giveUp(ctx context.Context, c booking.Charge, id string) (booking.Authorization, error) {
	params := &stripe.PaymentIntentCancelParams{}
	params.AddExpand(latestCharge)
	cancelled, err := unlessBusy(ctx, func() (*stripe.PaymentIntent, error) {
		return s.intents.V1PaymentIntents.Cancel(ctx, id, params)
	})
	if err == nil {
		return s.answer(ctx, c, cancelled, nil)
	}
	if !refusedByStripe(err) {
		return booking.Authorization{}, err
	}
	return s.reread(ctx, c, id) // captured, or cancelled by somebody else
}

// LookUp asks how the intent stands.
func (s *Stripe) LookUp(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	if refusal := stripeRefusal(c); refusal != nil {
		return *refusal, nil
	}
	intent, err := s.find(ctx, c)
	if err == nil && intent == nil {
		none := booking.Money{Currency: c.Amount.Currency}
		return booking.Authorization{State: booking.ChargeUnknown, Captured: none, Refunded: none}, nil
	}
	return s.answer(ctx, c, intent, err)
}
