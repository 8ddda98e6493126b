package outbox_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"holdfast/internal/booking"
	"holdfast/internal/outbox"
)

// writers is how many transactions are open at a time.
const writers = 4

// Transactions take their rows' numbers in one order, and commit in another or not at
// all, while a broker takes all of a batch, a part of it, or none: every row that was
// committed comes out, no other does, and nothing stays.
func TestCommitsInAnyOrderComeOut(t *testing.T) {
	tb, b := newTable(t), &broker{}
	batches := 0
	b.answer = func(_ context.Context, rows []booking.OutboxRow) ([]int64, error) {
		batches++ // the relay has one batch in hand at a time
		switch batches % 4 {
		case 1:
			return ids(rows[:len(rows)/2]), errors.New("the broker is away")
		case 2:
			return ids(rows[len(rows)/2:]), nil
		}
		return ids(rows), nil
	}
	run(t, tb.store, b, outbox.Config{Poll: 5 * time.Millisecond, Batch: 3})
	var conns [writers]*pgx.Conn
	for i := range conns {
		conns[i] = connect(t, tb.url)
	}
	var committed []int64
	rapid.Check(t, func(rt *rapid.T) {
		var open [writers]pgx.Tx
		var rows [writers][]int64
		end := func(i int, commit bool) {
			if open[i] == nil {
				return
			}
			if commit {
				require.NoError(t, open[i].Commit(t.Context()))
				committed = append(committed, rows[i]...)
			} else {
				require.NoError(t, open[i].Rollback(t.Context()))
			}
			open[i], rows[i] = nil, nil
		}
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			i := rapid.IntRange(0, writers-1).Draw(rt, "writer")
			switch rapid.SampledFrom([]string{"insert", "insert", "commit", "roll back"}).Draw(rt, "does") {
			case "insert":
				if open[i] == nil {
					var err error
					open[i], err = conns[i].Begin(t.Context())
					require.NoError(t, err)
				}
				rows[i] = append(rows[i], insert(t, open[i], booking.EventHeld))
			case "commit":
				end(i, true)
			case "roll back":
				end(i, false)
			}
		}
		for _, i := range rapid.Permutation([]int{0, 1, 2, 3}).Draw(rt, "ends") {
			end(i, rapid.Bool().Draw(rt, "commits"))
		}
	})
	tb.awaitRows(t, 0)
	out := b.ids()
	slices.Sort(out)
	slices.Sort(committed)
	require.Equal(t, committed, slices.Compact(out))
}
