package main

import (
	"context"
	"fmt"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// pacer lets an attack keep to arrivals.
type pacer []time.Duration

// Pace says how long it is to the next arrival.
func (p pacer) Pace(elapsed time.Duration, hits uint64) (wait time.Duration, stop bool) {
	if hits >= uint64(len(p)) {
		return 0, true
	}
	return max(0, p[hits]-elapsed), false
}

// Rate is the mean one.
func (p pacer) Rate(time.Duration) float64 {
	if len(p) == 0 {
		return 0
	}
	return float64(len(p)) / p[len(p)-1].Seconds()
}

// attack is an open load of HTTP requests, each answered by this status. Done gets the
// body of each that was.
func attack(ctx context.Context, at []time.Duration, status int, next vegeta.Targeter, done func(body []byte) error) *tally {
	all := &tally{latencies: make([]time.Duration, 0, len(at))}
	attacker := vegeta.NewAttacker(vegeta.Timeout(answerWithin), vegeta.MaxBody(1<<20))
	ended := context.AfterFunc(ctx, func() { attacker.Stop() })
	defer ended()
	began := time.Now()
	for r := range attacker.Attack(next, pacer(at), 0, "") {
		var err error
		if r.Code != uint16(status) {
			err = fmt.Errorf("%s %s: %d %s %.200s", r.Method, r.URL, r.Code, r.Error, r.Body)
		} else {
			err = done(r.Body)
		}
		all.note(r.Timestamp.Add(r.Latency).Sub(began.Add(at[r.Seq])), err)
	}
	all.took = time.Since(began)
	if missing := len(at) - len(all.latencies) - all.errors; missing > 0 {
		all.note(0, fmt.Errorf("%d arrivals asked for nothing: %w", missing, context.Cause(ctx)))
	}
	return all
}
