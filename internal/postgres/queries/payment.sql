-- name: InsertPayment :execrows
INSERT INTO payments (id, booking_id, method, status, currency, amount_minor, reference, fingerprint, created_at, updated_at)
VALUES (@id, @booking_id, @method, @status, @currency, @amount_minor, @reference, @fingerprint, @created_at, now())
ON CONFLICT (id) DO NOTHING;

-- name: GetPayment :one
SELECT * FROM payments WHERE id = @id;

-- name: LockBookingOfPayment :exec
-- The booking before the payment: the order in which Revoke takes them.
SELECT 1 FROM bookings b JOIN payments p ON p.booking_id = b.id WHERE p.id = @id FOR KEY SHARE OF b;

-- name: MovePayment :execrows
UPDATE payments SET status = @next_status, updated_at = now()
WHERE id = @id AND status = ANY (@from_statuses::text[]);

-- name: RefundDue :exec
-- The cancelled booking's money is to be given back. One that is only
-- authorized is about to be captured; it is refunded after that.
UPDATE payments SET status = 'refund_due', updated_at = now()
WHERE booking_id = @booking_id AND status = 'captured';
