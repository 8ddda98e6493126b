package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

var dist = fstest.MapFS{
	".keep":             {Data: nil},
	"index.html":        {Data: []byte("<!doctype html><title>Holdfast</title>")},
	"favicon.svg":       {Data: []byte("<svg/>")},
	"assets/main-42.js": {Data: []byte("export {}")},
}

func get(t *testing.T, target string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	p, err := newPage(dist)
	require.NoError(t, err)
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w
}

func TestFilesOfThePage(t *testing.T) {
	for _, c := range []struct{ target, contentType, cache, body string }{
		{"/", "text/html; charset=utf-8", "no-cache", "<title>"},
		{"/index.html", "text/html; charset=utf-8", "no-cache", "<title>"},
		{"/favicon.svg", "image/svg+xml", "no-cache", "<svg/>"},
		{"/assets/main-42.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "export"},
		{"/bookings/42", "text/html; charset=utf-8", "no-cache", "<title>"}, // a view
		{"/assets/../../etc/passwd", "text/html; charset=utf-8", "no-cache", "<title>"},
		{"/.keep", "text/html; charset=utf-8", "no-cache", "<title>"},
	} {
		w := get(t, c.target)
		require.Equal(t, http.StatusOK, w.Code, c.target)
		require.Equal(t, c.contentType, w.Header().Get("Content-Type"), c.target)
		require.Equal(t, c.cache, w.Header().Get("Cache-Control"), c.target)
		require.Contains(t, w.Body.String(), c.body, c.target)
		require.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'self'", c.target)
	}
}

func TestWhatIsAFile(t *testing.T) {
	p, err := newPage(dist)
	require.NoError(t, err)
	for _, path := range []string{"/", "/favicon.svg", "/assets/main-42.js", "/assets/gone.js"} {
		require.True(t, p.Has(path), path)
	}
	for _, path := range []string{"/bookings", "/.keep", "/robots.txt", "/showtimes/1"} {
		require.False(t, p.Has(path), path)
	}
}

// A page that is still open after an update asks for files that are gone. It must
// not get HTML for them, and must not keep what it gets.
func TestGoneFileIsNotFound(t *testing.T) {
	w := get(t, "/assets/main-41.js")
	require.Equal(t, http.StatusNotFound, w.Code)
	require.Empty(t, w.Header().Get("Cache-Control"))
}

func TestUnchangedFileIsNotSentAgain(t *testing.T) {
	tag := get(t, "/").Header().Get("ETag")
	require.NotEmpty(t, tag)
	require.Equal(t, http.StatusNotModified, get(t, "/showtimes/1", "If-None-Match", tag).Code)
	require.NotEqual(t, tag, get(t, "/favicon.svg").Header().Get("ETag"))
}

func TestProgramWithoutItsPage(t *testing.T) {
	_, err := newPage(fstest.MapFS{".keep": {}})
	require.ErrorIs(t, err, ErrNotBuilt)
}
