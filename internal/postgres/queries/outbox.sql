-- name: Emit :exec
-- Puts an event into the outbox, and wakes the relay at commit; several in one
-- transaction wake it once.
WITH sent AS (INSERT INTO outbox (event_id, type, payload) VALUES (@event_id, @type, @payload))
SELECT pg_notify('holdfast_outbox', '');

-- name: ClaimOutbox :many
SELECT id, event_id, type, payload FROM outbox ORDER BY id LIMIT @max_rows FOR UPDATE SKIP LOCKED;

-- name: DeleteOutbox :exec
DELETE FROM outbox WHERE id = ANY (@ids::bigint[]);

-- name: OutboxDepth :one
SELECT count(*) AS depth, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::double precision AS oldest_seconds
FROM outbox;
