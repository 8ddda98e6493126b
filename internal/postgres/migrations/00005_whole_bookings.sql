-- A booking with all that is told of it, in one read.

-- +goose Up
CREATE VIEW whole_bookings AS
SELECT b.id, b.user_id, b.showtime_id, b.status, b.reason, b.currency, b.total_minor, b.fingerprint, b.created_at, b.expires_at,
       (SELECT coalesce(json_agg(json_build_object('id', s.seat_id, 'row', s.row_name, 'number', s.number,
                                                   'category', s.category, 'minor', s.amount_minor) ORDER BY s.ordinal), '[]')
        FROM booking_seats s WHERE s.booking_id = b.id) AS seats,
       -- The payment that counts: the one that confirmed the booking, else the one that
       -- is not decided, else the newest.
       (SELECT row_to_json(p) FROM payments p
        WHERE p.booking_id = b.id AND p.status <> 'declined'
        ORDER BY array_position(ARRAY ['authorized', 'captured', 'refund_due', 'refunded', 'open', 'voided'], p.status), p.created_at DESC
        LIMIT 1) AS payment,
       -- Of a confirmed booking only: when somebody came in with it.
       CASE WHEN b.status = 'confirmed' THEN (SELECT c.at FROM checkins c WHERE c.booking_id = b.id) END AS checked_in_at
FROM bookings b;

-- +goose Down
DROP VIEW whole_bookings;
