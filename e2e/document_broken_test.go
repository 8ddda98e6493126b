package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What the check of the document has to find: each answer is a good one with one thing
// wrong with it.
func TestDocumentCheckerFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	d := readDocument(t)
	const (
		booking = `{"id":"b","status":"pending","showtimeId":"s","seats":[{"id":"A1","row":"A","number":1,"category":"c","price":{"amount":"1.00","currency":"USD"}}],` +
			`"total":{"amount":"1.00","currency":"USD"},"createdAt":"2026-01-01T00:00:00Z","expiresAt":"2026-01-01T00:00:00Z","expiresInSeconds":1.5}`
		unauthenticated = `{"type":"about:blank","title":"t","status":401,"code":"unauthenticated"}`
		away            = `{"type":"about:blank","title":"t","status":503,"code":"unavailable"}`
		method          = `{"type":"about:blank","title":"t","status":405,"code":"method_not_allowed"}`
		list, json      = "/v1/bookings", "application/json; charset=utf-8"
		problem         = "application/problem+json"
	)
	type headers = map[string]string
	made := headers{"Content-Type": json, "Location": "/v1/bookings/b"}
	cases := []struct {
		name, method, path string
		status             int
		header             headers
		body               string
		change             [2]string // in the body
		wrong              string    // what is found, or nothing
	}{
		{name: "good", method: "POST", path: list, status: 201, header: made, body: booking},
		{"status", "POST", list, 200, made, booking, [2]string{}, "the status 200 is not"},
		{"only the default", "POST", list, 500, headers{"Content-Type": problem}, strings.ReplaceAll(away, "503", "500"), [2]string{}, "the status 500 is not"},
		{"no Location", "POST", list, 201, headers{"Content-Type": json}, booking, [2]string{}, "the header Location is missing"},
		{"field missing", "POST", list, 201, made, booking, [2]string{`"status":"pending",`, ""}, `"status" is missing`},
		{"field of a seat missing", "POST", list, 201, made, booking, [2]string{`"row":"A",`, ""}, `"row" is missing`},
		{"field too many", "POST", list, 201, made, booking, [2]string{`{"id":"b"`, `{"userId":"u","id":"b"`}, `"userId" is unsupported`},
		{"field of a seat too many", "POST", list, 201, made, booking, [2]string{`{"id":"A1"`, `{"holder":"u","id":"A1"`}, `"holder" is unsupported`},
		{"null", "POST", list, 201, made, booking, [2]string{`"number":1`, `"number":null`}, "not nullable"},
		{"type", "POST", list, 201, made, booking, [2]string{`"number":1`, `"number":"1"`}, "integer"},
		{"enum", "POST", list, 201, made, booking, [2]string{`"pending"`, `"held"`}, "allowed values"},
		{"time", "POST", list, 201, made, booking, [2]string{`00Z","expiresIn`, `00","expiresIn`}, "date-time"},
		{"time of another zone", "POST", list, 201, made, booking, [2]string{`00Z","expiresIn`, `00+02:00","expiresIn`}, "not in UTC"},
		{"not JSON", "POST", list, 201, made, booking, [2]string{`}`, ``}, "not JSON"},
		{"content type", "POST", list, 201, headers{"Content-Type": "text/plain", "Location": "/"}, booking, [2]string{}, "the content type"},
		{name: "good problem", method: "GET", path: list, status: 401, header: headers{"Content-Type": problem, "WWW-Authenticate": "Bearer"}, body: unauthenticated},
		{"no WWW-Authenticate", "GET", list, 401, headers{"Content-Type": problem}, unauthenticated, [2]string{}, "the header WWW-Authenticate is missing"},
		{"other status within", "GET", list, 401, headers{"Content-Type": problem, "WWW-Authenticate": "Bearer"}, unauthenticated, [2]string{"401", "403"}, "allowed values"},
		{"code of nobody", "GET", list, 401, headers{"Content-Type": problem, "WWW-Authenticate": "Bearer"}, unauthenticated, [2]string{"unauthenticated", "who"}, "allowed values"},
		{"code of another status", "GET", list, 401, headers{"Content-Type": problem, "WWW-Authenticate": "Bearer"}, unauthenticated, [2]string{"unauthenticated", "forbidden"}, "allowed values"},
		{"no code", "GET", list, 401, headers{"Content-Type": problem, "WWW-Authenticate": "Bearer"}, unauthenticated, [2]string{`,"code":"unauthenticated"`, ""}, `"code" is missing`},
		{"no Retry-After", "GET", list, 503, headers{"Content-Type": problem}, away, [2]string{}, "the header Retry-After is missing"},
		{"a word in Retry-After", "GET", list, 503, headers{"Content-Type": problem, "Retry-After": "soon"}, away, [2]string{}, "the header Retry-After is not"},
		{name: "good 304", method: "GET", path: "/v1/showtimes/s/seats", status: 304, header: headers{"ETag": `"1"`}},
		{"no ETag", "GET", "/v1/showtimes/s/seats", 304, nil, "", [2]string{}, "the header ETag is missing"},
		{"body where none is", "GET", "/v1/showtimes/s/seats", 304, headers{"ETag": `"1"`}, "{}", [2]string{}, "there is a body"},
		{"empty picture", "GET", "/v1/bookings/b/ticket", 200, headers{"Content-Type": "image/png"}, "", [2]string{}, "the body is empty"},
		{name: "good 405", method: "PUT", path: list, status: 405, header: headers{"Content-Type": problem, "Allow": "GET"}, body: method},
		{"no Allow", "PUT", list, 405, headers{"Content-Type": problem}, method, [2]string{}, "the header Allow is missing"},
		{"something where nothing is", "GET", "/v1/nowhere", 200, headers{"Content-Type": json}, "{}", [2]string{}, "the status 200 is not"},
		{"page where nothing is", "GET", "/v1/nowhere", 404, headers{"Content-Type": "text/html"}, "<p>", [2]string{}, "the content type"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := reply{status: c.status, header: http.Header{}, body: []byte(c.body)}
			for k, v := range c.header {
				a.header.Set(k, v)
			}
			if c.change[0] != "" {
				require.Contains(t, c.body, c.change[0])
				a.body = []byte(strings.Replace(c.body, c.change[0], c.change[1], 1))
			}
			o, _ := d.find(c.method, c.path)
			found := d.wrongs(o, c.method, a)
			if c.wrong == "" {
				require.Empty(t, found)
				return
			}
			require.Len(t, found, 1)
			require.Contains(t, found[0], c.wrong)
		})
	}
}
