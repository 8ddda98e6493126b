-- What providers are asked for, before they are asked.

-- +goose Up
-- A provider is asked while nothing of it is in any history yet. Whoever ends the
-- booking finds here what became of no payment, and brings it to its end.
CREATE TABLE payment_attempts (
    booking_id   uuid NOT NULL REFERENCES bookings,
    id           uuid NOT NULL, -- the payment's
    method       text NOT NULL,
    currency     text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
    fingerprint  text NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (booking_id, id)
);

-- +goose Down
DROP TABLE payment_attempts;
