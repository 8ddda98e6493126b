-- name: ListShowtimes :many
SELECT t.id, t.starts_at, t.sales_open_at, t.sales_close_at, t.currency,
       m.id AS movie_id, m.title, m.runtime_minutes, m.rating, m.tagline,
       a.id AS auditorium_id, a.name AS auditorium_name, v.name AS venue_name, a.seat_count,
       st.version, st.available,
       (SELECT min(p.amount_minor) FROM showtime_prices p WHERE p.showtime_id = t.id)::bigint AS from_minor
FROM showtimes t
JOIN showtime_state st ON st.showtime_id = t.id
JOIN movies m ON m.id = t.movie_id
JOIN auditoriums a ON a.id = t.auditorium_id
JOIN venues v ON v.id = a.venue_id
WHERE t.starts_at >= @from_time AND (t.starts_at, t.id) > (@after_at::timestamptz, @after_id::uuid)
  AND (@movie_id::text = '' OR t.movie_id = @movie_id)
ORDER BY t.starts_at, t.id
LIMIT @max_rows;

-- name: GetShowtime :one
SELECT t.id, t.starts_at, t.sales_open_at, t.sales_close_at, t.currency,
       m.id AS movie_id, m.title, m.runtime_minutes, m.rating, m.tagline,
       a.id AS auditorium_id, a.name AS auditorium_name, v.name AS venue_name, a.seat_count,
       st.version, st.available,
       (SELECT min(p.amount_minor) FROM showtime_prices p WHERE p.showtime_id = t.id)::bigint AS from_minor
FROM showtimes t
JOIN showtime_state st ON st.showtime_id = t.id
JOIN movies m ON m.id = t.movie_id
JOIN auditoriums a ON a.id = t.auditorium_id
JOIN venues v ON v.id = a.venue_id
WHERE t.id = @id;

-- name: ShowtimeIDs :many
SELECT id FROM showtimes ORDER BY starts_at, id;

-- name: SeatIDsOfShowtime :many
SELECT s.id FROM seats s JOIN showtimes t ON t.auditorium_id = s.auditorium_id WHERE t.id = @id;

-- name: Prices :many
SELECT category, name, amount_minor FROM showtime_prices WHERE showtime_id = @id ORDER BY ordinal;

-- name: SeatStatuses :many
SELECT s.id, s.row_name, s.number, s.x, s.y, s.category, s.kind,
       (CASE WHEN bs.status = 'confirmed' THEN 'sold'
             WHEN bs.status = 'pending' THEN 'held'
             WHEN bl.seat_id IS NOT NULL THEN 'blocked'
             ELSE 'available' END)::text AS status
FROM showtimes t
JOIN seats s ON s.auditorium_id = t.auditorium_id
LEFT JOIN booking_seats bs ON bs.showtime_id = t.id AND bs.seat_id = s.id AND bs.status IN ('pending', 'confirmed')
LEFT JOIN blocked_seats bl ON bl.showtime_id = t.id AND bl.seat_id = s.id
WHERE t.id = @id
ORDER BY s.ordinal;
