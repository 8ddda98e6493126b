package main

import (
	_ "embed"
	"html/template"
	"io"
	"slices"

	"gonum.org/v1/plot/plotter"
)

//go:embed sale.html.tmpl
var saleText string

// curve is a line of a plot over the time of a sale.
type curve struct {
	name string
	of   func(moment) figure
}

// drawing is a plot in the page, with what its colours mean.
type drawing struct {
	Title string
	Plot  template.HTML
	Key   []swatch
}

// page writes the report as one file that needs no other, and no network.
func (r *SaleReport) page(w io.Writer) error {
	parsed, err := template.New("sale").Funcs(template.FuncMap{"sum": usage.sum}).Parse(saleText)
	if err != nil {
		return err
	}
	answer := func(step string, of func(spread) figure) func(moment) figure {
		return func(m moment) figure { return of(m.Answers[step]) }
	}
	p50, p99 := func(s spread) figure { return s.P50 }, func(s spread) figure { return s.P99 }
	count := func(step string) func(moment) figure {
		return answer(step, func(s spread) figure { return figure(s.Count) })
	}
	var busiest []curve
	for _, name := range r.Cores.Names()[:min(most, len(r.Cores))] {
		busiest = append(busiest, curve{name, func(m moment) figure { return m.Cores[name] }})
	}
	var drawn []drawing
	for _, d := range []struct {
		title, unit string
		curves      []curve
	}{
		{"Tickets", "a second", []curve{
			{"wanted", func(m moment) figure { return m.Offered }}, {"held", func(m moment) figure { return m.Held }}, {"sold", func(m moment) figure { return m.Sold }}}},
		{"How long holds and payments take", "ms", []curve{
			{"hold, p50", answer("hold", p50)}, {"hold, p99", answer("hold", p99)}, {"pay, p50", answer("pay", p50)}, {"pay, p99", answer("pay", p99)}}},
		{"Answers between two looks", "answers", []curve{{"held", count("hold")}, {"refused", count("refusal")}, {"paid", count("pay")}}},
		{"Open holds", "bookings", []curve{{"open", func(m moment) figure { return figure(m.Pending) }}}},
		{"Events that wait in the outbox", "events", []curve{{"waiting", func(m moment) figure { return figure(m.Outbox) }}}},
		{"CPU of the busiest processes", "cores", busiest},
	} {
		one, err := r.draw(d.unit, d.curves)
		if err != nil {
			return err
		}
		one.Title = d.title
		drawn = append(drawn, one)
	}
	return parsed.Execute(w, map[string]any{"Report": r, "Drawings": drawn, "Steps": r.steps()})
}

// draw draws curves over the time of the sale.
func (r *SaleReport) draw(unit string, curves []curve) (drawing, error) {
	var d drawing
	p := newPlot(unit, "seconds")
	for n, c := range curves {
		var at plotter.XYs
		for _, m := range r.Timeline {
			at = append(at, plotter.XY{X: float64(m.At), Y: float64(c.of(m))})
		}
		if len(at) == 0 {
			continue
		}
		line, err := plotter.NewLine(at)
		if err != nil {
			return d, err
		}
		line.Color, line.Width = shade(n), 1.5
		p.Add(line)
		d.Key = append(d.Key, swatch{c.name, colour(n)})
	}
	var err error
	d.Plot, err = svg(p)
	return d, err
}

// Shown are the processes that needed a noticeable part of a core, the busiest first.
func (r *SaleReport) Shown() []string {
	return slices.DeleteFunc(r.Cores.Names(), func(name string) bool { return r.Cores[name] < 0.005 })
}
