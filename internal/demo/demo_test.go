package demo

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSeatsAreListedAsPeopleCount(t *testing.T) {
	for _, c := range []struct {
		seats []string
		want  string
	}{
		{nil, ""},
		{[]string{"A1"}, "A1"},
		{[]string{"A10", "A9"}, "A9 and A10"},
		{[]string{"B1", "A10", "A2"}, "A2, A10 and B1"},
		{[]string{"104-12-7", "104-2-11", "F1-1-1", "104-2-9"}, "104-2-9, 104-2-11, 104-12-7 and F1-1-1"},
		{[]string{"A", "A1", "A01"}, "A, A01 and A1"},
	} {
		require.Equal(t, c.want, list(c.seats))
	}
	require.Equal(t, "A9 is gone", gone([]string{"A9"}))
	require.Equal(t, "A9 and A10 are gone", gone([]string{"A10", "A9"}))
}

func TestAFileGetsALineATenth(t *testing.T) {
	var out strings.Builder
	b := bar{out: &out}
	const total = 2 * time.Minute
	for left := total; left >= 0; left -= 250 * time.Millisecond {
		b.draw(left, total)
	}
	require.NotContains(t, out.String(), "\r")
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	require.Len(t, lines, 11)
	require.Equal(t, "  hold ["+strings.Repeat(".", 40)+"] 120 s left", lines[0])
	require.Equal(t, "  hold ["+strings.Repeat("#", 20)+strings.Repeat(".", 20)+"]  60 s left", lines[5])
	require.Equal(t, "  hold ["+strings.Repeat("#", 40)+"]   0 s left", lines[10])
}

func TestATerminalGetsOneLine(t *testing.T) {
	var out strings.Builder
	b := bar{out: &out, live: true}
	for left := 10 * time.Second; left >= 0; left -= time.Second {
		b.draw(left, 10*time.Second)
	}
	require.Equal(t, 1, strings.Count(out.String(), "\n"))
	require.Equal(t, 11, strings.Count(out.String(), "\r"))
	require.True(t, strings.HasSuffix(out.String(), "]   0 s left \n"))
}

func TestCountdownEnds(t *testing.T) {
	var out strings.Builder
	require.NoError(t, countdown(t.Context(), &out, 0))
	require.Contains(t, out.String(), "0 s left")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, countdown(ctx, &out, time.Hour), context.Canceled)
}

func TestNoAPIIsOneSentence(t *testing.T) {
	var out strings.Builder
	nobody := httptest.NewServer(http.NotFoundHandler())
	nobody.Close()
	err := Play(t.Context(), nobody.URL, &out)
	require.ErrorContains(t, err, "no API answers at "+nobody.URL+"; start one with `make run`")

	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	err = Play(t.Context(), other.URL+"/", &out)
	require.ErrorContains(t, err, other.URL+" is not a Holdfast API")

	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusTooManyRequests)
		_, err := w.Write([]byte(`{"type":"about:blank","title":"Slow down","status":429,"code":"rate_limited"}`))
		if err != nil {
			t.Error(err)
		}
	}))
	defer refusing.Close()
	require.EqualError(t, Play(t.Context(), refusing.URL, &out), "signing Ada in: Slow down (rate_limited)")
	require.Empty(t, out.String())
}
