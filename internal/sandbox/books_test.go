package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"holdfast/internal/sandbox"
)

func (b box) page(t *testing.T, query string) sandbox.Page {
	t.Helper()
	status, text := b.send(t, "GET", "/v1/charges"+query, "", nil)
	require.Equal(t, http.StatusOK, status, "%s", text)
	var p sandbox.Page
	require.NoError(t, json.Unmarshal(text, &p))
	return p
}

// refund is a status of a refund; it may be asked for from several goroutines.
func (b box) refund(t *testing.T, charge, id string, amount int) int {
	status, _ := b.send(t, "PUT", "/v1/charges/"+charge+"/refunds/"+id, fmt.Sprintf(`{"amount":%d,"currency":"USD"}`, amount), nil)
	return status
}

func TestRefundsAtOnceNeverExceedWhatWasTaken(t *testing.T) {
	b := open(t, sandbox.Config{})
	b.confirmed(t, "c1", "tok_ok", "authorized")
	b.want(t, "captured", "POST", "/v1/charges/c1/capture", "")
	var done, refused atomic.Int32
	var calls sync.WaitGroup
	for i := range 40 {
		calls.Go(func() {
			switch status := b.refund(t, "c1", fmt.Sprint("r", i), 100); status {
			case http.StatusOK:
				done.Add(1)
			case http.StatusConflict:
				refused.Add(1)
			default:
				assert.Fail(t, "a refund is answered otherwise", "%d", status)
			}
		})
	}
	calls.Wait()
	require.EqualValues(t, 15, done.Load())
	require.EqualValues(t, 25, refused.Load())
	require.EqualValues(t, 1500, b.want(t, "captured", "GET", "/v1/charges/c1", "").Refunded)
	var sum int64
	require.NoError(t, b.db(t).QueryRow(t.Context(), "SELECT sum(amount) FROM sandbox.refunds").Scan(&sum))
	require.EqualValues(t, 1500, sum)
}

func TestARefundIsOfOneCharge(t *testing.T) {
	b := open(t, sandbox.Config{})
	for _, id := range []string{"c1", "c2"} {
		b.confirmed(t, id, "tok_ok", "authorized")
		b.want(t, "captured", "POST", "/v1/charges/"+id+"/capture", "")
	}
	// Another process is about to refund c1, and has not said so yet.
	tx, err := b.db(t).Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "INSERT INTO sandbox.refunds (id, charge_id, amount) VALUES ('r', 'c1', 100)")
	require.NoError(t, err)
	status := make(chan int)
	go func() { status <- b.refund(t, "c2", "r", 100) }()
	b.awaitLock(t)
	require.NoError(t, tx.Commit(t.Context()))
	require.Equal(t, http.StatusConflict, <-status)
	require.Equal(t, http.StatusConflict, b.refund(t, "c2", "r", 100))
	require.Equal(t, http.StatusConflict, b.refund(t, "c1", "r", 101))
	require.Zero(t, b.want(t, "captured", "GET", "/v1/charges/c2", "").Refunded)
}

// awaitLock awaits that somebody waits for a lock in the database.
func (b box) awaitLock(t *testing.T) {
	t.Helper()
	conn := b.db(t)
	require.Eventually(t, func() bool {
		var waits bool
		return conn.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock')`).Scan(&waits) == nil && waits
	}, patience, 10*time.Millisecond)
}

func TestCaptureAndCancelAtOnceHaveOneWinner(t *testing.T) {
	b := open(t, sandbox.Config{})
	for i := range 20 {
		path := fmt.Sprint("/v1/charges/c", i)
		b.confirmed(t, fmt.Sprint("c", i), "tok_ok", "authorized")
		var captured, cancelled int
		var calls sync.WaitGroup
		calls.Go(func() { captured, _ = b.send(t, "POST", path+"/capture", "", nil) })
		calls.Go(func() { cancelled, _ = b.send(t, "POST", path+"/cancel", order, nil) })
		calls.Wait()
		require.Equal(t, http.StatusOK, cancelled)
		if captured == http.StatusOK {
			b.want(t, "captured", "GET", path, "")
		} else {
			require.Equal(t, http.StatusConflict, captured)
			b.want(t, "cancelled", "GET", path, "")
		}
	}
}

func TestARestartKeepsEverything(t *testing.T) {
	b := open(t, sandbox.Config{})
	b.confirmed(t, "c1", "tok_ok", "authorized")
	b.want(t, "captured", "POST", "/v1/charges/c1/capture", "")
	require.Equal(t, http.StatusOK, b.refund(t, "c1", "r1", 500))
	b.confirmed(t, "c2", "tok_challenge", "open")
	b.want(t, "cancelled", "POST", "/v1/charges/c3/cancel", order)
	before := b.page(t, "")
	require.Len(t, before.Charges, 3)
	b.api.Close()
	b.server.Close()

	again := open(t, sandbox.Config{PostgresURL: b.url})
	require.Equal(t, before, again.page(t, ""))
	require.Equal(t, http.StatusOK, again.refund(t, "c1", "r1", 500))
	require.EqualValues(t, 500, again.want(t, "captured", "GET", "/v1/charges/c1", "").Refunded)
	again.want(t, "cancelled", "PUT", "/v1/charges/c3", order)
	again.want(t, "authorized", "POST", "/v1/charges/c2/confirm", `{"token":"approve"}`)
}

func TestPagesOfTheLedger(t *testing.T) {
	b := open(t, sandbox.Config{})
	for i := range 5 {
		b.want(t, "open", "PUT", fmt.Sprint("/v1/charges/c", i), order)
	}
	var ids []string
	query := "?limit=2"
	for pages := 0; ; pages++ {
		require.Less(t, pages, 5)
		p := b.page(t, query)
		for _, c := range p.Charges {
			ids = append(ids, c.ID)
		}
		if p.Next == "" {
			break
		}
		query = "?limit=2&cursor=" + p.Next
	}
	require.Equal(t, []string{"c0", "c1", "c2", "c3", "c4"}, ids)
	created := b.want(t, "open", "GET", "/v1/charges/c3", "").CreatedAt
	require.Len(t, b.page(t, "?since="+created.UTC().Format(time.RFC3339Nano)).Charges, 2)
	require.Empty(t, b.page(t, "?since=2100-01-01T00:00:00Z").Charges)
}

func TestManyMigrateAtOnce(t *testing.T) {
	b := open(t, sandbox.Config{})
	_, err := b.db(t).Exec(t.Context(), "DROP SCHEMA sandbox CASCADE")
	require.NoError(t, err)
	var migrating sync.WaitGroup
	for range 4 {
		migrating.Go(func() { assert.NoError(t, b.server.Migrate(t.Context())) })
	}
	migrating.Wait()
	b.want(t, "open", "PUT", "/v1/charges/c1", order)
	var tables int
	require.NoError(t, b.db(t).QueryRow(t.Context(),
		"SELECT count(*) FROM pg_tables WHERE schemaname = 'sandbox'").Scan(&tables))
	require.Equal(t, 4, tables, "charges, refunds, messages and goose's")
}
