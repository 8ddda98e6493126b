package devstack

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The tests of Exec do not run in parallel with each other: signals go to the whole process.

func TestExecHandsOverTheSettingsAndTheExitCode(t *testing.T) {
	dir := folder(t)
	code, err := Exec(t.Context(), Options{Dir: dir, Env: private(keyValkey), Scratch: true},
		[]string{"sh", "-c", `printf %s "$HOLDFAST_VALKEY_URL" >"$1/url"; exit 7`, "sh", filepath.Dir(dir)})
	require.NoError(t, err)
	require.Equal(t, 7, code)
	url, err := os.ReadFile(filepath.Join(filepath.Dir(dir), "url"))
	require.NoError(t, err)
	require.Contains(t, string(url), "redis://:")
	_, err = pingValkey(t.Context(), string(url))
	require.Error(t, err, "the server should be stopped by now")
}

func TestExecPassesASignalOn(t *testing.T) {
	dir := folder(t)
	flag := filepath.Join(filepath.Dir(dir), "up")
	signalled := make(chan error, 1)
	go func() {
		for {
			if _, err := os.Stat(flag); err == nil {
				break
			}
			if t.Context().Err() != nil {
				signalled <- t.Context().Err()
				return
			}
			time.Sleep(10 * time.Millisecond) // the poll for a file of another process
		}
		signalled <- syscall.Kill(os.Getpid(), syscall.SIGTERM)
	}()
	code, err := Exec(t.Context(), Options{Dir: dir, Env: private(keyValkey), Scratch: true},
		[]string{"sh", "-c", `trap "exit 9" TERM; : >"$1"; while :; do sleep 0.05; done`, "sh", flag})
	require.NoError(t, err)
	require.NoError(t, <-signalled)
	require.Equal(t, 9, code)
}

func TestExecEndsTheProgramWhenAServerIsGone(t *testing.T) {
	dir := folder(t)
	code, err := Exec(t.Context(), Options{Dir: dir, Env: private(keyValkey), Scratch: true},
		[]string{"sh", "-c", `kill -9 "$(cut -d " " -f 1 "$1/pids/valkey")"; sleep 60`, "sh", dir})
	require.ErrorContains(t, err, "Valkey ended unexpectedly")
	require.NotZero(t, code)
}

func TestExecReportsAProgramThatIsNotThere(t *testing.T) {
	code, err := Exec(t.Context(), Options{Dir: folder(t), Env: private(), Scratch: true}, []string{"/no/such/program"})
	require.ErrorContains(t, err, "/no/such/program")
	require.NotZero(t, code)
}
