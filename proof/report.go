package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"holdfast/internal/audit"
)

// Report is what was played and what came of it.
type Report struct {
	Machine string `json:"machine"`
	Runs    []Run  `json:"runs"`
}

// Run is a row of rounds on one engine that goes on living.
type Run struct {
	Seed   uint64    `json:"seed"`
	Began  time.Time `json:"began"`
	Took   Seconds   `json:"tookSeconds"`
	Rounds []Round   `json:"rounds"`
}

func (r Report) wrong() (n int) {
	for _, run := range r.Runs {
		n += run.wrong()
	}
	return n
}

func (r Run) wrong() (n int) {
	for _, round := range r.Rounds {
		n += len(round.Wrong)
	}
	return n
}

func (r Run) summary() string {
	var operations, compared int64
	var seats int
	for _, round := range r.Rounds {
		operations, seats, compared = operations+round.Calls, seats+round.Seats, compared+round.Compared
	}
	return fmt.Sprintf("Seed %d: %d rounds, %d operations (%d of single seats), %d comparisons of the audit, in %s: %d things wrong.",
		r.Seed, len(r.Rounds), operations, seats, compared, r.Took, r.wrong())
}

func (s Seconds) String() string {
	return time.Duration(float64(s) * float64(time.Second)).Round(time.Second).String()
}

// verdict is a round in a word.
func (r Round) verdict() string {
	if len(r.Wrong) > 0 {
		return "BROKEN"
	}
	return "whole"
}

func (r Round) when() string {
	var out []string
	for _, t := range r.Trouble {
		out = append(out, fmt.Sprintf("at %d for %.1f s", t.AtCall, float64(t.For)))
	}
	return strings.Join(out, ", ")
}

// lost is how many questions had no answer.
func (r Round) lost() (n int) {
	for what, count := range r.Counts {
		if strings.HasSuffix(what, " lost") {
			n += count
		}
	}
	return n
}

// tell prints a round in a line, and what was wrong.
func (r Round) tell(of int) {
	number := fmt.Sprint(r.N)
	if of > 0 {
		number = fmt.Sprintf("%2d/%d", r.N, of)
	}
	fmt.Printf("%s %-28s %s: %d operations in %.0f s (held %d, refused %d, bought %d, cancelled %d, no answer %d), quiet after %.1f s, %s, %d compared: %s\n",
		number, r.Fault, r.when(), r.Calls, float64(r.LoadTook), r.Counts["took"], r.Counts["taken"], r.Counts["bought"], r.Counts["cancelled"], r.lost(),
		float64(r.QuietAfter), r.Order, r.Compared, r.verdict())
	const shown = 5
	for _, w := range r.Wrong[:min(shown, len(r.Wrong))] {
		fmt.Println("   WRONG:", w)
	}
	if more := len(r.Wrong) - shown; more > 0 {
		fmt.Printf("   and %d more\n", more)
	}
}

// write writes the report into the folder: as data, as text, and as a picture of the
// last run.
func (r Report) write(folder string) error {
	if err := writeJSON(filepath.Join(folder, "rounds.json"), r); err != nil {
		return err
	}
	if err := r.Runs[len(r.Runs)-1].draw(filepath.Join(folder, "rounds.svg")); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "rounds.md"), []byte(r.text()), 0o600)
}

func (r Report) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Rounds of trouble\n\nWritten by `make proof-rounds` on %s, on a machine with %s.\n\n", r.Runs[0].Began.Format("2 January 2006"), r.Machine)
	for _, run := range r.Runs {
		fmt.Fprintf(&b, "- %s\n", run.summary())
	}
	b.WriteString("\nAfter each round every one of these held:\n\n")
	for i, statement := range audit.Statements {
		fmt.Fprintf(&b, "%d. %s\n", i+1, statement)
	}
	b.WriteString("\n![Answers per second in each round](rounds.svg)\n\nOf each round of the last run: answers per second in blue, questions without an answer in red, over the\nseconds of the load; the trouble is the band behind them.\n")
	for _, run := range r.Runs {
		fmt.Fprintf(&b, "\n## Seed %d\n\nRepeated by `HOLDFAST_SEED=%d make proof-rounds`.\n\n", run.Seed, run.Seed)
		b.WriteString("| | trouble | when, in operations | operations | of seats | held | refused | no answer | quiet after | order | compared | |\n")
		b.WriteString("| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: | --- |\n")
		for _, n := range run.Rounds {
			fmt.Fprintf(&b, "| %d | %s | %s | %d | %d | %d | %d | %d | %.1f s | %s | %d | %s |\n", n.N, n.Fault, n.when(), n.Calls, n.Seats, n.Counts["took"], n.Counts["taken"],
				n.lost(), float64(n.QuietAfter), n.Order, n.Compared, n.verdict())
		}
	}
	return b.String()
}

// write writes the soak into the folder: as data, as text and as a picture.
func (s Soak) write(folder string) error {
	if err := writeJSON(filepath.Join(folder, "soak.json"), s); err != nil {
		return err
	}
	if err := s.draw(filepath.Join(folder, "soak.svg")); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "soak.md"), []byte(s.text()), 0o600)
}

func (s Soak) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Soak\n\nWritten by `make soak` on %s, on a machine with %s.\n\n%s\n", s.Began.Format("2 January 2006"), s.Machine, s.summary())
	b.WriteString("\n![What each process needs, over time](soak.svg)\n\n| | at first | at last |\n| --- | ---: | ---: |\n")
	samples := s.vitals()
	n := max(1, len(samples)/4)
	row := func(name string, unit float64, format string) {
		fmt.Fprintf(&b, "| %s | "+format+" | "+format+" |\n", name, median(samples[:n], name)/unit, median(samples[len(samples)-n:], name)/unit)
	}
	for _, process := range measured {
		row(process+" memory", 1<<20, "%.0f MiB")
		row(process+" goroutines", 1, "%.0f")
		row(process+" files", 1, "%.0f")
	}
	row(connections, 1, "%.0f")
	row(waiting, 1, "%.0f")
	b.WriteString("\nMedians of the first and of the last quarter of the looks, each after a round and when all was quiet.\n")
	return b.String()
}

func writeJSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o600)
}
