package devstack

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	temporalconfig "holdfast/temporal-config"
)

// temporalServer runs Temporal's development server on a SQLite file.
type temporalServer struct {
	site      *site
	namespace string
	dir       string
	program   string
}

func (t *temporalServer) spec() spec {
	ports := fields("HOLDFAST_DEV_TEMPORAL_PORT", "HOLDFAST_DEV_TEMPORAL_UI_PORT")
	if t.site.scratch {
		ports = ports[:1]
	}
	return spec{
		key: keyTemporal, title: "Temporal",
		ports:       ports,
		stopSignal:  stopSignal(keyTemporal),
		startWithin: 2 * time.Minute, stopWithin: 30 * time.Second,
	}
}

func (t *temporalServer) data() string { return t.dir }

// install takes the temporal on PATH if its server is of the same minor version or newer, else it builds the pinned one.
func (t *temporalServer) install(ctx context.Context) error {
	if path, ok := lookProgram("temporal"); ok && suitableTemporal(ctx, path) {
		t.program = path
		return nil
	}
	path, err := t.site.inst.goInstall(ctx, temporalTool)
	t.program = path
	return err
}

var serverVersion = regexp.MustCompile(`Server (\d+)\.(\d+)\.`) // "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"

func suitableTemporal(ctx context.Context, path string) bool {
	out, err := exec.CommandContext(ctx, path, "--version").Output()
	if err != nil {
		return false
	}
	m := serverVersion.FindSubmatch(out)
	if m == nil {
		return false
	}
	major, err1 := strconv.Atoi(string(m[1]))
	minor, err2 := strconv.Atoi(string(m[2]))
	return err1 == nil && err2 == nil && (major > 1 || major == 1 && minor >= 29)
}

func (t *temporalServer) prepare(context.Context) error {
	var err error
	t.dir, err = t.site.layout.place(keyTemporal, t.site.out.sayf, plainPath)
	return err
}

func (t *temporalServer) command() (*exec.Cmd, error) {
	args := []string{
		"server", "start-dev",
		"--db-filename", filepath.Join(t.dir, "temporal.db"),
		"--ip", "127.0.0.1",
		"--port", strconv.Itoa(t.site.ports.Temporal),
		// Safe when a process dies, and more than three times as fast as the defaults.
		"--sqlite-pragma", "journal_mode=wal",
		"--sqlite-pragma", "synchronous=normal",
		"--namespace", t.namespace,
		"--log-level", "warn",
		"--log-format", "json",
		"--color", "never",
		// Nothing of the user's own settings of this program.
		"--disable-config-file", "--disable-config-env", "--env-file", filepath.Join(t.dir, "none.yaml"),
	}
	if t.site.scratch {
		args = append(args, "--headless")
	} else {
		args = append(args, "--ui-port", strconv.Itoa(t.site.ports.TemporalUI))
	}
	attributes, err := temporalconfig.SearchAttributes()
	if err != nil {
		return nil, err
	}
	for _, a := range attributes {
		args = append(args, "--search-attribute", a.Name+"="+a.Type)
	}
	values, err := temporalconfig.DynamicConfig()
	if err != nil {
		return nil, err
	}
	for _, v := range values {
		args = append(args, "--dynamic-config-value", v.Key+"="+v.JSON)
	}
	cmd := serverCommand(t.dir, t.program, args...)
	// The server would ask a host of its makers for newer versions.
	cmd.Env = append(cmd.Env, "TEMPORAL_VERSION_CHECK_DISABLED=1")
	return cmd, nil
}

func (t *temporalServer) ready(ctx context.Context) (string, error) {
	version, err := pingTemporal(ctx, loopback(t.site.ports.Temporal), t.namespace)
	if err != nil || t.site.scratch {
		return version, err
	}
	if err := pingTCP(ctx, loopback(t.site.ports.TemporalUI)); err != nil {
		return "", fmt.Errorf("its UI: %w", err)
	}
	return version, nil
}
