package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
)

// browser is one person with a token.
type browser struct {
	t     testing.TB
	base  string
	token string
	user  booking.UserID
	http  *http.Client
}

// answer is what came back.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	booking openapi.Booking
	problem openapi.Problem
}

func (h *house) guest() *browser {
	h.t.Helper()
	b := &browser{t: h.t, base: h.base, http: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 4}}}
	h.t.Cleanup(b.http.CloseIdleConnections)
	a := b.do(http.MethodPost, "/v1/guests", "", nil)
	require.Equal(h.t, http.StatusCreated, a.status, "%s", a.body)
	var g openapi.Guest
	require.NoError(h.t, json.Unmarshal(a.body, &g))
	b.token, b.user = g.Token, booking.UserID(g.UserId)
	return b
}

// try asks and returns the error of the connection, if any.
func (b *browser) try(method, path, body string, header map[string]string) (answer, error) {
	req, err := http.NewRequestWithContext(context.Background(), method, b.base+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return answer{}, err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if b.token != "" {
		req.Header.Set("Authorization", "Bearer "+b.token)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	resp, err := b.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }() // it was read, or its error was
	a := answer{status: resp.StatusCode, header: resp.Header}
	if a.body, err = io.ReadAll(resp.Body); err != nil {
		return a, err
	}
	if a.header.Get("Content-Type") == "application/problem+json" {
		return a, json.Unmarshal(a.body, &a.problem)
	}
	if a.status >= 400 || a.status == http.StatusNoContent || a.status == http.StatusNotModified {
		return a, nil
	}
	return a, json.Unmarshal(a.body, &a.booking) // of no meaning for other shapes
}

func (b *browser) do(method, path, body string, header map[string]string) answer {
	b.t.Helper()
	a, err := b.try(method, path, body, header)
	if err != nil {
		b.t.Errorf("%s %s: %v, after %s", method, path, err, a.body)
	}
	return a
}

func wish(show booking.ShowtimeID, seats ...string) string {
	body, err := json.Marshal(openapi.NewBooking{ShowtimeId: string(show), SeatIds: seats})
	if err != nil {
		panic(err)
	}
	return string(body)
}

func (b *browser) book(show booking.ShowtimeID, seats ...string) answer {
	b.t.Helper()
	return b.do(http.MethodPost, "/v1/bookings", wish(show, seats...), nil)
}

// mustBook holds the seats or fails the test.
func (b *browser) mustBook(show booking.ShowtimeID, seats ...string) openapi.Booking {
	b.t.Helper()
	a := b.book(show, seats...)
	require.Equal(b.t, http.StatusCreated, a.status, "%s", a.body)
	return a.booking
}

func (b *browser) pay(id, token string, header map[string]string) answer {
	b.t.Helper()
	return b.do(http.MethodPost, "/v1/bookings/"+id+"/payments", `{"method":"sandbox","token":"`+token+`"}`, header)
}

func (b *browser) get(id string) openapi.Booking {
	b.t.Helper()
	a := b.do(http.MethodGet, "/v1/bookings/"+id, "", nil)
	require.Equal(b.t, http.StatusOK, a.status, "%s", a.body)
	return a.booking
}

func requireProblem(t testing.TB, a answer, status int, code string) {
	t.Helper()
	require.Equal(t, status, a.status, "%s", a.body)
	require.Equal(t, code, a.problem.Code)
	require.Equal(t, status, a.problem.Status)
	require.Equal(t, "application/problem+json", a.header.Get("Content-Type"))
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		require.NotEmpty(t, a.header.Get("Retry-After"))
	}
}
