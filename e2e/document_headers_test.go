package e2e_test

import (
	"math/rand/v2"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// oddHeader is one that the document does not know, or knows otherwise.
func oddHeader(rnd *rand.Rand, _ *world, r *request) string {
	name := pick(rnd, "If-None-Match", "If-None-Match", "Accept", "Accept-Encoding", "Range", "Origin", "Cookie", "Content-Encoding", "If-Match", "X-HTTP-Method-Override",
		"Upgrade", "Sec-WebSocket-Version", "Sec-WebSocket-Key", "X-Forwarded-For", "If-Modified-Since", "Connection", "Webhook-Id", "Webhook-Timestamp", "Webhook-Signature")
	values := map[string][]string{
		"If-None-Match":          {"*", `W/"1"`, `"`, ",,,", `"1", "2"`, "1", "\xff", strings.Repeat(`"x",`, 1000), ""},
		"Accept":                 {"image/png", "*/*;q=0", "nonsense", "text/html", "application/json;v=2", ""},
		"Accept-Encoding":        {"identity", "gzip", "br", "*;q=0", "gzip;q=0", "nonsense"},
		"Range":                  {"bytes=0-10", "bytes=-1", "bytes=9-1", "nonsense"},
		"Origin":                 {"https://evil.example", "null", "nonsense", r.header.Get("Origin")},
		"X-HTTP-Method-Override": {"DELETE", "PUT"},
		"Content-Encoding":       {"gzip", "br", "nonsense"},
		"Sec-WebSocket-Version":  {"12", "0", "nonsense"},
		"Sec-WebSocket-Key":      {"short", "", "AAAAAAAAAAAAAAAAAAAAAA==", "\xff"},
		"Webhook-Timestamp":      {"0", "1", "99999999999", "nonsense", "-1", "99999999999999999999"},
		"Webhook-Signature":      {"v1,", "v1,AAAA", "nonsense", "v2,AAAA", strings.Repeat("v1,AAAA ", 500)},
	}[name]
	if len(values) == 0 {
		values = []string{"", "nonsense", "0", "\xff\xfe", strings.Repeat("x", 4000)}
	}
	r.header.Set(name, pick(rnd, values...))
	return "an odd " + name
}

func oddKey(rnd *rand.Rand, _ *world, r *request) string {
	const name = "Idempotency-Key"
	if r.op.Parameters.GetByInAndName("header", name) == nil {
		return ""
	}
	r.header.Set(name, pick(rnd, "", "two words", "\xc3\xa9", "\xff", "\t", strings.Repeat("k", 256), strings.Repeat("k", 255), strings.Repeat("é", 200), "k", `"k"`, "~!"))
	if rnd.IntN(4) == 0 {
		r.header.Add(name, "another")
	}
	return "an odd key"
}

// oddToken is one by which nobody is known.
func oddToken(rnd *rand.Rand, _ *world, r *request) string {
	token, ok := strings.CutPrefix(r.header.Get("Authorization"), "Bearer ")
	if !ok || r.stranger {
		return ""
	}
	now := time.Now()
	sign := func(method jwt.SigningMethod, key any, expires time.Time) string {
		text, err := jwt.NewWithClaims(method, jwt.MapClaims{"sub": "ada", "iss": "holdfast", "role": "usher", "exp": expires.Unix()}).SignedString(key)
		if err != nil {
			panic(err)
		}
		return text
	}
	r.header.Set("Authorization", pick(rnd,
		"", "Bearer", "Bearer ", "Basic "+token, token, "Bearer "+token[:len(token)-2], "Bearer "+token+"x", "Bearer "+token+" x", "Bearer "+strings.Repeat("x", 4000),
		"Bearer \xff", "Bearer ..", "Bearer null", "Bearer "+strings.ToUpper(token),
		"Bearer "+sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, now.Add(time.Hour)),
		"Bearer "+sign(jwt.SigningMethodHS256, []byte(strings.Repeat("k", 32)), now.Add(time.Hour)),
		"Bearer "+sign(jwt.SigningMethodHS512, []byte(strings.Repeat("k", 64)), now.Add(time.Hour))))
	r.stranger = true
	return "nobody's token"
}

// foreignToken asks for one's own as somebody else.
func foreignToken(rnd *rand.Rand, w *world, r *request) string {
	other := w.somebody(rnd)
	if r.stranger || r.booking == "" || other == r.person || r.header.Get("Authorization") == "" || !strings.Contains(r.op.path, "/bookings/{id}") {
		return ""
	}
	r.header.Set("Authorization", "Bearer "+other.token)
	r.stranger = true
	return "another's token"
}
