package config

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/identity"
)

// The defaults are promises to those who run the engine.
func TestDefaults(t *testing.T) {
	c, err := Load(nil)
	require.NoError(t, err)
	require.Equal(t, Config{
		HTTPAddr: ":8080", HoldDuration: 2 * time.Minute, MaxSeats: 10, MaxHolds: 10, PostgresConns: 16,
		PaymentGrace: 3 * time.Minute, RefundPolicy: "0s=100", ReconcileEach: time.Hour, SandboxAddr: "127.0.0.1:8090",
		Exchange: "holdfast.events", Namespace: "default", TaskQueue: "holdfast",
		AnswerWithin: 10 * time.Second, MergeWindow: 25 * time.Millisecond, LogLevel: "info",
	}, c)
}

func TestEmptyIsTheDefault(t *testing.T) {
	c, err := Load([]string{"HOLDFAST_HTTP_ADDR=", "HOLDFAST_HOLD_DURATION=", "HOLDFAST_MAX_SEATS=", "HOLDFAST_LOG_LEVEL=", "TEMPORAL_NAMESPACE="})
	require.NoError(t, err)
	want, err := Load(nil)
	require.NoError(t, err)
	require.Equal(t, want, c)
}

// 32 bytes, such as those of a seed and of a public key.
var ticketKey = strings.Repeat("A", 43) + "="

// Every setting has its own place: no two read the same variable, and each
// value arrives where it belongs.
func TestEverySettingIsRead(t *testing.T) {
	given := map[string]string{
		"HOLDFAST_HTTP_ADDR": "127.0.0.1:1", "HOLDFAST_HOLD_DURATION": "1m30s", "HOLDFAST_MAX_SEATS": "4", "HOLDFAST_MAX_HOLDS": "5",
		"HOLDFAST_OPS_ADDR": "127.0.0.1:9090", "HOLDFAST_PPROF_ADDR": "[::1]:6060",
		"HOLDFAST_JWT_SECRET": strings.Repeat("j", minSecret), "HOLDFAST_ALLOWED_ORIGINS": "https://a.example,https://b.example",
		"HOLDFAST_TICKET_KEY": ticketKey, "HOLDFAST_TICKET_OLD_KEYS": ticketKey + "," + ticketKey, // 32 bytes are either
		"HOLDFAST_POSTGRES_URL": "postgres://pg", "HOLDFAST_VALKEY_URL": "redis://vk", "HOLDFAST_MONGO_URL": "mongodb://mg", "HOLDFAST_AMQP_URL": "amqp://mq",
		"HOLDFAST_AMQP_EXCHANGE": "ex", "HOLDFAST_POSTGRES_CONNS": "9", "TEMPORAL_ADDRESS": "tp:1", "TEMPORAL_NAMESPACE": "ns", "HOLDFAST_TASK_QUEUE": "tq",
		"HOLDFAST_WORKER_BUILD":  "v1.4.2_a-b",
		"HOLDFAST_ANSWER_WITHIN": "6s", "HOLDFAST_MERGE_WINDOW": "7ms", "HOLDFAST_DRAIN_DELAY": "8s", "HOLDFAST_LOG_LEVEL": "warn",
		"HOLDFAST_PAYMENT_GRACE": "9s", "HOLDFAST_REFUND_POLICY": "1h=10", "HOLDFAST_RECONCILE_EVERY": "10m0s",
		"HOLDFAST_SANDBOX_ADDR": "sb:1", "HOLDFAST_SANDBOX_URL": "http://sb", "HOLDFAST_SANDBOX_KEY": strings.Repeat("k", minSecret),
		"HOLDFAST_SANDBOX_WEBHOOK_URL": "http://hook", "HOLDFAST_STRIPE_KEY": "sk", "HOLDFAST_STRIPE_WEBHOOK_SECRETS": "w1,w2",
		"HOLDFAST_STRIPE_RETURN_URL": "https://back", "HOLDFAST_RAZORPAY_KEY_ID": "rk", "HOLDFAST_RAZORPAY_KEY_SECRET": "rs", "HOLDFAST_RAZORPAY_WEBHOOK_SECRETS": "w3,w4",
	}
	var environ []string
	for name, value := range given {
		environ = append(environ, name+"="+value)
	}
	c, err := Load(environ)
	require.NoError(t, err)
	require.Equal(t, []string{"https://a.example", "https://b.example"}, c.Origins)
	read := map[string]string{}
	c.each(func(name, _, value string) { read[name] = value })
	require.Equal(t, given, read)
}

func TestABadValueIsOneSentence(t *testing.T) {
	for setting, want := range map[string]string{
		"HOLDFAST_HOLD_DURATION=soon":             `HOLDFAST_HOLD_DURATION is "soon"; set it to a duration, for example 90s or 2m30s`,
		"HOLDFAST_HOLD_DURATION=120":              `HOLDFAST_HOLD_DURATION is "120"; set it to a duration, for example 90s or 2m30s`,
		"HOLDFAST_HOLD_DURATION=0s":               "HOLDFAST_HOLD_DURATION is 0s; set it between 1s and 24h0m0s",
		"HOLDFAST_HOLD_DURATION=-2m":              "HOLDFAST_HOLD_DURATION is -2m0s; set it between 1s and 24h0m0s",
		"HOLDFAST_HOLD_DURATION=25h":              "HOLDFAST_HOLD_DURATION is 25h0m0s; set it between 1s and 24h0m0s",
		"HOLDFAST_ANSWER_WITHIN=2h":               "HOLDFAST_ANSWER_WITHIN is 2h0m0s; set it between 1s and 1m0s",
		"HOLDFAST_ANSWER_WITHIN=1ms":              "HOLDFAST_ANSWER_WITHIN is 1ms; set it between 1s and 1m0s",
		"HOLDFAST_MERGE_WINDOW=1m":                "HOLDFAST_MERGE_WINDOW is 1m0s; set it between 0s and 10s",
		"HOLDFAST_MERGE_WINDOW=-1s":               "HOLDFAST_MERGE_WINDOW is -1s; set it between 0s and 10s",
		"HOLDFAST_DRAIN_DELAY=1h":                 "HOLDFAST_DRAIN_DELAY is 1h0m0s; set it between 0s and 5m0s",
		"HOLDFAST_DRAIN_DELAY=x":                  `HOLDFAST_DRAIN_DELAY is "x"; set it to a duration, for example 90s or 2m30s`,
		"HOLDFAST_MAX_SEATS=0":                    "HOLDFAST_MAX_SEATS is 0; set it between 1 and 1000",
		"HOLDFAST_MAX_SEATS=1001":                 "HOLDFAST_MAX_SEATS is 1001; set it between 1 and 1000",
		"HOLDFAST_MAX_SEATS=ten":                  `HOLDFAST_MAX_SEATS is "ten"; set it to a whole number, for example 10`,
		"HOLDFAST_MAX_SEATS=1.5":                  `HOLDFAST_MAX_SEATS is "1.5"; set it to a whole number, for example 10`,
		"HOLDFAST_MAX_HOLDS=-1":                   "HOLDFAST_MAX_HOLDS is -1; set it to 1 or more",
		"HOLDFAST_MAX_HOLDS=99999999999999999999": `HOLDFAST_MAX_HOLDS is "99999999999999999999"; set it to a whole number, for example 10`,
		"HOLDFAST_POSTGRES_CONNS=1":               "HOLDFAST_POSTGRES_CONNS is 1; set it between 2 and 1000",
		"HOLDFAST_POSTGRES_CONNS=many":            `HOLDFAST_POSTGRES_CONNS is "many"; set it to a whole number, for example 16`,
		"HOLDFAST_LOG_LEVEL=loud":                 `HOLDFAST_LOG_LEVEL is "loud"; set it to debug, info, warn or error`,
		"HOLDFAST_PAYMENT_GRACE=2h":               "HOLDFAST_PAYMENT_GRACE is 2h0m0s; set it between 0s and 1h0m0s",
		"HOLDFAST_RECONCILE_EVERY=-1s":            "HOLDFAST_RECONCILE_EVERY is -1s; set it between 0s and 744h0m0s",
		"HOLDFAST_REFUND_POLICY=all":              `HOLDFAST_REFUND_POLICY: "all" is not a time before the showtime and a percentage, such as 24h=50; set it to such steps, for example 48h=100,24h=50`,
		"HOLDFAST_WORKER_BUILD=v1:2":              `HOLDFAST_WORKER_BUILD is "v1:2"; set it to at most 64 letters, digits, dots, dashes and underscores, for example v1.4.2`,
		"HOLDFAST_WORKER_BUILD=-v1":               `HOLDFAST_WORKER_BUILD is "-v1"; set it to at most 64 letters, digits, dots, dashes and underscores, for example v1.4.2`,
		"HOLDFAST_WORKER_BUILD=v'1":               `HOLDFAST_WORKER_BUILD is "v'1"; set it to at most 64 letters, digits, dots, dashes and underscores, for example v1.4.2`,
		"HOLDFAST_PPROF_ADDR=:6060":               `HOLDFAST_PPROF_ADDR is ":6060"; set it to a port of a loopback address, for example 127.0.0.1:6060`,
		"HOLDFAST_PPROF_ADDR=10.0.0.1:6060":       `HOLDFAST_PPROF_ADDR is "10.0.0.1:6060"; set it to a port of a loopback address, for example 127.0.0.1:6060`,
		"HOLDFAST_PPROF_ADDR=localhost":           `HOLDFAST_PPROF_ADDR is "localhost"; set it to a port of a loopback address, for example 127.0.0.1:6060`,
		"HOLDFAST_STRIPE_KEY=sk":                  "HOLDFAST_STRIPE_KEY is set and HOLDFAST_STRIPE_WEBHOOK_SECRETS is not; set both, or neither",
		"HOLDFAST_STRIPE_WEBHOOK_SECRETS=w":       "HOLDFAST_STRIPE_WEBHOOK_SECRETS is set and HOLDFAST_STRIPE_KEY is not; set both, or neither",
		"HOLDFAST_RAZORPAY_KEY_SECRET=s":          "HOLDFAST_RAZORPAY_KEY_SECRET is set and HOLDFAST_RAZORPAY_KEY_ID is not; set both, or neither",
		"HOLDFAST_RAZORPAY_KEY_ID=rk":             "HOLDFAST_RAZORPAY_KEY_ID is set and HOLDFAST_RAZORPAY_KEY_SECRET is not; set both, or neither",
		"HOLDFAST_SANDBOX_URL=http://localhost":   "HOLDFAST_SANDBOX_URL is set and HOLDFAST_SANDBOX_KEY is not; set both, or neither",
		"HOLDFAST_SANDBOX_KEY=short":              "HOLDFAST_SANDBOX_KEY has 5 bytes; set it to at least 32 random ones",
		"HOLDFAST_JWT_SECRET=short":               "HOLDFAST_JWT_SECRET has 5 bytes; set it to at least 32 random ones",
		"HOLDFAST_TICKET_KEY=secret":              "HOLDFAST_TICKET_KEY cannot be used: it is no Ed25519 private key: 32 bytes of seed or PKCS#8, in base64; `holdfast ticket keygen` prints one",
		"HOLDFAST_TICKET_OLD_KEYS=x":              "HOLDFAST_TICKET_OLD_KEYS cannot be used: it is no Ed25519 public key: 32 bytes in base64, as `x` in what `holdfast ticket keys` prints",
	} {
		_, err := Load([]string{setting})
		require.EqualError(t, err, want, setting)
	}
}

// Temporal names builds after the task queue, and is particular about such names.
func TestATaskQueueThatBuildsCannotBeNamedAfter(t *testing.T) {
	for _, queue := range []string{"tickets.eu", "tickets:eu", "__tickets"} {
		_, err := Load([]string{"HOLDFAST_TASK_QUEUE=" + queue})
		require.NoError(t, err)
		_, err = Load([]string{"HOLDFAST_TASK_QUEUE=" + queue, "HOLDFAST_WORKER_BUILD=v1"})
		require.EqualError(t, err, `HOLDFAST_TASK_QUEUE is "`+queue+`"; with HOLDFAST_WORKER_BUILD set it to at most 64 letters, digits, dashes and underscores`)
	}
	_, err := Load([]string{"HOLDFAST_WORKER_BUILD=" + strings.Repeat("v", 65)})
	require.ErrorContains(t, err, "set it to at most 64 letters")
}

// Where real money is taken nobody pays with play money.
func TestTheSandboxIsNotForLiveKeys(t *testing.T) {
	sandbox := []string{"HOLDFAST_SANDBOX_URL=http://sandbox:8090", "HOLDFAST_SANDBOX_KEY=" + strings.Repeat("k", minSecret), "HOLDFAST_STRIPE_WEBHOOK_SECRETS=w"}
	_, err := Load(append(sandbox, "HOLDFAST_STRIPE_KEY=sk_live_1"))
	require.ErrorContains(t, err, "play money")
	_, err = Load(append(sandbox, "HOLDFAST_STRIPE_KEY=sk_test_1"))
	require.NoError(t, err)
}

func TestTheSecretIsAsLongAsItsUserWantsIt(t *testing.T) {
	require.Equal(t, identity.MinSecret, minSecret)
}

func TestRequireNamesTheFirstThatIsMissing(t *testing.T) {
	c, err := Load([]string{"HOLDFAST_POSTGRES_URL=postgres://db"})
	require.NoError(t, err)
	require.NoError(t, c.Require())
	require.NoError(t, c.Require("HOLDFAST_POSTGRES_URL", "TEMPORAL_NAMESPACE"))
	err = c.Require("HOLDFAST_POSTGRES_URL", "TEMPORAL_ADDRESS", "HOLDFAST_AMQP_URL")
	require.EqualError(t, err, "TEMPORAL_ADDRESS is not set; set it, or run `holdfast dev`, which brings its own servers")
	require.ErrorContains(t, c.Require("HOLDFAST_NO_SUCH_SETTING"), "HOLDFAST_NO_SUCH_SETTING")
}

func TestLinesAreEverySettingOnce(t *testing.T) {
	c, err := Load([]string{"HOLDFAST_ALLOWED_ORIGINS=https://a.example,https://b.example"})
	require.NoError(t, err)
	lines := c.Lines()
	require.Len(t, lines, len(names()))
	for i, name := range names() {
		require.True(t, strings.HasPrefix(lines[i], name+"="), lines[i])
	}
	require.Contains(t, lines, "HOLDFAST_HOLD_DURATION=2m0s")
	require.Contains(t, lines, "HOLDFAST_ALLOWED_ORIGINS=https://a.example,https://b.example")
	require.Contains(t, lines, "HOLDFAST_JWT_SECRET=", "what is not set is shown as not set")
	require.Contains(t, lines, "HOLDFAST_AMQP_URL=")
}

func TestLinesHideSecrets(t *testing.T) {
	const s = "hunter2"
	for value, want := range map[string]string{
		"postgres://me:" + s + "@db:5432/holdfast":                     "postgres://me:xxxxx@db:5432/holdfast",
		"redis://:" + s + "@valkey:6379/0":                             "redis://:xxxxx@valkey:6379/0",
		"postgres://db/holdfast?password=" + s + "&user=me":            "postgres://db/holdfast?password=***&user=***",
		"postgres://me:" + s + "@db/holdfast?sslpassword=" + s:         "postgres://me:xxxxx@db/holdfast?sslpassword=***",
		"mongodb://db/?authMechanismProperties=AWS_SESSION_TOKEN:" + s: "mongodb://db/?authMechanismProperties=***",
		"mongodb://db/holdfast?directConnection":                       "mongodb://db/holdfast?directConnection=***",
		"amqp://mq:5672/?PASSWORD=" + s:                                "amqp://mq:5672/?PASSWORD=***",
		"host=db user=me password=" + s:                                "***",
		"password='" + s + "' host=db":                                 "***",
		"postgres:password=" + s:                                       "***",
		"//me:" + s + "@db/holdfast":                                   "***",
		"me:" + s + "@db/holdfast":                                     "***",
		"postgres://me:50%" + s + "@db/holdfast":                       "***",
		"postgres://me:1#" + s + "@db/holdfast":                        "***",
		"postgres://me:1/" + s + "@db/holdfast":                        "***",
		"postgres://me:1?" + s + "@db/holdfast":                        "***",
		"postgres://db/holdfast#" + s:                                  "***",
		"postgres:///holdfast?host=/run/postgresql&password=" + s:      "***",
		s: "***",
	} {
		for _, name := range []string{"HOLDFAST_POSTGRES_URL", "HOLDFAST_VALKEY_URL", "HOLDFAST_MONGO_URL", "HOLDFAST_AMQP_URL"} {
			c, err := Load([]string{name + "=" + value})
			require.NoError(t, err)
			require.Contains(t, c.Lines(), name+"="+want)
			require.NotContains(t, strings.Join(c.Lines(), "\n"), s, value)
		}
	}
	secret := strings.Repeat(s, 5)
	c, err := Load([]string{"HOLDFAST_JWT_SECRET=" + secret})
	require.NoError(t, err)
	require.Contains(t, c.Lines(), "HOLDFAST_JWT_SECRET=***")
	c, err = Load([]string{"HOLDFAST_TICKET_KEY=" + ticketKey, "HOLDFAST_TICKET_OLD_KEYS=" + ticketKey})
	require.NoError(t, err)
	require.NotContains(t, strings.Join(c.Lines(), "\n"), ticketKey)
}

// A setting that is added later must not be printed by accident.
func TestWhatSoundsSecretIsMasked(t *testing.T) {
	Config{}.each(func(name, mask, _ string) {
		for _, word := range []string{"SECRET", "URL", "KEY", "TOKEN", "PASSWORD"} {
			if strings.Contains(name, word) {
				require.NotEmpty(t, mask, name)
			}
		}
	})
}

// docs/settings.md is for those who do not read Go: it names every setting with
// its default, and no setting that does not exist.
func TestTheDocumentHasEverySetting(t *testing.T) {
	text, err := os.ReadFile("../../docs/settings.md")
	require.NoError(t, err)
	documented := map[string]string{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 || !strings.HasPrefix(cells[1], " `") {
			continue
		}
		name := strings.Trim(cells[1], " `")
		require.NotContains(t, documented, name, "it is there twice")
		documented[name] = strings.Trim(cells[2], " `")
	}
	settings := names()
	for _, name := range settings {
		require.Contains(t, documented, name, "docs/settings.md does not have it")
		require.Equal(t, defaultOf(t, name), documented[name], "the default of %s in docs/settings.md", name)
		delete(documented, name)
	}
	for name := range documented {
		require.True(t, strings.HasPrefix(name, "HOLDFAST_DEV_") || name == "HOLDFAST_TOOLS_DIR" || name == "HOLDFAST_URL",
			"docs/settings.md has %s, which is no setting", name)
	}
}

func names() []string {
	var out []string
	Config{}.each(func(name, _, _ string) { out = append(out, name) })
	return out
}

func defaultOf(t *testing.T, name string) string {
	t.Helper()
	for f := range reflect.TypeFor[Config]().Fields() {
		if f.Tag.Get("env") == name {
			return f.Tag.Get("envDefault")
		}
	}
	t.Fatalf("there is no setting %s", name)
	return ""
}
