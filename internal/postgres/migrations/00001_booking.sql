-- The truth. Everything that must never be wrong is a constraint of this schema.

-- +goose Up
CREATE TABLE venues (
    id   text PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE auditoriums (
    id         text PRIMARY KEY,
    venue_id   text NOT NULL REFERENCES venues,
    name       text NOT NULL,
    seat_count integer NOT NULL DEFAULT 0 CHECK (seat_count >= 0)
);

-- The layout of an auditorium. Position is in seat widths from the top left
-- corner; ordinal fixes the order in which seats are listed everywhere.
CREATE TABLE seats (
    auditorium_id text NOT NULL REFERENCES auditoriums,
    id            text NOT NULL CHECK (id ~ '^[A-Za-z0-9-]{1,16}$'),
    ordinal       integer NOT NULL,
    row_name      text NOT NULL,
    number        integer NOT NULL,
    x             double precision NOT NULL,
    y             double precision NOT NULL,
    category      text NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('standard', 'wheelchair', 'companion')),
    PRIMARY KEY (auditorium_id, id),
    UNIQUE (auditorium_id, ordinal)
);

CREATE TABLE movies (
    id      text PRIMARY KEY,
    title   text NOT NULL,
    runtime_minutes integer NOT NULL CHECK (runtime_minutes > 0),
    rating  text NOT NULL DEFAULT '',
    tagline text NOT NULL DEFAULT ''
);

CREATE TABLE showtimes (
    id             uuid PRIMARY KEY,
    movie_id       text NOT NULL REFERENCES movies,
    auditorium_id  text NOT NULL REFERENCES auditoriums,
    starts_at      timestamptz NOT NULL,
    sales_open_at  timestamptz NOT NULL,
    sales_close_at timestamptz NOT NULL,
    currency       text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    CHECK (sales_open_at < sales_close_at)
);
CREATE INDEX showtimes_by_start ON showtimes (starts_at, id);

-- What changes with every booking of a showtime, apart from what never does:
-- the row is small and its update stays within its page (HOT). Whoever adds one
-- to the version holds the row until it commits, so versions are without gaps
-- and in the order of commits.
CREATE TABLE showtime_state (
    showtime_id uuid PRIMARY KEY REFERENCES showtimes,
    version     bigint  NOT NULL CHECK (version >= 1),
    available   integer NOT NULL CHECK (available >= 0)
) WITH (fillfactor = 50);

CREATE TABLE showtime_prices (
    showtime_id  uuid NOT NULL REFERENCES showtimes,
    category     text NOT NULL,
    name         text NOT NULL,
    ordinal      integer NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
    PRIMARY KEY (showtime_id, category)
);

-- Seats that the house keeps back for one showtime.
CREATE TABLE blocked_seats (
    showtime_id uuid NOT NULL REFERENCES showtimes,
    seat_id     text NOT NULL,
    PRIMARY KEY (showtime_id, seat_id)
);

CREATE TABLE bookings (
    id          uuid PRIMARY KEY,
    user_id     text NOT NULL,
    showtime_id uuid NOT NULL REFERENCES showtimes,
    status      text NOT NULL CHECK (status IN ('pending', 'confirmed', 'expired', 'cancelled')),
    reason      text NOT NULL DEFAULT '',
    currency    text NOT NULL,
    total_minor bigint NOT NULL CHECK (total_minor >= 0),
    fingerprint text NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    decided_at  timestamptz,
    UNIQUE (id, status)
);
CREATE INDEX bookings_by_user ON bookings (user_id, created_at DESC, id DESC);
CREATE INDEX bookings_pending_by_user ON bookings (user_id) WHERE status = 'pending';

-- The status of a booking is carried into its seats by the foreign key: an
-- update of the booking cascades, and nothing can make the two disagree. So the
-- partial unique index below says, whatever locks, clocks, retries or crashes
-- do: at most one live booking owns a seat of a showtime.
CREATE TABLE booking_seats (
    booking_id   uuid NOT NULL,
    showtime_id  uuid NOT NULL,
    seat_id      text NOT NULL,
    status       text NOT NULL,
    row_name     text NOT NULL,
    number       integer NOT NULL,
    ordinal      integer NOT NULL,
    category     text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
    PRIMARY KEY (booking_id, seat_id),
    FOREIGN KEY (booking_id, status) REFERENCES bookings (id, status) ON UPDATE CASCADE
);
CREATE UNIQUE INDEX one_live_owner ON booking_seats (showtime_id, seat_id)
    WHERE status IN ('pending', 'confirmed');

CREATE TABLE payments (
    id           uuid PRIMARY KEY,
    booking_id   uuid NOT NULL REFERENCES bookings,
    method       text NOT NULL,
    status       text NOT NULL CHECK (status IN
                 ('authorized', 'captured', 'voided', 'declined', 'refund_due', 'refunded')),
    currency     text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
    reference    text NOT NULL DEFAULT '',
    fingerprint  text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);
CREATE INDEX payments_by_booking ON payments (booking_id, created_at);
-- A booking is paid for once.
CREATE UNIQUE INDEX one_live_payment ON payments (booking_id)
    WHERE status IN ('authorized', 'captured');

-- What happened to a booking, for its owner and for the operator.
CREATE TABLE booking_history (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    booking_id uuid NOT NULL REFERENCES bookings,
    at         timestamptz NOT NULL,
    type       text NOT NULL,
    data       jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX booking_history_by_booking ON booking_history (booking_id, id);

-- Events on their way to the broker. A row is deleted when the broker has
-- confirmed it. Ids are handed out before commits, so they are no cursor.
CREATE TABLE outbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id   text NOT NULL UNIQUE,
    type       text NOT NULL,
    payload    json NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A showtime as it is listed.
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

-- +goose Down
DROP VIEW programme;
DROP TABLE outbox, booking_history, payments, booking_seats, bookings, blocked_seats,
    showtime_prices, showtime_state, showtimes, movies, seats, auditoriums, venues;
