package main

import (
	"errors"
	"image/color"
	"os"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

const (
	columns    = 5
	cellWidth  = 6 * vg.Centimeter
	cellHeight = 4 * vg.Centimeter
)

var (
	answered  = color.RGBA{R: 0x1f, G: 0x6f, B: 0xb2, A: 0xff}
	unknown   = color.RGBA{R: 0xc0, G: 0x39, B: 0x2b, A: 0xff}
	troubling = color.RGBA{R: 0xf6, G: 0xdd, B: 0xb4, A: 0xff}
)

// draw writes a picture of a run: of each round, what was answered and what was not,
// per second, with its trouble behind it.
func (r Run) draw(path string) error {
	lines := (len(r.Rounds) + columns - 1) / columns
	cells := make([][]*plot.Plot, lines)
	for i := range cells {
		cells[i] = make([]*plot.Plot, columns)
	}
	for i, round := range r.Rounds {
		p, err := round.plot()
		if err != nil {
			return err
		}
		cells[i/columns][i%columns] = p
	}
	return save(path, cells, cellWidth, cellHeight)
}

func (r Round) plot() (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = r.Fault
	p.Title.TextStyle.Font.Size = vg.Points(9)
	p.X.Tick.Label.Font.Size, p.Y.Tick.Label.Font.Size = vg.Points(7), vg.Points(7)
	told, lost := r.perSecond()
	top := 1.0
	for _, at := range slices.Concat(told, lost) {
		top = max(top, at.Y)
	}
	for _, t := range r.Trouble {
		from, to := float64(t.Began), max(float64(t.Ended), float64(t.Began)+0.05) // a moment is to be seen, too
		band, err := plotter.NewPolygon(plotter.XYs{{X: from, Y: 0}, {X: to, Y: 0}, {X: to, Y: top}, {X: from, Y: top}})
		if err != nil {
			return nil, err
		}
		band.Color, band.LineStyle.Width = troubling, 0
		p.Add(band)
	}
	for _, line := range []struct {
		at plotter.XYs
		in color.Color
	}{{told, answered}, {lost, unknown}} {
		drawn, err := plotter.NewLine(line.at)
		if err != nil {
			return nil, err
		}
		drawn.Color = line.in
		p.Add(drawn)
	}
	p.X.Min, p.Y.Min, p.Y.Max = 0, 0, top
	return p, nil
}

// perSecond is what was answered and what was not, from beat to beat.
func (r Round) perSecond() (told, lost plotter.XYs) {
	for i := 1; i < len(r.Second); i++ {
		before, now := r.Second[i-1], r.Second[i]
		long := float64(now.At - before.At)
		if long <= 0 {
			continue
		}
		unanswered := float64(now.Lost-before.Lost) / long
		all := float64(now.Calls-before.Calls) / long
		told = append(told, plotter.XY{X: float64(now.At), Y: max(0, all-unanswered)})
		lost = append(lost, plotter.XY{X: float64(now.At), Y: unanswered})
	}
	if len(told) == 0 { // a round that was over at once
		return plotter.XYs{{}}, plotter.XYs{{}}
	}
	return told, lost
}

// draw writes a picture of what each process needed, over the time of the soak.
func (s Soak) draw(path string) error {
	cells := make([][]*plot.Plot, len(measures))
	for i, m := range measures {
		unit, name := 1.0, m.name
		if name == "memory" {
			unit, name = 1<<20, "memory, MiB"
		}
		p := plot.New()
		p.Title.Text, p.X.Label.Text, p.Y.Min = name, "minutes", 0
		p.Legend.Top = true
		for n, process := range measured {
			var at plotter.XYs
			for _, sample := range s.Samples {
				at = append(at, plotter.XY{X: float64(sample.At) / 60, Y: sample.Vitals[process+" "+m.name] / unit})
			}
			line, err := plotter.NewLine(at)
			if err != nil {
				return err
			}
			line.Color = plotutil.Color(n)
			p.Add(line)
			p.Legend.Add(process, line)
		}
		p.Y.Max *= 1.5 // room for the legend
		cells[i] = []*plot.Plot{p}
	}
	return save(path, cells, 20*vg.Centimeter, 7*vg.Centimeter)
}

// save draws plots in rows and columns of cells of this size.
func save(path string, plots [][]*plot.Plot, width, height vg.Length) error {
	canvas := vgsvg.New(vg.Length(len(plots[0]))*width, vg.Length(len(plots))*height)
	tiles := draw.Tiles{Rows: len(plots), Cols: len(plots[0]), PadX: 3 * vg.Millimeter, PadY: 3 * vg.Millimeter}
	for y, row := range plot.Align(plots, tiles, draw.New(canvas)) {
		for x, cell := range row {
			if plots[y][x] != nil {
				plots[y][x].Draw(cell)
			}
		}
	}
	f, err := os.Create(path) //nolint:gosec // the caller says where
	if err != nil {
		return err
	}
	_, err = canvas.WriteTo(f)
	return errors.Join(err, f.Close())
}
