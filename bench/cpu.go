package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// ticksPerSecond is the unit of /proc/<pid>/stat: USER_HZ, which is 100 on every
// architecture that Go runs on under Linux.
const ticksPerSecond = 100

// spending is CPU seconds by process, since each began.
type spending map[string]float64

// stat is what /proc says of a process.
type stat struct {
	parent int
	ticks  int64 // its own, and those of children that ended and were waited for
}

// spent is what every process of the scene has needed so far, this one as "load". A
// server counts with its descendants; PostgreSQL's sessions count by database.
func (s *scene) spent() (spending, error) {
	all, err := stats()
	if err != nil {
		return nil, err
	}
	out := spending{}
	for name, pid := range s.pids() {
		for id, st := range all {
			if !descends(all, id, pid) || name == "load" && id != pid {
				continue
			}
			label := name
			if name == "postgres" {
				label += sessionOf(id)
			}
			out[label] += float64(st.ticks) / ticksPerSecond
		}
	}
	return out, nil
}

// pids are the process ids of the scene, by name.
func (s *scene) pids() map[string]int {
	out := map[string]int{"load": os.Getpid()}
	for _, p := range append(append(s.procs[:0:0], s.procs...), s.beside...) {
		out[p.Name] = p.PID()
	}
	for _, name := range []string{"postgres", "valkey", "rabbitmq", "mongo", "temporal"} {
		if server := s.stack.Server(name); server != nil {
			out[name] = server.PID()
		}
	}
	return out
}

// since is what was needed for each of so many operations, in milliseconds; processes
// that needed nothing are left out. A session that has ended is not seen any more, so
// pools have to last longer than a sample.
func (now spending) since(before spending, operations int) map[string]figure {
	out := map[string]figure{}
	for name, seconds := range now {
		if used := seconds - before[name]; used > 0 && operations > 0 {
			out[name] = figure(used * 1000 / float64(operations))
		}
	}
	return out
}

// perSecond is what was needed in this time, in cores.
func (now spending) perSecond(before spending, took time.Duration) map[string]figure {
	out := map[string]figure{}
	for name, seconds := range now {
		if used := seconds - before[name]; used > 0 {
			out[name] = figure(used / took.Seconds())
		}
	}
	return out
}

// stats reads /proc once. Processes that end meanwhile are left out.
func stats() (map[int]stat, error) {
	paths, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("nothing is to be read in /proc (%w)", err)
	}
	out := map[int]stat{}
	for _, path := range paths {
		text, err := os.ReadFile(path) //nolint:gosec // of /proc
		if err != nil {
			continue
		}
		id, st, ok := parseStat(string(text))
		if ok {
			out[id] = st
		}
	}
	return out, nil
}

// parseStat reads a line of proc(5). The name, in parentheses, may hold anything.
func parseStat(line string) (id int, st stat, ok bool) {
	open, end := strings.IndexByte(line, '('), strings.LastIndexByte(line, ')')
	if open < 0 || end < open {
		return 0, st, false
	}
	id, err := strconv.Atoi(strings.TrimSpace(line[:open]))
	fields := strings.Fields(line[end+1:])
	const parent, utime, cstime = 1, 11, 14 // from the state on, which is field 3 of the line
	if err != nil || len(fields) <= cstime {
		return 0, st, false
	}
	if st.parent, err = strconv.Atoi(fields[parent]); err != nil {
		return 0, st, false
	}
	for _, text := range fields[utime : cstime+1] {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return 0, st, false
		}
		st.ticks += n
	}
	return id, st, true
}

func descends(all map[int]stat, id, from int) bool {
	for id > 1 {
		if id == from {
			return true
		}
		id = all[id].parent
	}
	return false
}

// sessionOf is a slash and the database that a session of PostgreSQL works for, by the
// title that it gives itself: "postgres: <user> <database> <client> <what it does>".
func sessionOf(pid int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return ""
	}
	words := strings.Fields(strings.ReplaceAll(string(text), "\x00", " "))
	if len(words) > 3 && words[0] == "postgres:" && words[1] == "holdfast" {
		return "/" + words[2]
	}
	return ""
}

// proportionalMiB is the memory in RAM of a process of the scene with its descendants, in
// MiB: what several share counts once.
func (s *scene) proportionalMiB(name string) (float64, error) {
	all, err := stats()
	if err != nil {
		return 0, err
	}
	from, total := s.pids()[name], 0
	for id := range all {
		if !descends(all, id, from) {
			continue
		}
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", id))
		if err != nil {
			continue // a session that has ended meanwhile
		}
		for line := range strings.Lines(string(text)) {
			var kib int
			if _, err := fmt.Sscanf(line, "Pss: %d kB", &kib); err == nil {
				total += kib
				break
			}
		}
	}
	if total == 0 {
		return 0, fmt.Errorf("the memory of %s is not to be read in /proc", name)
	}
	return float64(total) / 1024, nil
}

// residentMiB is the memory of a process that is in RAM, in MiB.
func residentMiB(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	var size, resident int64
	if _, err := fmt.Sscan(string(text), &size, &resident); err != nil {
		return 0, err
	}
	return float64(resident) * float64(os.Getpagesize()) / (1 << 20), nil
}
