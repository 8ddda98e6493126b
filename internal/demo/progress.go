package demo

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// barWidth is of the progress bar, in characters.
const barWidth = 40

// countdown shows the hold running out. It trusts the time that the API said is
// left, not the clock of this machine.
func countdown(ctx context.Context, out io.Writer, total time.Duration) error {
	f, isFile := out.(*os.File)
	b := bar{out: out, live: isFile && term.IsTerminal(int(f.Fd()))}
	start := time.Now()
	tick := time.NewTicker(min(250*time.Millisecond, total/10+1))
	defer tick.Stop()
	for {
		left := max(0, total-time.Since(start))
		b.draw(left, total)
		if left == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// bar is drawn again in its place on a terminal. Elsewhere, in a file or in the
// log of a build, it is a line every tenth of the time.
type bar struct {
	out   io.Writer
	live  bool
	lines int // written so far, when it is not live
}

func (b *bar) draw(left, total time.Duration) {
	full := barWidth
	tenths := 10
	if left > 0 {
		passed := float64(total-left) / float64(total)
		full, tenths = int(barWidth*passed), int(10*passed)
	}
	text := fmt.Sprintf("  hold [%s%s] %3.0f s left", strings.Repeat("#", full), strings.Repeat(".", barWidth-full), left.Seconds())
	switch {
	case b.live && left > 0:
		fmt.Fprintf(b.out, "\r%s ", text)
	case b.live:
		fmt.Fprintf(b.out, "\r%s \n", text)
	case tenths >= b.lines:
		fmt.Fprintln(b.out, text)
		b.lines = tenths + 1
	}
}
