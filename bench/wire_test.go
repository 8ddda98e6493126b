package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAWireReadsWhatItNeeds(t *testing.T) {
	t.Parallel()
	big := bytes.Repeat([]byte("x"), 100_000)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Authorization") != "Bearer me" || r.Header.Get("Content-Type") != "application/json" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusConflict)
		_, _ = w.Write(body) // the client notices
	})
	mux.HandleFunc("GET /none", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	mux.HandleFunc("GET /big", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100000")
		_, _ = w.Write(big) // the client notices
	})
	mux.HandleFunc("GET /unknown", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(big) })
	server := httptest.NewServer(mux)
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	w := &wire{host: host}
	defer w.close()
	for range 2 { // over the same connection
		status, body, err := w.do(t.Context(), request(http.MethodPost, host, "/echo", `{"a":1}`, "Authorization: Bearer me"))
		require.NoError(t, err)
		require.Equal(t, http.StatusConflict, status)
		require.Equal(t, `{"a":1}`, string(body))
		status, body, err = w.do(t.Context(), request(http.MethodGet, host, "/none", ""))
		require.NoError(t, err)
		require.Equal(t, http.StatusNotModified, status)
		require.Empty(t, body)
		body, err = w.expect(t.Context(), http.StatusOK, request(http.MethodGet, host, "/big", ""))
		require.NoError(t, err)
		require.Equal(t, big, body)
	}
	_, err := w.expect(t.Context(), http.StatusCreated, request(http.MethodPost, host, "/echo", "no", "Authorization: Bearer me"))
	require.ErrorContains(t, err, "409, not 201: no")
	_, _, err = w.do(t.Context(), request(http.MethodGet, host, "/unknown", ""))
	require.Error(t, err, "a body of unknown length is refused, not measured as none")
	_, err = w.expect(t.Context(), http.StatusNotModified, request(http.MethodGet, host, "/none", ""))
	require.NoError(t, err, "it connects again")
}
