package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
)

// decoded decodes a body as that of a request.
func decoded[T any](t *testing.T, body []byte) (T, error) {
	t.Helper()
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	c.Request.Header.Set("Content-Type", "application/json")
	var v T
	err := decode(c, &v)
	return v, err
}

// requireStrict: what is taken is JSON, and is read the same when it is written again;
// everything else is the client's mistake, told without a word of our insides.
func requireStrict[T any](t *testing.T, body []byte) {
	t.Helper()
	v, err := decoded[T](t, body)
	if err != nil {
		r, ok := booking.Refused(err)
		require.True(t, ok, "%v", err)
		require.Contains(t, []booking.Code{booking.CodeInvalidRequest, codeTooLarge}, r.Code)
		require.NotEmpty(t, r.Message)
		require.NotContains(t, r.Message, "openapi")
		return
	}
	require.True(t, json.Valid(body), "%q", body)
	require.LessOrEqual(t, len(body), maxBody)
	written, err := json.Marshal(normal(v))
	require.NoError(t, err)
	again, err := decoded[T](t, written)
	require.NoError(t, err, "%s", written)
	require.Equal(t, normal(v), normal(again))
}

// normal takes a list that is missing for an empty one, which is refused alike.
func normal(v any) any {
	if b, ok := v.(openapi.NewBooking); ok && len(b.SeatIds) == 0 {
		b.SeatIds = []string{} // written as [] and not as null
		return b
	}
	return v
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"showtimeId":"0198c2e4-0000-7000-8000-000000000000","seatIds":["A1","A2"]}`,
		`{"method":"sandbox","token":"tok_ok"}`, `{"answer":"approve"}`, `{"ticket":"x","seats":["A1"]}`, `{"ticket":"x","seats":null}`, `{}`, `null`, `[]`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		requireStrict[openapi.NewBooking](t, body)
		requireStrict[openapi.NewPayment](t, body)
		requireStrict[openapi.PaymentAnswer](t, body)
		requireStrict[openapi.NewCheckin](t, body)
	})
}

// FuzzIdempotencyKey: a key is taken as it is, of visible ASCII and bounded, or refused.
func FuzzIdempotencyKey(f *testing.F) {
	for _, seed := range []string{"my-key", "", "two words", "é", "\x7f", "0198c2e4-0000-7000-8000-000000000000"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		key, err := idempotencyKey(&header)
		if err != nil {
			r, ok := booking.Refused(err)
			require.True(t, ok, "%v", err)
			require.Equal(t, booking.CodeInvalidRequest, r.Code)
			require.Empty(t, key)
			return
		}
		require.Equal(t, header, key)
		require.True(t, len(key) >= 1 && len(key) <= 255, "%d bytes", len(key))
		for _, c := range []byte(key) {
			require.True(t, c > ' ' && c < 0x7f, "%q", key)
		}
	})
}

// FuzzIfNoneMatch: a map is not sent again where the header has its tag, or takes any.
func FuzzIfNoneMatch(f *testing.F) {
	for _, seed := range []string{"", `"1"`, `W/"1"`, `"2", W/"1"`, "*", `*, "2"`, `"`, ",,,", "1", "\xff"} {
		f.Add(seed, int64(1))
	}
	f.Fuzz(func(t *testing.T, header string, version int64) {
		etag := fmt.Sprintf(`"%d"`, version)
		if matches(header, etag) {
			require.True(t, strings.Contains(header, etag) || strings.Contains(header, "*"), "%q", header)
		}
		for _, with := range []string{etag, "W/" + etag, "*"} {
			require.True(t, matches(header+", "+with, etag), "%q", header)
			require.True(t, matches(with+" ,"+header, etag), "%q", header)
		}
	})
}

// FuzzPlainPath: no path that is plain has a slash or nothing where an id should be,
// however it is written.
func FuzzPlainPath(f *testing.F) {
	for _, seed := range []string{"/v1/bookings/x", "/v1/bookings/x%2Fhistory", "/v1//x", "/v1/x%2f", "/v1/%252F", "/%", "/%5c", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, escaped string) {
		path, err := url.PathUnescape(escaped)
		if err != nil || !plainPath(escaped) {
			return
		}
		require.Equal(t, strings.Count(escaped, "/"), strings.Count(path, "/"))
		require.NotContains(t, path, "//")
	})
}
