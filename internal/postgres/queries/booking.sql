-- name: LockUser :exec
-- One hold at a time per user passes here, so that the count below is exact.
SELECT pg_advisory_xact_lock(hashtextextended(@user_id::text, 0));

-- name: PendingOfUser :one
SELECT count(*) AS pending, coalesce(min(expires_at), now())::timestamptz AS first_ends_at
FROM bookings WHERE user_id = @user_id AND status = 'pending';

-- name: QuoteShowtime :one
SELECT t.auditorium_id, t.currency, t.starts_at,
       (now() >= t.sales_open_at AND now() < t.sales_close_at AND st.cancelled_at IS NULL)::boolean AS on_sale
FROM showtimes t JOIN showtime_state st ON st.showtime_id = t.id WHERE t.id = @showtime_id;

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
-- The payment that counts: the one that confirmed the booking, else the one that
-- is not decided, else the newest.
SELECT DISTINCT ON (booking_id) * FROM payments
WHERE booking_id = ANY (@ids::uuid[]) AND status <> 'declined'
ORDER BY booking_id, array_position(ARRAY ['authorized', 'captured', 'refund_due', 'refunded', 'open', 'voided'], status), created_at DESC;

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
-- the caller saw, or not at all. The seats follow by the foreign key, and where
-- the booking comes to own them again, the partial unique index has its say.
UPDATE bookings
SET status = @next_status, reason = @reason, decided_at = now()
WHERE id = @id AND status = @from_status
RETURNING *;

-- name: LengthenHold :execrows
-- Once, and from the first deadline.
UPDATE bookings
SET first_expires_at = expires_at, expires_at = expires_at + make_interval(secs => @grace_seconds::double precision)
WHERE id = @id AND status = 'pending' AND first_expires_at IS NULL;

-- name: TakenByOthers :many
-- The seats of a booking that another live booking owns.
SELECT mine.seat_id FROM booking_seats mine
JOIN booking_seats theirs ON theirs.showtime_id = mine.showtime_id AND theirs.seat_id = mine.seat_id
    AND theirs.booking_id <> mine.booking_id AND theirs.status IN ('pending', 'confirmed')
WHERE mine.booking_id = @booking_id
ORDER BY mine.seat_id;

-- name: BumpVersion :one
-- No row where seats are to be taken in a showtime that was cancelled.
UPDATE showtime_state
SET version = version + 1, available = available + @freed::integer
WHERE showtime_id = @showtime_id AND (@freed::integer >= 0 OR cancelled_at IS NULL)
RETURNING version;

-- name: InsertHistory :exec
INSERT INTO booking_history (booking_id, at, type, data) VALUES (@booking_id, now(), @type, @data);

-- name: History :many
SELECT at, type, data FROM booking_history WHERE booking_id = @booking_id ORDER BY id;
