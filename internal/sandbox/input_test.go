package sandbox_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"holdfast/internal/sandbox"
)

func TestBadInputIsTheClients(t *testing.T) {
	b := open(t, sandbox.Config{})
	b.confirmed(t, "paid", "tok_ok", "authorized")
	b.want(t, "captured", "POST", "/v1/charges/paid/capture", "")
	b.confirmed(t, "promised", "tok_ok", "authorized")
	const c, refund = "/v1/charges/c1", "/v1/charges/paid/refunds/r1"
	for name, bad := range map[string]struct {
		method, path, body string
		status             int
		code               string
	}{
		"no body":                 {"PUT", c, ``, 400, "invalid"},
		"half a body":             {"PUT", c, `{"booking_id":"b1",`, 400, "invalid"},
		"two bodies":              {"PUT", c, order + order, 400, "invalid"},
		"a list":                  {"PUT", c, `[]`, 400, "invalid"},
		"no fields":               {"PUT", c, `{}`, 400, "invalid"},
		"a field too many":        {"PUT", c, `{"booking_id":"b1","amount":1,"currency":"USD","tip":1}`, 400, "invalid"},
		"a field twice":           {"PUT", c, `{"booking_id":"b1","amount":1,"amount":2,"currency":"USD"}`, 400, "invalid"},
		"a fraction":              {"PUT", c, `{"booking_id":"b1","amount":1.5,"currency":"USD"}`, 400, "invalid"},
		"an amount as text":       {"PUT", c, `{"booking_id":"b1","amount":"1","currency":"USD"}`, 400, "invalid"},
		"an amount below 0":       {"PUT", c, `{"booking_id":"b1","amount":-1,"currency":"USD"}`, 400, "invalid"},
		"an amount without end":   {"PUT", c, `{"booking_id":"b1","amount":9223372036854775808,"currency":"USD"}`, 400, "invalid"},
		"a small currency":        {"PUT", c, `{"booking_id":"b1","amount":1,"currency":"usd"}`, 400, "invalid"},
		"no currency":             {"PUT", c, `{"booking_id":"b1","amount":1}`, 400, "invalid"},
		"a NUL in the booking":    {"PUT", c, `{"booking_id":"b\u0000","amount":1,"currency":"USD"}`, 400, "invalid"},
		"a deadline in words":     {"PUT", c, `{"booking_id":"b1","amount":1,"currency":"USD","deadline":"soon"}`, 400, "invalid"},
		"a NUL in the id":         {"PUT", c + "%00", order, 400, "invalid"},
		"an id that is no UTF-8":  {"PUT", c + "%ff", order, 400, "invalid"},
		"a long id":               {"PUT", c + strings.Repeat("x", 255), order, 400, "invalid"},
		"a long body":             {"PUT", c, strings.Repeat(" ", 70<<10), 413, "too_large"},
		"a charge again, dearer":  {"PUT", "/v1/charges/paid", `{"booking_id":"b1","amount":1501,"currency":"USD"}`, 409, "conflict"},
		"of another booking":      {"PUT", "/v1/charges/paid", `{"booking_id":"b2","amount":1500,"currency":"USD"}`, 409, "conflict"},
		"a NUL in the token":      {"POST", "/v1/charges/promised/confirm", `{"token":"\u0000"}`, 400, "invalid"},
		"a long token":            {"POST", "/v1/charges/promised/confirm", `{"token":"` + strings.Repeat("x", 256) + `"}`, 400, "invalid"},
		"confirming nothing":      {"POST", c + "/confirm", `{"token":"tok_ok"}`, 404, "not_found"},
		"capturing nothing":       {"POST", c + "/capture", ``, 404, "not_found"},
		"cancelling without what": {"POST", c + "/cancel", `{}`, 400, "invalid"},
		"refunding nothing":       {"PUT", c + "/refunds/r1", `{"amount":1,"currency":"USD"}`, 404, "not_found"},
		"refunding a promise":     {"PUT", "/v1/charges/promised/refunds/r1", `{"amount":1,"currency":"USD"}`, 409, "conflict"},
		"refunding 0":             {"PUT", refund, `{"amount":0,"currency":"USD"}`, 400, "invalid"},
		"refunding less than 0":   {"PUT", refund, `{"amount":-1,"currency":"USD"}`, 400, "invalid"},
		"refunding more":          {"PUT", refund, `{"amount":1501,"currency":"USD"}`, 409, "conflict"},
		"refunding the most":      {"PUT", refund, `{"amount":9223372036854775807,"currency":"USD"}`, 409, "conflict"},
		"refunding otherwise":     {"PUT", refund, `{"amount":1,"currency":"EUR"}`, 400, "invalid"},
		"nothing to see":          {"GET", c, ``, 404, "not_found"},
		"another method":          {"DELETE", c, ``, 404, "not_found"},
		"another place":           {"GET", "/", ``, 404, "not_found"},
		"a page of none":          {"GET", "/v1/charges?limit=0", ``, 400, "invalid"},
		"a page of too many":      {"GET", "/v1/charges?limit=1001", ``, 400, "invalid"},
		"a page of words":         {"GET", "/v1/charges?limit=many", ``, 400, "invalid"},
		"since some time":         {"GET", "/v1/charges?since=yesterday", ``, 400, "invalid"},
		"another cursor":          {"GET", "/v1/charges?cursor=x", ``, 400, "invalid"},
		"another parameter":       {"GET", "/v1/charges?order=up", ``, 400, "invalid"},
		"half a query":            {"GET", "/v1/charges?%zz", ``, 400, "invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			status, a := b.ask(t, bad.method, bad.path, bad.body)
			require.Equal(t, bad.status, status, "%+v", a)
			require.Equal(t, bad.code, a.Error.Code)
			require.NotEmpty(t, a.Error.Message)
		})
	}
	require.Len(t, b.page(t, "").Charges, 2, "nothing was made")
	require.Zero(t, b.want(t, "captured", "GET", "/v1/charges/paid", "").Refunded)
}

func TestTheKeyAndTheKindOfTheBody(t *testing.T) {
	b := open(t, sandbox.Config{})
	for _, wrong := range []string{"", "Bearer", "Bearer ", "Bearer wrong", "Basic " + key} {
		status, text := b.send(t, "GET", "/v1/charges", "", http.Header{"Authorization": {wrong}})
		require.Equal(t, http.StatusUnauthorized, status)
		require.Contains(t, string(text), `"unauthorized"`)
	}
	status, text := b.send(t, "PUT", "/v1/charges/c1", order, http.Header{"Content-Type": {"text/plain"}})
	require.Equal(t, http.StatusUnsupportedMediaType, status)
	require.Contains(t, string(text), `"media_type"`)
}

func TestWithoutItsDatabaseItSaysSo(t *testing.T) {
	const nowhere = "postgres://nobody@127.0.0.1:1/none"
	s, err := sandbox.New(sandbox.Config{PostgresURL: nowhere, Key: key, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	require.Error(t, s.Migrate(t.Context()))
	b := serve(t, nowhere, s)
	b.run(t) // ends without an error
	status, text := b.send(t, "PUT", "/v1/charges/c1", order, nil)
	require.Equal(t, http.StatusServiceUnavailable, status)
	var a answer
	require.NoError(t, json.Unmarshal(text, &a))
	require.Equal(t, "unavailable", a.Error.Code)
	require.NotContains(t, a.Error.Message, "127.0.0.1", "the log says where")
}

func TestAConfigThatCannotWork(t *testing.T) {
	for name, bad := range map[string]sandbox.Config{
		"no key":           {PostgresURL: "postgres://h/d"},
		"no database":      {Key: key, PostgresURL: "::"},
		"negative time":    {Key: key, PostgresURL: "postgres://h/d", Late: -1},
		"a word as a URL":  {Key: key, PostgresURL: "postgres://h/d", WebhookURL: "here"},
		"another protocol": {Key: key, PostgresURL: "postgres://h/d", WebhookURL: "ftp://h/"},
	} {
		_, err := sandbox.New(bad)
		require.Error(t, err, name)
	}
}
