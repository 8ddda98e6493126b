package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// SaleReport is a sale that is over, as sale.json has it.
type SaleReport struct {
	Began     time.Time         `json:"began"`
	Took      figure            `json:"tookSeconds"`
	Machine   string            `json:"machine"`
	Versions  map[string]string `json:"versions"`
	Temporal  string            `json:"temporal"`
	Seed      uint64            `json:"seed"`
	Seconds   figure            `json:"seconds"` // for which people came
	Hold      figure            `json:"holdSeconds"`
	Wanted    figure            `json:"ticketsWantedPerSecond"`
	Viewers   int               `json:"viewers"`
	Showtimes int               `json:"showtimes"`
	tickets
	Achieved  figure            `json:"ticketsPerSecond"` // that were held
	Share     float64           `json:"shareHeld"`        // of the tickets offered
	Answers   map[string]spread `json:"answers"`
	Outcomes  map[string]int    `json:"outcomes"` // of the bookings, by status
	ExpiryLag spread            `json:"expiryLag"`
	Late      figure            `json:"loadLateMs"` // this program, with its latest customer
	Cores     usage             `json:"cores"`      // CPU seconds per second, by process
	CPU       usage             `json:"cpuMillisecondsPerBooking"`
	Timeline  []moment          `json:"timeline"`
	Audit     []string          `json:"audit"`
	Failures  []string          `json:"failures"`
	erred     bool              // some customers met with errors
}

// failIf remembers what did not go as it should.
func (r *SaleReport) failIf(err error) {
	if err != nil && !slices.Contains(r.Failures, err.Error()) {
		r.Failures = append(r.Failures, err.Error())
	}
}

// account takes over what has happened while people came.
func (r *SaleReport) account(b *salebook, after, before spending) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r.tickets, r.Late = b.done, milliseconds(b.late)
	r.Achieved = figure(float64(b.done.Held) / float64(r.Seconds))
	if b.done.Offered > 0 {
		r.Share = float64(b.done.Held) / float64(b.done.Offered)
	}
	r.Answers = map[string]spread{}
	for step, all := range b.answers {
		r.Answers[step] = spreadOf(all)
	}
	r.CPU = after.since(before, b.done.Bookings)
}

// lines tell the report to people.
func (r *SaleReport) lines() []string {
	hold, refusal, pay := r.Answers["hold"], r.Answers["refusal"], r.Answers["pay"]
	out := []string{
		fmt.Sprintf("%d customers wanted %d tickets in %.0f s, and held %d in %d bookings: %.1f tickets a second, %.1f %% of what was wanted",
			r.Customers, r.Offered, float64(r.Seconds), r.Held, r.Bookings, float64(r.Achieved), 100*r.Share),
		fmt.Sprintf("holds: p50 %.1f ms, p99 %.1f ms; %d refusals: p50 %.1f ms, p99 %.1f ms; payments: p50 %.1f ms, p99 %.1f ms",
			float64(hold.P50), float64(hold.P99), refusal.Count, float64(refusal.P50), float64(refusal.P99), float64(pay.P50), float64(pay.P99)),
		fmt.Sprintf("%d confirmed (%d tickets), %d expired, %d cancelled; holds that ran out were ended after p50 %.0f ms, p99 %.0f ms, at most %.0f ms",
			r.Outcomes["confirmed"], r.Sold, r.Outcomes["expired"], r.Outcomes["cancelled"], float64(r.ExpiryLag.P50), float64(r.ExpiryLag.P99), float64(r.ExpiryLag.Max)),
	}
	var cores []string
	for _, name := range r.Cores.Names() {
		if r.Cores[name] >= 0.005 {
			cores = append(cores, fmt.Sprintf("%s %.2f", name, float64(r.Cores[name])))
		}
	}
	out = append(out, fmt.Sprintf("cores: %.2f: %s", r.Cores.sum(), strings.Join(cores, ", ")))
	return append(out, r.Audit...)
}

// steps are the kinds of answers, in order.
func (r *SaleReport) steps() []string { return slices.Sorted(maps.Keys(r.Answers)) }

// write writes the report into the folder: as data, and as a page.
func (r *SaleReport) write(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // it is no secret
		return err
	}
	if r.Failures == nil {
		r.Failures = []string{}
	}
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "sale.json"), append(text, '\n'), 0o600); err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Join(folder, "sale.html"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(r.page(file), file.Close())
}
