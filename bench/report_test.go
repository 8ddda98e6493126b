package main

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func exampleReport() Report {
	m := measure{name: "map", title: "maps read", unit: "per second", subject: side{name: "GET"}, baselines: []side{{name: "gin, <constant>"}}, target: atLeast(0.9)}
	r := result{Name: m.name, Title: m.title, Unit: m.unit, Target: m.target, tolerated: 1, Samples: []sample{
		{Side: "GET", Value: 100, Operations: 100, CPU: map[string]figure{"api": 1, "mongo": 2}},
		{Side: "gin, <constant>", Value: 200, Operations: 200, CPU: map[string]figure{"plain": 0.5}},
	}}
	r.conclude(m)
	return Report{Began: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Machine: "2 cores", Temporal: onPostgres, Seed: 7, Measures: []result{r}}
}

func TestTheReportIsJSONOfItsShape(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.NoError(t, exampleReport().write(folder))
	text, err := os.ReadFile(filepath.Join(folder, "bench.json"))
	require.NoError(t, err)
	var got struct {
		Machine  string
		Seed     uint64
		Measures []struct {
			Name                     string
			Subject, Baseline, Ratio *float64
			Target                   string
			Met                      *bool
			Failures                 []string
		}
	}
	require.NoError(t, json.Unmarshal(text, &got))
	require.Equal(t, "2 cores", got.Machine)
	require.Len(t, got.Measures, 1)
	m := got.Measures[0]
	require.Equal(t, "map", m.Name)
	require.InDelta(t, 100, *m.Subject, 0)
	require.InDelta(t, 200, *m.Baseline, 0)
	require.InDelta(t, 0.5, *m.Ratio, 0)
	require.Equal(t, "at least 0.9", m.Target)
	require.False(t, *m.Met)
	require.NotNil(t, m.Failures)
}

func TestThePageNeedsNothingElse(t *testing.T) {
	t.Parallel()
	r := exampleReport()
	r.Measures[0].Ratio = figure(math.NaN())
	var page bytes.Buffer
	require.NoError(t, r.page(&page, map[string][]flameGraph{r.Measures[0].Name: {{Process: "api", SVG: "<svg>burning</svg>"}}}))
	require.Contains(t, page.String(), "gin, &lt;constant&gt;")
	require.Contains(t, page.String(), "<svg")
	require.Contains(t, page.String(), "burning", "the flame graphs are in it")
	require.NotContains(t, page.String(), "src=")
	require.NotContains(t, page.String(), "<link")
}

func TestWhatIsMissedIsNamed(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"map (0.5, wanted at least 0.9)"}, exampleReport().missed())
}
