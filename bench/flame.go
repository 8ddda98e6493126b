package main

import (
	"fmt"
	"hash/fnv"
	"html"
	"maps"
	"slices"
	"strings"

	"github.com/google/pprof/profile"
)

// flame is a function with all that it has called, and the CPU time of it.
type flame struct {
	name  string
	value int64 // nanoseconds
	calls map[string]*flame
}

const (
	flameWidth = 1200.0
	flameRow   = 17
	// flameLeast is the width below which nothing is drawn: it could not be seen.
	flameLeast = 3.0
	// flameLetter is about the width of a letter.
	flameLetter = 6.2
)

// flameOf puts the samples of a profile together by their stacks, from the outermost
// function on.
func flameOf(p *profile.Profile) *flame {
	root := &flame{name: "all", calls: map[string]*flame{}}
	value := len(p.SampleType) - 1 // of a CPU profile: nanoseconds
	for _, s := range p.Sample {
		at := root
		at.value += s.Value[value]
		for i := len(s.Location) - 1; i >= 0; i-- {
			lines := s.Location[i].Line
			for k := len(lines) - 1; k >= 0; k-- { // the last one is the outermost, others were inlined into it
				if lines[k].Function == nil {
					continue
				}
				at = at.call(lines[k].Function.Name)
				at.value += s.Value[value]
			}
		}
	}
	return root
}

func (f *flame) call(name string) *flame {
	next := f.calls[name]
	if next == nil {
		next = &flame{name: name, calls: map[string]*flame{}}
		f.calls[name] = next
	}
	return next
}

// depth is how many rows are to be drawn at this scale.
func (f *flame) depth(scale float64) int {
	below := 0
	for _, c := range f.calls {
		if float64(c.value)*scale >= flameLeast {
			below = max(below, c.depth(scale))
		}
	}
	return below + 1
}

// svg draws it with the outermost functions on top. A name, its share and its time are
// told where the pointer rests.
func (f *flame) svg(title string) string {
	scale := flameWidth / float64(f.value)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %d" font-family="monospace" font-size="10">`+"\n", flameWidth, (f.depth(scale)+2)*flameRow)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="#fff"/><text x="4" y="13" font-size="12">%s</text>`+"\n", html.EscapeString(title))
	f.draw(&b, f.value, scale, 0, flameRow+4)
	b.WriteString("</svg>\n")
	return b.String()
}

func (f *flame) draw(b *strings.Builder, all int64, scale, x float64, y int) {
	width := float64(f.value) * scale
	if width < flameLeast {
		return
	}
	name := html.EscapeString(f.name)
	fmt.Fprintf(b, `<g><title>%s: %.1f %%, %.0f ms</title><rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s" stroke="#fff" stroke-width=".5"/>`,
		name, 100*float64(f.value)/float64(all), float64(f.value)/1e6, x, y, width, flameRow-1, flameColour(f.name))
	if letters := int(width/flameLetter) - 1; letters >= 3 {
		short := f.name[strings.LastIndexByte(f.name, '/')+1:]
		if len(short) > letters {
			short = short[:letters]
		}
		fmt.Fprintf(b, `<text x="%.1f" y="%d">%s</text>`, x+2, y+12, html.EscapeString(short))
	}
	b.WriteString("</g>\n")
	for _, c := range slices.SortedFunc(maps.Values(f.calls), func(a, b *flame) int {
		if a.value != b.value {
			return int(min(max(b.value-a.value, -1), 1))
		}
		return strings.Compare(a.name, b.name)
	}) {
		c.draw(b, all, scale, x, y+flameRow)
		x += float64(c.value) * scale
	}
}

// flameColour is that of a package: light, so that the name can be read on it.
func flameColour(function string) string {
	end := strings.LastIndexByte(function, '/') + 1
	pkg, _, _ := strings.Cut(function[end:], ".")
	h := fnv.New32a()
	_, _ = h.Write([]byte(function[:end] + pkg)) // it never fails
	return fmt.Sprintf("hsl(%d 65%% 78%%)", h.Sum32()%360)
}
