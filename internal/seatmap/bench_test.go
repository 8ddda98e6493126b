package seatmap_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

// A write of one map costs the same however many others there are.
func BenchmarkApply(b *testing.B) {
	for _, others := range []int{0, 500} {
		b.Run(fmt.Sprintf("others=%d", others), func(b *testing.B) {
			s, id := open(b), newID()
			for range others {
				_, err := s.Replace(b.Context(), sample(newID(), 1, 300))
				require.NoError(b, err)
			}
			_, err := s.Replace(b.Context(), sample(id, 1, 300))
			require.NoError(b, err)
			version := int64(1)
			status := []booking.SeatStatus{booking.SeatAvailable, booking.SeatHeld}
			for b.Loop() {
				ok, err := s.Apply(b.Context(), id, step(id, version, version+1, seat("R0-2", status[version%2])))
				require.NoError(b, err)
				require.True(b, ok)
				version++
			}
		})
	}
}
