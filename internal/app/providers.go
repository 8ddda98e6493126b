package app

import (
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"time"

	"holdfast/activities"
	"holdfast/api"
	"holdfast/internal/config"
	"holdfast/internal/payment"
	"holdfast/internal/sandbox"
)

// The methods of payment, by the names that clients use.
const (
	methodSandbox  = "sandbox"
	methodStripe   = "stripe"
	methodRazorpay = "razorpay"
)

// askBound is how long a provider may take for one request.
const askBound = 8 * time.Second

// providers are the payment providers that the settings switch on.
type providers map[string]payment.Provider

// BringsSandbox reports whether a process of every role brings the sandbox along:
// where there is nothing else to pay with. Where real money is taken, nobody can pay
// with play money by oversight.
func BringsSandbox(cfg config.Config) bool {
	return cfg.SandboxURL == "" && cfg.StripeKey == "" && cfg.RazorpayKey == ""
}

// openSandbox makes the sandbox of this process and listens for it.
func (a *App) openSandbox() error {
	if a.cfg.SandboxKey == "" {
		if len(a.roles) == 1 {
			return errors.New("HOLDFAST_SANDBOX_KEY is not set; set it to at least 32 random bytes, the same for every process")
		}
		a.cfg.SandboxKey = rand.Text() + rand.Text() // nobody outside this process needs it
	}
	var err error
	if a.sandboxListener, err = net.Listen("tcp", a.cfg.SandboxAddr); err != nil {
		return fmt.Errorf("the payment sandbox cannot listen on %s (%w); set HOLDFAST_SANDBOX_ADDR to a free address", a.cfg.SandboxAddr, err)
	}
	hook := a.cfg.SandboxHook
	if hook == "" && a.has(API) {
		hook = local(a.listener.Addr()) + "/v1/webhooks/" + methodSandbox
	}
	a.sandbox, err = sandbox.New(sandbox.Config{PostgresURL: a.cfg.PostgresURL, Key: a.cfg.SandboxKey, WebhookURL: hook, Log: a.log})
	return err
}

// openProviders makes the clients of the providers.
func (a *App) openProviders() error {
	a.providers = providers{}
	client := func() *http.Client {
		return &http.Client{Timeout: askBound, Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 16, IdleConnTimeout: 90 * time.Second,
		}}
	}
	url := a.cfg.SandboxURL
	if url == "" && a.sandboxListener != nil {
		url = local(a.sandboxListener.Addr())
	}
	if url != "" {
		p, err := payment.NewSandbox(url, a.cfg.SandboxKey, a.keep(client()))
		if err != nil {
			return fmt.Errorf("HOLDFAST_SANDBOX_URL: %w", err)
		}
		a.providers[methodSandbox] = p
	}
	if a.cfg.StripeKey != "" {
		p, err := payment.NewStripe(payment.StripeConfig{Key: a.cfg.StripeKey, WebhookSecrets: a.cfg.StripeHooks, ReturnURL: a.cfg.StripeReturn, Client: a.keep(client())})
		if err != nil {
			return fmt.Errorf("HOLDFAST_STRIPE_KEY: %w", err)
		}
		a.providers[methodStripe] = p
	}
	if a.cfg.RazorpayKey != "" {
		p, err := payment.NewRazorpay(payment.RazorpayConfig{
			KeyID: a.cfg.RazorpayKey, KeySecret: a.cfg.RazorpayPass, WebhookSecrets: a.cfg.RazorpayHooks, Client: a.keep(client()),
		})
		if err != nil {
			return fmt.Errorf("HOLDFAST_RAZORPAY_KEY_ID: %w", err)
		}
		a.providers[methodRazorpay] = p
	}
	if a.providers[methodSandbox] != nil && len(a.providers) > 1 {
		a.log.Warn("the payment sandbox is on beside a real provider: seats can be had for play money", "methods", a.providers.methods())
	}
	if len(a.providers) == 0 {
		return errors.New("there is nothing to pay with; set HOLDFAST_STRIPE_KEY, HOLDFAST_RAZORPAY_KEY_ID or, for trials, HOLDFAST_SANDBOX_URL with HOLDFAST_SANDBOX_KEY")
	}
	return nil
}

// keep remembers a client, whose idle connections are closed in the end.
func (a *App) keep(c *http.Client) *http.Client {
	a.clients = append(a.clients, c)
	return c
}

// local is the address by which this machine reaches a listener of its own.
func local(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return "http://" + addr.String()
	}
	return fmt.Sprintf("http://localhost:%d", tcp.Port)
}

func (p providers) methods() []string { return slices.Sorted(maps.Keys(p)) }

// tokenless are the methods whose payment begins without a token of the customer's.
func (p providers) tokenless() []string {
	if p[methodRazorpay] == nil {
		return nil
	}
	return []string{methodRazorpay}
}

func (p providers) gateways() map[string]activities.Gateway {
	out := map[string]activities.Gateway{}
	for method, provider := range p {
		out[method] = provider
	}
	return out
}

func (p providers) webhooks() map[string]api.Webhook {
	out := map[string]api.Webhook{}
	for method, provider := range p {
		out[method] = provider.Webhook
	}
	return out
}
