package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"holdfast/internal/config"
)

// binary builds the program once, as it is shipped.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "holdfast-e2e")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "holdfast")
	out, err := exec.Command("go", "build", "-o", path, "../cmd/holdfast").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return path, nil
})

// process is a part of the engine as a process of its own.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	stderr *bytes.Buffer
	done   chan struct{}
	err    error
}

// start starts a role as a process.
func (h *house) start(role string, settings ...string) *process {
	h.t.Helper()
	path, err := binary()
	require.NoError(h.t, err)
	return h.launch(exec.Command(path, role), role, settings...)
}

// launch starts a process with the settings of the house, and some more.
func (h *house) launch(cmd *exec.Cmd, role string, settings ...string) *process {
	h.t.Helper()
	p := &process{t: h.t, cmd: cmd, stderr: &bytes.Buffer{}, done: make(chan struct{})}
	p.cmd.Env = append(append(os.Environ(), environ(h.cfg)...), settings...)
	p.cmd.Stderr = p.stderr
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(h.t, p.cmd.Start())
	go func() {
		defer close(p.done)
		p.err = p.cmd.Wait()
	}()
	h.t.Cleanup(func() {
		p.kill()
		if h.t.Failed() {
			h.t.Logf("%s said:\n%s", role, p.stderr)
		}
	})
	return p
}

func environ(c config.Config) []string {
	return []string{
		"HOLDFAST_HTTP_ADDR=" + c.HTTPAddr, "HOLDFAST_HOLD_DURATION=" + c.HoldDuration.String(),
		"HOLDFAST_JWT_SECRET=" + c.JWTSecret, "HOLDFAST_TICKET_KEY=" + c.TicketKey, "HOLDFAST_POSTGRES_URL=" + c.PostgresURL, "HOLDFAST_VALKEY_URL=" + c.ValkeyURL,
		"HOLDFAST_MONGO_URL=" + c.MongoURL, "HOLDFAST_AMQP_URL=" + c.AMQPURL, "HOLDFAST_AMQP_EXCHANGE=" + c.Exchange,
		"HOLDFAST_TASK_QUEUE=" + c.TaskQueue, "TEMPORAL_ADDRESS=" + c.TemporalAddr, "TEMPORAL_NAMESPACE=" + c.Namespace, "HOLDFAST_OPS_ADDR=" + c.OpsAddr,
		"HOLDFAST_SANDBOX_URL=" + c.SandboxURL, "HOLDFAST_SANDBOX_KEY=" + c.SandboxKey, "HOLDFAST_PAYMENT_GRACE=" + c.PaymentGrace.String(),
		"HOLDFAST_MAX_HOLDS=" + fmt.Sprint(c.MaxHolds), "HOLDFAST_REFUND_POLICY=" + c.RefundPolicy, "HOLDFAST_RECONCILE_EVERY=" + c.ReconcileEach.String(),
	}
}

// kill ends the process without a chance to clean up.
func (p *process) kill() {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Errorf("killing: %v", err)
	}
	<-p.done
}

// terminate asks the process to end and waits until it has.
func (p *process) terminate() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-p.done:
		return p.err
	case <-time.After(time.Minute):
		return errors.New("it does not end")
	}
}

// SIGTERM under load: every request that was accepted is answered, and the
// process ends by itself with success.
func TestTerminatedUnderLoadAnswersEverything(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	h := newHouse(t, func(c *config.Config) { c.HTTPAddr = l.Addr().String(); c.MaxHolds = 1000 })
	require.NoError(t, l.Close())
	p := h.start("all")
	h.base = "http://" + h.cfg.HTTPAddr
	probe := &http.Client{}
	t.Cleanup(probe.CloseIdleConnections)
	eventually(t, "it is ready", func() bool {
		resp, err := probe.Get(h.base + "/readyz")
		if err != nil {
			return false
		}
		_ = resp.Body.Close() // only its status matters
		return resp.StatusCode == http.StatusOK
	})
	h.waitForMap(1)

	var wg sync.WaitGroup
	var mu sync.Mutex
	answers := map[int]int{}
	held := map[string]bool{}
	enough := make(chan struct{}, 1)
	for i := range 8 {
		who := h.guest()
		wg.Go(func() {
			for n := range rows * perRow {
				seat := fmt.Sprint(string(rune('A'+(n+i)%rows)), n%perRow+1)
				a, err := who.try(http.MethodPost, "/v1/bookings", wish(h.show, seat), nil)
				if err != nil {
					if !closedConnection(err) {
						t.Error(err)
					}
					return // not accepted any more; that it had no effect is counted below
				}
				mu.Lock()
				answers[a.status]++
				if a.status == http.StatusCreated {
					held[a.booking.Id] = true
				}
				n := len(held)
				mu.Unlock()
				if n > 10 {
					select {
					case enough <- struct{}{}:
					default:
					}
				}
			}
		})
	}
	<-enough
	require.NoError(t, p.terminate(), "%s", p.stderr)
	wg.Wait()
	t.Logf("answers by status: %v", answers)
	for status := range answers {
		require.Contains(t, []int{http.StatusCreated, http.StatusConflict}, status)
	}
	m, err := h.store.SeatMap(t.Context(), h.show)
	require.NoError(t, err)
	n := 0
	for _, s := range m.Seats {
		if s.Status == "held" {
			n++
		}
	}
	require.Equal(t, len(held), n, "each hold was answered, and each answer is a hold")
}

// closedConnection reports whether the server did not take the request: the
// connection was refused, or was an idle one that the server was closing.
func closedConnection(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, io.EOF)
}

// requireBooksBalance compares bookings, payments and outbox: every captured
// payment is a confirmed booking or a refund, and every event is out.
func (h *house) requireBooksBalance() {
	h.t.Helper()
	conn, err := pgx.Connect(h.t.Context(), h.cfg.PostgresURL)
	require.NoError(h.t, err)
	defer func() { require.NoError(h.t, conn.Close(context.Background())) }()
	count := func(sql string) (n int) {
		require.NoError(h.t, conn.QueryRow(h.t.Context(), sql).Scan(&n), "%s", sql)
		return n
	}
	eventually(h.t, "every captured payment is a confirmed booking or a refund", func() bool {
		return count(`SELECT count(*) FROM payments p JOIN bookings b ON b.id = p.booking_id
			WHERE p.status IN ('authorized', 'refund_due') OR p.status = 'captured' AND b.status <> 'confirmed'`) == 0
	})
	require.Zero(h.t, count(`SELECT count(*) FROM bookings b WHERE status = 'confirmed'
		AND (SELECT count(*) FROM payments p WHERE p.booking_id = b.id AND p.status = 'captured') <> 1`), "confirmed and not paid once")
	require.Zero(h.t, count(`SELECT count(*) FROM bookings WHERE status = 'pending'`), "nobody keeps it")
	eventually(h.t, "every event is out", func() bool { return count(`SELECT count(*) FROM outbox`) == 0 })
}

// A process without the API shows its signs of life where it is told to.
func TestOpsOfAProcessWithoutTheAPI(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	h := newHouse(t, func(c *config.Config) { c.OpsAddr = l.Addr().String() })
	require.NoError(t, l.Close())
	p := h.start("relay")
	ops := &http.Client{}
	t.Cleanup(ops.CloseIdleConnections)
	get := func(path string) string {
		resp, err := ops.Get("http://" + h.cfg.OpsAddr + path)
		if err != nil {
			return ""
		}
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		return string(body)
	}
	eventually(t, "it lives", func() bool { return get("/healthz") == `{"status":"ok"}` })
	eventually(t, "it has sent the events", func() bool {
		return bytes.Contains([]byte(get("/metrics")), []byte("holdfast_outbox_published_total 1\n"))
	})
	require.NoError(t, p.terminate(), "%s", p.stderr)
}
