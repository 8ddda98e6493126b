package devstack

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	valkeyConfig  = "valkey.conf"
	valkeyScratch = "appendfsync no" // in the configuration of a scratch start
)

// valkeyServer runs Valkey, or Redis 7 or newer, which speaks the same protocol.
type valkeyServer struct {
	site *site
	dir  string
}

func (v *valkeyServer) spec() spec {
	return spec{
		key: keyValkey, title: "Valkey",
		ports:       fields("HOLDFAST_DEV_VALKEY_PORT"),
		stopSignal:  stopSignal(keyValkey),
		startWithin: time.Minute, stopWithin: 20 * time.Second,
	}
}

func (v *valkeyServer) data() string { return v.dir }

func (v *valkeyServer) missing() (wanted, bool) {
	_, err := valkeyProgram()
	return wanted{
		title: "Valkey", packages: []string{"valkey-server", "redis-server"},
		programs: "valkey-server (or redis-server 7 or newer)",
	}, err != nil
}

func valkeyProgram() (string, error) {
	if path, ok := lookProgram("valkey-server"); ok {
		return path, nil
	}
	path, ok := lookProgram("redis-server")
	if !ok {
		return "", errors.New("neither valkey-server nor redis-server is installed")
	}
	out, err := exec.Command(path, "--version").Output() // "Redis server v=7.0.15 sha=..."
	if err != nil {
		return "", fmt.Errorf("asking %s for its version: %w", path, err)
	}
	for word := range strings.FieldsSeq(string(out)) {
		if number, ok := strings.CutPrefix(word, "v="); ok {
			major, _, _ := strings.Cut(number, ".")
			if n, err := strconv.Atoi(major); err == nil && n >= 7 {
				return path, nil
			}
		}
	}
	return "", fmt.Errorf("%s is older than 7: %s", path, strings.TrimSpace(string(out)))
}

func (v *valkeyServer) install(ctx context.Context) error {
	if _, err := valkeyProgram(); err == nil {
		return nil
	}
	if err := v.site.inst.packages(ctx); err != nil {
		return err
	}
	_, err := valkeyProgram()
	return err
}

func (v *valkeyServer) prepare(context.Context) error {
	var err error
	v.dir, err = v.site.layout.place(keyValkey, v.site.out.sayf, anywhere)
	if err != nil {
		return err
	}
	// A file, not arguments: those can be read by every user of the machine. The data folder is the working folder.
	config := []string{
		"bind 127.0.0.1",
		"port " + strconv.Itoa(v.site.ports.Valkey),
		"requirepass " + v.site.secrets.Valkey,
		"daemonize no",
		"appendonly yes",
		"save \"\"", // the append-only file is the one copy
	}
	if v.site.scratch {
		config = append(config, valkeyScratch)
	} else {
		config = append(config, "appendfsync everysec")
	}
	return writeFile(v.config(), []byte(strings.Join(config, "\n")+"\n"))
}

func (v *valkeyServer) config() string { return filepath.Join(v.dir, valkeyConfig) }

func (v *valkeyServer) command() (*exec.Cmd, error) {
	program, err := valkeyProgram()
	if err != nil {
		return nil, err
	}
	return serverCommand(v.dir, program, v.config()), nil
}

func (v *valkeyServer) ready(ctx context.Context) (string, error) {
	return pingValkey(ctx, fmt.Sprintf("redis://:%s@%s/0", v.site.secrets.Valkey, loopback(v.site.ports.Valkey)))
}
