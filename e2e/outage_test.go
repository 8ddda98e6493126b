package e2e_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/app"
	"holdfast/internal/booking"
	"holdfast/internal/config"
	"holdfast/internal/testenv/wire"
)

// Each server goes away while the engine runs, and comes back. While it is away
// nothing is answered wrongly, and afterwards everything goes on by itself.
func TestAServerGoesAwayAndComesBack(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		setting func(*config.Config) *string
		scheme  string // of a setting that is host:port
		refuses bool   // no booking can be made while it is away
	}{
		{name: "postgresql", setting: func(c *config.Config) *string { return &c.PostgresURL }, refuses: true},
		{name: "valkey", setting: func(c *config.Config) *string { return &c.ValkeyURL }, refuses: true},
		{name: "temporal", setting: func(c *config.Config) *string { return &c.TemporalAddr }, scheme: "tcp://", refuses: true},
		{name: "rabbitmq", setting: func(c *config.Config) *string { return &c.AMQPURL }},
		{name: "mongodb", setting: func(c *config.Config) *string { return &c.MongoURL }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var line *wire.Wire
			h := newHouse(t, func(cfg *config.Config) {
				at := c.setting(cfg)
				var through string
				line, through = wire.To(t, c.scheme+*at)
				*at = strings.TrimPrefix(through, c.scheme)
				cfg.AnswerWithin = 6 * time.Second
			})
			h.run(app.All()...)
			h.waitForMap(1)
			v := h.watch()
			ada := h.guest()
			before := ada.mustBook(h.show, "A1")

			line.Cut()
			eventually(t, "it is seen to be away", func() bool {
				a, err := ada.try(http.MethodGet, "/readyz", "", nil)
				return err == nil && a.status == http.StatusServiceUnavailable && strings.Contains(string(a.body), `"`+c.name+`":"unavailable"`)
			})
			key := map[string]string{"Idempotency-Key": "through-the-outage"}
			a := ada.do(http.MethodPost, "/v1/bookings", wish(h.show, "B1"), key)
			if c.refuses {
				requireProblem(t, a, 503, "unavailable")
			} else {
				require.Equal(t, http.StatusCreated, a.status, "%s", a.body)
			}
			if c.name == "mongodb" {
				eventually(t, "there is no map that is older than it may be", func() bool {
					a = ada.do(http.MethodGet, "/v1/showtimes/"+string(h.show)+"/seats", "", nil)
					return a.status != http.StatusOK
				})
				requireProblem(t, a, 503, "unavailable")
			}

			line.Mend()
			var after answer
			eventually(t, "the same request with the same key goes through", func() bool {
				after = ada.do(http.MethodPost, "/v1/bookings", wish(h.show, "B1"), key)
				return after.status == http.StatusCreated
			})
			require.Equal(t, "pending", string(after.booking.Status))
			require.Equal(t, http.StatusCreated, ada.pay(before.Id, "tok_ok", nil).status, "what was held before is still held")
			eventually(t, "it is ready again", func() bool {
				a, err := ada.try(http.MethodGet, "/readyz", "", nil)
				return err == nil && a.status == http.StatusOK
			})
			truth := h.requireAgreement()
			status := map[booking.SeatID]booking.SeatStatus{}
			for _, s := range truth.Seats {
				status[s.ID] = s.Status
			}
			require.Equal(t, booking.SeatSold, status["A1"])
			require.Equal(t, booking.SeatHeld, status["B1"])
			eventually(t, "the open map has caught up", func() bool { return v.at() >= truth.Version })
		})
	}
}

// A worker that is not there: the request is answered with 503, and what is
// asked for then is not taken later, when nobody knows of it.
func TestNoWorker(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *config.Config) { c.AnswerWithin = 2 * time.Second })
	h.run(app.API)
	ada := h.guest()
	requireProblem(t, ada.book(h.show, "A1"), 503, "unavailable")
	h.run(app.Worker, app.Relay, app.Project)
	eventually(t, "the seat can be had", func() bool { return ada.book(h.show, "A1").status == http.StatusCreated })
	m, err := h.store.SeatMap(t.Context(), h.show)
	require.NoError(t, err)
	require.EqualValues(t, 2, m.Version, "one booking was made, by the request that was answered")
}
