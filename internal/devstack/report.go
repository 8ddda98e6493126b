package devstack

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// progressEvery is how often a long step says that it is still at work.
const progressEvery = 10 * time.Second

// reporter writes the progress, a line at a time, from several goroutines.
type reporter struct {
	mu sync.Mutex
	w  io.Writer
}

// sayf writes one line. Progress that cannot be written (a closed terminal) is no reason to stop the servers, so a
// failure to write is let go.
func (r *reporter) sayf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, _ = fmt.Fprintf(r.w, format+"\n", args...)
}

// seconds formats a duration as people read it in a log: "0.8 s".
func seconds(d time.Duration) string {
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// run runs a command that may take long, and says every few seconds how long it has been at work and what it wrote
// last. The error of a command that fails holds the end of its output. A cancelled context stops the command, and with
// it its process group, by SIGTERM and, after a bound, by SIGKILL.
func (r *reporter) run(ctx context.Context, label string, cmd *exec.Cmd) error {
	r.sayf("%s ...", label)
	start := time.Now()
	out := &lastLines{}
	cmd.Stdout, cmd.Stderr = out, out
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%s: %w", label, err)
	}
	done := make(chan struct{})
	var ended error
	go func() {
		ended = cmd.Wait()
		close(done)
	}()

	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		select {
		case <-done:
			if ended != nil {
				return fmt.Errorf("%s: %w; it said last:\n%s", label, ended, out.tail(12))
			}
			r.sayf("%s: done (%s)", label, seconds(time.Since(start)))
			return nil
		case <-tick.C:
			r.sayf("%s: at work for %.0f s; last: %s", label, time.Since(start).Seconds(), out.tail(1))
		case <-ctx.Done():
			endGroup(cmd.Process.Pid, syscall.SIGTERM)
			select {
			case <-done:
			case <-time.After(5 * time.Second):
				endGroup(cmd.Process.Pid, syscall.SIGKILL)
				<-done
			}
			return fmt.Errorf("%s: %w", label, context.Cause(ctx))
		}
	}
}

// endGroup signals a process group. Its only failure is that the group has ended already, which is what is wanted.
func endGroup(pid int, sig syscall.Signal) {
	_ = syscall.Kill(-pid, sig)
}

// lastLines keeps the end of what is written to it.
type lastLines struct {
	mu  sync.Mutex
	buf []byte
}

const lastLinesLimit = 16 << 10 // bytes kept

// Write keeps the end of p; it never fails.
func (l *lastLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf = append(l.buf, p...)
	if over := len(l.buf) - lastLinesLimit; over > 0 {
		l.buf = append(l.buf[:0], l.buf[over:]...)
	}
	return len(p), nil
}

// tail returns the last n lines that are not blank.
func (l *lastLines) tail(n int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return tailOf(l.buf, n)
}

func tailOf(text []byte, n int) string {
	var lines []string
	for line := range bytes.Lines(text) {
		if s := strings.TrimRight(string(line), " \t\r\n"); s != "" {
			lines = append(lines, s)
		}
	}
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	return strings.Join(lines, "\n")
}
