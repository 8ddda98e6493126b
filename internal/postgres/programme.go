package postgres

import (
	"context"
	"fmt"
	"time"

	"holdfast/internal/booking"
	"holdfast/internal/postgres/sqlcgen"
)

// AddHall enters an auditorium with its layout and reports whether it was new.
// One that is there already stays as it is: a layout never changes under the
// showtimes that use it.
func (s *Store) AddHall(ctx context.Context, h booking.Hall) (added bool, err error) {
	err = s.inTx(ctx, "adding a hall", func(ctx context.Context, q *sqlcgen.Queries) error {
		if err := q.UpsertVenue(ctx, sqlcgen.UpsertVenueParams{ID: h.VenueID, Name: h.VenueName}); err != nil {
			return err
		}
		n, err := q.UpsertAuditorium(ctx, sqlcgen.UpsertAuditoriumParams{
			ID: h.ID, VenueID: h.VenueID, Name: h.Name, SeatCount: int32(len(h.Seats)),
		})
		added = n == 1
		if err != nil || !added {
			return err
		}
		rows := make([]sqlcgen.InsertSeatsParams, len(h.Seats))
		for i, seat := range h.Seats {
			rows[i] = sqlcgen.InsertSeatsParams{
				AuditoriumID: h.ID, ID: seat.ID, Ordinal: int32(i), RowName: seat.Row, Number: int32(seat.Number),
				X: seat.X, Y: seat.Y, Category: seat.Category, Kind: seat.Kind,
			}
		}
		_, err = q.InsertSeats(ctx, rows)
		return err
	})
	return added, err
}

// AddMovie enters a movie; one that is there already stays as it is.
func (s *Store) AddMovie(ctx context.Context, m booking.Movie) error {
	return wrap("adding a movie", s.q.UpsertMovie(ctx, sqlcgen.UpsertMovieParams{
		ID: m.ID, Title: m.Title, RuntimeMinutes: int32(m.Runtime / time.Minute), Rating: m.Rating, Tagline: m.Tagline,
	}))
}

// Schedule puts a showtime on sale and reports whether it was new. Its event,
// version 1 of the showtime, makes the read model.
func (s *Store) Schedule(ctx context.Context, p booking.Schedule) (added bool, err error) {
	err = s.inTx(ctx, "scheduling a showtime", func(ctx context.Context, q *sqlcgen.Queries) error {
		n, err := q.InsertShowtime(ctx, sqlcgen.InsertShowtimeParams{
			ID: p.ID, MovieID: p.MovieID, AuditoriumID: p.AuditoriumID, Currency: p.Currency,
			StartsAt: p.StartsAt, SalesOpenAt: p.SalesOpenAt, SalesCloseAt: p.SalesCloseAt,
		})
		added = n == 1
		if err != nil || !added {
			return err
		}
		for i, c := range p.Categories {
			if c.Price.Currency != p.Currency {
				return fmt.Errorf("category %s is priced in %s, the showtime in %s", c.ID, c.Price.Currency, p.Currency)
			}
			err := q.InsertPrice(ctx, sqlcgen.InsertPriceParams{
				ShowtimeID: p.ID, Category: c.ID, Name: c.Name, Ordinal: int32(i), AmountMinor: c.Price.Minor,
			})
			if err != nil {
				return err
			}
		}
		for _, seat := range p.Blocked {
			if err := q.BlockSeat(ctx, sqlcgen.BlockSeatParams{ShowtimeID: p.ID, SeatID: seat}); err != nil {
				return err
			}
		}
		if err := q.InsertShowtimeState(ctx, p.ID); err != nil {
			return err
		}
		return emit(ctx, q, booking.Event{Type: booking.EventScheduled, ShowtimeID: p.ID, Version: 1, At: time.Now()})
	})
	return added, err
}
