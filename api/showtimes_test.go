package api

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

// slowHall counts how often it is asked, and takes a while.
type slowHall struct {
	hall
	asked atomic.Int64
}

func (h *slowHall) Showtime(ctx context.Context, id booking.ShowtimeID) (booking.Showtime, error) {
	h.asked.Add(1)
	time.Sleep(time.Millisecond)
	return h.hall.Showtime(ctx, id)
}

// A crowd has its showtime asked for once, and does not halt when that is to be done anew.
func TestACrowdKnowsItsShowtime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := &slowHall{}
		c := newShowtimeCache(from)
		require.Nil(t, c.ready(anyShow, time.Now()))
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				k, err := c.get(t.Context(), anyShow)
				assert.NoError(t, err)
				assert.Len(t, k.seats, 3)
			})
		}
		all.Wait()
		require.EqualValues(t, 1, from.asked.Load())
		for began := time.Now(); time.Since(began) < 5*time.Second; time.Sleep(time.Millisecond) {
			k := c.ready(anyShow, time.Now())
			require.NotNil(t, k)
			require.Less(t, time.Since(k.asked), showtimeFreshness)
		}
		require.LessOrEqual(t, from.asked.Load(), int64(8))
		time.Sleep(showtimeFreshness)
		require.Nil(t, c.ready(anyShow, time.Now()))
	})
}
