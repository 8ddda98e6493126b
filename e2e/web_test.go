package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"holdfast/internal/app"
	"holdfast/internal/booking"
	"holdfast/internal/config"
	"holdfast/internal/devstack"
	"holdfast/internal/seed"
	"holdfast/workflows"
)

// TestWebPage opens the page in a real browser, driven by web/e2e, against
// engines of its own. HOLDFAST_BROWSER_TESTS has more arguments for the runner,
// such as "--grep keyboard".
func TestWebPage(t *testing.T) {
	browser, found := devstack.Browser()
	require.True(t, found, "there is no Chromium on this machine: run `make tools`")
	web, err := filepath.Abs("../web")
	require.NoError(t, err)
	runner := filepath.Join(web, "node_modules", ".bin", "playwright")
	require.FileExists(t, runner, "the packages of the page are not installed: run `make web`")

	b := &boxOffice{t: t, errands: make(chan func()), houses: map[string]*webHouse{
		"main":  openWeb(t),
		"brief": openWeb(t, holdFor(8*time.Second), graceOf(4*time.Second), halfBack), // holds that end while one looks
		"frail": openWeb(t, holdFor(8*time.Second)),                                   // its API is restarted
	}}
	control := httptest.NewServer(b.handler())
	t.Cleanup(control.Close)

	args := append([]string{"test"}, strings.Fields(os.Getenv("HOLDFAST_BROWSER_TESTS"))...)
	if !slices.Contains(args, "--project") {
		args = append(args, "--project", "tests")
	}
	cmd := exec.CommandContext(t.Context(), runner, args...)
	cmd.Dir = web
	cmd.Env = append(os.Environ(), "HOLDFAST_E2E_CONTROL="+control.URL, "HOLDFAST_E2E_BROWSER="+browser, "FORCE_COLOR=0")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	require.NoError(t, b.serve(cmd), "the tests in the browser; what they saw is in web/test-results")
}

// webHouse is an engine whose API can be away for a while.
type webHouse struct {
	*house
	stopAPI func()
	shows   int
}

func openWeb(t *testing.T, change ...func(*config.Config)) *webHouse {
	t.Helper()
	h := newHouse(t, append(change, func(c *config.Config) {
		c.HTTPAddr = freeAddr(t)
		c.MaxHolds = 100
	})...)
	require.NoError(t, seed.Multiplex(t.Context(), h.store, func(string) {}))
	h.run(app.Project, app.Relay, app.Worker)
	w := &webHouse{house: h}
	w.stopAPI = h.run(app.API)
	h.waitForMap(1)
	return w
}

// halfBack is a house that keeps half of what cancelled bookings have paid.
func halfBack(c *config.Config) { c.RefundPolicy = "1h=50" }

// freeAddr is an address that an API can have again after a restart.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}

// boxOffice lets the tests in the browser arrange what they need: showtimes that
// nobody else books, and an API that goes away. It runs their errands one by one
// on the goroutine of the test, which alone may fail it.
type boxOffice struct {
	t       *testing.T
	houses  map[string]*webHouse
	errands chan func()
}

// serve runs errands until the command has ended.
func (b *boxOffice) serve(cmd *exec.Cmd) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case errand := <-b.errands:
			errand()
		case err := <-ended:
			return err
		}
	}
}

func (b *boxOffice) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /houses", b.answer(func(*webHouse, arrangement) (any, error) {
		bases := map[string]string{}
		for name, h := range b.houses {
			bases[name] = h.base
		}
		return bases, nil
	}))
	mux.HandleFunc("POST /showtimes", b.answer((*webHouse).addShowing))
	mux.HandleFunc("POST /showtimes/cancel", b.answer((*webHouse).cancelShowing))
	mux.HandleFunc("POST /bank/decide", b.answer(func(h *webHouse, in arrangement) (any, error) {
		b, err := h.store.Get(context.Background(), booking.ID(in.Booking))
		if err != nil {
			return nil, err
		}
		if b.Status == booking.Expired {
			h.bank.decideLate(in.Booking)
		} else {
			h.bank.decide(in.Booking)
		}
		return nil, nil
	}))
	mux.HandleFunc("POST /api/stop", b.answer(func(h *webHouse, _ arrangement) (any, error) {
		h.stopAPI()
		return nil, nil
	}))
	mux.HandleFunc("POST /api/start", b.answer(func(h *webHouse, _ arrangement) (any, error) {
		h.stopAPI = h.run(app.API)
		return nil, nil
	}))
	return mux
}

// arrangement is what a test asks for.
type arrangement struct {
	House string `json:"house"`
	Hall  string `json:"hall"`  // one of the seeded ones, or "pocket"
	Title string `json:"title"` // of the movie
	Seats int    `json:"seats"` // of a pocket hall

	Showtime booking.ShowtimeID `json:"showtime"` // that is cancelled
	Booking  string             `json:"booking"`  // of which the bank decides
}

func (b *boxOffice) answer(do func(*webHouse, arrangement) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		in := arrangement{House: "main"}
		if r.Method == http.MethodPost {
			if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
		}
		h := b.houses[in.House]
		if h == nil {
			http.Error(w, "there is no house "+in.House, http.StatusNotFound)
			return
		}
		var out any
		var err error
		done := make(chan struct{})
		select {
		case b.errands <- func() { defer close(done); out, err = do(h, in) }:
			<-done // closed also when the errand has failed the test
		case <-r.Context().Done():
			return
		}
		if err == nil {
			err = json.NewEncoder(w).Encode(out)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
}

// addShowing schedules a movie of its own in a hall, each time at another time.
func (h *webHouse) addShowing(in arrangement) (any, error) {
	ctx := h.t.Context()
	movie := booking.Movie{ID: uuid.NewString(), Title: in.Title, Runtime: 111 * time.Minute, Rating: "PG", Tagline: "Made for a test."}
	if err := h.store.AddMovie(ctx, movie); err != nil {
		return nil, err
	}
	h.shows++
	now := time.Now().UTC().Truncate(time.Minute)
	starts := now.Add(24*time.Hour + time.Duration(h.shows)*time.Minute)
	show := seed.Showing(in.Hall, movie.ID, now.Add(-time.Hour), starts)
	if in.Hall == "pocket" {
		hall := pocket(in.Seats)
		if _, err := h.store.AddHall(ctx, hall); err != nil {
			return nil, err
		}
		show = seed.Showing("screen-1", movie.ID, now.Add(-time.Hour), starts)
		show.AuditoriumID, show.Blocked = hall.ID, nil
	}
	show.ID = booking.ShowtimeID(uuid.NewString()) // all houses lock in the same Valkey
	if _, err := h.store.Schedule(ctx, show); err != nil {
		return nil, err
	}
	eventually(h.t, "the new showtime has a map", func() bool {
		_, err := h.maps.Version(ctx, show.ID)
		return err == nil
	})
	return map[string]any{"id": show.ID, "startsAt": starts}, nil
}

// cancelShowing cancels a showtime and ends its bookings, as an operator does.
func (h *webHouse) cancelShowing(in arrangement) (any, error) {
	_, err := app.CancelShowtime(h.t.Context(), h.cfg, h.log, in.Showtime, func(workflows.Progress) {})
	return nil, err
}

// pocket is one row of seats.
func pocket(seats int) booking.Hall {
	id := fmt.Sprint("pocket-", seats)
	hall := booking.Hall{ID: id, Name: fmt.Sprint("Pocket ", seats), VenueID: "lumen", VenueName: "Lumen Multiplex"}
	for n := range seats {
		hall.Seats = append(hall.Seats, booking.Seat{
			ID: booking.SeatID(fmt.Sprint("A", n+1)), Row: "A", Number: n + 1, X: float64(n), Category: "standard", Kind: booking.Standard,
		})
	}
	return hall
}
