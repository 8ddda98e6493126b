package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"holdfast/api/openapi"
	"holdfast/internal/audit"
	"holdfast/internal/booking"
	"holdfast/internal/rig"
	"holdfast/proof/crowd"
)

// quietBound is how long the engine may take to finish what was begun, once
// everything is there again: a repeated step waits for a minute at most.
const quietBound = 2 * time.Minute

// quiet waits until nothing is under way: no hold, no payment, no event, no workflow,
// and the seat map is where the truth is.
func (r *scene) quiet(ctx context.Context, show booking.ShowtimeID) error {
	if err := r.settle(ctx); err != nil {
		return err
	}
	return rig.Until(ctx, quietBound, "everything is quiet", func(ctx context.Context) (string, error) {
		why, err := r.UnderWay(ctx, r.cfg.Namespace)
		if err != nil { // a server that is still coming back
			return err.Error(), nil
		}
		if why != "" {
			return why, nil
		}
		truth, err := r.Store.SeatMap(ctx, show)
		if err != nil {
			return err.Error(), nil
		}
		if at, err := r.Maps.Version(ctx, show); err != nil || at != truth.Version {
			return fmt.Sprintf("the seat map is at version %d of %d (%v)", at, truth.Version, err), nil
		}
		return "", nil
	})
}

// sellOut buys every seat that is free, as one can when nobody else is there: one that
// cannot be bought has been lost.
func (r *scene) sellOut(ctx context.Context, show booking.ShowtimeID) (sold int, err error) {
	truth, err := r.Store.SeatMap(ctx, show)
	if err != nil {
		return 0, err
	}
	var free []string
	for _, s := range truth.Seats {
		if s.Status == booking.SeatAvailable {
			free = append(free, string(s.ID))
		}
	}
	c := crowd.NewClient(r.apis, 0)
	defer c.Close()
	if err := c.SignIn(ctx); err != nil {
		return 0, err
	}
	for seats := range slices.Chunk(free, perRow) {
		body, err := json.Marshal(openapi.NewBooking{ShowtimeId: string(show), SeatIds: seats})
		if err != nil {
			return sold, err
		}
		held, err := buy(ctx, c, "/v1/bookings", string(body), "all-"+seats[0])
		if err == nil {
			_, err = buy(ctx, c, "/v1/bookings/"+held.Id+"/payments", `{"method":"sandbox","token":"tok_ok"}`, "pay-"+seats[0])
		}
		if err != nil {
			return sold, fmt.Errorf("all is quiet, and %v cannot be bought: %w", seats, err)
		}
		sold += len(seats)
	}
	return sold, nil
}

// buy asks for something that has to be granted; a machine that is busy may say "later"
// a few times.
func buy(ctx context.Context, c *crowd.Client, path, body, key string) (openapi.Booking, error) {
	for n := 0; ; n++ {
		a, err := c.Ask(ctx, http.MethodPost, path, body, key)
		switch {
		case err != nil:
			return openapi.Booking{}, err
		case a.Status == http.StatusCreated:
			return a.Booking, nil
		case a.Status != http.StatusServiceUnavailable || n == 5:
			return openapi.Booking{}, fmt.Errorf("%d %s", a.Status, a.Body)
		}
		rest(ctx, time.Second)
	}
}

// viewersAgree waits until every open seat map shows the truth.
func (r *scene) viewersAgree(ctx context.Context, show booking.ShowtimeID, open []*viewer) error {
	truth, err := r.Store.SeatMap(ctx, show)
	if err != nil {
		return err
	}
	return rig.Until(ctx, time.Minute, "every open seat map shows the truth", func(context.Context) (string, error) {
		for _, v := range open {
			if why := v.differs(truth); why != "" {
				return why, nil
			}
		}
		return "", nil
	})
}

// audit runs the auditor, as an operator does, and notes what it names.
func (r *scene) audit(ctx context.Context, round *Round) error {
	out, failed := r.command(ctx, "audit", "--settled", "0s", "--late", "20s", "--json")
	var report audit.Report
	if err := json.NewDecoder(bytes.NewReader(out)).Decode(&report); err != nil {
		return fmt.Errorf("the audit has no report: %w: %s", err, out)
	}
	for _, c := range report.Compared {
		round.Compared += c.N
	}
	for _, v := range report.Violations {
		round.Wrong = append(round.Wrong, fmt.Sprintf("audit: statement %d: %s: showtime %s booking %s seat %s payment %s: %s",
			v.Statement, v.Problem, v.ShowtimeID, v.BookingID, v.SeatID, v.PaymentID, v.Details))
	}
	for _, u := range report.Unchecked {
		round.Wrong = append(round.Wrong, fmt.Sprintf("audit: not compared: %s: %s", u.What, u.Why))
	}
	if failed != nil && len(round.Wrong) == 0 {
		round.Wrong = append(round.Wrong, fmt.Sprintf("the audit has failed: %v: %s", failed, lastLine(out)))
	}
	return nil
}

func lastLine(out []byte) string {
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	return string(lines[len(lines)-1])
}
