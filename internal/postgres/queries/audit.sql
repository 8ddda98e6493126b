-- What the audit reads. Each of its questions is one statement, and so one moment; a
-- row says what contradicts what is always true. Nothing here writes.

-- name: LetStatementsTakeLong :exec
-- Until the end of the transaction: the audit reads whole tables.
SELECT set_config('statement_timeout', @bound::text, true);

-- name: AuditCounts :one
SELECT (SELECT count(*) FROM showtimes) AS showtimes,
       (SELECT count(*) FROM bookings) AS bookings,
       (SELECT count(*) FROM bookings WHERE status = 'pending') AS pending,
       (SELECT count(*) FROM bookings WHERE status = 'confirmed') AS confirmed,
       (SELECT count(*) FROM booking_seats WHERE status IN ('pending', 'confirmed')) AS live_seats,
       (SELECT count(*) FROM payments) AS payments,
       (SELECT count(*) FROM booking_history) AS history,
       (SELECT count(*) FROM checkins) AS checkins;

-- name: SoundUniqueIndexes :many
-- Those that the server keeps, with what they say.
SELECT c.relname::text AS name, pg_get_indexdef(i.indexrelid)::text AS definition
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
WHERE t.relname IN ('booking_seats', 'payments', 'checkins') AND i.indisunique AND i.indisvalid AND i.indisready
  AND pg_table_is_visible(t.oid);

-- name: AuditSeats :many
SELECT 'owned_twice'::text AS problem, s.showtime_id::text AS showtime_id, ''::text AS booking_id, s.seat_id::text AS seat_id,
       string_agg(s.booking_id::text, ' ' ORDER BY s.booking_id)::text AS found, ''::text AS wanted
FROM booking_seats s WHERE s.status IN ('pending', 'confirmed')
GROUP BY s.showtime_id, s.seat_id HAVING count(*) > 1
UNION ALL
SELECT 'no_seats', b.showtime_id::text, b.id::text, '', b.status, ''
FROM bookings b
WHERE NOT EXISTS (SELECT 1 FROM booking_seats s WHERE s.booking_id = b.id)
  AND (b.reason <> 'unsettled' OR EXISTS (SELECT 1 FROM booking_history h WHERE h.booking_id = b.id AND h.type = 'booking.held'))
UNION ALL
SELECT 'tombstone_with_seats', b.showtime_id::text, b.id::text, min(s.seat_id)::text, count(*)::text, '0'
FROM bookings b JOIN booking_seats s ON s.booking_id = b.id
WHERE b.reason = 'unsettled' AND NOT EXISTS (SELECT 1 FROM booking_history h WHERE h.booking_id = b.id AND h.type = 'booking.held')
GROUP BY b.id
UNION ALL
SELECT 'seat_differs', b.showtime_id::text, b.id::text, s.seat_id::text, s.status, b.status
FROM bookings b JOIN booking_seats s ON s.booking_id = b.id
WHERE s.status <> b.status OR s.showtime_id <> b.showtime_id
UNION ALL
SELECT 'total_differs', b.showtime_id::text, b.id::text, '', sum(s.amount_minor)::text, b.total_minor::text
FROM bookings b JOIN booking_seats s ON s.booking_id = b.id
GROUP BY b.id HAVING sum(s.amount_minor) <> b.total_minor
UNION ALL
SELECT 'not_for_sale', s.showtime_id::text, s.booking_id::text, s.seat_id::text, '', ''
FROM booking_seats s JOIN showtimes t ON t.id = s.showtime_id
WHERE s.status IN ('pending', 'confirmed')
  AND (NOT EXISTS (SELECT 1 FROM seats l WHERE l.auditorium_id = t.auditorium_id AND l.id = s.seat_id)
       OR EXISTS (SELECT 1 FROM blocked_seats k WHERE k.showtime_id = s.showtime_id AND k.seat_id = s.seat_id))
UNION ALL
SELECT 'available_differs', c.id::text, '', '', c.available::text, c.wanted::text
FROM (SELECT t.id, st.available, a.seat_count
             - (SELECT count(*) FROM blocked_seats k WHERE k.showtime_id = t.id)
             - (SELECT count(*) FROM booking_seats s WHERE s.showtime_id = t.id AND s.status IN ('pending', 'confirmed')) AS wanted
      FROM showtimes t JOIN showtime_state st ON st.showtime_id = t.id JOIN auditoriums a ON a.id = t.auditorium_id) c
WHERE c.available <> c.wanted;

-- name: AuditHolds :many
SELECT 'late_hold'::text AS problem, b.showtime_id::text AS showtime_id, b.id::text AS booking_id, ''::text AS seat_id,
       to_char(b.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')::text AS found, ''::text AS wanted
FROM bookings b
WHERE b.status = 'pending' AND b.expires_at < now() - make_interval(secs => @late_seconds::double precision);

-- name: AuditPayments :many
SELECT 'not_paid_once'::text AS problem, b.showtime_id::text AS showtime_id, b.id::text AS booking_id, ''::text AS seat_id,
       count(p.id)::text AS found, '1'::text AS wanted
FROM bookings b LEFT JOIN payments p ON p.booking_id = b.id AND p.status IN ('authorized', 'captured')
WHERE b.status = 'confirmed'
GROUP BY b.id HAVING count(p.id) <> 1
UNION ALL
SELECT 'paid_otherwise', b.showtime_id::text, b.id::text, '', p.amount_minor::text || ' ' || p.currency, b.total_minor::text || ' ' || b.currency
FROM bookings b JOIN payments p ON p.booking_id = b.id AND p.status IN ('authorized', 'captured')
WHERE b.status = 'confirmed' AND (p.amount_minor <> b.total_minor OR p.currency <> b.currency)
UNION ALL
SELECT 'money_waits', b.showtime_id::text, b.id::text, '', p.status,
       to_char(p.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
FROM payments p JOIN bookings b ON b.id = p.booking_id
WHERE p.status IN ('authorized', 'refund_due') AND p.updated_at < now() - make_interval(secs => @late_seconds::double precision);

-- name: AuditHistory :many
-- A version counts the schedule, each step of each booking, and the end of the showtime.
SELECT 'version_differs'::text AS problem, v.id::text AS showtime_id, ''::text AS booking_id, ''::text AS seat_id,
       v.version::text AS found, v.wanted::text AS wanted
FROM (SELECT st.showtime_id AS id, st.version, 1 + (st.cancelled_at IS NOT NULL)::int
             + (SELECT count(*) FROM bookings b JOIN booking_history h ON h.booking_id = b.id
                WHERE b.showtime_id = st.showtime_id
                  AND h.type IN ('booking.held', 'booking.confirmed', 'booking.expired', 'booking.cancelled')) AS wanted
      FROM showtime_state st) v
WHERE v.version <> v.wanted
UNION ALL
SELECT 'event_ahead', st.showtime_id::text, '', '', max((o.payload -> 'data' ->> 'version')::bigint)::text, st.version::text
FROM outbox o JOIN showtime_state st ON st.showtime_id::text = o.payload -> 'data' ->> 'showtimeId'
GROUP BY st.showtime_id, st.version HAVING max((o.payload -> 'data' ->> 'version')::bigint) > st.version
UNION ALL
SELECT 'noted_twice', b.showtime_id::text, b.id::text, '', h.type || ', ' || count(*)::text || ' times', ''
FROM booking_history h JOIN bookings b ON b.id = h.booking_id
WHERE h.type IN ('booking.held', 'booking.confirmed', 'booking.expired', 'booking.cancelled', 'booking.extended', 'booking.checked_in')
GROUP BY b.id, h.type HAVING count(*) > 1
UNION ALL
SELECT 'noted_twice', b.showtime_id::text, b.id::text, '', h.type || ' of ' || (h.data ->> 'payment') || ', ' || count(*)::text || ' times', ''
FROM booking_history h JOIN bookings b ON b.id = h.booking_id
WHERE h.type LIKE 'payment.%'
GROUP BY b.id, h.type, h.data ->> 'payment' HAVING count(*) > 1
UNION ALL
SELECT 'not_noted', b.showtime_id::text, b.id::text, '', b.status, ''
FROM bookings b
WHERE EXISTS (SELECT 1 FROM booking_seats s WHERE s.booking_id = b.id)
  AND NOT EXISTS (SELECT 1 FROM booking_history h WHERE h.booking_id = b.id
                  AND h.type = CASE b.status WHEN 'pending' THEN 'booking.held' ELSE 'booking.' || b.status END)
UNION ALL
SELECT 'checkin_differs', b.showtime_id::text, b.id::text, '', count(DISTINCT h.id)::text, count(DISTINCT c.at)::text
FROM bookings b
LEFT JOIN checkins c ON c.booking_id = b.id
LEFT JOIN booking_history h ON h.booking_id = b.id AND h.type = 'booking.checked_in'
WHERE c.booking_id IS NOT NULL OR h.id IS NOT NULL
GROUP BY b.id HAVING count(DISTINCT h.id) <> count(DISTINCT c.at);

-- name: LiveOwners :many
SELECT seat_id, booking_id FROM booking_seats WHERE showtime_id = @id AND status IN ('pending', 'confirmed');

-- name: PendingBookings :many
SELECT id, showtime_id FROM bookings WHERE status = 'pending' ORDER BY id;

-- name: WithOpenMoney :many
-- Those of the bookings whose money somebody still has to follow.
SELECT DISTINCT booking_id FROM payments
WHERE booking_id = ANY (@ids::uuid[]) AND status IN ('open', 'authorized', 'refund_due');
