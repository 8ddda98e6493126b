package payment

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"holdfast/internal/booking"
)

// sandboxPage is how many charges of the sandbox's ledger are asked for at a time.
const sandboxPage = 500

// SandboxClient is the sandbox as a provider, over HTTP. It is safe for
// concurrent use.
type SandboxClient struct {
	base     *url.URL
	key      string
	client   *http.Client
	verifier *standardwebhooks.Webhook
	page     int
}

var _ Provider = (*SandboxClient)(nil)

// NewSandbox makes a client of the sandbox at baseURL. Nil is a client with a
// time limit of its own.
func NewSandbox(baseURL, key string, client *http.Client) (*SandboxClient, error) {
	base, err := url.Parse(baseURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, errors.New("the sandbox's address is not an http or https URL")
	}
	if key == "" {
		return nil, errors.New("the sandbox needs a key")
	}
	verifier, err := standardwebhooks.NewWebhookRaw([]byte(key))
	if err != nil {
		return nil, fmt.Errorf("preparing to read the sandbox's messages: %w", err)
	}
	if client == nil {
		client = &http.Client{Timeout: 10 * time.Second}
	}
	return &SandboxClient{base: base, key: key, client: client, verifier: verifier, page: sandboxPage}, nil
}

// sandboxOrder is what the sandbox wants to know of a charge.
type sandboxOrder struct {
	BookingID string     `json:"booking_id"`
	Amount    int64      `json:"amount"`
	Currency  string     `json:"currency"`
	Deadline  *time.Time `json:"deadline,omitempty"`
}

func orderOf(c booking.Charge) sandboxOrder {
	o := sandboxOrder{BookingID: string(c.BookingID), Amount: c.Amount.Minor, Currency: c.Amount.Currency}
	if !c.Deadline.IsZero() {
		o.Deadline = &c.Deadline
	}
	return o
}

// sandboxCharge is a charge in the sandbox's words.
type sandboxCharge struct {
	ID        string              `json:"id"`
	Reference string              `json:"reference"`
	BookingID booking.ID          `json:"booking_id"`
	State     booking.ChargeState `json:"state"` // it has the same names for them
	Reason    string              `json:"reason"`
	Action    *booking.Action     `json:"action"`
	Amount    int64               `json:"amount"`
	Captured  int64               `json:"captured"`
	Refunded  int64               `json:"refunded"`
	Currency  string              `json:"currency"`
	CreatedAt time.Time           `json:"created_at"`
}

func (c sandboxCharge) authorization() booking.Authorization {
	return booking.Authorization{
		Declined: c.State == booking.ChargeDeclined, Reason: c.Reason, Reference: c.Reference,
		State: c.State, Action: c.Action,
		Captured: booking.Money{Minor: c.Captured, Currency: c.Currency},
		Refunded: booking.Money{Minor: c.Refunded, Currency: c.Currency},
	}
}

func (c sandboxCharge) entry() booking.LedgerEntry {
	return booking.LedgerEntry{
		ChargeID: c.ID, BookingID: c.BookingID, Reference: c.Reference, State: c.State,
		Amount:   booking.Money{Minor: c.Amount, Currency: c.Currency},
		Captured: booking.Money{Minor: c.Captured, Currency: c.Currency},
		Refunded: booking.Money{Minor: c.Refunded, Currency: c.Currency},

		CreatedAt: c.CreatedAt,
	}
}

// Create implements Provider.
func (s *SandboxClient) Create(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	return s.ask(ctx, "making a charge", http.MethodPut, c, orderOf(c))
}

// Confirm implements Provider.
func (s *SandboxClient) Confirm(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	return s.ask(ctx, "confirming a charge", http.MethodPost, c, map[string]string{"token": c.Token}, "confirm")
}

// Capture implements Provider.
func (s *SandboxClient) Capture(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	a, err := s.ask(ctx, "capturing a charge", http.MethodPost, c, nil, "capture")
	if refusedAs(err, "uncollectable") {
		return booking.Authorization{}, fmt.Errorf("%w: %w", booking.ErrUncollectable, err)
	}
	return a, err
}

// Cancel implements Provider. The sandbox makes a charge that was never made, and
// cancels it at once.
func (s *SandboxClient) Cancel(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	return s.ask(ctx, "cancelling a charge", http.MethodPost, c, orderOf(c), "cancel")
}

// Refund implements Provider.
func (s *SandboxClient) Refund(ctx context.Context, c booking.Charge, id string, amount booking.Money) (booking.Authorization, error) {
	if !isPathID(id) {
		return booking.Authorization{}, fmt.Errorf("a refund cannot have the id %q", id)
	}
	return s.ask(ctx, "refunding a charge", http.MethodPut, c,
		map[string]any{"amount": amount.Minor, "currency": amount.Currency}, "refunds", id)
}

// LookUp implements Provider.
func (s *SandboxClient) LookUp(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	a, err := s.ask(ctx, "looking a charge up", http.MethodGet, c, nil)
	if refusedAs(err, "not_found") {
		return booking.Authorization{State: booking.ChargeUnknown}, nil
	}
	return a, err
}

// ask asks the sandbox about one charge.
func (s *SandboxClient) ask(ctx context.Context, what, method string, c booking.Charge, body any, path ...string) (booking.Authorization, error) {
	if !isPathID(c.ID) {
		return booking.Authorization{}, fmt.Errorf("%s: a charge cannot have the id %q", what, c.ID)
	}
	var answer sandboxCharge
	if err := s.do(ctx, method, append([]string{"v1", "charges", c.ID}, path...), nil, body, &answer); err != nil {
		return booking.Authorization{}, fmt.Errorf("%s at the sandbox: %w", what, err)
	}
	if answer.ID != c.ID || answer.State == "" {
		return booking.Authorization{}, fmt.Errorf("%s at the sandbox: the answer is not about the charge", what)
	}
	return answer.authorization(), nil
}

// Ledger implements Provider, oldest first.
func (s *SandboxClient) Ledger(ctx context.Context, since time.Time, visit func(booking.LedgerEntry) error) error {
	query := url.Values{"since": {since.UTC().Format(time.RFC3339Nano)}, "limit": {fmt.Sprint(s.page)}}
	for {
		var page struct {
			Charges []sandboxCharge `json:"charges"`
			Next    string          `json:"next"`
		}
		if err := s.do(ctx, http.MethodGet, []string{"v1", "charges"}, query, nil, &page); err != nil {
			return fmt.Errorf("reading the sandbox's ledger: %w", err)
		}
		for _, c := range page.Charges {
			if err := visit(c.entry()); err != nil {
				return err
			}
		}
		switch page.Next {
		case "":
			return nil
		case query.Get("cursor"):
			return errors.New("reading the sandbox's ledger: it does not get on")
		}
		query.Set("cursor", page.Next)
	}
}
