package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Report is what was played and what came of it.
type Report struct {
	Machine string `json:"machine"`
	Go      string `json:"go"`
	Runs    []Run  `json:"runs"`
}

// Run is a row of rounds on one engine that goes on living.
type Run struct {
	Seed   uint64    `json:"seed"`
	Began  time.Time `json:"began"`
	Took   Seconds   `json:"tookSeconds"`
	Rounds []Round   `json:"rounds"`
}

func newReport() *Report {
	return &Report{Machine: fmt.Sprintf("%d cores, %s/%s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH), Go: runtime.Version()}
}

func (r *Report) wrong() (n int) {
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

func (r Run) operations() (calls int64, seats int) {
	for _, round := range r.Rounds {
		calls, seats = calls+round.Calls, seats+round.Seats
	}
	return calls, seats
}

func (r Run) summary() string {
	calls, seats := r.operations()
	return fmt.Sprintf("seed %d: %d rounds, %d operations (%d of single seats) in %s: %d wrong",
		r.Seed, len(r.Rounds), calls, seats, time.Duration(float64(r.Took)*float64(time.Second)).Round(time.Second), r.wrong())
}

// line is a round in one line.
func (r Round) line(of int) string {
	var when []string
	for _, t := range r.Trouble {
		when = append(when, fmt.Sprintf("at %d for %.1f s", t.AtCall, float64(t.For)))
	}
	verdict := "whole"
	if len(r.Wrong) > 0 {
		verdict = "BROKEN"
	}
	return fmt.Sprintf("%2d/%d %-28s %s: %d operations (%d open) in %.0f s, quiet after %.1f s, %s, %d compared: %s [%s]", r.N, of, r.Fault,
		strings.Join(when, ", "), r.Calls, r.Open, float64(r.LoadTook), float64(r.QuietAfter), r.Order, r.Compared, verdict, r.told())
}

// told is what the crowd was told most.
func (r Round) told() string {
	return fmt.Sprintf("held %d, bought %d, refused %d, cancelled %d, lost %d", r.Counts["took"], r.Counts["bought"], r.Counts["taken"], r.Counts["cancelled"],
		r.Counts["book lost"]+r.Counts["pay lost"]+r.Counts["cancel lost"]+r.Counts["recall lost"])
}

// write writes the report as data.
func (r *Report) write(folder string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "report.json"), append(text, '\n'), 0o600)
}
