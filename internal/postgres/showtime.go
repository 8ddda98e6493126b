package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"holdfast/internal/booking"
	"holdfast/internal/postgres/sqlcgen"
)

// Showtimes returns a page of showtimes by their start, and the next cursor.
func (s *Store) Showtimes(ctx context.Context, f booking.ShowtimeFilter) ([]booking.Showtime, string, error) {
	after, err := parseCursor(f.Cursor, earliest)
	if err != nil {
		return nil, "", err
	}
	from := f.From
	if from.IsZero() {
		from = time.Now()
	}
	rows, err := s.q.ListShowtimes(ctx, sqlcgen.ListShowtimesParams{
		FromTime: from, AfterAt: after.At, AfterID: after.ID, MovieID: f.MovieID, MaxRows: int32(f.Limit) + 1,
	})
	if err != nil {
		return nil, "", wrap("listing showtimes", err)
	}
	next := ""
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		last := rows[len(rows)-1]
		next = cursor{At: last.StartsAt, ID: string(last.ID)}.String()
	}
	items := make([]booking.Showtime, len(rows))
	for i, r := range rows {
		items[i] = showtime(r)
	}
	return items, next, nil
}

// Showtime returns one; showtime_not_found is a refusal.
func (s *Store) Showtime(ctx context.Context, id booking.ShowtimeID) (booking.Showtime, error) {
	row, err := s.q.GetShowtime(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return booking.Showtime{}, booking.Refuse(booking.CodeShowtimeNotFound, "there is no such showtime")
	} else if err != nil {
		return booking.Showtime{}, wrap("reading a showtime", err)
	}
	return showtime(row), nil
}

// ShowtimeIDs returns all showtimes by their start.
func (s *Store) ShowtimeIDs(ctx context.Context) ([]booking.ShowtimeID, error) {
	ids, err := s.q.ShowtimeIDs(ctx)
	return ids, wrap("listing showtimes", err)
}

// Layout returns the ids of a showtime's seats. A layout never changes under a
// showtime, so the answer can be kept.
func (s *Store) Layout(ctx context.Context, id booking.ShowtimeID) ([]booking.SeatID, error) {
	ids, err := s.q.SeatIDsOfShowtime(ctx, id)
	return ids, wrap("reading a layout", err)
}

// Blocked returns the seats that the house keeps back.
func (s *Store) Blocked(ctx context.Context, id booking.ShowtimeID) ([]booking.SeatID, error) {
	ids, err := s.q.BlockedSeats(ctx, id)
	return ids, wrap("reading the seats that are kept back", err)
}

// SeatMap returns the seats of a showtime as they are at one instant, with the
// version of that instant; showtime_not_found is a refusal.
func (s *Store) SeatMap(ctx context.Context, id booking.ShowtimeID) (booking.SeatMap, error) {
	var m booking.SeatMap
	// One snapshot for all the statements: version and seats belong together.
	snapshot := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err := s.inTxWith(ctx, "reading a seat map", snapshot, func(ctx context.Context, q *sqlcgen.Queries) error {
		m = booking.SeatMap{ShowtimeID: id}
		show, err := q.GetShowtime(ctx, id)
		if errors.Is(err, pgx.ErrNoRows) {
			return booking.Refuse(booking.CodeShowtimeNotFound, "there is no such showtime")
		} else if err != nil {
			return err
		}
		m.Version = show.Version
		prices, err := q.Prices(ctx, id)
		if err != nil {
			return err
		}
		for _, p := range prices {
			m.Categories = append(m.Categories, booking.PricedCategory{
				ID: p.Category, Name: p.Name, Price: booking.Money{Minor: p.AmountMinor, Currency: show.Currency},
			})
		}
		rows, err := q.SeatStatuses(ctx, id)
		if err != nil {
			return err
		}
		m.Seats = make([]booking.SeatView, len(rows))
		for i, r := range rows {
			m.Seats[i] = booking.SeatView{
				Seat:   booking.Seat{ID: r.ID, Row: r.RowName, Number: int(r.Number), X: r.X, Y: r.Y, Category: r.Category, Kind: r.Kind},
				Status: booking.SeatStatus(r.Status),
			}
		}
		return nil
	})
	return m, err
}

func showtime(r sqlcgen.Programme) booking.Showtime {
	return booking.Showtime{
		ID:         r.ID,
		Movie:      booking.Movie{ID: r.MovieID, Title: r.Title, Runtime: time.Duration(r.RuntimeMinutes) * time.Minute, Rating: r.Rating, Tagline: r.Tagline},
		Auditorium: booking.Auditorium{ID: r.AuditoriumID, Name: r.AuditoriumName, Venue: r.VenueName},
		StartsAt:   r.StartsAt, SalesOpenAt: r.SalesOpenAt, SalesCloseAt: r.SalesCloseAt, CancelledAt: r.CancelledAt,
		TotalSeats: int(r.SeatCount), AvailableSeats: int(r.Available),
		FromPrice: booking.Money{Minor: r.FromMinor, Currency: r.Currency}, Version: r.Version,
	}
}
