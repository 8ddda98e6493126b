package devstack

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// shared holds the URLs of servers that a test may use as given ones. `make test` hands them over; a bare `go test`
// starts them here.
var shared = map[string]string{}

var urlVars = map[string]string{
	keyPostgres: varPostgres, keyValkey: varValkey, keyRabbitMQ: varRabbitMQ, keyMongo: varMongo, keyTemporal: varTemporal,
}

// victimDir makes the test binary play a run that a test then kills.
const victimDir = "DEVSTACK_TEST_VICTIM_DIR"

func TestMain(m *testing.M) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	for _, name := range urlVars {
		if v := os.Getenv(name); v != "" {
			shared[name] = v
		}
	}
	if dir := os.Getenv(victimDir); dir != "" {
		os.Exit(playVictim(ctx, dir))
	}
	os.Exit(testMain(ctx, m))
}

func testMain(ctx context.Context, m *testing.M) (code int) {
	if len(shared) < len(urlVars) {
		dir, err := os.MkdirTemp("", "devstack-shared-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		stack, err := Start(ctx, Options{Dir: dir, Out: os.Stderr, Scratch: true})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		for k, v := range stack.Env() {
			shared[k] = v
		}
		defer func() {
			err := stack.Stop(context.Background())
			if err == nil {
				err = Remove(context.Background(), dir)
			}
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				code = 1
			}
		}()
	}
	return m.Run()
}

// playVictim starts a private Valkey and PostgreSQL, says so, and waits to be killed.
func playVictim(ctx context.Context, dir string) int {
	stack, err := Start(ctx, Options{Dir: dir, Env: private(keyValkey, keyPostgres)})
	if err != nil {
		fmt.Println("failed:", err)
		return 1
	}
	fmt.Println("up", stack.Server(keyValkey).PID(), stack.Server(keyPostgres).PID())
	<-ctx.Done()
	return 0
}

// private is an environment in which all servers are given but those named.
func private(keys ...string) func(string) string {
	return func(name string) string {
		for key, variable := range urlVars {
			if variable == name && slices.Contains(keys, key) {
				return ""
			}
		}
		if v, ok := shared[name]; ok {
			return v
		}
		if name == "HOLDFAST_TOOLS_DIR" {
			return os.Getenv(name)
		}
		return ""
	}
}

// folder is a data folder that is removed, with what it has elsewhere, at the end of the test.
func folder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	t.Cleanup(func() { require.NoError(t, Remove(context.Background(), dir)) })
	return dir
}

// start starts a stack that is stopped at the end of the test.
func start(t *testing.T, o Options) *Stack {
	t.Helper()
	stack, err := Start(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, stack.Stop(context.Background())) })
	return stack
}

func stop(t *testing.T, stack *Stack) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	require.NoError(t, stack.Stop(ctx))
}
