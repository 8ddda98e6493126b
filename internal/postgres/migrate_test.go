package postgres_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

// A schema with everything in it that came after the first version goes back to
// that version and up again: nothing is in the way, and what the old version knew
// is still there.
func TestMigrationsGoBackAndUpAgain(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	paid, err := h.Hold(ctx, h.wish("ada", 1))
	require.NoError(t, err)
	p := paymentOf(paid)
	_, err = h.Confirm(ctx, paid.ID, p)
	require.NoError(t, err)
	_, err = h.CheckIn(ctx, booking.Checkin{BookingID: paid.ID, Usher: "eve", Seats: []booking.SeatID{"S1"}})
	require.NoError(t, err)
	open, err := h.Hold(ctx, h.wish("bob", 2))
	require.NoError(t, err)
	asked := paymentOf(open)
	asked.Action = &booking.Action{Type: "challenge"}
	open, err = h.NoteOpen(ctx, open.ID, asked, time.Minute)
	require.NoError(t, err)
	require.NoError(t, h.CancelShowtime(ctx, open.ShowtimeID))

	cfg, err := pgx.ParseConfig(h.url)
	require.NoError(t, err)
	db := stdlib.OpenDB(*cfg)
	defer func() { require.NoError(t, db.Close()) }()
	provider, err := goose.NewProvider(goose.DialectPostgres, db, os.DirFS("migrations"))
	require.NoError(t, err)
	_, err = provider.DownTo(ctx, 1)
	require.NoError(t, err)
	version, err := provider.GetDBVersion(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, version)
	_, err = provider.Up(ctx)
	require.NoError(t, err)

	now, err := h.Get(ctx, paid.ID)
	require.NoError(t, err)
	require.Equal(t, booking.Confirmed, now.Status)
	require.Equal(t, p.ID, now.Payment.ID)
	now, err = h.Get(ctx, open.ID)
	require.NoError(t, err)
	require.Equal(t, booking.PaymentVoided, now.Payment.Status, "the old version knows no open payment")
	require.WithinDuration(t, open.ExpiresAt, now.ExpiresAt, 0)
}
