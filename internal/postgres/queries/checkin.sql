-- name: InsertCheckin :one
-- No row where somebody has come in before.
INSERT INTO checkins (booking_id, usher, seats) VALUES (@booking_id, @usher, @seats)
ON CONFLICT (booking_id) DO NOTHING
RETURNING at;

-- name: GetCheckin :one
SELECT * FROM checkins WHERE booking_id = @booking_id;
