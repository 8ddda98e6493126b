-- Who has come in.

-- +goose Up
-- The primary key says, however many doors there are: a booking is checked in once.
CREATE TABLE checkins (
    booking_id uuid PRIMARY KEY REFERENCES bookings,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    usher      text NOT NULL,
    seats      text[] NOT NULL CHECK (cardinality(seats) > 0)
);

-- +goose Down
DROP TABLE checkins;
