-- name: NotePayment :one
-- Adds a payment, or decides one that was open, with its history. What is decided stays,
-- and what is known of it is not forgotten; what is open stays open without another line
-- of history.
WITH before AS (
    SELECT old.status FROM payments old WHERE old.id = @id
), noted AS (
    INSERT INTO payments (id, booking_id, method, status, currency, amount_minor, reference, fingerprint, action, created_at, updated_at)
    VALUES (@id, @booking_id, @method, @status, @currency, @amount_minor, @reference, @fingerprint, @action, @created_at, now())
    ON CONFLICT (id) DO UPDATE
    SET status = EXCLUDED.status, action = EXCLUDED.action, updated_at = now(),
        reference = CASE WHEN EXCLUDED.reference = '' THEN payments.reference ELSE EXCLUDED.reference END
    WHERE payments.status = 'open' AND payments.booking_id = EXCLUDED.booking_id
    RETURNING payments.booking_id
), told AS (
    INSERT INTO booking_history (booking_id, at, type, data)
    SELECT noted.booking_id, now(), @history_type, @history_data FROM noted
    WHERE NOT EXISTS (SELECT 1 FROM before WHERE before.status = @status)
)
SELECT count(*) AS noted FROM noted;

-- name: GetPayment :one
SELECT * FROM payments WHERE id = @id;

-- name: LockBookingOfPayment :exec
-- The booking before the payment: the order in which Revoke takes them.
SELECT 1 FROM bookings b JOIN payments p ON p.booking_id = b.id WHERE p.id = @id FOR NO KEY UPDATE OF b;

-- name: MovePayment :one
-- With the state of its booking.
UPDATE payments SET status = @next_status, updated_at = now()
FROM bookings
WHERE payments.id = @id AND payments.status = ANY (@from_statuses::text[]) AND bookings.id = payments.booking_id
RETURNING sqlc.embed(payments), bookings.status AS booking_status;

-- name: OweRefund :execrows
-- What is left of the cancelled booking's money after what the house keeps is to
-- be given back. One that is only authorized is captured first; see Move.
UPDATE payments
SET kept_minor = amount_minor - @refund_minor::bigint, updated_at = now(),
    status = CASE WHEN status = 'captured' AND @refund_minor::bigint > 0 THEN 'refund_due' ELSE status END
WHERE booking_id = @booking_id AND status IN ('authorized', 'captured');

-- name: PaymentsSince :many
SELECT p.*, b.status AS booking_status, b.reason AS booking_reason FROM payments p JOIN bookings b ON b.id = p.booking_id
WHERE p.method = @method AND p.created_at >= @since AND p.id > @after_id
ORDER BY p.id LIMIT @max_rows;

-- name: AttemptPayment :one
-- Notes that a provider is about to be asked, while the booking is pending: its end
-- waits for this row, or is seen here.
WITH b AS (
    SELECT k.id, k.status FROM bookings k WHERE k.id = @booking_id FOR SHARE
), noted AS (
    INSERT INTO payment_attempts (booking_id, id, method, currency, amount_minor, fingerprint, created_at)
    SELECT b.id, @id, @method, @currency, @amount_minor, @fingerprint, @created_at FROM b WHERE b.status = 'pending'
    ON CONFLICT DO NOTHING RETURNING 1
)
SELECT b.status, (EXISTS (SELECT 1 FROM noted) OR EXISTS (
    SELECT 1 FROM payment_attempts a WHERE a.booking_id = b.id AND a.id = @id))::boolean AS attempted
FROM b;

-- name: LoosePayments :many
-- What a provider was asked for and nobody knows the end of.
SELECT sqlc.embed(a), (p.id IS NOT NULL)::boolean AS noted
FROM payment_attempts a LEFT JOIN payments p ON p.id = a.id
WHERE a.booking_id = @booking_id AND (p.id IS NULL OR p.status = 'open')
ORDER BY a.created_at, a.id;
