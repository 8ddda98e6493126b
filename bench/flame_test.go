package main

import (
	"testing"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/require"
)

func TestAFlameGraphAddsStacksUp(t *testing.T) {
	t.Parallel()
	line := func(name string) profile.Line { return profile.Line{Function: &profile.Function{Name: name}} }
	at := func(lines ...profile.Line) *profile.Location { return &profile.Location{Line: lines} }
	f := flameOf(&profile.Profile{SampleType: []*profile.ValueType{{Type: "samples"}, {Type: "cpu"}}, Sample: []*profile.Sample{
		{Location: []*profile.Location{at(line("a/b.leaf[...]"), line("b.outer")), at(line("main.main"))}, Value: []int64{1, 30}},
		{Location: []*profile.Location{at(line("b.outer")), at(line("main.main"))}, Value: []int64{1, 70}},
	}})
	require.EqualValues(t, 100, f.value)
	outer := f.calls["main.main"].calls["b.outer"]
	require.EqualValues(t, 100, outer.value, "a function that was inlined is within the one that it is in")
	require.EqualValues(t, 30, outer.calls["a/b.leaf[...]"].value)
	drawn := f.svg("a & b")
	require.Contains(t, drawn, "a &amp; b")
	require.Contains(t, drawn, "<title>a/b.leaf[...]: 30.0 %")
	require.Equal(t, 4, f.depth(flameWidth/100))
}
