package devstack

import (
	"context"
	"fmt"
	"syscall"
)

// Keys of the servers: names of their files, and of Stack.Server.
const (
	keyPostgres = "postgres"
	keyValkey   = "valkey"
	keyEpmd     = "epmd"
	keyRabbitMQ = "rabbitmq"
	keyMongo    = "mongo"
	keyTemporal = "temporal"
)

// dataKeys are the folders with data in a data folder.
var dataKeys = []string{keyPostgres, keyValkey, keyEpmd, keyRabbitMQ, keyMongo, keyTemporal}

const (
	varPostgres          = "HOLDFAST_POSTGRES_URL"
	varValkey            = "HOLDFAST_VALKEY_URL"
	varRabbitMQ          = "HOLDFAST_AMQP_URL"
	varMongo             = "HOLDFAST_MONGO_URL"
	varTemporal          = "TEMPORAL_ADDRESS"
	varTemporalNamespace = "TEMPORAL_NAMESPACE"
)

// given is how a server that is not ours is named and asked.
type given struct {
	title    string
	variable string
	ask      func(ctx context.Context, address string) (version string, err error)
}

var givens = []given{
	{"PostgreSQL", varPostgres, pingPostgres},
	{"Valkey", varValkey, pingValkey},
	{"RabbitMQ", varRabbitMQ, pingRabbitMQ},
	{"MongoDB", varMongo, pingMongo},
	{"Temporal", varTemporal, func(ctx context.Context, address string) (string, error) { return "", pingTCP(ctx, address) }},
}

func givenBy(title string) given {
	for _, g := range givens {
		if g.title == title {
			return g
		}
	}
	panic("no server is called " + title)
}

// allParts returns the five parts of the stack, in the order of the table.
func allParts(site *site, env func(string) string, newServer func(program) *Server) []part {
	namespace := env(varTemporalNamespace)
	if namespace == "" {
		namespace = "default"
	}
	parts := make([]part, 0, len(givens))
	for _, g := range givens {
		if address := env(g.variable); address != "" {
			parts = append(parts, part{title: g.title, address: address, vars: map[string]string{g.variable: address}})
			continue
		}
		p := part{title: g.title}
		switch g.variable {
		case varPostgres:
			server := &postgres{site: site}
			p.server, p.address = newServer(server), server.url()
		case varValkey:
			p.server = newServer(&valkeyServer{site: site})
			p.address = fmt.Sprintf("redis://:%s@%s/0", site.secrets.Valkey, loopback(site.ports.Valkey))
		case varRabbitMQ:
			p.needs = []*Server{newServer(&epmd{site: site})}
			p.server = newServer(&rabbitMQ{site: site})
			p.address = fmt.Sprintf("amqp://holdfast:%s@%s/", site.secrets.RabbitMQ, loopback(site.ports.RabbitMQ))
		case varMongo:
			p.server = newServer(&mongoServer{site: site})
			p.address = fmt.Sprintf("mongodb://%s/holdfast?directConnection=true", loopback(site.ports.Mongo))
		case varTemporal:
			if site.cluster {
				p.server = newServer(&temporalCluster{site: site, namespace: namespace})
			} else {
				p.server = newServer(&temporalServer{site: site, namespace: namespace})
			}
			p.address = loopback(site.ports.Temporal)
		}
		p.vars = map[string]string{g.variable: p.address}
		parts = append(parts, p)
	}
	for i := range parts {
		if _, ok := parts[i].vars[varTemporal]; ok {
			parts[i].vars[varTemporalNamespace] = namespace
		}
	}
	return parts
}

// fields picks the ports of a server by their settings.
func fields(settings ...string) []portField {
	var picked []portField
	for _, setting := range settings {
		for _, f := range portFields {
			if f.setting == setting {
				picked = append(picked, f)
			}
		}
	}
	return picked
}

// stopSignal is what ends a server cleanly. PostgreSQL's SIGINT is its fast shutdown: it ends sessions and writes a
// checkpoint, where SIGTERM would wait for clients to leave.
func stopSignal(key string) syscall.Signal {
	if key == keyPostgres {
		return syscall.SIGINT
	}
	return syscall.SIGTERM
}
