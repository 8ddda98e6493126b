-- name: LockUser :exec
-- One hold at a time per user passes here, so that the count below is exact.
SELECT pg_advisory_xact_lock(hashtextextended(@user_id::text, 0));

-- name: PendingOfUser :one
SELECT count(*) AS pending, coalesce(min(expires_at), now())::timestamptz AS first_ends_at
FROM bookings WHERE user_id = @user_id AND status = 'pending';

-- name: QuoteShowtime :one
SELECT auditorium_id, currency, (now() >= sales_open_at AND now() < sales_close_at)::boolean AS on_sale
FROM showtimes WHERE id = @showtime_id;

-- name: QuoteSeats :many
SELECT s.id, s.row_name, s.number, s.ordinal, s.category, p.amount_minor,
       EXISTS (SELECT 1 FROM blocked_seats b WHERE b.showtime_id = p.showtime_id AND b.seat_id = s.id) AS blocked
FROM seats s
JOIN showtime_prices p ON p.showtime_id = @showtime_id AND p.category = s.category
WHERE s.auditorium_id = @auditorium_id AND s.id = ANY (@seat_ids::text[])
ORDER BY s.id;

-- name: InsertBooking :execrows
INSERT INTO bookings (id, user_id, showtime_id, status, reason, currency, total_minor, fingerprint,
                      created_at, expires_at, decided_at)
VALUES (@id, @user_id, @showtime_id, @status, @reason, @currency, @total_minor, @fingerprint,
        @created_at, @expires_at, @decided_at)
ON CONFLICT (id) DO NOTHING;

-- name: InsertBookingSeats :many
-- Returns the seats that were free; one that a live booking owns is left out.
-- In the order of seat ids, so that two overlapping bookings cannot deadlock.
INSERT INTO booking_seats (booking_id, showtime_id, seat_id, status, row_name, number, ordinal, category, amount_minor)
SELECT @booking_id, @showtime_id, s.id, 'pending', s.row_name, s.number, s.ordinal, s.category, p.amount_minor
FROM seats s
JOIN showtime_prices p ON p.showtime_id = @showtime_id AND p.category = s.category
WHERE s.auditorium_id = @auditorium_id AND s.id = ANY (@seat_ids::text[])
ORDER BY s.id
ON CONFLICT (showtime_id, seat_id) WHERE status IN ('pending', 'confirmed') DO NOTHING
RETURNING seat_id;

-- name: LockBooking :exec
-- Calls for one booking go on one after the other from here: what is read after
-- it, the call before has committed.
SELECT 1 FROM bookings WHERE id = @id FOR UPDATE;

-- name: GetBooking :one
SELECT * FROM bookings WHERE id = @id;

-- name: SeatsOfBookings :many
SELECT * FROM booking_seats WHERE booking_id = ANY (@ids::uuid[]) ORDER BY booking_id, ordinal;

-- name: PaymentsOfBookings :many
-- The payment that counts: the one that confirmed the booking, else the newest.
SELECT DISTINCT ON (booking_id) * FROM payments
WHERE booking_id = ANY (@ids::uuid[]) AND status <> 'declined'
ORDER BY booking_id, (status = 'voided'), created_at DESC;

-- name: ListBookings :many
-- Bookings without seats are tombstones of requests that were never answered.
SELECT * FROM bookings b
WHERE user_id = @user_id
  AND (created_at, id) < (@before_at::timestamptz, @before_id::uuid)
  AND EXISTS (SELECT 1 FROM booking_seats s WHERE s.booking_id = b.id)
ORDER BY created_at DESC, id DESC
LIMIT @max_rows;

-- name: Decide :one
-- The compare-and-set that decides a booking: it moves on from the state that
-- the caller saw, or not at all; in_time asks for its deadline to be ahead as
-- well. The seats follow by the foreign key.
UPDATE bookings
SET status = @next_status, reason = @reason, decided_at = now()
WHERE id = @id AND status = @from_status AND (NOT @in_time::boolean OR expires_at > now())
RETURNING *;

-- name: BumpVersion :one
UPDATE showtime_state
SET version = version + 1, available = available + @freed::integer
WHERE showtime_id = @showtime_id
RETURNING version;

-- name: InsertHistory :exec
INSERT INTO booking_history (booking_id, at, type, data) VALUES (@booking_id, now(), @type, @data);

-- name: History :many
SELECT at, type, data FROM booking_history WHERE booking_id = @booking_id ORDER BY id;
