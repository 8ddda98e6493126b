package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"holdfast/internal/rig"
)

// Vitals are what must not grow for ever, by name: of each process its memory,
// goroutines and open files, and what waits or is open elsewhere.
type Vitals map[string]float64

// measures are what each process says of itself, and by how much it may have grown in
// the end: a share, and what is nothing.
var measures = []struct {
	name, metric string
	share, slack float64
}{
	{"memory", "process_resident_memory_bytes", 1.5, 32 << 20}, // what was freed goes back to the system late
	{"goroutines", "go_goroutines", 1.2, 20},
	{"files", "process_open_fds", 1.2, 15},
}

const (
	connections = "connections of PostgreSQL"
	waiting     = "events in the outbox"
)

// measured are the processes that live through a soak.
var measured = []string{"api-1", "worker-1", "relay-1", "project-1"}

// vitals asks everybody; all should be quiet.
func (r *scene) vitals(ctx context.Context) (Vitals, error) {
	v := Vitals{}
	for _, name := range measured {
		status, text, err := rig.Get(ctx, "http://"+r.named(name).Addr+"/metrics")
		if err != nil || status != http.StatusOK {
			return nil, fmt.Errorf("the metrics of %s: %d %w", name, status, err)
		}
		parser := expfmt.NewTextParser(model.UTF8Validation)
		families, err := parser.TextToMetricFamilies(strings.NewReader(text))
		if err != nil {
			return nil, fmt.Errorf("the metrics of %s: %w", name, err)
		}
		for _, m := range measures {
			family, ok := families[m.metric]
			if !ok {
				return nil, fmt.Errorf("%s says nothing of %s", name, m.metric)
			}
			v[name+" "+m.name] = family.GetMetric()[0].GetGauge().GetValue()
		}
	}
	var open, rows float64
	err := r.DB.QueryRow(ctx, `SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'), (SELECT count(*) FROM outbox)`).Scan(&open, &rows)
	v[connections], v[waiting] = open, rows
	return v, err
}

// grown says what is not, in the last samples, where it was in the first ones.
func grown(samples []Vitals) []string {
	n := max(1, len(samples)/4)
	var out []string
	for name := range samples[0] {
		began, ended := median(samples[:n], name), median(samples[len(samples)-n:], name)
		share, slack := 1.0, 0.0 // nothing may wait
		if name == connections {
			share, slack = 1.2, 5
		}
		for _, m := range measures {
			if strings.HasSuffix(name, m.name) {
				share, slack = m.share, m.slack
			}
		}
		if ended > began*share+slack {
			out = append(out, fmt.Sprintf("%s went from %.0f to %.0f", name, began, ended))
		}
	}
	slices.Sort(out)
	return out
}

func median(samples []Vitals, name string) float64 {
	var values []float64
	for _, s := range samples {
		values = append(values, s[name])
	}
	slices.Sort(values)
	return values[len(values)/2]
}
