// Package seed fills the system with an example programme: a multiplex of three
// screens with two dozen showtimes over the coming days, and an arena for scale.
package seed

import (
	"context"
	"fmt"
	"time"

	"holdfast/internal/booking"
)

// Store takes the programme. Each method leaves alone what is there already.
type Store interface {
	AddHall(ctx context.Context, h booking.Hall) (added bool, err error)
	AddMovie(ctx context.Context, m booking.Movie) error
	Schedule(ctx context.Context, p booking.Schedule) (added bool, err error)
}

const currency = "USD"

var halls = []booking.Hall{
	{ID: "screen-1", Name: "Screen 1", VenueID: "lumen", VenueName: "Lumen Multiplex", Seats: studio()},
	{ID: "screen-2", Name: "Screen 2 · Grand", VenueID: "lumen", VenueName: "Lumen Multiplex", Seats: grand()},
	{ID: "screen-3", Name: "Screen 3 · Palace", VenueID: "lumen", VenueName: "Lumen Multiplex", Seats: palace()},
	{ID: "arena", Name: "Main Bowl", VenueID: "harbour", VenueName: "Harbour Arena", Seats: arena()},
}

var movies = []booking.Movie{
	{ID: "the-long-tide", Title: "The Long Tide", Runtime: 128 * time.Minute, Rating: "PG-13", Tagline: "Every seven years the sea forgets to come back."},
	{ID: "paper-lanterns", Title: "Paper Lanterns", Runtime: 97 * time.Minute, Rating: "PG", Tagline: "One night, one city, ten thousand wishes."},
	{ID: "night-shift-at-orbit-nine", Title: "Night Shift at Orbit Nine", Runtime: 141 * time.Minute, Rating: "R", Tagline: "Somebody has to keep the lights on."},
	{ID: concert, Title: "Northern Static: Live", Runtime: 150 * time.Minute, Tagline: "The reunion tour."},
}

func prices(of ...booking.PricedCategory) []booking.PricedCategory { return of }

func category(id, name string, cents int64) booking.PricedCategory {
	return booking.PricedCategory{ID: id, Name: name, Price: booking.Money{Minor: cents, Currency: currency}}
}

// pricing is per hall: every category that its layout uses.
var pricing = map[string][]booking.PricedCategory{
	"screen-1": prices(category(standard, "Standard", 1200), category(premium, "Premium", 1500)),
	"screen-2": prices(category(standard, "Standard", 1300), category(premium, "Premium", 1650), category(vip, "VIP recliner", 2400)),
	"screen-3": prices(category(standard, "Stalls and balcony", 1400), category(premium, "Centre stalls", 1800), category(vip, "Circle", 2600)),
	"arena":    prices(category(floor, "Floor", 12500), category(lower, "Lower ring", 8900), category(upper, "Upper ring", 5400)),
}

// The cinema shows two movies a day on each screen, for cinemaDays from tomorrow
// on, and the arena has its one evening in arenaDay days.
const (
	cinemaDays = 4
	arenaDay   = 14
)

// starts is when each screen of the cinema begins, in UTC; the second time leaves
// the longest movie its end and the cleaners theirs.
var starts = []struct {
	hall         string
	hour, minute int
}{
	{"screen-1", 16, 15},
	{"screen-2", 16, 45},
	{"screen-3", 15, 30},
	{"screen-1", 19, 30},
	{"screen-2", 20, 0},
	{"screen-3", 18, 45},
}

// cinema are the movies that go round its screens.
var cinema = []string{"paper-lanterns", "the-long-tide", "night-shift-at-orbit-nine"}

const concert = "northern-static-live"

// slot is one showtime.
type slot struct {
	hall, movie string
	starts      time.Time
}

// programme is what is to be shown from the day after now on. What is on at a
// date depends on the date alone, so that seeds of different days agree about
// it and no hall ever shows two things at a time.
func programme(now time.Time) []slot {
	at := func(days, hour, minute int) time.Time {
		return time.Date(now.Year(), now.Month(), now.Day()+days, hour, minute, 0, 0, time.UTC)
	}
	var slots []slot
	for day := 1; day <= cinemaDays; day++ {
		date := int(at(day, 0, 0).Unix() / int64(24*time.Hour/time.Second))
		for i, s := range starts {
			movie := cinema[(date+i+i/len(cinema))%len(cinema)] // another one than before on that screen
			slots = append(slots, slot{s.hall, movie, at(day, s.hour, s.minute)})
		}
	}
	return append(slots, slot{"arena", concert, at(arenaDay, 19, 0)})
}

// blocked are seats that the house keeps back, so that the map has some to show.
var blocked = map[string][]booking.SeatID{
	"screen-1": {"A1", "A10"},
	"screen-2": {"O8", "O9"},
}

// Multiplex enters the programme, from tomorrow on. It may be done again at any
// time: on the same day it changes nothing, later it adds the days that came.
// progress is told what was done, in words.
func Multiplex(ctx context.Context, store Store, progress func(what string)) error {
	return multiplex(ctx, store, time.Now().UTC(), progress)
}

func multiplex(ctx context.Context, store Store, now time.Time, progress func(what string)) error {
	for _, h := range halls {
		added, err := store.AddHall(ctx, h)
		if err != nil {
			return err
		}
		progress(fmt.Sprintf("%s, %s: %d seats%s", h.VenueName, h.Name, len(h.Seats), already(added)))
	}
	for _, m := range movies {
		if err := store.AddMovie(ctx, m); err != nil {
			return err
		}
	}
	fresh, slots := 0, programme(now)
	for _, s := range slots {
		// On sale since yesterday, so that a clock that differs a little does not matter.
		onSale := time.Date(now.Year(), now.Month(), now.Day()-1, 0, 0, 0, 0, time.UTC)
		added, err := store.Schedule(ctx, Showing(s.hall, s.movie, onSale, s.starts))
		if err != nil {
			return err
		}
		if added {
			fresh++
		}
	}
	progress(fmt.Sprintf("%d showtimes, %d of them new", len(slots), fresh))
	return nil
}

// Showing is a movie in one of the seeded halls, at that hall's prices, on sale
// until it starts. The same hall and time give the same showtime.
func Showing(hall, movie string, onSale, starts time.Time) booking.Schedule {
	return booking.Schedule{
		ID:      booking.ShowtimeID(booking.DeriveID("showtime", hall, starts.Format(time.RFC3339))),
		MovieID: movie, AuditoriumID: hall, StartsAt: starts, SalesOpenAt: onSale, SalesCloseAt: starts,
		Currency: currency, Categories: pricing[hall], Blocked: blocked[hall],
	}
}

func already(added bool) string {
	if added {
		return ""
	}
	return " (there already)"
}
