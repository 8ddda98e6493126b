// Package demo plays the story of the engine against a running API: two people
// want the same seats in the same instant.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"holdfast/api/openapi"
)

// freeWithin is how long after its end a hold's seats may still be taken; the
// story fails after it.
const freeWithin = 10 * time.Second

// Play plays the story to out. An error says which step did not go as promised.
func Play(ctx context.Context, base string, out io.Writer) error {
	base = strings.TrimSuffix(base, "/")
	say := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	ada, err := guest(ctx, base, "Ada")
	if err != nil {
		return err
	}
	bob, err := guest(ctx, base, "Bob")
	if err != nil {
		return err
	}
	show, seats, err := choose(ctx, ada)
	if err != nil {
		return err
	}
	wish := openapi.NewBooking{ShowtimeId: show.Id, SeatIds: seats}
	say("%s, %s, %s", show.Movie.Title, show.Auditorium.Name, show.StartsAt.Format("Mon 2 Jan 15:04 MST"))
	say("Ada and Bob both want seats %s, in the same instant.\n", list(seats))

	winner, loser, held, problem, err := race(ctx, ada, bob, wish)
	if err != nil {
		return err
	}
	say("  %-4s 201  holds them, for %s, until %s", winner.name, held.Total.Amount+" "+held.Total.Currency, held.ExpiresAt.Format(time.TimeOnly))
	say("  %-4s 409  %s: %s\n", loser.name, problem.Code, gone(*problem.Seats))

	say("%s does not pay. A durable timer keeps the hold; nothing polls, nothing sweeps.", winner.name)
	if err := countdown(ctx, out, time.Duration(held.ExpiresInSeconds*float64(time.Second))); err != nil {
		return err
	}
	mine, late, err := bookFreed(ctx, loser, wish, held.ExpiresAt)
	if err != nil {
		return err
	}
	say("  %-4s 201  holds them now, %.2f s after the other hold ended", loser.name, late.Seconds())

	var paid openapi.PaymentResult
	problem, err = loser.call(ctx, http.MethodPost, "/v1/bookings/"+mine.Id+"/payments", openapi.NewPayment{Method: "sandbox", Token: "tok_ok"}, &paid)
	if err != nil || problem != nil {
		return fmt.Errorf("paying: %w", errorOf(problem, err))
	}
	say("  %-4s 201  pays %s: %s\n", loser.name, paid.Booking.Total.Amount+" "+paid.Booking.Total.Currency, paid.Booking.Status)

	var history openapi.History
	problem, err = winner.call(ctx, http.MethodGet, "/v1/bookings/"+held.Id+"/history", nil, &history)
	if err != nil || problem != nil {
		return fmt.Errorf("reading the history: %w", errorOf(problem, err))
	}
	say("What happened to %s's booking:", winner.name)
	for _, item := range history.Items {
		say("  %s  %s", item.At.Format("15:04:05.000"), item.Type)
	}
	return nil
}

// choose finds a showtime with two free neighbours.
func choose(ctx context.Context, p *person) (openapi.Showtime, []string, error) {
	var list openapi.ShowtimeList
	if problem, err := p.call(ctx, http.MethodGet, "/v1/showtimes?limit=100", nil, &list); err != nil || problem != nil {
		return openapi.Showtime{}, nil, fmt.Errorf("listing showtimes: %w", errorOf(problem, err))
	}
	for _, show := range list.Items {
		var m openapi.SeatMap
		if problem, err := p.call(ctx, http.MethodGet, "/v1/showtimes/"+show.Id+"/seats", nil, &m); err != nil || problem != nil {
			return show, nil, fmt.Errorf("reading the seats: %w", errorOf(problem, err))
		}
		// From the back, where the better seats are.
		for i := len(m.Seats) - 1; i > 0; i-- {
			a, b := m.Seats[i-1], m.Seats[i]
			if a.Row == b.Row && a.Status == openapi.Available && b.Status == openapi.Available {
				return show, []string{a.Id, b.Id}, nil
			}
		}
	}
	return openapi.Showtime{}, nil, errors.New("no showtime has two free seats side by side; `holdfast seed` adds some every day")
}

// race lets both ask at once. Exactly one must get the seats.
func race(ctx context.Context, a, b *person, wish openapi.NewBooking) (winner, loser *person, held openapi.Booking, problem *openapi.Problem, err error) {
	people := []*person{a, b}
	bookings := make([]openapi.Booking, 2)
	problems := make([]*openapi.Problem, 2)
	errs := make([]error, 2)
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i, p := range people {
		wg.Go(func() {
			<-start
			problems[i], errs[i] = p.call(ctx, http.MethodPost, "/v1/bookings", wish, &bookings[i])
		})
	}
	close(start)
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, nil, held, nil, err
	}
	for i := range people {
		other := 1 - i
		if problems[i] == nil && problems[other] != nil && problems[other].Seats != nil {
			return people[i], people[other], bookings[i], problems[other], nil
		}
	}
	return nil, nil, held, nil, fmt.Errorf("exactly one should have got the seats; Ada: %s, Bob: %s", outcome(problems[0]), outcome(problems[1]))
}

// bookFreed asks for the seats until they are free, and says how long after the
// end of the other hold that was.
func bookFreed(ctx context.Context, p *person, wish openapi.NewBooking, ended time.Time) (openapi.Booking, time.Duration, error) {
	deadline := time.Now().Add(freeWithin)
	for {
		var b openapi.Booking
		problem, err := p.call(ctx, http.MethodPost, "/v1/bookings", wish, &b)
		switch {
		case err != nil:
			return b, 0, err
		case problem == nil:
			return b, b.CreatedAt.Sub(ended), nil
		case problem.Code != "seats_taken" || time.Now().After(deadline):
			return b, 0, fmt.Errorf("the seats should be free: %w", errorOf(problem, nil))
		}
		select {
		case <-ctx.Done():
			return b, 0, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}
