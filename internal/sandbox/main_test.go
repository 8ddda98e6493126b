package sandbox_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"holdfast/internal/sandbox"
	"holdfast/internal/testenv"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	// patience bounds every wait for something that must happen.
	patience = 30 * time.Second
	key      = "a key of the sandbox"
)

// box is a sandbox of this test's own, on the real server.
type box struct {
	url    string // of the database
	server *sandbox.Server
	api    *httptest.Server
	client *http.Client
}

// open starts a sandbox in a new database, or in the one of cfg.
func open(t *testing.T, cfg sandbox.Config) box {
	t.Helper()
	if cfg.PostgresURL == "" {
		cfg.PostgresURL = testenv.Postgres(t)
	}
	cfg.Key, cfg.Log = key, slog.New(slog.DiscardHandler)
	s, err := sandbox.New(cfg)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	require.NoError(t, s.Migrate(t.Context()))
	return serve(t, cfg.PostgresURL, s)
}

func serve(t *testing.T, url string, s *sandbox.Server) box {
	t.Helper()
	api := httptest.NewServer(s.Handler())
	t.Cleanup(api.Close)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return box{url: url, server: s, api: api, client: &http.Client{Transport: transport}}
}

// run delivers messages until the test ends, or until stop is called.
func (b box) run(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { assert.NoError(t, b.server.Run(ctx)) })
	stop = func() { cancel(); running.Wait() }
	t.Cleanup(stop)
	return stop
}

// answer is what the sandbox says: a charge, or an error.
type answer struct {
	sandbox.Charge
	Error struct{ Code, Message string }
}

// send makes a request with exactly this body. Several goroutines may use it, and
// so it does not end the test: a status of 0 is no answer.
func (b box) send(t *testing.T, method, path, body string, header http.Header) (int, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, b.api.URL+path, strings.NewReader(body))
	if !assert.NoError(t, err) {
		return 0, nil
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	for name, values := range header {
		r.Header[name] = values
	}
	got, err := b.client.Do(r)
	if !assert.NoError(t, err) {
		return 0, nil
	}
	text, err := io.ReadAll(got.Body)
	if !assert.NoError(t, err) || !assert.NoError(t, got.Body.Close()) {
		return 0, nil
	}
	return got.StatusCode, text
}

// ask makes a request and reads the answer, whatever it is.
func (b box) ask(t *testing.T, method, path, body string) (int, answer) {
	t.Helper()
	status, text := b.send(t, method, path, body, nil)
	var a answer
	require.NoError(t, json.Unmarshal(text, &a), "%s", text)
	return status, a
}

// want makes a request that succeeds.
func (b box) want(t *testing.T, state, method, path, body string) answer {
	t.Helper()
	status, a := b.ask(t, method, path, body)
	require.Equal(t, http.StatusOK, status, "%+v", a)
	require.Equal(t, state, a.State)
	return a
}

const order = `{"booking_id":"b1","amount":1500,"currency":"USD"}`

// confirmed is a charge that was confirmed with a token and stands so.
func (b box) confirmed(t *testing.T, id, token, state string) answer {
	t.Helper()
	b.want(t, "open", "PUT", "/v1/charges/"+id, order)
	return b.want(t, state, "POST", "/v1/charges/"+id+"/confirm", `{"token":"`+token+`"}`)
}

// db is a connection to the sandbox's database.
func (b box) db(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close(context.WithoutCancel(t.Context()))) })
	return conn
}

// come makes the time of a late charge come now.
func (b box) come(t *testing.T, id string) {
	t.Helper()
	tag, err := b.db(t).Exec(t.Context(), "UPDATE sandbox.charges SET settles_at = now() WHERE id = $1 AND settles_at IS NOT NULL", id)
	require.NoError(t, err)
	require.EqualValues(t, 1, tag.RowsAffected())
}
