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

// rabbitNode is the node's name in its own Erlang port mapper; it is constant because the data hold it.
const rabbitNode = "holdfast@localhost"

// epmd runs an Erlang port mapper for our RabbitMQ alone. RabbitMQ would otherwise start one that outlives it, or use
// the machine's, where a RabbitMQ of the system is registered.
type epmd struct {
	site *site
	dir  string
}

func (e *epmd) spec() spec {
	return spec{
		key: keyEpmd, title: "Erlang port mapper",
		ports:       fields("HOLDFAST_DEV_EPMD_PORT"),
		stopSignal:  stopSignal(keyEpmd),
		startWithin: 20 * time.Second, stopWithin: 5 * time.Second,
	}
}

func (e *epmd) data() string { return e.dir }

func (e *epmd) install(ctx context.Context) error { return installRabbitMQ(ctx, e.site.inst) }

func (e *epmd) prepare(context.Context) error {
	var err error
	e.dir, err = e.site.layout.place(keyEpmd, e.site.out.sayf, anywhere)
	return err
}

func (e *epmd) command() (*exec.Cmd, error) {
	program, ok := lookProgram("epmd")
	if !ok {
		return nil, errors.New("epmd, a part of Erlang, is not on PATH")
	}
	return serverCommand(e.dir, program, "-address", "127.0.0.1", "-port", strconv.Itoa(e.site.ports.Epmd)), nil
}

func (e *epmd) ready(ctx context.Context) (string, error) {
	return "", pingEpmd(ctx, loopback(e.site.ports.Epmd))
}

// rabbitMQ runs RabbitMQ with everything it writes under its own folder.
type rabbitMQ struct {
	site *site
	dir  string
}

func (r *rabbitMQ) spec() spec {
	return spec{
		key: keyRabbitMQ, title: "RabbitMQ",
		ports:       fields("HOLDFAST_DEV_RABBITMQ_PORT", "HOLDFAST_DEV_RABBITMQ_DIST_PORT"),
		stopSignal:  stopSignal(keyRabbitMQ),
		startWithin: 2 * time.Minute, stopWithin: 30 * time.Second,
	}
}

func (r *rabbitMQ) data() string { return r.dir }

func (r *rabbitMQ) missing() (wanted, bool) {
	_, found := rabbitProgram()
	return wanted{
		title: "RabbitMQ", packages: []string{"rabbitmq-server"},
		programs: "RabbitMQ 3.10 or newer (rabbitmq-server) with Erlang (epmd)",
	}, !found
}

// rabbitProgram finds RabbitMQ's own start script. The one that Debian puts on PATH is a wrapper that insists on the
// system's user and folders.
func rabbitProgram() (string, bool) {
	if path := "/usr/lib/rabbitmq/bin/rabbitmq-server"; isProgram(path) {
		return path, true
	}
	return lookProgram("rabbitmq-server")
}

func installRabbitMQ(ctx context.Context, in *installer) error {
	if _, found := rabbitProgram(); found {
		return nil
	}
	if err := in.packages(ctx); err != nil {
		return err
	}
	if _, found := rabbitProgram(); !found {
		return errors.New("RabbitMQ was installed, but its program rabbitmq-server cannot be found")
	}
	return nil
}

func (r *rabbitMQ) install(ctx context.Context) error { return installRabbitMQ(ctx, r.site.inst) }

func (r *rabbitMQ) prepare(context.Context) error {
	var err error
	r.dir, err = r.site.layout.place(keyRabbitMQ, r.site.out.sayf, plainPath)
	if err != nil {
		return err
	}
	// default_user stands in for guest when the node starts for the first time.
	config := []string{
		"listeners.tcp.1 = " + loopback(r.site.ports.RabbitMQ),
		"default_user = holdfast",
		"default_pass = " + r.site.secrets.RabbitMQ,
		"default_vhost = /",
		"log.console = true",
		"log.console.level = warning",
		"log.file = false",
		// Stop publishers before the disk is full, not at a share of a disk that others fill as well.
		"disk_free_limit.absolute = 200MB",
	}
	return errors.Join(
		writeFile(r.file("rabbitmq.conf"), []byte(strings.Join(config, "\n")+"\n")),
		writeFile(r.file("enabled_plugins"), []byte("[].\n")),
	)
}

func (r *rabbitMQ) file(name string) string { return filepath.Join(r.dir, name) }

func (r *rabbitMQ) command() (*exec.Cmd, error) {
	program, ok := rabbitProgram()
	if !ok {
		return nil, errors.New("rabbitmq-server cannot be found")
	}
	cmd := serverCommand(r.dir, program)
	cmd.Env = append(cmd.Env,
		"RABBITMQ_NODENAME="+rabbitNode,
		"RABBITMQ_CONF_ENV_FILE="+r.file("none"), // not the machine's
		"RABBITMQ_CONFIG_FILE="+r.file("rabbitmq.conf"),
		"RABBITMQ_ADVANCED_CONFIG_FILE="+r.file("advanced.config"),
		"RABBITMQ_GENERATED_CONFIG_DIR="+r.file("generated"),
		"RABBITMQ_SCHEMA_DIR="+r.file("schema"),
		"RABBITMQ_ENABLED_PLUGINS_FILE="+r.file("enabled_plugins"),
		"RABBITMQ_FEATURE_FLAGS_FILE="+r.file("feature_flags"),
		"RABBITMQ_MNESIA_BASE="+r.file("mnesia"),
		"RABBITMQ_MNESIA_DIR="+r.file("mnesia/node"),
		"RABBITMQ_PID_FILE="+r.file("node.pid"),
		"RABBITMQ_LOG_BASE="+r.dir,
		"RABBITMQ_LOGS=-",
		"RABBITMQ_DIST_PORT="+strconv.Itoa(r.site.ports.RabbitMQDist),
		"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}",
		"ERL_EPMD_PORT="+strconv.Itoa(r.site.ports.Epmd),
		"ERL_EPMD_ADDRESS=127.0.0.1",
		"ERL_CRASH_DUMP="+r.file("erl_crash.dump"),
		"ERL_CRASH_DUMP_SECONDS=0", // none: it may be large and holds passwords
		// The start script then becomes the server, in place of a shell that waits for it, so that signals reach it.
		"RUNNING_UNDER_SYSTEMD=true",
	)
	return cmd, nil
}

func (r *rabbitMQ) ready(ctx context.Context) (string, error) {
	version, err := pingRabbitMQ(ctx, fmt.Sprintf("amqp://holdfast:%s@%s/", r.site.secrets.RabbitMQ, loopback(r.site.ports.RabbitMQ)))
	if err != nil && strings.Contains(err.Error(), "ACCESS_REFUSED") {
		return "", fmt.Errorf("%w; the data in %s do not belong to the password in %s", err, r.dir, r.site.layout.secrets())
	}
	return version, err
}
