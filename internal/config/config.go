// Package config reads the settings of a process from its environment, checks
// them before anything is served, and prints them with their secrets masked.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"holdfast/internal/booking"
	"holdfast/internal/ticket"
)

// Config is every setting. A field's comment is its documentation; docs/settings.md
// lists them for operators.
type Config struct {
	HTTPAddr      string        `env:"HOLDFAST_HTTP_ADDR" envDefault:":8080"`               // where the API listens
	OpsAddr       string        `env:"HOLDFAST_OPS_ADDR"`                                   // where a process without the API serves /healthz and /metrics; nowhere when it is not set
	HoldDuration  time.Duration `env:"HOLDFAST_HOLD_DURATION" envDefault:"2m"`              // how long a pending booking owns its seats
	MaxSeats      int           `env:"HOLDFAST_MAX_SEATS" envDefault:"10"`                  // of one booking
	MaxHolds      int           `env:"HOLDFAST_MAX_HOLDS" envDefault:"10"`                  // unpaid bookings of one user at one time
	JWTSecret     string        `env:"HOLDFAST_JWT_SECRET" mask:"all"`                      // signs the tokens, at least 32 bytes; the api needs it
	TicketKey     string        `env:"HOLDFAST_TICKET_KEY" mask:"all"`                      // signs the tickets: an Ed25519 private key; the api needs it
	OldTicketKeys []string      `env:"HOLDFAST_TICKET_OLD_KEYS" mask:"all"`                 // public keys before it, whose tickets are still good, comma-separated
	Origins       []string      `env:"HOLDFAST_ALLOWED_ORIGINS"`                            // pages of other hosts that may open the live map, comma-separated
	PostgresURL   string        `env:"HOLDFAST_POSTGRES_URL" mask:"url"`                    // postgres://user:password@host:port/database
	PostgresConns int32         `env:"HOLDFAST_POSTGRES_CONNS" envDefault:"16"`             // connections of one process to PostgreSQL at most
	ValkeyURL     string        `env:"HOLDFAST_VALKEY_URL" mask:"url"`                      // redis://:password@host:port
	MongoURL      string        `env:"HOLDFAST_MONGO_URL" mask:"url"`                       // mongodb://host:port/database
	AMQPURL       string        `env:"HOLDFAST_AMQP_URL" mask:"url"`                        // amqp://user:password@host:port/vhost
	Exchange      string        `env:"HOLDFAST_AMQP_EXCHANGE" envDefault:"holdfast.events"` // and the prefix of all queues
	TemporalAddr  string        `env:"TEMPORAL_ADDRESS"`                                    // host:port
	Namespace     string        `env:"TEMPORAL_NAMESPACE" envDefault:"default"`             // of Temporal
	TaskQueue     string        `env:"HOLDFAST_TASK_QUEUE" envDefault:"holdfast"`           // of Temporal
	WorkerBuild   string        `env:"HOLDFAST_WORKER_BUILD"`                               // which build a worker is of; not set: bookings do not keep to builds
	AnswerWithin  time.Duration `env:"HOLDFAST_ANSWER_WITHIN" envDefault:"10s"`             // after that a request is answered with 503
	MergeWindow   time.Duration `env:"HOLDFAST_MERGE_WINDOW" envDefault:"25ms"`             // in which live changes of a map become one
	DrainDelay    time.Duration `env:"HOLDFAST_DRAIN_DELAY" envDefault:"0s"`                // between /readyz saying no and the end of listening
	PaymentGrace  time.Duration `env:"HOLDFAST_PAYMENT_GRACE" envDefault:"3m"`              // how long a hold is kept beyond its deadline, once, while a payment is being decided
	RefundPolicy  string        `env:"HOLDFAST_REFUND_POLICY" envDefault:"0s=100"`          // time before the showtime = percentage given back, comma-separated
	ReconcileEach time.Duration `env:"HOLDFAST_RECONCILE_EVERY" envDefault:"1h"`            // how often the books of the providers are compared; 0s is never
	SandboxAddr   string        `env:"HOLDFAST_SANDBOX_ADDR" envDefault:"127.0.0.1:8090"`   // where the payment sandbox listens
	SandboxURL    string        `env:"HOLDFAST_SANDBOX_URL" mask:"url"`                     // where it is, for the other processes; not set: in this process, or nowhere
	SandboxKey    string        `env:"HOLDFAST_SANDBOX_KEY" mask:"all"`                     // what they and the sandbox know each other by
	SandboxHook   string        `env:"HOLDFAST_SANDBOX_WEBHOOK_URL" mask:"url"`             // where the sandbox sends its messages; not set: to the API in its process, or nowhere
	StripeKey     string        `env:"HOLDFAST_STRIPE_KEY" mask:"all"`                      // switches Stripe on
	StripeHooks   []string      `env:"HOLDFAST_STRIPE_WEBHOOK_SECRETS" mask:"all"`          // that sign its messages; two while one replaces the other
	StripeReturn  string        `env:"HOLDFAST_STRIPE_RETURN_URL" mask:"url"`               // where Stripe sends a customer back whom it has asked something
	RazorpayKey   string        `env:"HOLDFAST_RAZORPAY_KEY_ID" mask:"all"`                 // switches Razorpay on
	RazorpayPass  string        `env:"HOLDFAST_RAZORPAY_KEY_SECRET" mask:"all"`             // of that key
	RazorpayHooks []string      `env:"HOLDFAST_RAZORPAY_WEBHOOK_SECRETS" mask:"all"`        // as those of Stripe
	PprofAddr     string        `env:"HOLDFAST_PPROF_ADDR"`                                 // where the process can be profiled, on loopback only; nowhere when it is not set
	LogLevel      string        `env:"HOLDFAST_LOG_LEVEL" envDefault:"info"`                // debug, info, warn, error
}

// minSecret is the least length of HOLDFAST_JWT_SECRET in bytes: the package
// identity refuses shorter ones, but only after the servers were reached.
const minSecret = 32

// Load reads the settings from the variables, which os.Environ has the form of,
// and checks what is set. Whether what is needed is set is for Require to say.
func Load(environ []string) (Config, error) {
	var c Config
	if err := env.ParseWithOptions(&c, env.Options{Environment: env.ToMap(environ)}); err != nil {
		var all env.AggregateError
		if errors.As(err, &all) && len(all.Errors) > 0 {
			err = all.Errors[0]
		}
		var unread env.ParseError
		if errors.As(err, &unread) {
			return c, c.unreadable(unread.Name, env.ToMap(environ))
		}
		return c, fmt.Errorf("a setting cannot be read: %w", err)
	}
	return c, c.check()
}

// unreadable names the setting of a field, where the parser names the field.
func (c Config) unreadable(field string, environ map[string]string) error {
	f, ok := reflect.TypeOf(c).FieldByName(field)
	if !ok {
		return fmt.Errorf("a setting cannot be read: %s", field)
	}
	name, form := f.Tag.Get("env"), "a whole number, for example "+f.Tag.Get("envDefault")
	if f.Type == reflect.TypeFor[time.Duration]() {
		form = "a duration, for example 90s or 2m30s"
	}
	return fmt.Errorf("%s is %q; set it to %s", name, environ[name], form)
}

func (c Config) check() error {
	limits := []struct {
		name     string
		value    time.Duration
		min, max time.Duration
	}{
		{"HOLDFAST_HOLD_DURATION", c.HoldDuration, time.Second, 24 * time.Hour},
		{"HOLDFAST_ANSWER_WITHIN", c.AnswerWithin, time.Second, time.Minute},
		{"HOLDFAST_MERGE_WINDOW", c.MergeWindow, 0, 10 * time.Second},
		{"HOLDFAST_DRAIN_DELAY", c.DrainDelay, 0, 5 * time.Minute},
		{"HOLDFAST_PAYMENT_GRACE", c.PaymentGrace, 0, time.Hour},
		{"HOLDFAST_RECONCILE_EVERY", c.ReconcileEach, 0, 31 * 24 * time.Hour},
	}
	for _, l := range limits {
		if l.value < l.min || l.value > l.max {
			return fmt.Errorf("%s is %s; set it between %s and %s", l.name, l.value, l.min, l.max)
		}
	}
	if c.MaxSeats < 1 || c.MaxSeats > 1000 {
		return fmt.Errorf("HOLDFAST_MAX_SEATS is %d; set it between 1 and 1000", c.MaxSeats)
	}
	if c.PostgresConns < 2 || c.PostgresConns > 1000 {
		return fmt.Errorf("HOLDFAST_POSTGRES_CONNS is %d; set it between 2 and 1000", c.PostgresConns)
	}
	if c.MaxHolds < 1 {
		return fmt.Errorf("HOLDFAST_MAX_HOLDS is %d; set it to 1 or more", c.MaxHolds)
	}
	if c.JWTSecret != "" && len(c.JWTSecret) < minSecret {
		return fmt.Errorf("HOLDFAST_JWT_SECRET has %d bytes; set it to at least %d random ones", len(c.JWTSecret), minSecret)
	}
	if c.TicketKey != "" {
		if _, err := ticket.ParsePrivateKey(c.TicketKey); err != nil {
			return fmt.Errorf("HOLDFAST_TICKET_KEY cannot be used: %w", err)
		}
	}
	for _, key := range c.OldTicketKeys {
		if _, err := ticket.ParsePublicKey(key); err != nil {
			return fmt.Errorf("HOLDFAST_TICKET_OLD_KEYS cannot be used: %w", err)
		}
	}
	if _, err := booking.ParseRefundPolicy(c.RefundPolicy); err != nil {
		return fmt.Errorf("HOLDFAST_REFUND_POLICY: %w; set it to such steps, for example 48h=100,24h=50", err)
	}
	if err := c.checkBuild(); err != nil {
		return err
	}
	if err := c.checkProviders(); err != nil {
		return err
	}
	if err := c.checkPprof(); err != nil {
		return err
	}
	switch c.LogLevel {
	case "debug", "info", "warn", "error":
	default:
		return fmt.Errorf("HOLDFAST_LOG_LEVEL is %q; set it to debug, info, warn or error", c.LogLevel)
	}
	return nil
}

// buildID is what Temporal's queries and its names of versions can hold.
var buildID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// IsBuild reports whether the text can name a build of the workers.
func IsBuild(text string) bool { return buildID.MatchString(text) }

func (c Config) checkBuild() error {
	if c.WorkerBuild == "" {
		return nil
	}
	if !IsBuild(c.WorkerBuild) {
		return fmt.Errorf("HOLDFAST_WORKER_BUILD is %q; set it to at most 64 letters, digits, dots, dashes and underscores, for example v1.4.2", c.WorkerBuild)
	}
	// Temporal names the builds after the task queue, and such a name has no dot.
	if !IsBuild(c.TaskQueue) || strings.Contains(c.TaskQueue, ".") {
		return fmt.Errorf("HOLDFAST_TASK_QUEUE is %q; with HOLDFAST_WORKER_BUILD set it to at most 64 letters, digits, dashes and underscores", c.TaskQueue)
	}
	return nil
}

// checkPprof refuses to show to others than this machine what a process does.
func (c Config) checkPprof() error {
	if c.PprofAddr == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(c.PprofAddr)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("HOLDFAST_PPROF_ADDR is %q; set it to a port of a loopback address, for example 127.0.0.1:6060", c.PprofAddr)
	}
	return nil
}

// checkProviders refuses a payment provider that is switched on by half.
func (c Config) checkProviders() error {
	together := []struct {
		a, b string
		setA bool
		setB bool
	}{
		{"HOLDFAST_STRIPE_KEY", "HOLDFAST_STRIPE_WEBHOOK_SECRETS", c.StripeKey != "", len(c.StripeHooks) > 0},
		{"HOLDFAST_RAZORPAY_KEY_ID", "HOLDFAST_RAZORPAY_KEY_SECRET", c.RazorpayKey != "", c.RazorpayPass != ""},
		{"HOLDFAST_RAZORPAY_KEY_ID", "HOLDFAST_RAZORPAY_WEBHOOK_SECRETS", c.RazorpayKey != "", len(c.RazorpayHooks) > 0},
	}
	for _, t := range together {
		if t.setA && !t.setB {
			return fmt.Errorf("%s is set and %s is not; set both, or neither", t.a, t.b)
		}
		if t.setB && !t.setA {
			return fmt.Errorf("%s is set and %s is not; set both, or neither", t.b, t.a)
		}
	}
	if c.SandboxURL != "" && c.SandboxKey == "" {
		return errors.New("HOLDFAST_SANDBOX_URL is set and HOLDFAST_SANDBOX_KEY is not; set both, or neither")
	}
	if c.SandboxURL != "" && c.takesMoney() {
		return errors.New("HOLDFAST_SANDBOX_URL is set beside a live key of a payment provider; without it nobody can pay with play money")
	}
	if c.SandboxKey != "" && len(c.SandboxKey) < minSecret {
		return fmt.Errorf("HOLDFAST_SANDBOX_KEY has %d bytes; set it to at least %d random ones", len(c.SandboxKey), minSecret)
	}
	return nil
}

// takesMoney reports whether a provider is switched on with a key that moves real
// money, as providers mark such keys.
func (c Config) takesMoney() bool {
	for _, live := range []string{"sk_live_", "rk_live_"} {
		if strings.HasPrefix(c.StripeKey, live) {
			return true
		}
	}
	return strings.HasPrefix(c.RazorpayKey, "rzp_live_")
}

// Require reports the first of the named settings that is not set.
func (c Config) Require(names ...string) error {
	values := map[string]string{}
	c.each(func(name, _, value string) { values[name] = value })
	for _, name := range names {
		if values[name] == "" {
			return fmt.Errorf("%s is not set; set it, or run `holdfast dev`, which brings its own servers", name)
		}
	}
	return nil
}

// Lines are the settings as NAME=value, secrets masked.
func (c Config) Lines() []string {
	var out []string
	c.each(func(name, mask, value string) {
		switch {
		case value == "":
		case mask == "all":
			value = "***"
		case mask == "url":
			value = maskURL(value)
		}
		out = append(out, name+"="+value)
	})
	return out
}

func (c Config) each(visit func(name, mask, value string)) {
	v := reflect.ValueOf(c)
	for i := range v.NumField() {
		tags := v.Type().Field(i).Tag
		value := fmt.Sprint(v.Field(i).Interface())
		if list, ok := v.Field(i).Interface().([]string); ok {
			value = strings.Join(list, ",")
		}
		visit(tags.Get("env"), tags.Get("mask"), value)
	}
}

// maskURL keeps of a URL where the server is, and hides what may be secret: the
// password and the values of the query. A text of another form, such as
// "host=db password=secret", is hidden as a whole, and so is a URL whose
// password has characters that should have been escaped: its parts cannot be
// told apart.
func maskURL(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" || u.Host == "" || u.Fragment != "" || u.User == nil && strings.Contains(text, "@") {
		return "***"
	}
	if u.RawQuery != "" {
		var hidden []string
		for _, part := range strings.Split(u.RawQuery, "&") {
			name, _, _ := strings.Cut(part, "=")
			hidden = append(hidden, name+"=***")
		}
		u.RawQuery = strings.Join(hidden, "&")
	}
	return u.Redacted()
}
