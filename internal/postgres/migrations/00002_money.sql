-- Money that comes late, partly goes back, or is not decided yet.

-- +goose Up
-- A hold is lengthened once while a provider is deciding; this is its first end.
ALTER TABLE bookings ADD COLUMN first_expires_at timestamptz;

ALTER TABLE payments DROP CONSTRAINT payments_status_check;
ALTER TABLE payments ADD CONSTRAINT payments_status_check CHECK (status IN
    ('open', 'authorized', 'captured', 'voided', 'declined', 'refund_due', 'refunded'));
-- What the house keeps when the booking is cancelled; the rest goes back.
ALTER TABLE payments ADD COLUMN kept_minor bigint NOT NULL DEFAULT 0;
ALTER TABLE payments ADD CONSTRAINT payments_kept_check CHECK (kept_minor BETWEEN 0 AND amount_minor);
-- What an open payment waits for its customer to do.
ALTER TABLE payments ADD COLUMN action jsonb;
CREATE INDEX payments_by_time ON payments (created_at, id);

-- It stands where every hold passes: whoever counts the version up sees it, so
-- no hold can slip in beside a cancellation.
ALTER TABLE showtime_state ADD COLUMN cancelled_at timestamptz;

CREATE OR REPLACE VIEW programme AS
SELECT t.id, t.starts_at, t.sales_open_at, t.sales_close_at, t.currency,
       m.id AS movie_id, m.title, m.runtime_minutes, m.rating, m.tagline,
       a.id AS auditorium_id, a.name AS auditorium_name, v.name AS venue_name, a.seat_count,
       st.version, st.available,
       (SELECT min(p.amount_minor) FROM showtime_prices p WHERE p.showtime_id = t.id)::bigint AS from_minor,
       st.cancelled_at
FROM showtimes t
JOIN showtime_state st ON st.showtime_id = t.id
JOIN movies m ON m.id = t.movie_id
JOIN auditoriums a ON a.id = t.auditorium_id
JOIN venues v ON v.id = a.venue_id;

CREATE INDEX bookings_by_showtime ON bookings (showtime_id, id);

-- +goose Down
DROP INDEX bookings_by_showtime;
DROP VIEW programme;
CREATE VIEW programme AS
SELECT t.id, t.starts_at, t.sales_open_at, t.sales_close_at, t.currency,
       m.id AS movie_id, m.title, m.runtime_minutes, m.rating, m.tagline,
       a.id AS auditorium_id, a.name AS auditorium_name, v.name AS venue_name, a.seat_count,
       st.version, st.available,
       (SELECT min(p.amount_minor) FROM showtime_prices p WHERE p.showtime_id = t.id)::bigint AS from_minor
FROM showtimes t
JOIN showtime_state st ON st.showtime_id = t.id
JOIN movies m ON m.id = t.movie_id
JOIN auditoriums a ON a.id = t.auditorium_id
JOIN venues v ON v.id = a.venue_id;
ALTER TABLE showtime_state DROP COLUMN cancelled_at;
DROP INDEX payments_by_time;
ALTER TABLE payments DROP COLUMN action;
ALTER TABLE payments DROP COLUMN kept_minor;
-- What was not decided is nothing to a version that knows no such state.
UPDATE payments SET status = 'voided' WHERE status = 'open';
ALTER TABLE payments DROP CONSTRAINT payments_status_check;
ALTER TABLE payments ADD CONSTRAINT payments_status_check CHECK (status IN
    ('authorized', 'captured', 'voided', 'declined', 'refund_due', 'refunded'));
ALTER TABLE bookings DROP COLUMN first_expires_at;
