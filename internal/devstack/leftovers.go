package devstack

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// leftoverLimit bounds how long the servers of a run that was killed may take to end cleanly.
const leftoverLimit = 20 * time.Second

// stopLeftovers ends the servers that a killed run left behind in this data folder. It must be called with the folder's
// lock held: then none of them can belong to a run that is alive.
func stopLeftovers(ctx context.Context, l layout, out *reporter) error {
	left := leftovers(l)
	if len(left) == 0 {
		return nil
	}
	var names []string
	var all []int
	for pid, name := range left {
		names = append(names, fmt.Sprintf("%s (process %d)", name, pid))
		all = append(all, family(pid)...)
		signalAll([]int{pid}, syscall.SIGCONT)
		signalAll([]int{pid}, stopSignal(name))
	}
	out.sayf("stopping what an earlier run, which was killed, left behind: %s", strings.Join(names, ", "))
	limit := time.NewTimer(leftoverLimit)
	defer limit.Stop()
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for anyAlive(all) {
		select {
		case <-poll.C:
		case <-limit.C:
			out.sayf("they did not end within %s and are killed", leftoverLimit)
			signalAll(all, syscall.SIGKILL)
			awaitEnd(all)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

func anyAlive(pids []int) bool {
	for _, pid := range pids {
		if alive(pid) {
			return true
		}
	}
	return false
}

// leftovers returns the servers that run on this data folder, by process id. A process is one of them when it carries
// our mark, or when a note of ours names it with the time of its start. The mark finds those whose note was not
// written yet, the note those that write over their environment, as Valkey does to show a title.
func leftovers(l layout) map[int]string {
	found := map[int]string{}
	for _, pid := range processes() {
		if name, ok := marked(pid, l); ok && alive(pid) {
			found[pid] = name
		}
	}
	for _, name := range dataKeys {
		text, err := os.ReadFile(l.pid(name))
		if err != nil {
			continue
		}
		noted := strings.TrimSpace(string(text))
		id, _, _ := strings.Cut(noted, " ")
		pid, err := strconv.Atoi(id)
		if err == nil && alive(pid) && identity(pid) == noted {
			found[pid] = name
		}
	}
	// A child of a server inherits the mark; its parent ends it.
	heads := map[int]string{}
	for pid, name := range found {
		if ppid, _, _, ok := procStat(pid); !ok || found[ppid] != name {
			heads[pid] = name
		}
	}
	return heads
}

// mark is the variable that tells a server's processes from all others.
func mark(l layout, name string) string {
	return markVariable + "=" + name + ":" + l.dir
}

func marked(pid int, l layout) (name string, ok bool) {
	environ, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "environ"))
	if err != nil {
		return "", false
	}
	for variable := range bytes.SplitSeq(environ, []byte{0}) {
		value, isMark := bytes.CutPrefix(variable, []byte(markVariable+"="))
		if !isMark {
			continue
		}
		server, dir, _ := bytes.Cut(value, []byte{':'})
		return string(server), string(dir) == l.dir
	}
	return "", false
}
