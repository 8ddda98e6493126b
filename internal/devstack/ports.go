package devstack

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// loopback returns the address of a port that only this machine can reach.
func loopback(port int) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

// fill gives every zero field a free port.
//
// They are taken from below the kernel's range of ephemeral ports: an outgoing connection can then never be given the
// port of a server that a test has killed and is about to start again.
func (p Ports) fill() (Ports, error) {
	taken := map[int]bool{}
	for _, f := range portFields {
		taken[*f.port(&p)] = true
	}
	for _, f := range portFields {
		port := f.port(&p)
		if *port != 0 {
			continue
		}
		var err error
		if *port, err = freePort(taken); err != nil {
			return p, fmt.Errorf("for %s: %w", f.what, err)
		}
	}
	return p, nil
}

// freePort finds a port on which nothing listens, and adds it to those taken.
func freePort(taken map[int]bool) (int, error) {
	lowest, highest := 10240, ephemeralStart()
	if highest-lowest < 1000 {
		lowest, highest = 1024, 65535
	}
	for range 1000 {
		candidate := lowest + rand.IntN(highest-lowest)
		if taken[candidate] || portTaken(candidate) {
			continue
		}
		taken[candidate] = true
		return candidate, nil
	}
	return 0, fmt.Errorf("no free port was found between %d and %d", lowest, highest)
}

// ephemeralStart returns the first port that the kernel may give to an outgoing connection.
func ephemeralStart() int {
	const usual = 32768
	text, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range")
	if err != nil {
		return usual
	}
	fields := strings.Fields(string(text))
	if len(fields) != 2 {
		return usual
	}
	first, err := strconv.Atoi(fields[0])
	if err != nil {
		return usual
	}
	return first
}

func portTaken(port int) bool {
	l, err := net.Listen("tcp4", loopback(port))
	if err != nil {
		return errors.Is(err, syscall.EADDRINUSE)
	}
	return l.Close() != nil
}

// checkPort returns a sentence that names the port, its server and the setting, when another program has the port.
func checkPort(f portField, port int) error {
	l, err := net.Listen("tcp4", loopback(port))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("port %d, where %s should listen, is taken by another program: stop that program, or set %s to a free port (0 picks one)",
			port, f.what, f.setting)
	case err != nil:
		return fmt.Errorf("port %d, where %s should listen, cannot be used (%w): set %s to another port", port, f.what, err, f.setting)
	}
	if err := l.Close(); err != nil {
		return fmt.Errorf("freeing port %d of %s after the check: %w", port, f.what, err)
	}
	return nil
}
