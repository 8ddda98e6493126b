package main

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// moment is what has happened in a sale since the last one, or is so now.
type moment struct {
	At      figure            `json:"atSeconds"`
	Offered figure            `json:"ticketsOfferedPerSecond"`
	Held    figure            `json:"ticketsHeldPerSecond"`
	Sold    figure            `json:"ticketsSoldPerSecond"`
	Answers map[string]spread `json:"answers"`
	Cores   map[string]figure `json:"cores"` // CPU seconds per second, by process
	Outbox  int               `json:"outbox"`
	Pending int               `json:"openHolds"`
}

// moments is about how many of them there are.
const moments = 120

// tellEvery is how often a line says how it goes.
const tellEvery = 10 * time.Second

// follow looks at a sale until it is over.
func (v *sale) follow(ctx context.Context, r *SaleReport, long time.Duration, over <-chan struct{}) error {
	each := max(long/moments, time.Second).Round(time.Second)
	look := time.NewTicker(each)
	defer look.Stop()
	last, at, told, toldAt := tickets{}, v.began, tickets{}, v.began
	cpu, err := v.spent()
	if err != nil {
		return err
	}
	for {
		select {
		case <-look.C:
		case <-over:
			return nil
		case <-ctx.Done():
			return nil // whoever has ended it says why
		}
		now := time.Now()
		done, recent := v.book.look()
		spent, err := v.spent()
		if err != nil {
			return err
		}
		if v.last == nil && now.Sub(v.began) >= long {
			v.last, v.lasted = spent, now.Sub(v.began)
		}
		m := moment{At: seconds(now.Sub(v.began)), Answers: map[string]spread{}, Cores: spent.perSecond(cpu, now.Sub(at))}
		took := now.Sub(at).Seconds()
		m.Offered, m.Held, m.Sold = figure(float64(done.Offered-last.Offered)/took), figure(float64(done.Held-last.Held)/took), figure(float64(done.Sold-last.Sold)/took)
		for step, all := range recent {
			m.Answers[step] = spreadOf(all)
		}
		err = v.DB.QueryRow(ctx, `SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM bookings WHERE status = 'pending')`).Scan(&m.Outbox, &m.Pending)
		if err != nil && ctx.Err() == nil {
			return fmt.Errorf("looking at the sale: %w", err)
		}
		r.Timeline = append(r.Timeline, m)
		last, at, cpu = done, now, spent
		if since := now.Sub(toldAt).Seconds(); since >= (tellEvery - each/2).Seconds() {
			v.sayf("  %4.0f s: %.0f tickets/s wanted, %.0f held, %.0f sold; holds p50 %.0f ms, p99 %.0f ms just now; %d open, %d events wait",
				float64(m.At), float64(done.Offered-told.Offered)/since, float64(done.Held-told.Held)/since, float64(done.Sold-told.Sold)/since,
				float64(m.Answers["hold"].P50), float64(m.Answers["hold"].P99), m.Pending, m.Outbox)
			told, toldAt = done, now
		}
	}
}

// settle waits until the last hold has ended, and compares what has become of everything
// with what everybody did.
func (v *sale) settle(ctx context.Context, r *SaleReport) error {
	v.sayf("waiting until the last hold has ended")
	if err := v.quietWithin(ctx, v.cfg.HoldDuration+2*time.Minute); err != nil {
		return err
	}
	if err := v.outcomes(ctx, r); err != nil {
		return err
	}
	if err := v.lags(ctx, r); err != nil {
		return err
	}
	auditing, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(auditing, v.binary, "audit", "--settled", "1s") // all is quiet: no payment is being made
	cmd.Env = v.environ
	said, err := cmd.CombinedOutput()
	r.Audit = strings.Split(strings.TrimSpace(string(said)), "\n")
	if err != nil {
		r.failIf(fmt.Errorf("the audit says: %s", r.Audit[len(r.Audit)-1]))
	}
	return nil
}

// outcomes sees to it that every booking has one outcome, the one that its customer was
// after, and that there is no other booking.
func (v *sale) outcomes(ctx context.Context, r *SaleReport) error {
	rows, err := v.DB.Query(ctx, `SELECT b.id::text, b.status, (SELECT count(*) FROM booking_history h WHERE h.booking_id = b.id
		AND h.type IN ('booking.confirmed', 'booking.expired', 'booking.cancelled')) FROM bookings b WHERE b.reason <> 'unsettled'`)
	if err != nil {
		return fmt.Errorf("what has become of the bookings: %w", err)
	}
	defer rows.Close()
	want := map[ending]string{pays: "confirmed", leaves: "expired", cancels: "cancelled"}
	r.Outcomes = map[string]int{}
	wrong, first, known := 0, "", 0
	for rows.Next() {
		var id, status string
		var ends int
		if err := rows.Scan(&id, &status, &ends); err != nil {
			return fmt.Errorf("what has become of the bookings: %w", err)
		}
		r.Outcomes[status]++
		meant, told := v.book.bookings[id]
		if told {
			known++
		}
		// Where customers met with errors, not everybody could do what they meant to.
		if ends != 1 || !r.erred && (!told || status != want[meant]) {
			if wrong++; first == "" {
				first = fmt.Sprintf("booking %s is %s after %d decisions, and should be %q", id, status, ends, want[meant])
			}
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("what has become of the bookings: %w", err)
	}
	if wrong > 0 {
		r.failIf(fmt.Errorf("%d bookings have not the outcome that they should have, the first: %s", wrong, first))
	}
	if missing := len(v.book.bookings) - known; missing > 0 {
		r.failIf(fmt.Errorf("%d bookings that somebody was told of are not there", missing))
	}
	return nil
}

// lags is how long after its deadline each hold that ran out was ended in PostgreSQL.
func (v *sale) lags(ctx context.Context, r *SaleReport) error {
	rows, err := v.DB.Query(ctx, `SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin) - expires_at)::float8 FROM bookings WHERE status = 'expired'`)
	if err != nil {
		return fmt.Errorf("how late holds have ended: %w", err)
	}
	defer rows.Close()
	var all []time.Duration
	for rows.Next() {
		var lag float64
		if err := rows.Scan(&lag); err != nil {
			return fmt.Errorf("how late holds have ended: %w", err)
		}
		if lag < 0 {
			r.failIf(fmt.Errorf("a hold was ended %.3f s before its deadline", -lag))
		}
		all = append(all, time.Duration(lag*float64(time.Second)))
	}
	r.ExpiryLag = spreadOf(all)
	return rows.Err()
}
