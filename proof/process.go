package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// process is a part of the engine that runs as the built binary.
type process struct {
	part
	addr    string
	log     string
	environ []string
	cmd     *exec.Cmd
	done    chan struct{}
}

// start starts it; it need not be ready yet.
func (p *process) start(_ context.Context, binary string, more ...string) error {
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("opening the log of %s: %w", p.name, err)
	}
	defer func() { _ = log.Close() }() // the process has its own descriptor of it
	cmd := exec.Command(binary, p.role)
	cmd.Env = append(append([]string(nil), p.environ...), more...)
	cmd.Stdout, cmd.Stderr = log, log
	// It does not outlive this program, nor hear the Ctrl-C that is meant for this one.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", p.name, err)
	}
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait() // how it ended is in its log
		close(done)
	}()
	p.cmd, p.done = cmd, done
	return nil
}

// kill ends it without a chance to clean up (SIGKILL); it need not run.
func (p *process) kill() {
	if p.cmd != nil {
		_ = p.cmd.Process.Kill() // it may have ended
		<-p.done
	}
}

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// lastOf is the end of a log.
func lastOf(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(data[max(0, len(data)-2000):])
}

// command runs a command of the program against the servers.
func (r *rig) command(ctx context.Context, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, r.binary, args...)
	cmd.Env = r.environ
	return cmd.CombinedOutput()
}
