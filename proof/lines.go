package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// lines lead to the servers; each can be slow, break, or lose what comes back.
type lines struct{ to map[string]*toxiproxy.Proxy }

// ends are the servers with a line, by the setting that names them.
var ends = map[string]string{
	"HOLDFAST_POSTGRES_URL": "postgres", "HOLDFAST_VALKEY_URL": "valkey", "HOLDFAST_AMQP_URL": "rabbitmq",
	"HOLDFAST_MONGO_URL": "mongo", "TEMPORAL_ADDRESS": "temporal", "HOLDFAST_SANDBOX_URL": "bank",
}

// layLines puts a line in front of each server, and returns the settings with the
// lines' ends.
func layLines(direct map[string]string) (*lines, map[string]string, error) {
	l := &lines{to: map[string]*toxiproxy.Proxy{}}
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	through := map[string]string{}
	for name, value := range direct {
		through[name] = value
		end, wanted := ends[name]
		if !wanted {
			continue
		}
		host, with := hostOf(value)
		line := toxiproxy.NewProxy(server, end, "127.0.0.1:0", host)
		if err := line.Start(); err != nil {
			l.close()
			return nil, nil, fmt.Errorf("laying a line to %s: %w", end, err)
		}
		l.to[end] = line
		through[name] = with(line.Listen)
	}
	return l, through, nil
}

func (l *lines) close() {
	for _, line := range l.to {
		line.Stop()
	}
}

// disturb makes a line bad, in what comes back on it, as toxiproxy names it. mend makes
// it good again, and breaks the connections that have lost something.
func (l *lines) disturb(end, toxic string, attributes map[string]int) error {
	text, err := json.Marshal(map[string]any{"type": toxic, "stream": "downstream", "attributes": attributes})
	if err != nil {
		return err
	}
	_, err = l.to[end].Toxics.AddToxicJson(strings.NewReader(string(text)))
	return err
}

func (l *lines) mend(ctx context.Context, end string) { l.to[end].Toxics.ResetToxics(ctx) }

// cut ends all connections; new ones can be made.
func (l *lines) cut(end string) error {
	l.to[end].Stop()
	return l.to[end].Start()
}
