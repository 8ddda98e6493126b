package app

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const moment = 150 * time.Millisecond

// served is a connection to a server with these deadlines, and the server's side of it.
func served(t *testing.T, s *http.Server) net.Conn {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(unhurried{l}) // it was closed
	}()
	t.Cleanup(func() {
		require.NoError(t, s.Close())
		<-done
	})
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", l.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	return conn
}

const plainGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

func get(t *testing.T, conn net.Conn, r *bufio.Reader) string {
	t.Helper()
	_, err := io.WriteString(conn, plainGet)
	require.NoError(t, err)
	return answer(t, r)
}

func answer(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	resp, err := http.ReadResponse(r, nil)
	require.NoError(t, err)
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return string(text)
}

// requireEnd: the server hangs up, after about this time.
func requireEnd(t *testing.T, r io.Reader, after time.Duration) {
	t.Helper()
	began := time.Now()
	_, err := io.Copy(io.Discard, r)
	require.False(t, errors.Is(err, os.ErrDeadlineExceeded), "it does not hang up")
	require.GreaterOrEqual(t, time.Since(began), after-after/10)
}

var hello = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })

// A client that asks again and again is served for longer than any of the deadlines, and
// has as long each time.
func TestDeadlinesBeginAnew(t *testing.T) {
	conn := served(t, &http.Server{Handler: hello, ReadHeaderTimeout: moment, ReadTimeout: moment, WriteTimeout: moment, IdleTimeout: 2 * moment})
	r := bufio.NewReader(conn)
	for range 8 {
		require.Equal(t, "hello", get(t, conn, r))
		time.Sleep(moment * 2 / 3)
	}
	require.Equal(t, "hello", get(t, conn, r))
	requireEnd(t, r, 2*moment)
}

// Who is slow is not waited for, with the first request as with a later one.
func TestSlowClients(t *testing.T) {
	for name, c := range map[string]struct {
		server *http.Server
		send   string
	}{
		"nothing at all":     {&http.Server{ReadHeaderTimeout: moment, IdleTimeout: moment}, ""},
		"half a header":      {&http.Server{ReadHeaderTimeout: moment, IdleTimeout: time.Minute}, "GET / HT"},
		"a header and again": {&http.Server{ReadHeaderTimeout: moment, ReadTimeout: time.Minute}, "GET / HTTP/1.1\r\nHost: "},
		"half a body":        {&http.Server{ReadTimeout: moment, IdleTimeout: time.Minute}, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"},
	} {
		for _, before := range []int{0, 1, 3} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := &http.Server{ReadHeaderTimeout: c.server.ReadHeaderTimeout, ReadTimeout: c.server.ReadTimeout, IdleTimeout: c.server.IdleTimeout}
				s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if _, err := io.Copy(io.Discard, r.Body); err != nil {
						panic(http.ErrAbortHandler)
					}
					hello(w, r)
				})
				conn := served(t, s)
				r := bufio.NewReader(conn)
				for range before {
					require.Equal(t, "hello", get(t, conn, r))
				}
				_, err := io.WriteString(conn, c.send)
				require.NoError(t, err)
				requireEnd(t, r, moment)
			})
		}
	}
}

// Nor is who does not read what was asked for.
func TestWhoDoesNotRead(t *testing.T) {
	failed := make(chan error, 1)
	conn := served(t, &http.Server{WriteTimeout: moment, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			hello(w, r)
			return
		}
		began := time.Now()
		_, err := io.Copy(w, io.LimitReader(strings.NewReader(strings.Repeat("x", 64<<20)), 64<<20))
		if time.Since(began) > 10*time.Second {
			err = errors.New("that was late")
		}
		failed <- err
	})})
	r := bufio.NewReader(conn)
	for range 3 {
		require.Equal(t, "hello", get(t, conn, r))
		time.Sleep(moment * 2 / 3)
	}
	_, err := io.WriteString(conn, strings.Replace(plainGet, "/", "/large", 1))
	require.NoError(t, err)
	require.ErrorIs(t, <-failed, os.ErrDeadlineExceeded)
}

// A handler that takes long is told when its client goes, and not before.
func TestAClientThatGoes(t *testing.T) {
	gone := make(chan time.Duration, 1)
	conn := served(t, &http.Server{IdleTimeout: moment, ReadHeaderTimeout: moment, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			hello(w, r)
			return
		}
		began := time.Now()
		<-r.Context().Done()
		gone <- time.Since(began)
	})})
	require.Equal(t, "hello", get(t, conn, bufio.NewReader(conn)))
	_, err := io.WriteString(conn, strings.Replace(plainGet, "/", "/long", 1))
	require.NoError(t, err)
	time.Sleep(3 * moment)
	require.NoError(t, conn.Close())
	require.GreaterOrEqual(t, <-gone, 2*moment)
}

// Whoever takes a connection over has no deadline but their own.
func TestAConnectionThatIsHandedOver(t *testing.T) {
	read := make(chan error, 2)
	conn := served(t, &http.Server{IdleTimeout: moment, ReadTimeout: moment, WriteTimeout: moment, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			hello(w, r)
			return
		}
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			read <- err
			return
		}
		defer func() { _ = conn.Close() }()
		one := make([]byte, 1)
		_, err = conn.Read(one)
		read <- err
		_ = conn.SetReadDeadline(time.Now().Add(moment))
		_, err = conn.Read(one)
		read <- err
	})})
	require.Equal(t, "hello", get(t, conn, bufio.NewReader(conn)))
	_, err := io.WriteString(conn, strings.Replace(plainGet, "/", "/mine", 1))
	require.NoError(t, err)
	time.Sleep(3 * moment)
	_, err = io.WriteString(conn, "x")
	require.NoError(t, err)
	require.NoError(t, <-read)
	require.ErrorIs(t, <-read, os.ErrDeadlineExceeded)
}
