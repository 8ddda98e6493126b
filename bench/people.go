package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"holdfast/internal/booking"
)

// manyPeople is how many guests book, in turns: a crowd has many people with a few holds
// each, not one with thousands.
const manyPeople = 400

func (s *scene) signIn(ctx context.Context) error {
	w := &wire{host: s.api}
	defer w.close()
	ask := request(http.MethodPost, s.api, "/v1/guests", "")
	for range manyPeople {
		body, err := w.expect(ctx, http.StatusCreated, ask)
		if err != nil {
			return fmt.Errorf("signing in: %w", err)
		}
		var guest struct{ Token string }
		if err := json.Unmarshal(body, &guest); err != nil {
			return fmt.Errorf("signing in: %w", err)
		}
		s.people = append(s.people, "Authorization: Bearer "+guest.Token)
	}
	return nil
}

// perHall is the seats of a showtime.
const perHall = 300

// halls gives out seats that nobody has had, in turns from several showtimes: what is
// measured is the engine, not people who wait for the same showtime's row.
type halls struct {
	scene *scene
	mu    sync.Mutex
	shows []booking.ShowtimeID // those on sale
	next  int                  // of the seats of shows
	used  []booking.ShowtimeID // those since the last quiet
}

// several is how many showtimes are on sale at once.
const several = 20

// seat is one that can be had.
type seat struct {
	show booking.ShowtimeID
	id   string
}

func (h *halls) take(ctx context.Context) (seat, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.next == len(h.shows)*perHall {
		if err := h.open(ctx); err != nil {
			return seat{}, err
		}
	}
	n := h.next
	h.next++
	return seat{h.shows[n%len(h.shows)], seatName(n / len(h.shows))}, nil
}

// stock makes room for so many more seats, so that no showtime is opened under load
// unless the engine is faster than was thought.
func (h *halls) stock(ctx context.Context, seats int) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if left := len(h.shows)*perHall - h.next; left >= seats {
		return nil
	}
	return h.openSome(ctx, max(several, (seats+perHall-1)/perHall))
}

// open needs the lock.
func (h *halls) open(ctx context.Context) error { return h.openSome(ctx, several) }

func (h *halls) openSome(ctx context.Context, n int) error {
	h.shows, h.next = nil, 0
	for range n {
		show, err := h.scene.OpenSale(ctx, hallOf(perHall))
		if err != nil {
			return err
		}
		h.shows = append(h.shows, show)
	}
	h.used = append(h.used, h.shows...)
	return nil
}

// use says that a showtime has bookings: quiet waits for its map.
func (h *halls) use(show booking.ShowtimeID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.used = append(h.used, show)
}

// behind says which map is not where the truth is; "" when none is.
func (h *halls) behind(ctx context.Context) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, show := range h.used {
		var version int64
		if err := h.scene.DB.QueryRow(ctx, `SELECT version FROM showtime_state WHERE showtime_id = $1`, string(show)).Scan(&version); err != nil {
			return "", err
		}
		if at, err := h.scene.Maps.Version(ctx, show); err != nil || at != version {
			return fmt.Sprintf("a seat map is at version %d of %d (%v)", at, version, err), nil
		}
	}
	h.used = append([]booking.ShowtimeID(nil), h.shows...)
	return "", nil
}

// hallOf is a hall with so many seats of one kind.
func hallOf(seats int) booking.Hall {
	hall := booking.Hall{ID: fmt.Sprint("hall-", seats), Name: "Hall", VenueID: "venue", VenueName: "Venue"}
	for i := range seats {
		hall.Seats = append(hall.Seats, booking.Seat{
			ID: booking.SeatID(seatName(i)), Row: rowName(i / perRow), Number: i%perRow + 1, X: float64(i % perRow), Y: float64(i / perRow),
			Category: "standard", Kind: booking.Standard,
		})
	}
	return hall
}

const perRow = 20

func seatName(i int) string { return fmt.Sprint(rowName(i/perRow), i%perRow+1) }

// rowName is A to Z, then AA to ZZ.
func rowName(n int) string {
	const letters = 26
	last := string(rune('A' + n%letters))
	if n < letters {
		return last
	}
	return string(rune('A'+n/letters-1)) + last
}

func bookingBody(s seat) string {
	return fmt.Sprintf(`{"showtimeId":%q,"seatIds":[%q]}`, s.show, s.id)
}

// seatOf is the seat of a booking, as the API shows it.
func seatOf(body []byte) (seat, error) {
	var b struct {
		ShowtimeID booking.ShowtimeID
		Seats      []struct{ ID string }
	}
	if err := json.Unmarshal(body, &b); err != nil || len(b.Seats) != 1 {
		return seat{}, fmt.Errorf("a booking is not one of one seat (%w): %.200s", err, body)
	}
	return seat{b.ShowtimeID, b.Seats[0].ID}, nil
}

// hold is a booking that somebody was told of.
type hold struct{ id, person string }

// holds collects them, from several goroutines.
type holds struct {
	mu  sync.Mutex
	all []hold
}

func (h *holds) add(body []byte, person string) error {
	var b struct{ ID string }
	if err := json.Unmarshal(body, &b); err != nil || b.ID == "" {
		return fmt.Errorf("a booking is not one (%w): %.200s", err, body)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, hold{b.ID, person})
	return nil
}

// book holds a new seat for the nth person.
func (s *scene) book(ctx context.Context, w *wire, n int) (hold, error) {
	seat, err := s.halls.take(ctx)
	if err != nil {
		return hold{}, err
	}
	person := s.people[n%len(s.people)]
	body, err := w.expect(ctx, http.StatusCreated, request(http.MethodPost, s.api, "/v1/bookings", bookingBody(seat), person))
	if err != nil {
		return hold{}, err
	}
	var one holds
	if err := one.add(body, person); err != nil {
		return hold{}, err
	}
	return one.all[0], nil
}

// pay pays for a hold, with a card that is good.
func (s *scene) pay(ctx context.Context, w *wire, h hold) error {
	_, err := w.expect(ctx, http.StatusCreated,
		request(http.MethodPost, s.api, "/v1/bookings/"+h.id+"/payments", `{"method":"sandbox","token":"tok_ok"}`, h.person))
	return err
}

// letGo cancels what is held, and waits until all is quiet.
func (s *scene) letGo(ctx context.Context, held *holds) error {
	if err := s.cancelAll(ctx, held); err != nil {
		return err
	}
	return s.quiet(ctx)
}

func (s *scene) cancelAll(ctx context.Context, held *holds) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	held.mu.Lock()
	all := held.all
	held.all = nil
	held.mu.Unlock()
	const hands = 8
	errs := make([]error, hands)
	var wg sync.WaitGroup
	for i := range hands {
		wg.Go(func() {
			w := &wire{host: s.api}
			defer w.close()
			for n := i; n < len(all) && errs[i] == nil; n += hands {
				_, errs[i] = w.expect(ctx, http.StatusOK, request(http.MethodDelete, s.api, "/v1/bookings/"+all[n].id, "", all[n].person))
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("letting holds go: %w", err)
	}
	return nil
}
