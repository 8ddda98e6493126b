package api

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

func TestOldShowtimesDropOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var shows []booking.ShowtimeID
		for i := range 20 {
			shows = append(shows, booking.ShowtimeID(fmt.Sprint(i)))
		}
		from := newShelves(shows...)
		m := newMapCache(from, errNoMap)
		requireVersion(t, m, "0", 1)
		one := m.size
		m.limit = 5*one + one/2
		for _, id := range shows {
			requireVersion(t, m, id, 1)
			requireVersion(t, m, "0", 1) // which everybody looks at
			require.LessOrEqual(t, m.size, m.limit)
		}
		require.Len(t, m.kept, 5)
		for _, id := range []booking.ShowtimeID{"0", "16", "17", "18", "19"} {
			require.Contains(t, m.kept, id)
		}
	})
}

// Many come and go while maps change and are told of, and while they are pushed out:
// nobody sees one go back.
func TestNobodySeesAMapGoBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shows := []booking.ShowtimeID{"a", "b", "c"}
		from := newShelves(shows...)
		m := newMapCache(from, errNoMap)
		requireVersion(t, m, "a", 1)
		m.limit = 2 * m.size
		var all sync.WaitGroup
		var over atomic.Int64
		for n, id := range shows {
			all.Go(func() {
				for i := range 300 {
					version := from.change(id)
					if i%3 == 0 {
						m.heed(booking.Delta{ShowtimeID: id, From: version - 1, Version: version})
					}
					time.Sleep(time.Duration(1+(i+n)%5) * time.Millisecond)
				}
				over.Add(1)
			})
			for k := range 8 {
				all.Go(func() {
					last := int64(0)
					for i := 0; over.Load() < int64(len(shows)); i++ {
						body, err := m.get(t.Context(), id)
						if !assert.NoError(t, err) || !assert.GreaterOrEqual(t, body.version, last) {
							return
						}
						last = body.version
						time.Sleep(time.Duration(i%(k+2)) * time.Millisecond / 2)
					}
				})
			}
		}
		all.Wait()
		time.Sleep(time.Second) // the last questions end
		size := 0
		for _, k := range m.kept {
			size += k.body.size()
		}
		require.Equal(t, size, m.size, "and what is kept is counted once")
	})
}
