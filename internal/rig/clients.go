package rig

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/valkey-io/valkey-go"
	"go.temporal.io/sdk/client"

	"holdfast/internal/booking"
	"holdfast/internal/config"
	"holdfast/internal/postgres"
	"holdfast/internal/seatmap"
	"holdfast/workflows"
)

// Clients are connections to the servers of a rig.
type Clients struct {
	Store    *postgres.Store
	Maps     *seatmap.Store
	DB       *pgxpool.Pool
	Valkey   valkey.Client
	Temporal client.Client
}

// Connect connects to the servers; Close is to be called even after an error.
func (c *Clients) Connect(ctx context.Context, cfg config.Config) error {
	log := slog.New(slog.DiscardHandler)
	var err error
	if c.Store, err = postgres.Open(cfg.PostgresURL, postgres.Options{MaxConns: 4, Log: log}); err != nil {
		return err
	}
	if c.DB, err = pgxpool.New(ctx, cfg.PostgresURL); err != nil {
		return err
	}
	if c.Maps, err = seatmap.Open(cfg.MongoURL, log); err != nil {
		return err
	}
	option, err := valkey.ParseURL(cfg.ValkeyURL)
	if err != nil {
		return err
	}
	if c.Valkey, err = valkey.NewClient(option); err != nil {
		return err
	}
	c.Temporal, err = client.NewLazyClient(workflows.Options(cfg.TemporalAddr, cfg.Namespace, log))
	return err
}

// Close ends the connections that were made.
func (c *Clients) Close(ctx context.Context) error {
	if c.Temporal != nil {
		c.Temporal.Close()
	}
	if c.Valkey != nil {
		c.Valkey.Close()
	}
	if c.DB != nil {
		c.DB.Close()
	}
	if c.Store != nil {
		c.Store.Close()
	}
	if c.Maps != nil {
		return c.Maps.Close(ctx)
	}
	return nil
}

// OpenSale makes a showtime in the hall, tomorrow and on sale. Its map comes a moment
// later.
func (c *Clients) OpenSale(ctx context.Context, hall booking.Hall) (booking.ShowtimeID, error) {
	show := booking.ShowtimeID(uuid.NewString())
	if _, err := c.Store.AddHall(ctx, hall); err != nil {
		return "", err
	}
	if err := c.Store.AddMovie(ctx, booking.Movie{ID: "movie", Title: "The Movie", Runtime: time.Hour}); err != nil {
		return "", err
	}
	starts := time.Now().Add(24 * time.Hour)
	_, err := c.Store.Schedule(ctx, booking.Schedule{
		ID: show, MovieID: "movie", AuditoriumID: hall.ID, Currency: "USD", StartsAt: starts, SalesOpenAt: starts.Add(-48 * time.Hour), SalesCloseAt: starts,
		Categories: []booking.PricedCategory{{ID: "standard", Name: "Standard", Price: booking.Money{Minor: 1500, Currency: "USD"}}},
	})
	return show, err
}
