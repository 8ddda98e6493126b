-- +goose Up
-- The schema is there already, for goose's own table; sqlc needs to hear of it.
CREATE SCHEMA IF NOT EXISTS sandbox;

CREATE TABLE sandbox.charges (
    id          text        PRIMARY KEY,
    seq         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY UNIQUE, -- the order of the ledger
    booking_id  text        NOT NULL,
    amount      bigint      NOT NULL CHECK (amount >= 0), -- minor units
    currency    text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    state       text        NOT NULL CHECK (state IN ('open', 'authorized', 'captured', 'declined', 'cancelled')),
    reason      text        NOT NULL DEFAULT '',
    token       text        NOT NULL DEFAULT '', -- the first one of Confirm
    captured    bigint      NOT NULL DEFAULT 0,
    refunded    bigint      NOT NULL DEFAULT 0 CHECK (refunded >= 0),
    failures    integer     NOT NULL DEFAULT 0, -- answers that a flaky charge has refused so far
    lost        text[]      NOT NULL DEFAULT '{}', -- kinds of write whose first answer was lost
    deadline    timestamptz,
    settles_at  timestamptz, -- when an open charge decides by itself
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT taken_whole_or_not_at_all CHECK (captured = CASE state WHEN 'captured' THEN amount ELSE 0 END),
    CONSTRAINT given_back_only_what_was_taken CHECK (refunded <= captured),
    CONSTRAINT only_open_ones_wait CHECK (settles_at IS NULL OR state = 'open')
);
CREATE INDEX charges_by_age ON sandbox.charges (created_at);
CREATE INDEX charges_that_wait ON sandbox.charges (settles_at) WHERE settles_at IS NOT NULL;

CREATE TABLE sandbox.refunds (
    id         text        PRIMARY KEY,
    charge_id  text        NOT NULL REFERENCES sandbox.charges,
    amount     bigint      NOT NULL CHECK (amount > 0),
    created_at timestamptz NOT NULL DEFAULT now()
);

-- A message stays until the other side took it.
CREATE TABLE sandbox.messages (
    id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    seq        bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    type       text        NOT NULL,
    charge_id  text        NOT NULL,
    booking_id text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    attempts   integer     NOT NULL DEFAULT 0,
    due        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX messages_due ON sandbox.messages (due, seq);

-- +goose Down
DROP TABLE sandbox.messages, sandbox.refunds, sandbox.charges;
