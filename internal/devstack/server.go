package devstack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// spec is what never changes of a server.
type spec struct {
	key         string // names files and Stack.Server
	title       string // names it to people
	ports       []portField
	stopSignal  syscall.Signal
	startWithin time.Duration // until it answers
	stopWithin  time.Duration // until it has ended, before it is killed
}

// program is how one kind of server is installed, prepared, run and asked whether it answers.
type program interface {
	spec() spec
	// install finds the program, or installs what is missing.
	install(ctx context.Context) error
	// prepare makes what a start needs: folders, configuration, the first initialisation of the data.
	prepare(ctx context.Context) error
	// command runs it in the foreground. It is called after prepare.
	command() (*exec.Cmd, error)
	// ready returns the version once the server answers its own protocol.
	ready(ctx context.Context) (version string, err error)
	// data is where its data are; it is known after prepare.
	data() string
}

// Server is one server of the stack, with which a test can do what a bad day does. Its methods may be called from
// several goroutines; they take turns.
type Server struct {
	spec  spec
	prog  program
	site  *site
	died  func(error)
	mu    sync.Mutex
	proc  *process // nil or ended when it does not run
	watch sync.WaitGroup
	// version it answered at the last start
	version string
}

// Name is the key under which Stack.Server finds it.
func (s *Server) Name() string { return s.spec.key }

// Start starts the server on its port and data, and returns when it answers its protocol. It returns an error when the
// server runs already, when a port of it is taken, when it ends, or when it does not answer within its bound.
func (s *Server) Start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.proc != nil && !s.proc.ended() {
		return fmt.Errorf("%s runs already", s.spec.title)
	}
	s.watch.Wait()
	begin := time.Now()
	for _, f := range s.spec.ports {
		if err := checkPort(f, *f.port(&s.site.ports)); err != nil {
			return err
		}
	}
	if err := s.prog.prepare(ctx); err != nil {
		return fmt.Errorf("preparing %s: %w", s.spec.title, err)
	}
	cmd, err := s.prog.command()
	if err != nil {
		return fmt.Errorf("starting %s: %w", s.spec.title, err)
	}
	cmd.Env = append(cmd.Env, mark(s.site.layout, s.spec.key))
	proc, err := startProcess(cmd, s.site.layout.log(s.spec.key), s.site.layout.pid(s.spec.key))
	if err != nil {
		return fmt.Errorf("starting %s: %w", s.spec.title, err)
	}
	s.proc = proc
	version, err := s.awaitReady(ctx, proc)
	if err != nil {
		proc.kill()
		return errors.Join(err, s.forget())
	}
	s.version = version
	s.watch.Go(func() {
		<-proc.done
		if !proc.expected.Load() {
			s.died(fmt.Errorf("%s ended unexpectedly: %s", s.spec.title, proc.why()))
		}
	})
	s.site.out.sayf("%s ready on %s (%s)", strings.TrimSpace(s.spec.title+" "+version),
		loopback(*s.spec.ports[0].port(&s.site.ports)), seconds(time.Since(begin)))
	return nil
}

// awaitReady asks the server whether it answers, until it does.
func (s *Server) awaitReady(ctx context.Context, proc *process) (string, error) {
	limit := time.NewTimer(s.spec.startWithin)
	defer limit.Stop()
	tell := time.NewTicker(progressEvery)
	defer tell.Stop()
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	begin := time.Now()
	var last error
	for {
		select {
		case <-proc.done:
			return "", fmt.Errorf("%s did not start: %s", s.spec.title, proc.why())
		case <-ctx.Done():
			return "", fmt.Errorf("starting %s: %w", s.spec.title, context.Cause(ctx))
		case <-limit.C:
			return "", fmt.Errorf("%s does not answer %s after its start (%w); the end of %s:\n%s",
				s.spec.title, s.spec.startWithin, last, proc.logPath, proc.lastLog())
		case <-tell.C:
			s.site.out.sayf("%s: waiting for %.0f s for it to answer", s.spec.title, time.Since(begin).Seconds())
		case <-poll.C:
			asking, cancel := context.WithTimeout(ctx, pingLimit)
			version, err := s.prog.ready(asking)
			cancel()
			if err == nil {
				return version, nil
			}
			last = err
		}
	}
}

// Stop stops the server cleanly and keeps its data. It is no error if it does not run. The error says when it had to
// be killed: it did not end within its bound, or ctx ended.
func (s *Server) Stop(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.proc == nil {
		return nil
	}
	begin := time.Now()
	ran := !s.proc.ended()
	err := s.proc.stop(ctx, s.spec.stopSignal, s.spec.stopWithin)
	if err != nil {
		err = fmt.Errorf("%s: %w", s.spec.title, err)
	} else if ran {
		s.site.out.sayf("%s stopped (%s)", s.spec.title, seconds(time.Since(begin)))
	}
	s.watch.Wait()
	return errors.Join(err, s.forget())
}

// forget removes the note of the process id.
func (s *Server) forget() error {
	err := os.Remove(s.site.layout.pid(s.spec.key))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// Kill ends the server at once, without any chance to clean up (SIGKILL), and returns when it is gone. The stack does
// not report it as a death. It returns an error if the server does not run.
func (s *Server) Kill() error {
	return s.running(func(p *process) error {
		p.kill()
		s.watch.Wait()
		return nil
	})
}

// Pause freezes the server (SIGSTOP): its connections stay open and nothing answers. It returns an error if the server
// does not run.
func (s *Server) Pause() error {
	return s.running(func(p *process) error {
		signalAll(family(p.pid()), syscall.SIGSTOP)
		return nil
	})
}

// Resume lets a paused server go on. It returns an error if the server does not run.
func (s *Server) Resume() error {
	return s.running(func(p *process) error {
		signalAll(family(p.pid()), syscall.SIGCONT)
		return nil
	})
}

// PID is the server's process id; 0 when it does not run.
func (s *Server) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.proc == nil || s.proc.ended() {
		return 0
	}
	return s.proc.pid()
}

// Version is what the server answered at its last start.
func (s *Server) Version() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version
}

func (s *Server) running(do func(*process) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.proc == nil || s.proc.ended() {
		return fmt.Errorf("%s does not run", s.spec.title)
	}
	return do(s.proc)
}
