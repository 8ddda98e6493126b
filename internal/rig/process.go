package rig

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Process is a program that the rig runs beside itself.
type Process struct {
	Part
	Addr    string
	Log     string
	Environ []string
	cmd     *exec.Cmd
	done    chan struct{}
}

// Start starts it as a part of the engine; it need not be ready yet. More are settings
// for this time.
func (p *Process) Start(binary string, more ...string) error {
	return p.Run(append([]string{binary, p.Role}, p.Flags...), more...)
}

// Run starts it as any program.
func (p *Process) Run(argv []string, more ...string) error {
	log, err := os.OpenFile(p.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("opening the log of %s: %w", p.Name, err)
	}
	defer func() { _ = log.Close() }() // the process has its own descriptor of it
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append(append([]string(nil), p.Environ...), more...)
	cmd.Stdout, cmd.Stderr = log, log
	// It does not outlive this program, nor hear the Ctrl-C that is meant for this one.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", p.Name, err)
	}
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait() // how it ended is in its log
		close(done)
	}()
	p.cmd, p.done = cmd, done
	return nil
}

// Kill ends it without a chance to clean up (SIGKILL); it need not run.
func (p *Process) Kill() {
	if p.cmd != nil {
		_ = p.cmd.Process.Kill() // it may have ended
		<-p.done
	}
}

// Ended says whether it does not run any more.
func (p *Process) Ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// PID is its process id; 0 when it was never started.
func (p *Process) PID() int {
	if p.cmd == nil {
		return 0
	}
	return p.cmd.Process.Pid
}

// LastOf is the end of a log.
func LastOf(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(data[max(0, len(data)-2000):])
}

// Command runs a command of the program with these settings, for two minutes at most.
func Command(ctx context.Context, binary string, environ []string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = environ
	return cmd.CombinedOutput()
}

// Pause freezes it (SIGSTOP): its connections stay, and nothing answers. Resume lets it
// go on.
func (p *Process) Pause() error { return p.cmd.Process.Signal(syscall.SIGSTOP) }

// Resume lets a paused process go on.
func (p *Process) Resume() error { return p.cmd.Process.Signal(syscall.SIGCONT) }
