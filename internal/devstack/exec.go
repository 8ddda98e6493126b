package devstack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

const (
	childLimit = 15 * time.Second // for the child to end after a signal, before it is killed
	stopLimit  = 60 * time.Second // for all servers together
)

// Exec starts a stack, runs a program with the stack's settings in its environment, stops the stack, and returns the
// program's exit code (128 and the signal's number when a signal ended it). SIGINT, SIGTERM and SIGHUP are passed on to
// the program's process group; a second one kills it. The program gets no standard input; its output is ours.
//
// The error, with exit code 1, says that the stack or the program did not start, that a server ended while the program
// ran, or that a server could not be stopped cleanly.
func Exec(ctx context.Context, o Options, argv []string) (exitCode int, err error) {
	if len(argv) == 0 {
		return 1, errors.New("no program was given to run beside the servers")
	}
	o = o.withDefaults()
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)

	stack, err := startOrSignal(ctx, o, signals)
	if err != nil {
		return 1, err
	}
	code, runErr := runBeside(ctx, o.Out, stack, argv, signals)
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopLimit)
	defer cancel()
	if err := errors.Join(runErr, stack.Stop(stopping)); err != nil {
		return max(code, 1), err
	}
	return code, nil
}

// startOrSignal is Start, given up when a signal comes.
func startOrSignal(ctx context.Context, o Options, signals <-chan os.Signal) (*Stack, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	started := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case s := <-signals:
			cancel(fmt.Errorf("stopped by a signal: %v", s))
		case <-started:
		}
	}()
	stack, err := Start(ctx, o)
	close(started)
	<-watched
	return stack, err
}

func runBeside(ctx context.Context, out io.Writer, stack *Stack, argv []string, signals <-chan os.Signal) (int, error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = os.Environ()
	for k, v := range stack.Env() {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return 1, fmt.Errorf("starting %s: %w", argv[0], err)
	}
	group := cmd.Process.Pid
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()

	say := &reporter{w: out}
	var died error
	var limit <-chan time.Time
	ended := ctx.Done()
	failures := stack.Wait()
	for {
		select {
		case err := <-done:
			// Children that it left behind would hold on to the servers.
			endGroup(group, syscall.SIGKILL)
			code, err := exitCode(err)
			return code, errors.Join(died, err)
		case s := <-signals:
			if limit != nil {
				endGroup(group, syscall.SIGKILL)
				continue
			}
			say.sayf("%v: passed on to %s", s, argv[0])
			if number, ok := s.(syscall.Signal); ok {
				endGroup(group, number)
			}
			limit = time.After(childLimit)
		case <-ended:
			ended = nil
			endGroup(group, syscall.SIGTERM)
			limit = time.After(childLimit)
		case err := <-failures:
			failures = nil
			died = fmt.Errorf("%s is stopped because a server is gone: %w", argv[0], err)
			say.sayf("%v", died)
			endGroup(group, syscall.SIGTERM)
			limit = time.After(childLimit)
		case <-limit:
			say.sayf("%s did not end within %s and is killed", argv[0], childLimit)
			endGroup(group, syscall.SIGKILL)
		}
	}
}

func exitCode(err error) (int, error) {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		if err != nil {
			return 1, err
		}
		return 0, nil
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return exit.ExitCode(), nil
}
