// Package rig raises the engine as it is deployed, for the programs that try it from
// outside: processes of the built binary on private servers. Everything listens on
// loopback, and every process is ended by its id.
package rig

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"

	"holdfast/internal/ticket"
)

// Part is a process of the engine: its name in the rig, and the subcommand that it is,
// with the flags of that.
type Part struct {
	Name, Role string
	Flags      []string
}

// Plan is where the parts listen, and what they are told in common.
type Plan struct {
	Parts  []Part
	At     map[string]string // host:port by the name of a part
	APIs   []string          // URLs
	Common []string          // settings of all parts, NAME=value
}

// NewPlan finds ports, and keys that the parts know each other by. More are settings of
// all parts; the last of a name counts. One of the parts has to be an api, one the
// sandbox.
func NewPlan(parts []Part, more ...string) (Plan, error) {
	p := Plan{Parts: parts, At: map[string]string{}}
	key, err := ticket.NewKey()
	if err != nil {
		return p, err
	}
	ports, err := FreePorts(len(parts))
	if err != nil {
		return p, err
	}
	for i, part := range parts {
		p.At[part.Name] = ports[i]
		if part.Role == "api" {
			p.APIs = append(p.APIs, "http://"+ports[i])
		}
	}
	const secret = "what the processes of the rig know each other by" //nolint:gosec // it guards nothing
	p.Common = append([]string{
		"HOLDFAST_JWT_SECRET=" + secret, "HOLDFAST_SANDBOX_KEY=" + secret, "HOLDFAST_TICKET_KEY=" + key,
		"HOLDFAST_RECONCILE_EVERY=0s", "HOLDFAST_LOG_LEVEL=warn",
		"HOLDFAST_SANDBOX_ADDR=" + p.At["sandbox"], "HOLDFAST_SANDBOX_WEBHOOK_URL=" + p.APIs[0] + "/v1/webhooks/sandbox",
		"HOME=" + os.Getenv("HOME"), "PATH=" + os.Getenv("PATH"),
	}, more...)
	return p, nil
}

// Processes are the parts, not yet started. Env says where the servers are; the logs go
// to dir.
func (p Plan) Processes(dir string, env map[string]string) []*Process {
	var out []*Process
	for _, part := range p.Parts {
		own := []string{"HOLDFAST_HTTP_ADDR=" + p.At[part.Name], "HOLDFAST_OPS_ADDR=" + p.At[part.Name]}
		if part.Role == "sandbox" {
			own = []string{"HOLDFAST_OPS_ADDR="}
		}
		out = append(out, &Process{
			Part: part, Addr: p.At[part.Name], Log: filepath.Join(dir, part.Name+".log"),
			Environ: append(append(Settings(env), p.Common...), own...),
		})
	}
	return out
}

// Settings are those of a map, as a process takes them.
func Settings(env map[string]string) []string {
	var out []string
	for name, value := range env {
		out = append(out, name+"="+value)
	}
	return out
}

// FreePorts are addresses on which nothing listens now.
func FreePorts(n int) ([]string, error) {
	var out []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer func() { _ = l.Close() }() // all at the end, so that they differ
		out = append(out, l.Addr().String())
	}
	return out, nil
}

// Machine says what a figure was taken on.
func Machine() string {
	memory := "memory unknown"
	var total int64
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &total); err == nil {
			memory = fmt.Sprintf("%.0f GiB", float64(total)/(1<<20))
		}
	}
	return fmt.Sprintf("%d cores, %s, %s/%s, %s", runtime.NumCPU(), memory, runtime.GOOS, runtime.GOARCH, runtime.Version())
}
