package api

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
)

func listOf(id string) openapi.ShowtimeList {
	return openapi.ShowtimeList{Items: []openapi.Showtime{{Id: id}}}
}

// A crowd that asks for the same list costs the store one question in a second.
func TestProgrammeIsAskedForOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		p := newProgramme(func(context.Context, booking.ShowtimeFilter) (openapi.ShowtimeList, error) {
			time.Sleep(10 * time.Millisecond)
			return listOf(fmt.Sprint(asked.Add(1))), nil
		})
		crowd := func() {
			var all sync.WaitGroup
			for range 100 {
				all.Go(func() {
					_, err := p.list(t.Context(), booking.ShowtimeFilter{Page: booking.Page{Limit: 20}})
					if err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		}
		crowd()
		crowd()
		require.EqualValues(t, 1, asked.Load())
		time.Sleep(programmeFreshness)
		crowd()
		require.EqualValues(t, 2, asked.Load())
	})
}

func TestProgrammeKeepsListsApart(t *testing.T) {
	p := newProgramme(func(_ context.Context, f booking.ShowtimeFilter) (openapi.ShowtimeList, error) {
		return listOf(fmt.Sprintf("%+v", f)), nil
	})
	seen := map[string]bool{}
	for _, f := range []booking.ShowtimeFilter{
		{Page: booking.Page{Limit: 1}},
		{Page: booking.Page{Limit: 2}},
		{Page: booking.Page{Limit: 1, Cursor: "c"}},
		{Page: booking.Page{Limit: 1}, MovieID: "c"},
		{Page: booking.Page{Limit: 1}, From: time.Unix(1, 0)},
		{Page: booking.Page{Limit: 1}, From: time.Unix(2, 0)},
	} {
		list, err := p.list(t.Context(), f)
		require.NoError(t, err)
		seen[list.Items[0].Id] = true
	}
	require.Len(t, seen, 6)
}

// Clients choose what they ask for; they cannot fill the memory with it.
func TestProgrammeKeepsABoundedNumberOfLists(t *testing.T) {
	p := newProgramme(func(context.Context, booking.ShowtimeFilter) (openapi.ShowtimeList, error) { return listOf("1"), nil })
	for n := range 3 * maxLists {
		_, err := p.list(t.Context(), booking.ShowtimeFilter{MovieID: fmt.Sprint(n)})
		require.NoError(t, err)
	}
	require.LessOrEqual(t, len(p.lists), maxLists)
}

// A bug ends no process that has others to serve.
func TestProgrammeSurvivesAPanic(t *testing.T) {
	p := newProgramme(func(context.Context, booking.ShowtimeFilter) (openapi.ShowtimeList, error) { panic("a bug") })
	_, err := p.list(t.Context(), booking.ShowtimeFilter{})
	require.ErrorContains(t, err, "a bug")
}

// A failure is told and not kept; whoever gives up waiting is let go, and the
// others still get their list.
func TestProgrammeOfAStoreInTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		fail := true
		p := newProgramme(func(context.Context, booking.ShowtimeFilter) (openapi.ShowtimeList, error) {
			time.Sleep(time.Second)
			if fail {
				return openapi.ShowtimeList{}, broken
			}
			return listOf("1"), nil
		})
		_, err := p.list(t.Context(), booking.ShowtimeFilter{})
		require.ErrorIs(t, err, broken)

		fail = false
		impatient, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		_, err = p.list(impatient, booking.ShowtimeFilter{})
		var away *booking.UnavailableError
		require.ErrorAs(t, err, &away)
		list, err := p.list(t.Context(), booking.ShowtimeFilter{})
		require.NoError(t, err)
		require.Equal(t, listOf("1"), list)
	})
}
