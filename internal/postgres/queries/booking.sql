-- name: LockUser :exec
-- One hold at a time per user passes here, so that the count below is exact.
SELECT pg_advisory_xact_lock(hashtextextended(@user_id::text, 0));

-- name: QuoteHold :one
-- All that a hold depends on, but for its seats.
SELECT t.currency,
       (now() >= t.sales_open_at AND now() < t.sales_close_at AND st.cancelled_at IS NULL)::boolean AS on_sale,
       mine.pending, mine.first_ends_at
FROM showtimes t JOIN showtime_state st ON st.showtime_id = t.id,
     (SELECT count(*) AS pending, coalesce(min(expires_at), now())::timestamptz AS first_ends_at
      FROM bookings WHERE user_id = @user_id AND status = 'pending') mine
WHERE t.id = @showtime_id;

-- name: QuoteSeats :many
SELECT s.id, s.row_name, s.number, s.ordinal, s.category, p.amount_minor,
       EXISTS (SELECT 1 FROM blocked_seats b WHERE b.showtime_id = p.showtime_id AND b.seat_id = s.id) AS blocked
FROM showtimes t
JOIN seats s ON s.auditorium_id = t.auditorium_id
JOIN showtime_prices p ON p.showtime_id = t.id AND p.category = s.category
WHERE t.id = @showtime_id AND s.id = ANY (@seat_ids::text[])
ORDER BY s.id;

-- name: InsertHold :one
-- Returns whether the booking is new, and which of its seats were free; one that a live
-- booking owns is left out. In the order of seat ids, so that two overlapping bookings
-- cannot deadlock.
WITH made AS (
    INSERT INTO bookings (id, user_id, showtime_id, status, currency, total_minor, fingerprint, created_at, expires_at)
    VALUES (@id, @user_id, @showtime_id, 'pending', @currency, @total_minor, @fingerprint, @created_at, @expires_at)
    ON CONFLICT (id) DO NOTHING
    RETURNING id
), taken AS (
    INSERT INTO booking_seats (booking_id, showtime_id, seat_id, status, row_name, number, ordinal, category, amount_minor)
    SELECT made.id, @showtime_id, s.id, 'pending', s.row_name, s.number, s.ordinal, s.category, p.amount_minor
    FROM made, showtimes t
    JOIN seats s ON s.auditorium_id = t.auditorium_id
    JOIN showtime_prices p ON p.showtime_id = t.id AND p.category = s.category
    WHERE t.id = @showtime_id AND s.id = ANY (@seat_ids::text[])
    ORDER BY s.id
    ON CONFLICT (showtime_id, seat_id) WHERE status IN ('pending', 'confirmed') DO NOTHING
    RETURNING seat_id
)
SELECT EXISTS (SELECT 1 FROM made) AS made, ARRAY (SELECT seat_id FROM taken)::text[] AS free;

-- name: InsertTombstone :execrows
-- No row where there is a booking, or no such showtime.
INSERT INTO bookings (id, user_id, showtime_id, status, reason, currency, total_minor, fingerprint, created_at, expires_at, decided_at)
SELECT @id, @user_id, t.id, 'cancelled', @reason, t.currency, 0, @fingerprint, @created_at, @expires_at, @created_at
FROM showtimes t WHERE t.id = @showtime_id
ON CONFLICT (id) DO NOTHING;

-- name: LockBooking :exec
-- Calls for one booking go on one after the other from here: what is read after
-- it, the call before has committed.
SELECT 1 FROM bookings WHERE id = @id FOR UPDATE;

-- name: GetBooking :one
SELECT * FROM whole_bookings WHERE id = @id;

-- name: ListBookings :many
-- Bookings without seats are tombstones of requests that were never answered.
SELECT * FROM whole_bookings b
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
WHERE bookings.id = @id AND bookings.status = @from_status
RETURNING bookings.id, bookings.showtime_id,
    ARRAY (SELECT s.seat_id FROM booking_seats s WHERE s.booking_id = bookings.id ORDER BY s.ordinal)::text[] AS seat_ids;

-- name: LengthenHold :one
-- Once, and from the first deadline.
UPDATE bookings
SET first_expires_at = expires_at, expires_at = expires_at + make_interval(secs => @grace_seconds::double precision)
WHERE id = @id AND status = 'pending' AND first_expires_at IS NULL
RETURNING expires_at;

-- name: TakenByOthers :many
-- The seats of a booking that another live booking owns.
SELECT mine.seat_id FROM booking_seats mine
JOIN booking_seats theirs ON theirs.showtime_id = mine.showtime_id AND theirs.seat_id = mine.seat_id
    AND theirs.booking_id <> mine.booking_id AND theirs.status IN ('pending', 'confirmed')
WHERE mine.booking_id = @booking_id
ORDER BY mine.seat_id;

-- name: Record :one
-- Writes the history, adds one to the showtime's version, puts the event with that
-- version into the outbox, and wakes the relay at commit. No row where seats are to be
-- taken in a showtime that was cancelled.
WITH noted AS (
    INSERT INTO booking_history (booking_id, at, type, data) VALUES (@booking_id, now(), @type, @data)
), counted AS (
    UPDATE showtime_state
    SET version = version + 1, available = available + @freed::integer
    WHERE showtime_id = @showtime_id AND (@freed::integer >= 0 OR cancelled_at IS NULL)
    RETURNING showtime_id || '/' || version AS event_id, version
), sent AS (
    INSERT INTO outbox (event_id, type, payload)
    SELECT event_id, @type, jsonb_set(jsonb_set(@event::jsonb, '{id}', to_jsonb(event_id)), '{data,version}', to_jsonb(version))
    FROM counted
)
SELECT version, pg_notify('holdfast_outbox', '') FROM counted;

-- name: InsertHistory :exec
INSERT INTO booking_history (booking_id, at, type, data) VALUES (@booking_id, now(), @type, @data);

-- name: History :many
SELECT at, type, data FROM booking_history WHERE booking_id = @booking_id ORDER BY id;
