package seed

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

// shelf keeps the programme as the database does: what has an id that is known
// is left alone.
type shelf struct {
	halls     map[string]booking.Hall
	movies    map[string]booking.Movie
	showtimes map[booking.ShowtimeID]booking.Schedule
	failAt    int // the number of the call that fails; 0 is none
	calls     int
}

var errShelf = errors.New("the shelf broke")

func newShelf() *shelf {
	return &shelf{halls: map[string]booking.Hall{}, movies: map[string]booking.Movie{}, showtimes: map[booking.ShowtimeID]booking.Schedule{}}
}

func (s *shelf) call() error {
	if s.calls++; s.calls == s.failAt {
		return errShelf
	}
	return nil
}

func put[K comparable, V any](in map[K]V, id K, v V) bool {
	if _, there := in[id]; there {
		return false
	}
	in[id] = v
	return true
}

func (s *shelf) AddHall(_ context.Context, h booking.Hall) (bool, error) {
	if err := s.call(); err != nil {
		return false, err
	}
	return put(s.halls, h.ID, h), nil
}

func (s *shelf) AddMovie(_ context.Context, m booking.Movie) error {
	if err := s.call(); err != nil {
		return err
	}
	put(s.movies, m.ID, m)
	return nil
}

func (s *shelf) Schedule(_ context.Context, p booking.Schedule) (bool, error) {
	if err := s.call(); err != nil {
		return false, err
	}
	return put(s.showtimes, p.ID, p), nil
}

var day = time.Date(2030, 2, 27, 15, 4, 5, 0, time.UTC)

func fill(t *testing.T, s *shelf, now time.Time) (said []string) {
	t.Helper()
	require.NoError(t, multiplex(t.Context(), s, now, func(what string) { said = append(said, what) }))
	return said
}

func TestHallsHaveTheirSeats(t *testing.T) {
	s := newShelf()
	fill(t, s, day)
	require.Len(t, s.halls, 4)
	require.Len(t, s.halls["screen-1"].Seats, 140)
	require.InDelta(t, 300, len(s.halls["screen-2"].Seats), 15)
	require.Len(t, s.halls["screen-3"].Seats, 1200)
	require.Len(t, s.halls["arena"].Seats, 10_000)
}

func TestSeatsAreNamedOnce(t *testing.T) {
	form := regexp.MustCompile(`^[A-Za-z0-9-]{1,16}$`)
	for _, h := range halls {
		ids := map[booking.SeatID]bool{}
		places := map[string]bool{}
		for _, s := range h.Seats {
			require.Regexp(t, form, string(s.ID), h.ID)
			require.True(t, s.ID.Plausible(), "%s: %s", h.ID, s.ID)
			require.False(t, ids[s.ID], "%s has %s twice", h.ID, s.ID)
			ids[s.ID] = true
			place := fmt.Sprintf("%s %d", s.Row, s.Number)
			require.False(t, places[place], "%s has row and number %s twice", h.ID, place)
			places[place] = true
			require.Positive(t, s.Number)
			require.NotEmpty(t, s.Row)
		}
	}
}

func TestRowNamesGoOnAfterZ(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 27: "AB", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		require.Equal(t, want, rowName(i))
	}
}

// A category without a price could not be sold, a price without seats would be
// shown as the cheapest.
func TestEveryCategoryIsPriced(t *testing.T) {
	for _, h := range halls {
		priced, used := map[string]bool{}, map[string]bool{}
		for _, c := range pricing[h.ID] {
			require.False(t, priced[c.ID], "%s prices %s twice", h.ID, c.ID)
			priced[c.ID] = true
			require.Positive(t, c.Price.Minor)
			require.Equal(t, currency, c.Price.Currency)
			require.NotEmpty(t, c.Name)
		}
		for _, s := range h.Seats {
			used[s.Category] = true
		}
		require.Equal(t, used, priced, h.ID)
	}
}

// A wheelchair place is of use with somebody beside it.
func TestWheelchairPlacesHaveCompanions(t *testing.T) {
	for _, h := range halls {
		at := map[string]booking.Seat{}
		kinds := map[booking.Kind]int{}
		for _, s := range h.Seats {
			at[fmt.Sprint(s.Row, "/", s.Number)] = s
			kinds[s.Kind]++
		}
		require.Equal(t, kinds[booking.Wheelchair], kinds[booking.Companion], h.ID)
		if h.ID == "screen-2" {
			require.Equal(t, 4, kinds[booking.Wheelchair])
		}
		for _, s := range h.Seats {
			if s.Kind != booking.Wheelchair {
				continue
			}
			before, after := at[fmt.Sprint(s.Row, "/", s.Number-1)], at[fmt.Sprint(s.Row, "/", s.Number+1)]
			require.True(t, before.Kind == booking.Companion || after.Kind == booking.Companion, "nobody sits beside %s of %s", s.ID, h.ID)
		}
	}
}

// closest is how near two seats of a hall may be, in seat widths.
const closest = 0.8

func TestSeatsDoNotOverlap(t *testing.T) {
	for _, h := range halls {
		// By cells of the least distance, only neighbours have to be compared.
		type cell struct{ x, y int }
		grid := map[cell][]booking.Seat{}
		for _, s := range h.Seats {
			require.False(t, math.IsNaN(s.X) || math.IsInf(s.X, 0) || s.X < -1, "%s: %+v", h.ID, s)
			require.False(t, math.IsNaN(s.Y) || math.IsInf(s.Y, 0) || s.Y < -1, "%s: %+v", h.ID, s)
			c := cell{int(math.Floor(s.X / closest)), int(math.Floor(s.Y / closest))}
			for dx := -1; dx <= 1; dx++ {
				for dy := -1; dy <= 1; dy++ {
					for _, other := range grid[cell{c.x + dx, c.y + dy}] {
						apart := math.Hypot(s.X-other.X, s.Y-other.Y)
						require.GreaterOrEqual(t, apart, closest, "%s: %s and %s", h.ID, s.ID, other.ID)
					}
				}
			}
			grid[c] = append(grid[c], s)
		}
	}
}

func TestBlockedSeatsExist(t *testing.T) {
	for hall, seats := range blocked {
		known := map[booking.SeatID]bool{}
		for _, h := range halls {
			for _, s := range h.Seats {
				known[s.ID] = known[s.ID] || h.ID == hall
			}
		}
		for _, id := range seats {
			require.True(t, known[id], "%s has no %s to block", hall, id)
		}
	}
}

func TestTwoDozenShowtimesAreOnSaleFromNowOn(t *testing.T) {
	s := newShelf()
	fill(t, s, day)
	require.GreaterOrEqual(t, len(s.showtimes), 24)
	require.Len(t, s.showtimes, len(programme(day)), "no two have the same id")
	in := map[string]int{}
	for id, p := range s.showtimes {
		require.True(t, booking.IsUUID(string(id)), id)
		require.True(t, p.StartsAt.After(day), "%s has begun", id)
		require.False(t, p.SalesOpenAt.After(day))
		require.Equal(t, p.StartsAt, p.SalesCloseAt)
		require.Contains(t, s.halls, p.AuditoriumID)
		require.Contains(t, s.movies, p.MovieID)
		require.Equal(t, pricing[p.AuditoriumID], p.Categories)
		in[p.AuditoriumID]++
	}
	require.Len(t, in, len(s.halls), "every hall is used")
}

// One hall shows one thing at a time.
func TestShowtimesOfAHallDoNotOverlap(t *testing.T) {
	s := newShelf()
	for days := range 20 { // also with what later seeds add
		fill(t, s, day.AddDate(0, 0, days))
	}
	for id, a := range s.showtimes {
		for other, b := range s.showtimes {
			if id == other || a.AuditoriumID != b.AuditoriumID || b.StartsAt.Before(a.StartsAt) {
				continue
			}
			ends := a.StartsAt.Add(s.movies[a.MovieID].Runtime)
			require.False(t, b.StartsAt.Before(ends), "%s at %s: %s runs until %s", b.MovieID, b.StartsAt, a.MovieID, ends)
		}
	}
}

func TestAgainOnTheSameDayChangesNothing(t *testing.T) {
	s := newShelf()
	first := fill(t, s, day)
	require.Contains(t, first[len(first)-1], fmt.Sprintf("%d showtimes, %d of them new", len(programme(day)), len(programme(day))))
	before := len(s.showtimes)
	again := fill(t, s, day.Truncate(24*time.Hour).Add(24*time.Hour-1))
	require.Len(t, s.showtimes, before)
	require.Contains(t, again[len(again)-1], "0 of them new")
	for _, said := range again[:len(again)-1] {
		require.Contains(t, said, "(there already)")
	}
}

func TestTheNextDayAddsDays(t *testing.T) {
	s := newShelf()
	fill(t, s, day)
	before := len(s.showtimes)
	fill(t, s, day.AddDate(0, 0, 1))
	require.Greater(t, len(s.showtimes), before)
	later := false
	for _, p := range s.showtimes {
		later = later || p.AuditoriumID != "arena" && !p.StartsAt.Before(day.AddDate(0, 0, cinemaDays+1).Truncate(24*time.Hour))
	}
	require.True(t, later, "the last day of the cinema has moved on")
}

func TestAFailureEndsIt(t *testing.T) {
	for at := 1; ; at++ {
		s := newShelf()
		s.failAt = at
		err := multiplex(t.Context(), s, day, func(string) {})
		if s.calls < at { // every call has failed once
			require.NoError(t, err)
			require.Equal(t, len(halls)+len(movies)+len(programme(day)), at-1)
			return
		}
		require.ErrorIs(t, err, errShelf)
		require.Equal(t, at, s.calls, "nothing is done after it")
	}
}
