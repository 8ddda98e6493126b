package e2e_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/payment"
	"holdfast/internal/sandbox"
	"holdfast/internal/testenv"
)

// bank is the payment sandbox of a house: a real server with books of its own. Its
// messages go to the API that runs, if one does.
type bank struct {
	t        *testing.T
	url      string
	books    *pgxpool.Pool
	key      string
	client   *payment.SandboxClient
	api      atomic.Pointer[url.URL] // where messages go
	silent   atomic.Bool             // it does not answer
	unwanted sync.Map                // the charges that it was asked to give up
	box      letterbox               // which they pass
	post     http.RoundTripper       // which carries them
}

func openBank(t *testing.T, postgresURL string, log *slog.Logger) *bank {
	t.Helper()
	b := &bank{t: t, key: testenv.Name() + testenv.Name() + testenv.Name()}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	b.post = transport
	post := httptest.NewServer(b.box.intercept(&httputil.ReverseProxy{
		Transport: transport,
		Rewrite: func(r *httputil.ProxyRequest) {
			if to := b.api.Load(); to != nil {
				r.SetURL(to)
			}
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }, // the API is away: the message comes again
	}))
	var err error
	b.books, err = pgxpool.New(t.Context(), postgresURL)
	require.NoError(t, err)
	t.Cleanup(b.books.Close)
	server, err := sandbox.New(sandbox.Config{PostgresURL: postgresURL, Key: b.key, WebhookURL: post.URL + "/v1/webhooks/sandbox", Late: neverByItself, Log: log})
	require.NoError(t, err)
	require.NoError(t, server.Migrate(t.Context()))
	bankHandler := server.Handler()
	listening := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if b.silent.Load() {
			panic(http.ErrAbortHandler)
		}
		bankHandler.ServeHTTP(w, r)
		if charge, ok := strings.CutSuffix(r.URL.Path, "/cancel"); ok {
			b.unwanted.Store(charge, true)
		}
	}))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Run(ctx) }()
	b.url = listening.URL
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
		client.CloseIdleConnections()
		listening.Close()
		post.Close()
		server.Close()
	})
	b.client, err = payment.NewSandbox(b.url, b.key, client)
	require.NoError(t, err)
	return b
}

// neverByItself is how late a late charge decides, unless the test has it decided.
const neverByItself = time.Hour

// decide has the late charges of a booking decided now, if it has any that are not.
func (b *bank) decide(id string) {
	b.t.Helper()
	_, err := b.books.Exec(context.Background(), `UPDATE sandbox.charges SET settles_at = now() WHERE booking_id = $1 AND settles_at IS NOT NULL`, id)
	require.NoError(b.t, err)
}

// decideLate does so once the engine has let go of the booking, whose hold has ended:
// a promise that is made while it asks for the charge to be given up is given up too.
func (b *bank) decideLate(id string) {
	b.t.Helper()
	rows, err := b.books.Query(context.Background(), `SELECT '/v1/charges/' || id FROM sandbox.charges WHERE booking_id = $1 AND settles_at IS NOT NULL`, id)
	require.NoError(b.t, err)
	charges, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(b.t, err)
	for _, charge := range charges {
		eventually(b.t, "the bank was asked to give the charge up", func() bool {
			_, asked := b.unwanted.Load(charge)
			return asked
		})
	}
	b.decide(id)
}

// told reports whether every message was taken.
func (b *bank) told() bool {
	var left int
	err := b.books.QueryRow(context.Background(), `SELECT count(*) FROM sandbox.messages`).Scan(&left)
	return err == nil && left == 0
}

// ledger is what the bank's books have, by charge.
func (b *bank) ledger() map[string]booking.LedgerEntry {
	b.t.Helper()
	out := map[string]booking.LedgerEntry{}
	err := b.client.Ledger(context.Background(), time.Now().Add(-time.Hour), func(e booking.LedgerEntry) error {
		out[e.ChargeID] = e
		return nil
	})
	require.NoError(b.t, err)
	return out
}

// charges counts those of a booking, and those of them whose money was ever there.
func (b *bank) charges(id booking.ID) (all, paid int) {
	b.t.Helper()
	for _, e := range b.ledger() {
		if e.BookingID == id {
			all++
			if e.State == booking.ChargeCaptured {
				paid++
			}
		}
	}
	return all, paid
}

// net is what the bank has taken for a booking and not given back, in minor units,
// and open whether it has promised or not decided anything.
func (b *bank) net(id booking.ID) (net int64, open bool) {
	b.t.Helper()
	for _, e := range b.ledger() {
		if e.BookingID == id {
			net += e.Captured.Minor - e.Refunded.Minor
			open = open || e.State == booking.ChargeOpen || e.State == booking.ChargeAuthorized
		}
	}
	return net, open
}
