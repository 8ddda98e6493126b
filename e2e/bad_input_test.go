package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"

	"holdfast/internal/booking"
)

// Whatever a client sends: a clear refusal, no 5xx, and no workflow.
func TestBadRequests(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada := h.guest()
	show := string(h.show)
	seats := func(ids ...string) string { return wish(h.show, ids...) }
	many := make([]string, 5000)
	for i := range many {
		many[i] = fmt.Sprint("X", i)
	}
	const bookings = "/v1/bookings"
	unknown := booking.DeriveID("nothing")
	cases := []struct {
		name, method, path, body string
		status                   int
		code                     string
	}{
		{"empty body", "POST", bookings, "", 415, "unsupported_media_type"},
		{"blank body", "POST", bookings, " ", 422, "invalid_request"},
		{"truncated", "POST", bookings, `{"showtimeId":"` + show, 422, "invalid_request"},
		{"not JSON", "POST", bookings, "showtimeId=1", 422, "invalid_request"},
		{"an array", "POST", bookings, "[]", 422, "invalid_request"},
		{"null", "POST", bookings, "null", 422, "invalid_request"},
		{"two values", "POST", bookings, seats("A1") + seats("A2"), 422, "invalid_request"},
		{"unknown field", "POST", bookings, `{"showtimeId":"` + show + `","seatIds":["A1"],"price":"0.01"}`, 422, "invalid_request"},
		{"wrong type of seatIds", "POST", bookings, `{"showtimeId":"` + show + `","seatIds":"A1"}`, 422, "invalid_request"},
		{"wrong type of a seat", "POST", bookings, `{"showtimeId":"` + show + `","seatIds":[1]}`, 422, "invalid_request"},
		{"null seat", "POST", bookings, `{"showtimeId":"` + show + `","seatIds":[null]}`, 422, "invalid_request"},
		{"no seats", "POST", bookings, seats(), 422, "invalid_request"},
		{"missing seats", "POST", bookings, `{"showtimeId":"` + show + `"}`, 422, "invalid_request"},
		{"missing showtime", "POST", bookings, `{"seatIds":["A1"]}`, 422, "invalid_request"},
		{"duplicate seats", "POST", bookings, seats("A1", "A2", "A1"), 422, "invalid_request"},
		{"unknown seat", "POST", bookings, seats("A1", "Z99"), 422, "unknown_seat"},
		{"lower case seat", "POST", bookings, seats("a1"), 422, "unknown_seat"},
		{"seat with NUL", "POST", bookings, `{"showtimeId":"` + show + `","seatIds":["A1\u0000"]}`, 422, "unknown_seat"},
		{"empty seat", "POST", bookings, seats(""), 422, "unknown_seat"},
		{"long seat", "POST", bookings, seats(strings.Repeat("A", 1000)), 422, "unknown_seat"},
		{"NUL bytes", "POST", bookings, "\x00\x00", 422, "invalid_request"},
		{"not UTF-8", "POST", bookings, `{"showtimeId":"` + show + `","seatIds":["` + "\xff\xfe" + `"]}`, 422, "invalid_request"},
		{"11 seats", "POST", bookings, seats("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10", "B1"), 422, "too_many_seats"},
		{"5,000 seats", "POST", bookings, seats(many...), 422, "too_many_seats"},
		{"1 MiB", "POST", bookings, `{"showtimeId":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "payload_too_large"},
		{"deep nesting", "POST", bookings, strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000), 422, "invalid_request"},
		{"deep array", "POST", bookings, `{"seatIds":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + "}", 422, "invalid_request"},
		{"wrong showtime id", "POST", bookings, `{"showtimeId":"1","seatIds":["A1"]}`, 404, "showtime_not_found"},
		{"NUL showtime id", "POST", bookings, `{"showtimeId":"\u0000","seatIds":["A1"]}`, 404, "showtime_not_found"},
		{"upper case showtime id", "POST", bookings, `{"showtimeId":"` + strings.ToUpper(show) + `","seatIds":["A1"]}`, 404, "showtime_not_found"},
		{"unknown showtime", "POST", bookings, `{"showtimeId":"` + unknown + `","seatIds":["A1"]}`, 404, "showtime_not_found"},
		{"wrong case of a field", "POST", bookings, `{"showtimeid":"` + show + `","SEATIDS":["A1"]}`, 422, "invalid_request"},
		{"field twice", "POST", bookings, `{"showtimeId":"` + show + `","seatIds":["A1"],"seatIds":["A2"]}`, 422, "invalid_request"},
		{"booking id", "GET", bookings + "/1", "", 404, "booking_not_found"},
		{"booking id with NUL", "GET", bookings + "/%00", "", 404, "booking_not_found"},
		{"booking id not UTF-8", "GET", bookings + "/%ff", "", 404, "booking_not_found"},
		{"unknown booking", "GET", bookings + "/" + unknown, "", 404, "booking_not_found"},
		{"history of unknown", "GET", bookings + "/" + unknown + "/history", "", 404, "booking_not_found"},
		{"ticket of unknown", "GET", bookings + "/" + unknown + "/ticket", "", 404, "booking_not_found"},
		{"ticket of a wrong id", "GET", bookings + "/%ff/ticket?format=pdf", "", 404, "booking_not_found"},
		{"check-in by a guest", "POST", "/v1/checkins", `{"ticket":"x"}`, 403, "forbidden"},
		{"cancel unknown", "DELETE", bookings + "/" + unknown, "", 404, "booking_not_found"},
		{"pay unknown", "POST", bookings + "/" + unknown + "/payments", `{"method":"sandbox","token":"tok_ok"}`, 404, "booking_not_found"},
		{"limit of words", "GET", bookings + "?limit=many", "", 422, "invalid_request"},
		{"limit 0", "GET", bookings + "?limit=0", "", 422, "invalid_request"},
		{"limit too large", "GET", bookings + "?limit=99999999999999999999", "", 422, "invalid_request"},
		{"limit 101", "GET", bookings + "?limit=101", "", 422, "invalid_request"},
		{"cursor of ours, not", "GET", bookings + "?cursor=nonsense", "", 422, "invalid_request"},
		{"cursor of base64", "GET", bookings + "?cursor=e30", "", 422, "invalid_request"},
		{"showtime id", "GET", "/v1/showtimes/1", "", 404, "showtime_not_found"},
		{"unknown showtime's seats", "GET", "/v1/showtimes/" + unknown + "/seats", "", 404, "showtime_not_found"},
		{"seats of a wrong id", "GET", "/v1/showtimes/%2e%2e/seats", "", 404, "showtime_not_found"},
		{"from of words", "GET", "/v1/showtimes?from=tomorrow", "", 422, "invalid_request"},
		{"from too early", "GET", "/v1/showtimes?from=0001-01-01T00:00:00Z", "", 422, "invalid_request"},
		{"from of a date alone", "GET", "/v1/showtimes?from=2026-01-01", "", 422, "invalid_request"},
		{"from with a comma", "GET", "/v1/showtimes?from=2026-01-01T00:00:00,5Z", "", 422, "invalid_request"},
		{"from with a far zone", "GET", "/v1/showtimes?from=2026-01-01T00:00:00%2B99:00", "", 422, "invalid_request"},
		{"movie with NUL", "GET", "/v1/showtimes?movie=%00", "", 422, "invalid_request"},
		{"movie not UTF-8", "GET", "/v1/showtimes?movie=%ff", "", 422, "invalid_request"},
		{"showtimes' cursor", "GET", "/v1/showtimes?cursor=%00", "", 422, "invalid_request"},
		{"webhook of no type", "POST", "/v1/webhooks/sandbox", "", 415, "unsupported_media_type"},
		{"webhook too large", "POST", "/v1/webhooks/sandbox", strings.Repeat("x", 600<<10), 413, "payload_too_large"},
		{"nowhere", "GET", "/v1/nowhere", "", 404, "not_found"},
		{"nowhere, with a broken query", "GET", "/v1/nowhere?%zz", "", 404, "not_found"},
		{"wrong method, with a broken query", "PUT", bookings + "?%zz", "{}", 405, "method_not_allowed"},
		{"slash in an id", "GET", bookings + "/" + unknown + "%2Fhistory", "", 404, "not_found"},
		{"slash in an id, to cancel", "DELETE", bookings + "/" + unknown + "%2fhistory", "", 404, "not_found"},
		{"no id", "GET", bookings + "//history", "", 404, "not_found"},
		{"wrong method", "PUT", bookings, "{}", 405, "method_not_allowed"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := ada.do(c.method, c.path, c.body, nil)
			requireProblem(t, a, c.status, c.code)
		})
	}
	t.Run("pay", func(t *testing.T) {
		b := ada.mustBook(h.show, "F9")
		path := bookings + "/" + b.Id + "/payments"
		for body, status := range map[string]int{
			``: 415, `{}`: 422, `{"method":"sandbox"}`: 422, `{"method":"gold","token":"x"}`: 422,
			`{"method":"sandbox","token":""}`: 422, `{"method":"sandbox","token":"` + strings.Repeat("x", 300) + `"}`: 422,
			`{"method":"sandbox","token":"tok_ok","amount":"0.01"}`: 422, `{"method":["sandbox"],"token":1}`: 422,
		} {
			require.Equal(t, status, ada.do("POST", path, body, nil).status, "%s", body)
		}
		requireProblem(t, ada.pay(b.Id, "tok_unknown\u0000"[:11], nil), 402, "payment_declined")
	})
	t.Run("socket after a body", func(t *testing.T) {
		a := ada.do("GET", "/v1/showtimes/"+show+"/live", "x", map[string]string{
			"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
		})
		requireProblem(t, a, 400, "not_a_websocket")
	})
	t.Run("HEAD with an upgrade", func(t *testing.T) {
		for path, status := range map[string]int{"/seats": 200, "/live": 400} {
			a, _ := ada.try("HEAD", "/v1/showtimes/"+show+path, "", map[string]string{"Connection": "Upgrade", "Upgrade": "websocket"}) // there is no body to be read
			require.Equal(t, status, a.status)
		}
	})
	t.Run("tokens", func(t *testing.T) {
		for _, header := range []string{
			"", "Bearer", "Bearer ", "Bearer x", "Basic abc", "Bearer " + ada.token + "x", "Bearer " + ada.token[:len(ada.token)-4],
			// Signed by nobody: {"alg":"none"} . {"sub":"root","iss":"holdfast","exp":9999999999}
			"Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290IiwiaXNzIjoiaG9sZGZhc3QiLCJleHAiOjk5OTk5OTk5OTl9.",
		} {
			eve := &browser{t: t, base: h.base, http: ada.http}
			a := eve.do("POST", bookings, seats("A1"), map[string]string{"Authorization": header})
			requireProblem(t, a, 401, "unauthenticated")
			require.Contains(t, a.header.Get("WWW-Authenticate"), "Bearer")
		}
	})

	require.Equal(t, http.StatusOK, ada.do(http.MethodGet, "/healthz", "", nil).status)
	truth := h.requireAgreement()
	require.EqualValues(t, 2, truth.Version, "one hold was made, to be paid for")
	eventually(t, "Temporal counts one workflow", func() bool {
		n, err := h.temporal().CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{
			Query: fmt.Sprintf("TaskQueue = '%s'", h.cfg.TaskQueue),
		})
		return err == nil && n.Count == 1
	})
}
