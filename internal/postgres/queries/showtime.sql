-- name: ListShowtimes :many
SELECT * FROM programme
WHERE starts_at >= @from_time AND (starts_at, id) > (@after_at::timestamptz, @after_id::uuid)
  AND (@movie_id::text = '' OR movie_id = @movie_id)
ORDER BY starts_at, id
LIMIT @max_rows;

-- name: GetShowtime :one
SELECT * FROM programme WHERE id = @id;

-- name: ShowtimeIDs :many
SELECT id FROM showtimes ORDER BY starts_at, id;

-- name: SeatIDsOfShowtime :many
SELECT s.id FROM seats s JOIN showtimes t ON t.auditorium_id = s.auditorium_id WHERE t.id = @id;

-- name: BlockedSeats :many
SELECT seat_id FROM blocked_seats WHERE showtime_id = @id ORDER BY seat_id;

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

-- name: CancelShowtime :one
-- Counted like every change of the seats, so that holds before and after it are told apart.
UPDATE showtime_state SET version = version + 1, cancelled_at = now()
WHERE showtime_id = @id AND cancelled_at IS NULL
RETURNING version;

-- name: UnfinishedBookings :many
-- Live ones, and cancelled ones whose money is not back yet.
SELECT b.id FROM bookings b
WHERE b.showtime_id = @showtime_id AND b.id > @after_id
  AND (b.status IN ('pending', 'confirmed') OR b.status = 'cancelled'
       AND EXISTS (SELECT 1 FROM payments p WHERE p.booking_id = b.id AND p.status IN ('authorized', 'refund_due')))
ORDER BY b.id LIMIT @max_rows;

-- name: ShowtimeReport :many
-- What became of the bookings of a showtime, and of their money.
SELECT b.status, b.reason, count(*) AS bookings, coalesce(sum(b.total_minor), 0)::bigint AS total_minor,
       coalesce(sum(p.refunded_minor), 0)::bigint AS refunded_minor, coalesce(sum(p.due_minor), 0)::bigint AS due_minor
FROM bookings b
LEFT JOIN LATERAL (
    SELECT sum(CASE WHEN status = 'refunded' THEN amount_minor - kept_minor END) AS refunded_minor,
           sum(CASE WHEN status IN ('refund_due', 'authorized', 'open') THEN amount_minor - kept_minor END) AS due_minor
    FROM payments WHERE booking_id = b.id
) p ON true
WHERE b.showtime_id = @showtime_id AND EXISTS (SELECT 1 FROM booking_seats s WHERE s.booking_id = b.id)
GROUP BY b.status, b.reason
ORDER BY b.status, b.reason;
