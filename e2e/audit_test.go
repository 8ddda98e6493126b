package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"holdfast/internal/app"
	"holdfast/internal/audit"
	"holdfast/internal/config"
)

// audit runs the command and returns its report.
func (h *house) audit(late time.Duration) (audit.Report, error) {
	h.t.Helper()
	out, err := h.command("audit", "--settled", "0s", "--late", late.String(), "--json")
	var r audit.Report
	// Behind the report there may be the sentence that says why the command failed.
	require.NoError(h.t, json.NewDecoder(strings.NewReader(out)).Decode(&r), "%s", out)
	return r, err
}

// db is the house's database, to do by hand what the engine never does.
func (h *house) db() *pgxpool.Pool {
	h.t.Helper()
	pool, err := pgxpool.New(h.t.Context(), h.cfg.PostgresURL)
	require.NoError(h.t, err)
	h.t.Cleanup(pool.Close)
	return pool
}

// named says in a line what a violation is of.
func named(statement int, problem string, of ...string) string {
	return fmt.Sprintf("%d %s: %s", statement, problem, strings.Join(of, " "))
}

func names(r audit.Report) []string {
	var out []string
	for _, v := range r.Violations {
		switch {
		case v.BookingID != "" && v.SeatID != "":
			out = append(out, named(v.Statement, v.Problem, string(v.BookingID), string(v.SeatID)))
		case v.BookingID != "":
			out = append(out, named(v.Statement, v.Problem, string(v.BookingID)))
		case v.SeatID != "":
			out = append(out, named(v.Statement, v.Problem, string(v.ShowtimeID), string(v.SeatID)))
		default:
			out = append(out, named(v.Statement, v.Problem, string(v.ShowtimeID)))
		}
	}
	return out
}

// A house in which bookings end in every way is clean, while they go on and after.
func TestAuditOfASoundHouse(t *testing.T) {
	h := open(t, holdFor(3*time.Second), func(c *config.Config) { c.MaxHolds, c.PaymentGrace = 100, 3*time.Second })
	ctx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	endings := []string{"tok_ok", "tok_declined", "expire", "tok_challenge", "cancel", "tok_lost", "revoke", "tok_transfer"}
	for i := range 3 {
		who := h.guest()
		wg.Go(func() {
			for n := i; ctx.Err() == nil; n++ {
				seat := fmt.Sprint(string(rune('A'+n%rows)), (n*7+i)%(perRow-1)+1)
				a, err := who.try(http.MethodPost, "/v1/bookings", wish(h.show, seat), nil)
				if err != nil {
					t.Error(err)
					return
				}
				ending := endings[n%len(endings)]
				if a.status != http.StatusCreated || ending == "expire" {
					continue
				}
				if ending != "cancel" {
					who.pay(a.booking.Id, strings.Replace(ending, "revoke", "tok_ok", 1), nil)
				}
				if ending == "cancel" || ending == "revoke" || n%2 == 0 { // seats come back, so that the load goes on
					who.do(http.MethodDelete, "/v1/bookings/"+a.booking.Id, "", nil)
				}
			}
		})
	}
	// What is on its way for so long is wrong, also on a machine with much else to do.
	const patience = 30 * time.Second
	for range 2 {
		r, err := h.audit(patience)
		require.NoError(t, err, "%+v", r.Violations)
		require.Empty(t, r.Violations)
	}
	stop()
	wg.Wait()
	h.waitForHoldsToEnd()
	h.requireAgreement()
	r, err := h.audit(patience)
	require.NoError(t, err, "%+v", r.Violations)
	require.Empty(t, r.Unchecked)
	require.Empty(t, r.Moving)
	for i := range audit.Statements {
		require.True(t, slices.ContainsFunc(r.Compared, func(c audit.Count) bool { return c.Statement == i+1 }), "%d. %s", i+1, audit.Statements[i])
	}
	out, err := h.command("audit", "--settled", "0s")
	require.NoError(t, err, out)
	require.Contains(t, out, "1. at most one live booking owns a seat")
	require.Contains(t, out, "0 events wait in the outbox")
	require.NotContains(t, out, "BROKEN")
	require.Equal(t, len(audit.Statements), strings.Count(out, "  holds  "), out)
}

// Without a worker nobody ends a hold, and without relay and projection no map
// follows: both are named, and nothing else.
func TestAuditWithoutAWorker(t *testing.T) {
	t.Parallel()
	h := newHouse(t, holdFor(2*time.Second))
	h.run(app.API)
	stop := h.run(app.Worker)
	ada := h.guest()
	b := ada.mustBook(h.show, "A1")
	stop()
	want := []string{
		named(3, "a hold is past its deadline", b.Id),
		named(5, "a workflow runs past its deadline, and no payment is open", b.Id),
		named(6, "a showtime has no seat map", string(h.show)),
	}
	var got []string
	eventually(t, "the audit finds the hold late", func() bool {
		r, err := h.audit(time.Second)
		got = names(r)
		return err != nil && slices.Equal(want, got)
	})

	_, err := h.db().Exec(t.Context(), `INSERT INTO outbox (event_id, type, payload)
		SELECT 'ahead', type, jsonb_set(payload::jsonb, '{data,version}', '99')::json FROM outbox WHERE type = 'booking.held'`)
	require.NoError(t, err)
	r, err := h.audit(time.Second)
	require.Error(t, err)
	require.ElementsMatch(t, append(want, named(6, "an event waits in the outbox that is newer than its showtime", string(h.show))), names(r))
	require.Equal(t, int64(3), r.OutboxRows)

	// A server that is away: what could not be compared is said, and the rest is compared.
	h.cfg.TemporalAddr, h.cfg.ValkeyURL = "127.0.0.1:1", "redis://127.0.0.1:1"
	r, err = h.audit(time.Second)
	require.Error(t, err)
	require.Len(t, r.Unchecked, 2)
	require.Equal(t, "locks", r.Unchecked[0].What)
	require.Equal(t, "workflows", r.Unchecked[1].What)
	require.Contains(t, names(r), want[0])
	require.NotContains(t, names(r), want[1])
	out, err := h.command("audit", "--late", "1s")
	require.Error(t, err)
	require.Regexp(t, `(?m)^5\. .* NOT ALL COMPARED`, out)
	require.Regexp(t, `(?m)^8\. .* NOT ALL COMPARED`, out)
	require.Contains(t, out, "NOT COMPARED: locks: ")
	require.Contains(t, out, "holdfast: not everything was compared: ")
}
