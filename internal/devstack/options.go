package devstack

import (
	"fmt"
	"io"
	"os"
	"strconv"
)

// Options of a private stack.
type Options struct {
	// Dir is the data folder, for example ".holdfast". It is created when it is missing.
	Dir string
	// Ports to listen on; a zero field means any free loopback port.
	Ports Ports
	// Out receives the progress, one line a step. Nil discards it.
	Out io.Writer
	// Env looks up an environment variable; os.Getenv when nil. A server whose URL is set there is used as it is.
	Env func(string) string
	// Scratch is for tests: data start empty, are not forced to disk, and the Temporal UI is left out.
	Scratch bool
	// TemporalOnPostgres runs Temporal's server on the stack's own PostgreSQL, as production does, instead of its
	// development server. Building it takes several minutes when it is new; it has no UI.
	TemporalOnPostgres bool
	// TemporalProfiles is a port on loopback where a Temporal server on PostgreSQL can be profiled; 0 is none.
	TemporalProfiles int
	// PostgreSQL has more settings of PostgreSQL, each as name=value.
	PostgreSQL []string
}

// Ports of the servers, all on 127.0.0.1.
type Ports struct {
	Postgres     int
	Valkey       int
	RabbitMQ     int // AMQP
	RabbitMQDist int // Erlang distribution, which RabbitMQ's own command line tools use
	Epmd         int // Erlang port mapper of this RabbitMQ alone
	Mongo        int
	Temporal     int // gRPC
	TemporalUI   int
}

// DefaultPorts are the ports of `make run`. They differ from the servers' usual ones, so that it can run beside a
// machine's own servers, and lie below the range from which the kernel picks ports for outgoing connections.
func DefaultPorts() Ports {
	return Ports{
		Postgres:     15432,
		Valkey:       16379,
		RabbitMQ:     15673,
		RabbitMQDist: 15679,
		Epmd:         14369,
		Mongo:        17017,
		Temporal:     17233,
		TemporalUI:   18233,
	}
}

// portField ties a field of Ports to the setting that changes it and to what listens there.
type portField struct {
	setting string
	what    string
	port    func(*Ports) *int
}

var portFields = []portField{
	{"HOLDFAST_DEV_POSTGRES_PORT", "PostgreSQL", func(p *Ports) *int { return &p.Postgres }},
	{"HOLDFAST_DEV_VALKEY_PORT", "Valkey", func(p *Ports) *int { return &p.Valkey }},
	{"HOLDFAST_DEV_RABBITMQ_PORT", "RabbitMQ", func(p *Ports) *int { return &p.RabbitMQ }},
	{"HOLDFAST_DEV_RABBITMQ_DIST_PORT", "RabbitMQ's Erlang distribution", func(p *Ports) *int { return &p.RabbitMQDist }},
	{"HOLDFAST_DEV_EPMD_PORT", "RabbitMQ's Erlang port mapper", func(p *Ports) *int { return &p.Epmd }},
	{"HOLDFAST_DEV_MONGO_PORT", "MongoDB", func(p *Ports) *int { return &p.Mongo }},
	{"HOLDFAST_DEV_TEMPORAL_PORT", "Temporal", func(p *Ports) *int { return &p.Temporal }},
	{"HOLDFAST_DEV_TEMPORAL_UI_PORT", "Temporal UI", func(p *Ports) *int { return &p.TemporalUI }},
}

// PortsFromEnv returns DefaultPorts changed by the HOLDFAST_DEV_<SERVER>_PORT settings. 0 asks for any free port.
// It returns an error that names the setting whose value is not a port, or the two that ask for the same one.
func PortsFromEnv(env func(string) string) (Ports, error) {
	ports := DefaultPorts()
	for _, f := range portFields {
		text := env(f.setting)
		if text == "" {
			continue
		}
		n, err := strconv.ParseUint(text, 10, 16)
		if err != nil {
			return Ports{}, fmt.Errorf("%s=%q is not a port: set a number from 0 (any free one) to 65535", f.setting, text)
		}
		*f.port(&ports) = int(n)
	}
	owner := map[int]string{}
	for _, f := range portFields {
		n := *f.port(&ports)
		if other := owner[n]; n != 0 && other != "" {
			return Ports{}, fmt.Errorf("%s and %s both ask for port %d: give one of them another", other, f.setting, n)
		}
		owner[n] = f.setting
	}
	return ports, nil
}

func (o Options) withDefaults() Options {
	if o.Env == nil {
		o.Env = os.Getenv
	}
	if o.Out == nil {
		o.Out = io.Discard
	}
	return o
}
