package devstack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// markVariable is set in every server's environment to its data folder. It tells our own servers from all others.
const markVariable = "HOLDFAST_DEVSTACK"

// process is one run of a server program, from its start until it is reaped.
type process struct {
	cmd      *exec.Cmd
	done     chan struct{} // closed when the program has ended and err is set
	err      error
	expected atomic.Bool // its end is wanted: it is not reported
	logPath  string
	logStart int64 // where in the log this run begins
}

// startProcess starts a server program in a process group of its own, with its output appended to a log.
func startProcess(cmd *exec.Cmd, logPath, pidPath string) (*process, error) {
	if err := rotate(logPath); err != nil {
		return nil, err
	}
	log, err := os.OpenFile(logPath, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the log: %w", err)
	}
	defer func() { _ = log.Close() }() // the program has its own descriptor of it
	at, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("opening the log: %w", err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, done: make(chan struct{}), logPath: logPath, logStart: at}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	if err := writeFile(pidPath, []byte(identity(cmd.Process.Pid)+"\n")); err != nil {
		p.kill()
		return nil, fmt.Errorf("noting the process id: %w", err)
	}
	return p, nil
}

// rotate puts a log that has grown aside, once, so that logs stay bounded.
func rotate(path string) error {
	const limit = 8 << 20 // bytes
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("opening the log: %w", err)
	}
	if info.Size() < limit {
		return nil
	}
	if err := os.Rename(path, path+".1"); err != nil {
		return fmt.Errorf("putting the full log aside: %w", err)
	}
	return nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// why says how the program ended and what it wrote last. It is for a program that has ended.
func (p *process) why() string {
	how := "it ended by itself"
	if p.err != nil {
		how = p.err.Error()
	}
	return fmt.Sprintf("%s; the end of %s:\n%s", how, p.logPath, p.lastLog())
}

// lastLog returns the last lines that this run wrote.
func (p *process) lastLog() string {
	f, err := os.Open(p.logPath)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = f.Close() }()
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err.Error()
	}
	from := max(p.logStart, end-lastLinesLimit)
	text, err := io.ReadAll(io.NewSectionReader(f, from, max(0, end-from)))
	if err != nil {
		return err.Error()
	}
	return tailOf(text, 12)
}

// stop asks the program to end and waits for it, at most until ctx ends or within is over; then it kills it and says so
// in an error.
func (p *process) stop(ctx context.Context, sig syscall.Signal, within time.Duration) error {
	p.expected.Store(true)
	if p.ended() {
		return nil
	}
	// Whatever was paused has to run again to be able to end.
	signalAll(family(p.pid()), syscall.SIGCONT)
	if err := p.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("signalling process %d: %w", p.pid(), err)
	}
	limit := time.NewTimer(within)
	defer limit.Stop()
	select {
	case <-p.done:
		return nil
	case <-limit.C:
		p.kill()
		return fmt.Errorf("did not stop within %s and was killed", within)
	case <-ctx.Done():
		p.kill()
		return fmt.Errorf("was killed: %w", context.Cause(ctx))
	}
}

// kill ends the program and its children at once and waits until they are gone.
func (p *process) kill() {
	p.expected.Store(true)
	all := family(p.pid())
	signalAll(all, syscall.SIGKILL)
	<-p.done
	awaitEnd(all)
}

// awaitEnd waits until processes that have been killed are gone; the kernel bounds this wait.
func awaitEnd(pids []int) {
	for len(pids) > 0 {
		if alive(pids[0]) {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		pids = pids[1:]
	}
}

// signalAll signals processes. One that has ended meanwhile needs no signal, so failures are let go.
func signalAll(pids []int, sig syscall.Signal) {
	for _, pid := range pids {
		_ = syscall.Kill(pid, sig)
	}
}

// family returns a process, its process group and all their descendants. PostgreSQL's children leave the group of
// their parent, so the group alone is not enough.
func family(pid int) []int {
	parents := map[int]int{}
	member := map[int]bool{pid: true}
	for _, q := range processes() {
		ppid, pgid, _, ok := procStat(q)
		if !ok {
			continue
		}
		parents[q] = ppid
		if pgid == pid {
			member[q] = true
		}
	}
	for grew := true; grew; {
		grew = false
		for q, parent := range parents {
			if member[parent] && !member[q] {
				member[q] = true
				grew = true
			}
		}
	}
	all := []int{pid} // the parent first, so that it cannot replace a child that was just killed
	for q := range member {
		if q != pid {
			all = append(all, q)
		}
	}
	return all
}

// processes lists the machine's process ids.
func processes() []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var pids []int
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// procStat reads the parent, the group and the state of a process; ok is false when there is none.
func procStat(pid int) (ppid, pgid int, state byte, ok bool) {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return 0, 0, 0, false
	}
	// The command name, in parentheses, may hold anything; the fields follow its last one.
	end := bytes.LastIndexByte(text, ')')
	if end < 0 {
		return 0, 0, 0, false
	}
	fields := strings.Fields(string(text[end+1:]))
	if len(fields) < 3 {
		return 0, 0, 0, false
	}
	ppid, err1 := strconv.Atoi(fields[1])
	pgid, err2 := strconv.Atoi(fields[2])
	return ppid, pgid, fields[0][0], err1 == nil && err2 == nil
}

// identity tells a process from all others that have or will ever have its id: the id with the time of its start, in
// clock ticks since the start of the machine, and the machine's start. It is "" when there is no such process.
func identity(pid int) string {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return ""
	}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	const startTime = 19 // of the fields after the command name
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) <= startTime {
		return ""
	}
	return fmt.Sprintf("%d %s %s", pid, fields[startTime], strings.TrimSpace(string(boot)))
}

// alive says whether a process runs. One that has ended and only awaits its parent's notice does not.
func alive(pid int) bool {
	_, _, state, ok := procStat(pid)
	return ok && state != 'Z' && state != 'X'
}
