package audit

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

// scripted is a check that finds something else at each look.
func scripted(again int, finds ...[]Violation) (check, *int) {
	n := 0
	return check{name: "scripted", again: again, look: func(context.Context, suspects) ([]Violation, []Count, error) {
		n++
		return finds[n-1], []Count{{1, "looks", int64(n)}}, nil
	}}, &n
}

var (
	one   = Violation{Statement: 1, Problem: "one", Details: "as it was first"}
	two   = Violation{Statement: 2, Problem: "two"}
	three = Violation{Statement: 3, Problem: "three"}
)

// What seems wrong is told only if it does at every look, and as it was at the last.
func TestWhatSeemsWrongIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	last := one
	last.Details = "as it was last"
	c, n := scripted(2, []Violation{one, two}, []Violation{one, three}, []Violation{last, two, three})
	found, counts, err := c.settle(t.Context(), 0)
	require.NoError(t, err)
	require.Equal(t, []Violation{last}, found)
	require.Equal(t, []Count{{1, "looks", 1}}, counts, "what was compared is that of the first look")
	require.Equal(t, 3, *n)

	c, n = scripted(2, []Violation{one}, nil)
	found, _, err = c.settle(t.Context(), 0)
	require.NoError(t, err)
	require.Empty(t, found)
	require.Equal(t, 2, *n, "nothing is left to look at")

	c, n = scripted(2, nil)
	_, _, err = c.settle(t.Context(), 0)
	require.NoError(t, err)
	require.Equal(t, 1, *n)
}

// A look that fails tells nothing, and an audit that is ended ends.
func TestALookThatFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("away")
	n := 0
	c := check{name: "failing", again: 4, look: func(context.Context, suspects) ([]Violation, []Count, error) {
		if n++; n > 1 {
			return nil, nil, broken
		}
		return []Violation{one}, nil, nil
	}}
	found, _, err := c.settle(t.Context(), 0)
	require.ErrorIs(t, err, broken)
	require.Empty(t, found)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c, _ = scripted(1, []Violation{one})
	_, _, err = c.settle(ctx, time.Hour)
	require.ErrorIs(t, err, context.Canceled)
}

// mapSides are both sides of a seat map at each reading of them.
type mapSides struct {
	Truth
	read, truth []int64 // versions; the last one stays
}

func next(versions *[]int64) booking.SeatMap {
	v := (*versions)[0]
	if len(*versions) > 1 {
		*versions = (*versions)[1:]
	}
	return booking.SeatMap{ShowtimeID: "show", Version: v, Seats: []booking.SeatView{{Seat: booking.Seat{ID: "A1"}, Status: booking.SeatHeld}}}
}

func (s *mapSides) Get(context.Context, booking.ShowtimeID) (booking.SeatMap, error) {
	return next(&s.read), nil
}

func (s *mapSides) SeatMap(context.Context, booking.ShowtimeID) (booking.SeatMap, error) {
	return next(&s.truth), nil
}

func (s *mapSides) ShowtimeIDs(context.Context) ([]booking.ShowtimeID, error) {
	return []booking.ShowtimeID{"show"}, nil
}

// count counts up from a number, for as many readings as any test makes.
func count(from int64) []int64 {
	out := make([]int64, 10*tries)
	for i := range out {
		out[i] = from + int64(i)
	}
	return out
}

// A map is compared at the version of the truth; one that is behind may catch up, and
// one that stands still, or is ahead, is named.
func TestMapsAreMetAtOneVersion(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sides  mapSides
		want   string
		moving bool
	}{
		"equal":                  {mapSides{read: []int64{7}, truth: []int64{7}}, "", false},
		"catches up":             {mapSides{read: []int64{5, 6, 7}, truth: []int64{7}}, "", false},
		"stands still":           {mapSides{read: []int64{5}, truth: []int64{7}}, standsStill, false},
		"stands still, far back": {mapSides{read: []int64{5}, truth: count(7)}, standsStill, false},
		"ahead":                  {mapSides{read: []int64{8}, truth: []int64{7}}, "the seat map is newer than the truth", false},
		"never met, but follows": {mapSides{read: count(100), truth: count(101)}, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := &mapsCheck{truth: &c.sides, maps: &c.sides, noMap: errors.New("none")}
			found, _, err := check{again: looks, look: m.look}.settle(t.Context(), 0)
			require.NoError(t, err)
			if c.want == "" {
				require.Empty(t, found)
			} else {
				require.Len(t, found, 1)
				require.Equal(t, c.want, found[0].Problem)
			}
			require.Equal(t, c.moving, len(m.moving()) == 1)
		})
	}
}

// A lock is right when its owner owns the seat; else it is of nobody, or of another.
func TestLocksAreComparedWithOwners(t *testing.T) {
	t.Parallel()
	locks := map[booking.SeatID]booking.ID{"A1": "ada", "A2": "bob", "A3": "bob"}
	owners := map[booking.SeatID][]booking.ID{"A1": {"ada"}, "A2": {"ada"}, "A4": {"ada"}}
	found := map[booking.SeatID]int{}
	for _, v := range misplaced("show", locks, owners) {
		found[v.SeatID] = v.Statement
	}
	require.Equal(t, map[booking.SeatID]int{"A2": 8, "A3": 3}, found)
}

// Each statement is compared by something, so that one which could not be is known.
func TestEachStatementIsCompared(t *testing.T) {
	t.Parallel()
	checks, _ := (&Auditor{Truth: scene{}, Books: scene{}}).checks(t.Context(), Options{})
	of := map[int]bool{}
	for _, c := range checks {
		for _, statement := range c.of {
			of[statement] = true
		}
	}
	for i := range Statements {
		require.True(t, of[i+1], "%d. %s", i+1, Statements[i])
	}
	for _, k := range kinds {
		require.True(t, of[k.statement], k.problem)
		require.NotEmpty(t, k.do)
	}
}
