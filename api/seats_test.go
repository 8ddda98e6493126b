package api

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

const anyShow = "0198c2e4-0000-7000-8000-000000000000"

// deaf serves no sockets.
type deaf struct{ heed func(booking.Delta) }

func (d *deaf) Serve(http.ResponseWriter, *http.Request, booking.ShowtimeID) {}
func (d *deaf) Heed(f func(booking.Delta))                                   { d.heed = f }

// house is a server of maps alone.
func house(t *testing.T) (*Server, *shelves, http.Handler) {
	t.Helper()
	from := newShelves(anyShow)
	from.seats = 300
	s := New(Deps{
		Maps: from, NoSeatMap: errNoMap, Live: &deaf{}, Metrics: prometheus.NewRegistry(), Log: slog.New(slog.DiscardHandler),
	}, Settings{AnswerWithin: time.Minute})
	return s, from, s.Handler()
}

func askFor(h http.Handler, path string, headers ...string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func bodyOf(t *testing.T, r *http.Response) string {
	t.Helper()
	defer func() { require.NoError(t, r.Body.Close()) }()
	text, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	if r.Header.Get("Content-Encoding") != "gzip" {
		return string(text)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(text))
	require.NoError(t, err)
	text, err = io.ReadAll(unpacked)
	require.NoError(t, err)
	return string(text)
}

// What is answered from memory is what the route answers, to the letter.
func TestTheShortWayAndTheRouteSayTheSame(t *testing.T) {
	s, _, _ := house(t)
	body, err := s.maps.get(t.Context(), anyShow)
	require.NoError(t, err)
	s.maps.kept[anyShow].asked = time.Now().Add(time.Hour) // fresh for as long as the test takes
	walked := 0
	route := s.router()
	front := s.front(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { walked++; route.ServeHTTP(w, r) }))
	path := "/v1/showtimes/" + anyShow + "/seats"
	plain, packed := `"1"`, `"1-gzip"`
	for _, c := range []struct {
		accept, unless string
		status         int
		etag, encoding string
	}{
		{"", "", 200, plain, ""},
		{"identity", "", 200, plain, ""},
		{"gzip", "", 200, packed, "gzip"},
		{"br, x-gzip;q=0.5", "", 200, packed, "gzip"},
		{"*", "", 200, packed, "gzip"},
		{"gzip;q=0, *", "", 200, plain, ""},
		{"*;q=0", "", 200, plain, ""},
		{"zstd", "", 200, plain, ""},
		{"gzip;q=nonsense", "", 200, plain, ""},
		{"gzip;q=NaN", "", 200, plain, ""},
		{"", plain, 304, plain, ""},
		{"", packed, 304, packed, ""},
		{"gzip", plain, 304, plain, ""},
		{"gzip", "W/" + packed, 304, packed, ""},
		{"gzip", plain + ", " + packed, 304, packed, ""},
		{"gzip", "*", 304, packed, ""},
		{"", "*", 304, plain, ""},
		{"", `"2", "1-br", 1`, 200, plain, ""},
		{"gzip", "", 200, packed, "gzip"},
	} {
		t.Run(c.accept+" unless "+c.unless, func(t *testing.T) {
			var headers []string
			if c.accept != "" {
				headers = append(headers, "Accept-Encoding", c.accept)
			}
			if c.unless != "" {
				headers = append(headers, "If-None-Match", c.unless)
			}
			walked = 0
			short, long := askFor(front, path, headers...), askFor(route, path, headers...)
			require.Zero(t, walked)
			require.Equal(t, c.status, short.StatusCode)
			require.Equal(t, c.etag, short.Header.Get("ETag"))
			require.Equal(t, c.encoding, short.Header.Get("Content-Encoding"))
			require.Equal(t, "Accept-Encoding", short.Header.Get("Vary"))
			require.Equal(t, short.StatusCode, long.StatusCode)
			require.Equal(t, short.Header, long.Header)
			text := bodyOf(t, short)
			require.Equal(t, text, bodyOf(t, long))
			if c.status == http.StatusOK {
				require.Equal(t, string(body.plain.body), text)
				length, err := strconv.Atoi(short.Header.Get("Content-Length"))
				require.NoError(t, err)
				require.Equal(t, c.encoding != "", length < len(text)/3)
			} else {
				require.Empty(t, text)
			}
		})
	}
	families, err := s.Metrics.Gather()
	require.NoError(t, err)
	require.Len(t, families, 1)
	require.Len(t, families[0].GetMetric(), 2, "both are measured as the same route, by status")

	for _, odd := range []string{path + "?x=1", path + "/", strings.ToUpper(path), strings.Replace(path, "seats", "se%61ts", 1), "/v1/showtimes/1/seats", "/v1/showtimes/" + anyShow} {
		walked = 0
		r := httptest.NewRequest(http.MethodGet, odd, nil)
		_, short := asksForSeats(r)
		require.False(t, short, odd)
	}
}

// HEAD is GET without its body, and nobody else's compression is put upon ours.
func TestTheWholeWayOfAMap(t *testing.T) {
	_, from, h := house(t)
	srv := httptest.NewServer(h)
	defer srv.Close()
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	url := srv.URL + "/v1/showtimes/" + anyShow + "/seats"
	for _, method := range []string{http.MethodHead, http.MethodGet} {
		for accept, etag := range map[string]string{"": `"1"`, "zstd": `"1"`, "gzip, zstd": `"1-gzip"`} {
			r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
			require.NoError(t, err)
			if accept != "" {
				r.Header.Set("Accept-Encoding", accept)
			}
			resp, err := client.Do(r)
			require.NoError(t, err)
			text := bodyOfAny(t, resp)
			require.Equal(t, http.StatusOK, resp.StatusCode)
			require.Equal(t, etag, resp.Header.Get("ETag"), "%s %s", method, accept)
			require.Equal(t, []string{"Accept-Encoding"}, resp.Header["Vary"])
			require.Empty(t, resp.Header.Get("No-Gzip-Compression"))
			require.NotEqual(t, "zstd", resp.Header.Get("Content-Encoding"))
			require.NotEmpty(t, resp.Header.Get("Content-Length"))
			require.Equal(t, method == http.MethodHead, text == "")
		}
	}
	from.set(func() { from.broken = errors.New("away") })
	require.Eventually(t, func() bool {
		resp, err := client.Get(url) //nolint:noctx // a test against its own server
		if err != nil {
			return false
		}
		return strings.Contains(bodyOfAny(t, resp), `"unavailable"`) && resp.StatusCode == http.StatusServiceUnavailable
	}, 10*time.Second, time.Millisecond, "no map is shown when the read model has been away for a moment")
}

func bodyOfAny(t *testing.T, r *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	require.NoError(t, r.Body.Close())
	return string(text)
}

// The hub's steps reach the maps.
func TestStepsAreHeeded(t *testing.T) {
	s, from, _ := house(t)
	_, err := s.maps.get(t.Context(), anyShow)
	require.NoError(t, err)
	version := from.change(anyShow)
	live, ok := s.Live.(*deaf)
	require.True(t, ok)
	live.heed(booking.Delta{ShowtimeID: anyShow, From: version - 1, Version: version})
	requireVersion(t, s.maps, anyShow, version)
}
