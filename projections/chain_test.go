package projections_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"holdfast/api/live"
	"holdfast/internal/booking"
	"holdfast/internal/rabbit"
	"holdfast/internal/seatmap"
	"holdfast/internal/testenv"
	"holdfast/internal/testenv/wire"
	"holdfast/projections"
)

// chain is everything between the outbox and a browser: broker, projector, read
// model and hub, each server behind a wire of its own.
type chain struct {
	*truth
	broker       *rabbit.Broker
	maps         *seatmap.Store
	live         string
	rabbit, node *wire.Wire // the projector's way to the broker, and the hub's
	mongo        *wire.Wire
}

func newChain(t *testing.T) *chain {
	t.Helper()
	c := &chain{truth: newTruth()}
	log := slog.New(slog.DiscardHandler)
	direct, exchange := testenv.AMQP(t), testenv.Exchange(t)
	open := func(url string) *rabbit.Broker {
		b, err := rabbit.Open(rabbit.Config{URL: url, Exchange: exchange, Name: t.Name()}, log)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, b.Close()) })
		return b
	}
	var projecting, serving, mongo string
	c.rabbit, projecting = wire.To(t, direct)
	c.node, serving = wire.To(t, direct)
	c.mongo, mongo = wire.To(t, testenv.Mongo(t))
	var err error
	c.maps, err = seatmap.Open(mongo, log)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.maps.Close(context.WithoutCancel(t.Context()))) })
	c.broker = open(direct)
	projectorBroker, hubBroker := open(projecting), open(serving)
	projector := projections.New(c.maps, c.truth, projectorBroker, log)
	hub := live.New(c.maps, live.Config{}, log)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hub.Serve(w, r, booking.ShowtimeID(strings.TrimPrefix(r.URL.Path, "/")))
	}))
	c.live = "ws" + strings.TrimPrefix(srv.URL, "http") + "/"
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	var consumed, served error
	running.Go(func() { consumed = projectorBroker.Consume(ctx, projector) })
	running.Go(func() { served = hub.Run(ctx, hubBroker) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
		require.NoError(t, consumed)
		require.NoError(t, served)
		srv.Close()
	})
	return c
}

// publish sends events as the relay does.
func (c *chain) publish(t *testing.T, events ...booking.Event) {
	t.Helper()
	rows := make([]booking.OutboxRow, len(events))
	for i, e := range events {
		payload, err := json.Marshal(e)
		require.NoError(t, err)
		rows[i] = booking.OutboxRow{ID: int64(i), EventID: e.ID, Type: e.Type, Payload: payload}
	}
	done, err := c.broker.Publish(t.Context(), rows)
	require.NoError(t, err)
	require.Len(t, done, len(rows))
}

// watch connects to a showtime and insists, message by message, that versions
// follow each other, until the map agrees with what final returns.
func (c *chain) watch(t *testing.T, id booking.ShowtimeID) (agree func(final booking.SeatMap)) {
	t.Helper()
	conn, resp, err := websocket.DefaultDialer.Dial(c.live+string(id), nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	t.Cleanup(func() { _ = conn.Close() })
	var version int64
	seats := make(map[booking.SeatID]booking.SeatStatus)
	hear := func() {
		var m struct {
			Type          string
			From, Version int64
			Seats         []booking.SeatChange
		}
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(patience)))
		require.NoError(t, conn.ReadJSON(&m))
		if m.Type == "delta" {
			require.Equal(t, version, m.From)
		}
		require.Greater(t, m.Version, version)
		version = m.Version
		for _, s := range m.Seats {
			seats[s.ID] = s.Status
		}
	}
	hear()
	return func(final booking.SeatMap) {
		for version < final.Version {
			hear()
		}
		require.Equal(t, final.Version, version)
		for _, s := range final.Seats {
			require.Equal(t, s.Status, seats[s.ID], "seat %s", s.ID)
		}
	}
}

func TestFromTheBrokerToTheBrowserThroughOutages(t *testing.T) {
	c := newChain(t)
	first := c.schedule()
	id := first.ShowtimeID
	c.publish(t, first)
	require.Eventually(t, func() bool {
		v, err := c.maps.Version(t.Context(), id)
		return err == nil && v == 1
	}, patience, 20*time.Millisecond)
	agree := c.watch(t, id)
	burst := func() {
		for range 30 {
			c.publish(t, c.change(id, []booking.SeatStatus{booking.SeatHeld, booking.SeatSold, booking.SeatAvailable}[rand.N(3)], rand.N(seats)))
		}
	}
	settle := func(what string) {
		t.Log("settling after " + what)
		c.publish(t, c.change(id, booking.SeatHeld, 0))
		final, err := c.SeatMap(t.Context(), id)
		require.NoError(t, err)
		agree(final)
		stored, err := c.maps.Get(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, final, stored)
	}
	burst()
	settle("a good day")
	for name, line := range map[string]*wire.Wire{"the projector's broker away": c.rabbit, "the hub's broker away": c.node, "the read model away": c.mongo} {
		line.Cut()
		burst()
		line.Mend()
		burst()
		settle(name)
	}
	require.Eventually(t, func() bool {
		d, err := c.broker.Depths(t.Context())
		return err == nil && d == rabbit.Depths{}
	}, patience, 50*time.Millisecond, "every event is acknowledged, none set aside")
}
