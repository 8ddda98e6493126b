package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"image/color"
	"io"
	"os"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

//go:embed page.html.tmpl
var pageText string

// flameGraph is one that was drawn of a process.
type flameGraph struct {
	Process string
	SVG     template.HTML
}

// flamesIn are the flame graphs in a folder, by their measures; see scene.draw.
func flamesIn(folder string) (map[string][]flameGraph, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.svg"))
	if err != nil {
		return nil, err
	}
	out := map[string][]flameGraph{}
	for _, file := range files { // in their order
		text, err := os.ReadFile(file) //nolint:gosec // it is one of the bench's own
		if err != nil {
			return nil, err
		}
		measure, process, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".svg"), "-")
		out[measure] = append(out[measure], flameGraph{process, template.HTML(text)}) //nolint:gosec // names in it are escaped
	}
	return out, nil
}

// page writes the report as one file that needs no other, and no network.
func (r Report) page(w io.Writer, flames map[string][]flameGraph) error {
	parsed, err := template.New("page").Funcs(template.FuncMap{"sum": usage.sum, "letter": letter, "colour": colour}).Parse(pageText)
	if err != nil {
		return err
	}
	type drawn struct {
		result
		Usage        map[string]usage
		Samples, CPU template.HTML // which hide those of the result
		Key          []swatch      // of the bars
		Flames       []flameGraph
	}
	var measures []drawn
	for _, m := range r.Measures {
		samples, err := m.drawSamples()
		if err != nil {
			return err
		}
		cpu, key, err := m.drawCPU()
		if err != nil {
			return err
		}
		measures = append(measures, drawn{m, m.CPU, samples, cpu, key, flames[m.Name]})
	}
	return parsed.Execute(w, map[string]any{"Report": r, "Measures": measures})
}

// swatch explains a colour. Words are in the page, not in the plots: whoever looks at it
// may have other fonts.
type swatch struct{ Name, Colour string }

// letter names the nth side in the plots.
func letter(n int) string { return string(rune('A' + n)) }

func colour(n int) string {
	r, g, b, _ := shade(n).RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

// Sides are the names of what was compared, the subject first.
func (r result) Sides() []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range r.Samples {
		if !seen[s.Side] {
			out, seen[s.Side] = append(out, s.Side), true
		}
	}
	return out
}

// drawSamples shows every sample in the order in which they were taken.
func (r result) drawSamples() (template.HTML, error) {
	p := newPlot(r.Unit, "sample")
	for n, side := range r.Sides() {
		var at plotter.XYs
		for i, s := range r.Samples {
			if s.Side == side {
				at = append(at, plotter.XY{X: float64(i + 1), Y: float64(s.Value)})
			}
		}
		line, points, err := plotter.NewLinePoints(at)
		if err != nil {
			return "", err
		}
		line.Color, points.Color, points.Shape = shade(n), shade(n), plotutil.Shape(n)
		p.Add(line, points)
	}
	return svg(p)
}

// most is how many processes have a colour of their own; the others are one.
const most = 6

// drawCPU shows what each process needed for an operation, one bar a side.
func (r result) drawCPU() (_ template.HTML, key []swatch, _ error) {
	p := newPlot("CPU, ms for an operation", "")
	sides := r.Sides()
	all := usage{}
	for _, side := range sides {
		for process, ms := range r.CPU[side] {
			all[process] += ms
		}
	}
	names := all.Names()
	if len(names) == 0 {
		return "", nil, nil
	}
	if len(names) > most {
		names = append(names[:most:most], "others")
	}
	var below *plotter.BarChart
	for n, name := range names {
		values := make(plotter.Values, len(sides))
		for i, side := range sides {
			if values[i] = float64(r.CPU[side][name]); name == "others" {
				values[i] = r.CPU[side].sum()
				for _, shown := range names[:most] {
					values[i] -= float64(r.CPU[side][shown])
				}
			}
		}
		bars, err := plotter.NewBarChart(values, vg.Points(40))
		if err != nil {
			return "", nil, err
		}
		bars.Color, bars.LineStyle.Width = shade(n), 0
		if below != nil {
			bars.StackOn(below)
		}
		below = bars
		p.Add(bars)
		key = append(key, swatch{name, colour(n)})
	}
	short := make([]string, len(sides))
	for i := range sides {
		short[i] = letter(i)
	}
	p.NominalX(short...)
	drawn, err := svg(p)
	return drawn, key, err
}

func shade(n int) color.Color { return plotutil.SoftColors[n%len(plotutil.SoftColors)] }

func newPlot(y, x string) *plot.Plot {
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text, p.Y.Min = x, y, 0
	for _, f := range []*vg.Length{&p.X.Tick.Label.Font.Size, &p.Y.Tick.Label.Font.Size} {
		*f = vg.Points(8)
	}
	return p
}

// svg is the plot as a part of a page.
func svg(p *plot.Plot) (template.HTML, error) {
	canvas := vgsvg.New(14*vg.Centimeter, 8*vg.Centimeter)
	p.Draw(draw.New(canvas))
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return "", err
	}
	_, inside, found := strings.Cut(b.String(), "<svg") // without the prologue of a file
	if !found {
		return "", nil
	}
	return template.HTML("<svg" + inside), nil //nolint:gosec // it was drawn here
}
