-- name: InsertCharge :exec
INSERT INTO sandbox.charges (id, booking_id, amount, currency, state, deadline)
VALUES (@id, @booking_id, @amount, @currency, 'open', @deadline)
ON CONFLICT (id) DO NOTHING;

-- name: LockCharge :one
SELECT sqlc.embed(charge), now()::timestamptz AS now
FROM sandbox.charges AS charge WHERE id = @id FOR UPDATE;

-- name: SaveCharge :exec
UPDATE sandbox.charges
SET state = @state, reason = @reason, token = @token, captured = @captured, refunded = @refunded,
    failures = @failures, lost = @lost, settles_at = @settles_at
WHERE id = @id;

-- name: LockDueCharges :many
SELECT sqlc.embed(charge), now()::timestamptz AS now
FROM sandbox.charges AS charge WHERE settles_at <= now()
ORDER BY settles_at LIMIT @most FOR UPDATE SKIP LOCKED;

-- name: ListCharges :many
SELECT * FROM sandbox.charges
WHERE seq > @after AND created_at >= @since
ORDER BY seq LIMIT @most;

-- name: Refund :one
SELECT * FROM sandbox.refunds WHERE id = @id;

-- name: InsertRefund :execrows
INSERT INTO sandbox.refunds (id, charge_id, amount) VALUES (@id, @charge_id, @amount)
ON CONFLICT (id) DO NOTHING;

-- name: InsertMessage :exec
INSERT INTO sandbox.messages (type, charge_id, booking_id) VALUES (@type, @charge_id, @booking_id);

-- name: ClaimMessages :many
-- The next try is set before this one: a process that dies in between loses nothing.
UPDATE sandbox.messages
SET attempts = attempts + 1,
    due = now() + least(make_interval(secs => 0.25 * 2 ^ least(attempts, 10)), interval '30 seconds')
WHERE id IN (
    SELECT m.id FROM sandbox.messages m WHERE m.due <= now()
    ORDER BY m.due, m.seq LIMIT @most FOR UPDATE SKIP LOCKED
)
RETURNING *;

-- name: DeleteMessage :exec
DELETE FROM sandbox.messages WHERE id = @id;
