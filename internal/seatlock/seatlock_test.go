package seatlock_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"github.com/valkey-io/valkey-go"
	"go.uber.org/goleak"

	"holdfast/internal/booking"
	"holdfast/internal/seatlock"
	"holdfast/internal/testenv"
)

func TestMain(m *testing.M) {
	// The client's look at the topology ends by itself, a second after Close.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/valkey-io/valkey-go.(*call).DelayDo.func1"))
}

const ttl = time.Minute

func open(t *testing.T) (*seatlock.Locks, booking.ShowtimeID) {
	t.Helper()
	locks, err := seatlock.Open(testenv.Valkey(t))
	require.NoError(t, err)
	t.Cleanup(locks.Close)
	return locks, booking.ShowtimeID(uuid.NewString())
}

func ids(names ...string) []booking.SeatID {
	out := make([]booking.SeatID, len(names))
	for i, n := range names {
		out[i] = booking.SeatID(n)
	}
	return out
}

func TestAllOrNone(t *testing.T) {
	locks, show := open(t)
	ctx := t.Context()
	taken, err := locks.Acquire(ctx, show, ids("A1", "A2"), "ada", ttl)
	require.NoError(t, err)
	require.Empty(t, taken)

	taken, err = locks.Acquire(ctx, show, ids("A3", "A2", "A1"), "bob", ttl)
	require.NoError(t, err)
	require.Equal(t, ids("A2", "A1"), taken, "the seats that were taken are named")

	taken, err = locks.Acquire(ctx, show, ids("A3"), "eve", ttl)
	require.NoError(t, err)
	require.Empty(t, taken, "bob's refusal has left A3 free")
}

func TestSameOwnerAgainIsSuccess(t *testing.T) {
	locks, show := open(t)
	for range 3 {
		taken, err := locks.Acquire(t.Context(), show, ids("A1", "A2"), "ada", ttl)
		require.NoError(t, err)
		require.Empty(t, taken)
	}
}

func TestReleaseIsByOwner(t *testing.T) {
	locks, show := open(t)
	ctx := t.Context()
	must := func(err error) { t.Helper(); require.NoError(t, err) }
	_, err := locks.Acquire(ctx, show, ids("A1"), "ada", ttl)
	must(err)
	must(locks.Release(ctx, show, ids("A1"), "ada"))
	_, err = locks.Acquire(ctx, show, ids("A1"), "bob", ttl)
	must(err)
	must(locks.Release(ctx, show, ids("A1"), "ada")) // late, and again
	taken, err := locks.Taken(ctx, show, ids("A1"), "ada")
	must(err)
	require.Equal(t, ids("A1"), taken, "bob still has it")
}

func TestTakenSeesOthersOnly(t *testing.T) {
	locks, show := open(t)
	_, err := locks.Acquire(t.Context(), show, ids("A1"), "ada", ttl)
	require.NoError(t, err)
	for owner, want := range map[booking.ID][]booking.SeatID{"ada": nil, "bob": ids("A1")} {
		taken, err := locks.Taken(t.Context(), show, ids("A2", "A1"), owner)
		require.NoError(t, err)
		require.Equal(t, want, taken)
	}
	taken, err := locks.Taken(t.Context(), booking.ShowtimeID(uuid.NewString()), ids("A1"), "bob")
	require.NoError(t, err)
	require.Empty(t, taken, "another showtime has other seats")
}

func TestTimeToLive(t *testing.T) {
	locks, show := open(t)
	ctx := t.Context()
	option, err := valkey.ParseURL(testenv.Valkey(t))
	require.NoError(t, err)
	client, err := valkey.NewClient(option)
	require.NoError(t, err)
	defer client.Close()
	left := func() time.Duration {
		ms, err := client.Do(ctx, client.B().Pttl().Key("seat:{"+string(show)+"}:A1").Build()).AsInt64()
		require.NoError(t, err)
		return time.Duration(ms) * time.Millisecond
	}
	_, err = locks.Acquire(ctx, show, ids("A1"), "ada", ttl)
	require.NoError(t, err)
	require.LessOrEqual(t, left(), ttl, "a lock never stays for ever")
	require.Positive(t, left())

	require.NoError(t, locks.Keep(ctx, show, ids("A1"), "bob", time.Hour))
	require.LessOrEqual(t, left(), ttl, "who does not own it cannot keep it")
	require.NoError(t, locks.Keep(ctx, show, ids("A1"), "ada", time.Hour))
	require.Greater(t, left(), ttl)
}

// Many owners want overlapping sets at once: at every moment each seat has one
// owner, and nobody has half of a set.
func TestOverlappingSetsUnderLoad(t *testing.T) {
	locks, show := open(t)
	const people, rounds, seats = 24, 30, 12
	var owners [seats]atomic.Pointer[string]
	var wins atomic.Int64
	var wg sync.WaitGroup
	for p := range people {
		wg.Go(func() {
			me := fmt.Sprint("p", p)
			for r := range rounds {
				var set []int
				for k := range 3 {
					set = append(set, (p*5+r*7+k*(1+p%3))%seats)
				}
				if set[0] == set[1] || set[1] == set[2] || set[0] == set[2] {
					continue
				}
				names := make([]booking.SeatID, len(set))
				for i, n := range set {
					names[i] = booking.SeatID(fmt.Sprint("S", n))
				}
				taken, err := locks.Acquire(context.Background(), show, names, booking.ID(me), ttl)
				if err != nil {
					t.Error(err)
					return
				}
				if len(taken) > 0 {
					continue
				}
				wins.Add(1)
				for _, n := range set {
					if before := owners[n].Swap(&me); before != nil {
						t.Errorf("seat %d went to %s while %s had it", n, me, *before)
					}
				}
				for _, n := range set {
					owners[n].Store(nil)
				}
				if err := locks.Release(context.Background(), show, names, booking.ID(me)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.Positive(t, wins.Load())
}

func TestAServerThatIsAwayIsSaidSo(t *testing.T) {
	_, err := seatlock.Open("redis://127.0.0.1:1")
	var away *booking.UnavailableError
	require.ErrorAs(t, err, &away)
	_, err = seatlock.Open("nonsense")
	require.ErrorContains(t, err, "HOLDFAST_VALKEY_URL")
}
