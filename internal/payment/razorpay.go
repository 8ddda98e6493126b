package payment

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/razorpay/razorpay-go/constants"
	"github.com/razorpay/razorpay-go/resources"

	"holdfast/internal/booking"
)

// RazorpayConfig is what Razorpay has to be told.
type RazorpayConfig struct {
	KeyID     string // rzp_…; the page gets it, too
	KeySecret string
	// WebhookSecrets sign Razorpay's messages. While a secret is changed there are two.
	WebhookSecrets []string
	BaseURL        string // of the API; empty is Razorpay's own
	// Client is where the transport and the time limit are taken from; nil is the
	// usual ones.
	Client *http.Client
}

// Razorpay takes payments for orders, which customers pay in Razorpay's checkout on
// the page. It may be used by many at once.
//
// Razorpay cannot cancel an order, nor give up a payment that was not captured. An
// order is given up by a mark in its notes: a marked one is never captured, and
// Razorpay itself releases what was promised for it, when that expires. Nor has it
// a state in which an order was refused: a mark says so as well.
type Razorpay struct {
	keyID, keySecret string
	secrets          []string
	baseURL          string
	transport        http.RoundTripper
	timeout          time.Duration
	page             int // orders in a page of a list
}

var _ Provider = (*Razorpay)(nil)

// NewRazorpay checks the settings; it does not go to Razorpay.
func NewRazorpay(config RazorpayConfig) (*Razorpay, error) {
	if config.KeyID == "" || config.KeySecret == "" {
		return nil, errors.New("razorpay needs the id of a key and its secret")
	}
	if err := checkWebhookSecrets(config.WebhookSecrets); err != nil {
		return nil, fmt.Errorf("razorpay: %w", err)
	}
	r := &Razorpay{
		keyID: config.KeyID, keySecret: config.KeySecret,
		secrets:   slices.Clone(config.WebhookSecrets),
		baseURL:   config.BaseURL,
		transport: http.DefaultTransport, timeout: providerTimeout,
		page: 100,
	}
	if r.baseURL == "" {
		r.baseURL = constants.BASE_URL
	}
	if u, err := url.Parse(r.baseURL); err != nil || u.Host == "" {
		return nil, fmt.Errorf("razorpay: %q is not the address of an API", config.BaseURL)
	}
	if c := config.Client; c != nil {
		if c.Transport != nil {
			r.transport = c.Transport
		}
		if c.Timeout > 0 {
			r.timeout = c.Timeout
		}
	}
	return r, nil
}

// Create makes the order, or finds it.
func (r *Razorpay) Create(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	order, err := r.ensure(ctx, c)
	return r.answer(ctx, c, order, err)
}

// Confirm says how the order stands after its customer came back from the checkout.
// What the customer brings, "payment_id|signature", names a payment that may not be
// among those of the order yet. Without it, or with a signature that is wrong,
// Razorpay's word counts alone.
func (r *Razorpay) Confirm(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	order, err := r.ensure(ctx, c)
	if err != nil {
		return r.answer(ctx, c, order, err)
	}
	id, signed := r.signedPayment(order.ID, c.Token)
	known := slices.ContainsFunc(order.Payments.Items, func(p razorpayPayment) bool { return p.ID == id })
	if signed && !known {
		p, err := ask[razorpayPayment](ctx, r, func(_ resources.Order, payments resources.Payment) (map[string]any, error) {
			return payments.Fetch(id, nil, nil)
		})
		if err != nil {
			return booking.Authorization{}, err
		}
		if p.OrderID == order.ID {
			order.Payments.Items = append(order.Payments.Items, p)
		}
	}
	return r.answer(ctx, c, order, nil)
}

// Capture takes the payment that is promised for the order.
func (r *Razorpay) Capture(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	order, err := r.find(ctx, c)
	if err == nil && order == nil {
		err = fmt.Errorf("razorpay knows no charge %s to capture", c.ID)
	}
	a, err := r.answer(ctx, c, order, err)
	if err != nil || a.State != booking.ChargeAuthorized {
		return a, orUncollectable(a, c, err)
	}
	promised := order.payment(razorpayAuthorized)
	_, failure := ask[razorpayPayment](ctx, r, func(_ resources.Order, payments resources.Payment) (map[string]any, error) {
		return payments.Capture(promised.ID, int(promised.Amount), map[string]any{"currency": order.Currency}, nil)
	})
	if failure != nil && !refusedByRazorpay(failure) {
		return booking.Authorization{}, failure
	}
	a, err = r.reread(ctx, c, order.ID)
	if err == nil && failure != nil && a.State == booking.ChargeAuthorized {
		return booking.Authorization{}, failure
	}
	return a, orUncollectable(a, c, err)
}

// Cancel marks the order, and makes it first if need be. The mark comes before the
// look at the payments, so that a capture that has not begun does not begin any
// more. One that is under way at another process may still take the money: then the
// order is captured, whatever its mark says, and the ledger tells.
func (r *Razorpay) Cancel(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	order, err := r.ensure(ctx, c)
	a, err := r.answer(ctx, c, order, err)
	if err != nil || (a.State != booking.ChargeOpen && a.State != booking.ChargeAuthorized) {
		return a, err
	}
	if err := r.mark(ctx, order, metaCancelled, "by holdfast"); err != nil {
		return booking.Authorization{}, err
	}
	return r.reread(ctx, c, order.ID)
}

// LookUp asks how the order stands.
func (r *Razorpay) LookUp(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	order, err := r.find(ctx, c)
	if err == nil && order == nil {
		none := booking.Money{Currency: c.Amount.Currency}
		return booking.Authorization{State: booking.ChargeUnknown, Captured: none, Refunded: none}, nil
	}
	return r.answer(ctx, c, order, err)
}
