package seatlock

import (
	"context"
	"fmt"
	"slices"

	"github.com/valkey-io/valkey-go"

	"holdfast/internal/booking"
)

// maxGlance bounds the seats of one question, so that a hall of any size keeps the
// server from others for a moment only.
const maxGlance = 1000

// Owners returns whom the locks of the seats name at this moment. A seat without a
// lock is not among them.
func (l *Locks) Owners(ctx context.Context, id booking.ShowtimeID, seats []booking.SeatID) (map[booking.SeatID]booking.ID, error) {
	out := map[booking.SeatID]booking.ID{}
	for some := range slices.Chunk(seats, maxGlance) {
		names, err := l.client.Do(ctx, l.client.B().Mget().Key(keys(id, some)...).Build()).ToArray()
		if err != nil {
			return nil, fmt.Errorf("looking at seats: %w", unavailable(err))
		}
		for i, m := range names {
			if name, err := m.ToString(); err == nil {
				out[some[i]] = booking.ID(name)
			} else if !valkey.IsValkeyNil(err) {
				return nil, fmt.Errorf("looking at seats: %w", err)
			}
		}
	}
	return out, nil
}
