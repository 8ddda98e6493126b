package e2e_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"holdfast/api/openapi"
)

// People get the page wherever they look; programs get what they asked for, or a
// problem.
func TestPageAndAPIShareAnOrigin(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.guest()
	b.http.Transport = &http.Transport{DisableCompression: true}
	t.Cleanup(b.http.CloseIdleConnections)
	for _, c := range []struct{ path, accept, contentType string }{
		{"/", "*/*", "text/html; charset=utf-8"},
		{"/bookings/42", "text/html,*/*;q=0.8", "text/html; charset=utf-8"},
		{"/favicon.svg", "*/*", "image/svg+xml"},
		{"/bookings/42", "*/*", "application/problem+json"},
		{"/v1/nothing", "text/html", "application/problem+json"},
		{"/docs", "text/html", "text/html"},
		{"/openapi.json", "text/html", "application/json; charset=utf-8"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.base+c.path, nil)
		require.NoError(t, err)
		req.Header.Set("Accept", c.accept)
		resp, err := b.http.Do(req)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, c.contentType, resp.Header.Get("Content-Type"), "%s for %s", c.path, c.accept)
	}
}

// Maps are long, and are sent compressed to whoever can read that.
func TestMapsAreCompressed(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.guest()
	path := "/v1/showtimes/" + string(h.show) + "/seats"
	plain := b.do(http.MethodGet, path, "", map[string]string{"Accept-Encoding": "identity"})
	require.Empty(t, plain.header.Get("Content-Encoding"))

	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.base+path, nil)
	require.NoError(t, err)
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := b.http.Do(req)
	require.NoError(t, err)
	packed, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, "gzip", resp.Header.Get("Content-Encoding"))
	require.Less(t, len(packed)*3, len(plain.body), "a third of it, or less")

	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	require.NoError(t, err)
	body, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	require.Equal(t, plain.body, body)

	var show openapi.Showtime
	require.NoError(t, json.Unmarshal(b.do(http.MethodGet, "/v1/showtimes/"+string(h.show), "", nil).body, &show))
	require.Equal(t, h.cfg.MaxSeats, show.MaxSeatsPerBooking)
}
