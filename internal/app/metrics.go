package app

import (
	"context"
	"math"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"holdfast/api/live"
	"holdfast/internal/outbox"
	"holdfast/projections"
)

// scrapeTimeout bounds what a scrape asks of a server.
const scrapeTimeout = time.Second

func (a *App) gauge(name, help string, value func() float64) {
	a.metrics.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

func (a *App) counter(name, help string, value func() int64) {
	a.metrics.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(value()) }))
}

func (a *App) observeRelay(r *outbox.Relay) {
	a.counter("holdfast_outbox_published_total", "Events that the broker has confirmed.", func() int64 { return r.Stats().Published })
	a.counter("holdfast_outbox_failures_total", "Passes over the outbox that failed.", func() int64 { return r.Stats().Failures })
	depth := func() (int64, time.Duration, error) {
		ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
		defer cancel()
		return a.store.Depth(ctx)
	}
	a.gauge("holdfast_outbox_rows", "Events that wait for the broker; NaN when the database is away.", func() float64 {
		rows, _, err := depth()
		if err != nil {
			return math.NaN()
		}
		return float64(rows)
	})
	a.gauge("holdfast_outbox_oldest_seconds", "For how long the oldest of them has waited; NaN when the database is away.", func() float64 {
		_, oldest, err := depth()
		if err != nil {
			return math.NaN()
		}
		return oldest.Seconds()
	})
}

func (a *App) observeProjector(p *projections.Projector) {
	a.counter("holdfast_projection_events_total", "Events seen by the projection, duplicates among them.", func() int64 { return p.Stats().Events })
	a.counter("holdfast_projection_refreshed_total", "Seat maps read from PostgreSQL because of a gap.", func() int64 { return p.Stats().Refreshed })
	a.gauge("holdfast_projection_lag_seconds", "From the commit of the newest event to its telling.", func() float64 { return p.Stats().Lag.Seconds() })
}

func (a *App) observeHub(h *live.Hub) {
	a.gauge("holdfast_live_sockets", "Open WebSockets.", func() float64 { return float64(h.Stats().Sockets) })
	a.gauge("holdfast_live_rooms", "Showtimes with WebSockets.", func() float64 { return float64(h.Stats().Rooms) })
	a.counter("holdfast_live_broadcasts_total", "Deltas sent to rooms.", func() int64 { return h.Stats().Broadcasts })
	a.counter("holdfast_live_snapshots_total", "Snapshots sent to clients.", func() int64 { return h.Stats().Snapshots })
	a.counter("holdfast_live_skips_total", "Times a client was too slow.", func() int64 { return h.Stats().Skips })
}
