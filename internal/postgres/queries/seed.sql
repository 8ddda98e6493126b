-- name: UpsertVenue :exec
INSERT INTO venues (id, name) VALUES (@id, @name) ON CONFLICT (id) DO NOTHING;

-- name: UpsertAuditorium :execrows
INSERT INTO auditoriums (id, venue_id, name, seat_count) VALUES (@id, @venue_id, @name, @seat_count)
ON CONFLICT (id) DO NOTHING;

-- name: InsertSeats :copyfrom
INSERT INTO seats (auditorium_id, id, ordinal, row_name, number, x, y, category, kind)
VALUES (@auditorium_id, @id, @ordinal, @row_name, @number, @x, @y, @category, @kind);

-- name: UpsertMovie :exec
INSERT INTO movies (id, title, runtime_minutes, rating, tagline)
VALUES (@id, @title, @runtime_minutes, @rating, @tagline) ON CONFLICT (id) DO NOTHING;

-- name: InsertShowtime :execrows
INSERT INTO showtimes (id, movie_id, auditorium_id, starts_at, sales_open_at, sales_close_at, currency)
VALUES (@id, @movie_id, @auditorium_id, @starts_at, @sales_open_at, @sales_close_at, @currency)
ON CONFLICT (id) DO NOTHING;

-- name: InsertPrice :exec
INSERT INTO showtime_prices (showtime_id, category, name, ordinal, amount_minor)
VALUES (@showtime_id, @category, @name, @ordinal, @amount_minor);

-- name: BlockSeat :exec
INSERT INTO blocked_seats (showtime_id, seat_id) VALUES (@showtime_id, @seat_id);

-- name: InsertShowtimeState :exec
INSERT INTO showtime_state (showtime_id, version, available)
SELECT t.id, 1, a.seat_count - (SELECT count(*) FROM blocked_seats b WHERE b.showtime_id = t.id)
FROM showtimes t JOIN auditoriums a ON a.id = t.auditorium_id WHERE t.id = @showtime_id;
