package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestALineOfProcIsRead(t *testing.T) {
	t.Parallel()
	id, st, ok := parseStat("42 (a (b) c) S 7 1 1 0 -1 4194560 10 20 30 40 100 20 3 4 20 0 1 0 5")
	require.True(t, ok)
	require.Equal(t, 42, id)
	require.Equal(t, stat{parent: 7, ticks: 127}, st)
	for _, bad := range []string{"", "42", "42 (a) S", "x (a) S 7 1 1 0 -1 4194560 10 20 30 40 100 20 3 4"} {
		_, _, ok := parseStat(bad)
		require.False(t, ok, bad)
	}
}

func TestThisProcessIsInProc(t *testing.T) {
	t.Parallel()
	all, err := stats()
	require.NoError(t, err)
	require.Equal(t, os.Getppid(), all[os.Getpid()].parent)
	require.True(t, descends(all, os.Getpid(), os.Getppid()))
	require.False(t, descends(all, os.Getppid(), os.Getpid()))
}

func TestSpendingIsPerOperation(t *testing.T) {
	t.Parallel()
	now, before := spending{"api": 3, "worker": 1, "new": 0.5}, spending{"api": 1, "worker": 1}
	require.Equal(t, map[string]figure{"api": 20, "new": 5}, now.since(before, 100))
	require.Empty(t, now.since(before, 0))
}
