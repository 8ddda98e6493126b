package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"
)

// What the crowd of a sale is like.
const (
	shareOfFans  = 0.80 // want the hot seats
	shareHot     = 0.20 // of the seats of a hall
	sharePaying  = 0.70
	shareLeaving = 0.25 // let the hold run out; the others cancel it
	// nearestFew is how far down the list of what is left a fan looks, in seats on
	// average: many want the very same ones.
	nearestFew = 24
	// tries is how often somebody who was refused chooses other seats.
	tries = 8
)

// parties are how many tickets somebody wants, and how many of a hundred do: 2.4 on
// average.
var parties = []struct{ tickets, ofHundred int }{{1, 20}, {2, 45}, {3, 10}, {4, 25}}

// ending is what somebody does with a hold.
type ending int

const (
	pays ending = iota
	leaves
	cancels
)

// customer is somebody who comes to a sale, as the seed has drawn it.
type customer struct {
	tickets int
	fan     bool
	show    int
	ends    ending
	reads   time.Duration // the map
	decides time.Duration // what to do with the hold
	rnd     *rand.Rand    // for what depends on the map
}

// drawCustomer makes the nth customer; the same seed makes the same ones.
func drawCustomer(seed, n uint64, shows int) customer {
	rnd := rand.New(rand.NewPCG(seed, n+1)) //nolint:gosec // it can be repeated
	c := customer{rnd: rnd, fan: rnd.Float64() < shareOfFans, show: rnd.IntN(shows), ends: cancels}
	at := rnd.IntN(100)
	for _, p := range parties {
		if c.tickets = p.tickets; at < p.ofHundred {
			break
		}
		at -= p.ofHundred
	}
	switch u := rnd.Float64(); {
	case u < sharePaying:
		c.ends = pays
	case u < sharePaying+shareLeaving:
		c.ends = leaves
	}
	c.reads, c.decides = c.pause(2*time.Second, 8*time.Second), c.pause(6*time.Second, 30*time.Second)
	return c
}

// pause is how long people take: so long on average, never longer than most.
func (c customer) pause(mean, most time.Duration) time.Duration {
	return min(time.Duration(c.rnd.ExpFloat64()*float64(mean)), most)
}

// choose picks seats that were free on the map, in the order of the hall, best first;
// none when there are not enough.
func (c customer) choose(free, hot []string) []string {
	if c.fan && len(hot) >= c.tickets {
		n := min(int(c.rnd.ExpFloat64()*nearestFew), len(hot)-c.tickets)
		return hot[n : n+c.tickets]
	}
	if len(free) < c.tickets {
		return nil
	}
	n := c.rnd.IntN(len(free) - c.tickets + 1)
	return free[n : n+c.tickets]
}

// buy is the story of one customer: sign in, look, take seats or other ones, and pay,
// or not. What goes wrong is the error; to be refused, or to find nothing, does not.
func (v *sale) buy(ctx context.Context, n int) error {
	c := drawCustomer(v.seed, uint64(n), len(v.shows)) //nolint:gosec // it is positive
	v.book.came(c.tickets, time.Since(v.began.Add(v.at[n])))
	var guest struct{ Token string }
	if _, err := v.ask(ctx, "sign in", http.MethodPost, "/v1/guests", "", nil, &guest, http.StatusCreated); err != nil {
		return err
	}
	show := v.shows[c.show]
	for range tries {
		free, hot, err := v.look(ctx, string(show))
		if err != nil {
			return err
		}
		seats := c.choose(free, hot)
		if seats == nil {
			break
		}
		if err := wait(ctx, c.reads); err != nil {
			return err
		}
		c.reads /= 2 // who has seen the hall chooses faster
		var got struct{ ID string }
		status, err := v.ask(ctx, "hold", http.MethodPost, "/v1/bookings", guest.Token,
			map[string]any{"showtimeId": show, "seatIds": seats}, &got, http.StatusCreated, http.StatusConflict)
		if err != nil {
			return err
		}
		if status == http.StatusCreated {
			v.book.held(got.ID, c)
			return v.end(ctx, c, guest.Token, got.ID)
		}
	}
	v.book.foundNone()
	return nil
}

func (v *sale) end(ctx context.Context, c customer, token, id string) error {
	if c.ends == leaves {
		return nil
	}
	if err := wait(ctx, c.decides); err != nil {
		return err
	}
	if c.ends == pays {
		_, err := v.ask(ctx, "pay", http.MethodPost, "/v1/bookings/"+id+"/payments", token,
			map[string]any{"method": "sandbox", "token": "tok_ok"}, nil, http.StatusCreated)
		if err == nil {
			v.book.sold(c.tickets)
		}
		return err
	}
	_, err := v.ask(ctx, "cancel", http.MethodDelete, "/v1/bookings/"+id, token, nil, nil, http.StatusOK)
	return err
}

// look reads the map: the free seats in the order of the hall, and the hot ones of them.
func (v *sale) look(ctx context.Context, show string) (free, hot []string, err error) {
	var m openSeats
	_, err = v.ask(ctx, "map", http.MethodGet, "/v1/showtimes/"+show+"/seats", "", nil, &m, http.StatusOK)
	if err == nil && m.all != hallSeats {
		err = fmt.Errorf("a map has %d seats, not %d", m.all, hallSeats)
	}
	return m.free, m.free[:m.hot], err
}

// openSeats are the seats of a map that are free.
type openSeats struct {
	free     []string
	hot, all int // how many of the free ones are hot, and how many seats there are
}

// read looks for what it needs only: thousands of seats a second, read whole, would be a
// noticeable part of the machine that the engine has, too.
func (o *openSeats) read(text []byte) error {
	_, rest, found := bytes.Cut(text, []byte(`"seats":[`))
	if !found {
		return errors.New("a map has no seats")
	}
	for {
		var id, between, status []byte
		if _, rest, found = bytes.Cut(rest, []byte(`"id":"`)); !found {
			return nil
		}
		id, rest, _ = bytes.Cut(rest, []byte(`"`))
		if between, rest, found = bytes.Cut(rest, []byte(`"status":"`)); !found || bytes.Contains(between, []byte(`"id":"`)) {
			return fmt.Errorf("seat %s of a map has no status", id)
		}
		status, rest, _ = bytes.Cut(rest, []byte(`"`))
		if string(status) == "available" {
			o.free = append(o.free, string(id))
			if o.all < shareHot*hallSeats {
				o.hot++
			}
		}
		o.all++
	}
}

// ask asks the API, and notes how long it took by what it was and how it ended. Any
// status that is not expected is an error.
func (v *sale) ask(ctx context.Context, step, method, path, token string, body, into any, expected ...int) (int, error) {
	var reader io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, err
		}
		reader = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+v.api+path, reader)
	if err != nil {
		return 0, err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	began := time.Now()
	resp, err := v.client.Do(req)
	if err != nil {
		return 0, err
	}
	text, err := io.ReadAll(resp.Body)
	took := time.Since(began)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return 0, fmt.Errorf("%s %s: %w", method, path, err)
	}
	for _, status := range expected {
		if resp.StatusCode != status {
			continue
		}
		if status == http.StatusConflict {
			step = "refusal"
		}
		v.book.answered(step, took)
		if status >= http.StatusMultipleChoices {
			return status, nil
		}
		switch into := into.(type) {
		case nil:
		case *openSeats:
			err = into.read(text)
		default:
			err = json.Unmarshal(text, into)
		}
		return status, err
	}
	return 0, fmt.Errorf("%s %s: %d %.300s", method, path, resp.StatusCode, text)
}

// wait is somebody who takes a while.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
