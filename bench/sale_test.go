package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCustomersAreAsTheSaleSays(t *testing.T) {
	t.Parallel()
	const n = 20_000
	wanted, fans, ends := 0, 0, map[ending]int{}
	for i := range uint64(n) {
		c := drawCustomer(7, i, 5)
		wanted += c.tickets
		ends[c.ends]++
		if c.fan {
			fans++
		}
		require.Less(t, c.show, 5)
		require.LessOrEqual(t, c.decides, 30*time.Second, "nobody pays after the hold has ended")
	}
	require.InDelta(t, perCustomer, float64(wanted)/n, 0.05)
	require.InDelta(t, shareOfFans, float64(fans)/n, 0.02)
	require.InDelta(t, sharePaying, float64(ends[pays])/n, 0.02)
	require.InDelta(t, shareLeaving, float64(ends[leaves])/n, 0.02)
	a, b := drawCustomer(7, 3, 5), drawCustomer(7, 3, 5)
	require.Equal(t, a, b, "it can be repeated")
}

func TestSeatsAreChosenSideBySide(t *testing.T) {
	t.Parallel()
	free := []string{"a", "b", "c", "d", "e", "f"}
	for i := range uint64(200) {
		c := drawCustomer(1, i, 1)
		seats := c.choose(free, free[:2])
		require.Len(t, seats, c.tickets)
		if c.fan && c.tickets <= 2 {
			require.Subset(t, free[:2], seats, "a fan takes hot seats while there are enough")
		}
		require.Nil(t, c.choose(free[:c.tickets-1], nil))
	}
}

func TestAMapIsReadForItsFreeSeats(t *testing.T) {
	t.Parallel()
	var m openSeats
	require.NoError(t, m.read([]byte(`{"categories":[{"id":"c"}],"seats":[{"category":"c","id":"A1","status":"held","x":1},{"id":"A2","row":"A","status":"available"},`+
		`{"id":"A3","status":"available"}],"showtimeId":"s"}`)))
	require.Equal(t, openSeats{free: []string{"A2", "A3"}, hot: 2, all: 3}, m)
	require.Error(t, new(openSeats).read([]byte(`{}`)))
	require.Error(t, new(openSeats).read([]byte(`{"seats":[{"id":"A1"},{"id":"A2","status":"held"}]}`)))
	require.Error(t, new(openSeats).read([]byte(`{"seats":[{"status":"held","id":"A1"}]}`)))
}

func TestTheReportOfASaleNeedsNothingElse(t *testing.T) {
	t.Parallel()
	book := newSalebook()
	book.came(3, time.Millisecond)
	book.answered("hold", 20*time.Millisecond)
	book.answered("refusal", 2*time.Millisecond)
	book.held("id", customer{tickets: 3})
	r := SaleReport{Began: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Machine: "2 cores", Temporal: onPostgres, Seed: 7, Seconds: 10, Wanted: 65,
		Audit: []string{"1. one <owner> holds"}, Timeline: []moment{{At: 1, Cores: usageOf("api", 0.5)}, {At: 2, Cores: usageOf("api", 0.7)}}}
	r.account(book, spending{"api": 3}, spending{"api": 1})
	r.Cores = spending{"api": 3}.perSecond(spending{"api": 1}, 10*time.Second)
	require.InDelta(t, 0.3, float64(r.Achieved), 1e-9)
	require.InDelta(t, 1, r.Share, 1e-9)
	require.InDelta(t, 0.2, float64(r.Cores["api"]), 1e-9)
	require.InDelta(t, 2000, float64(r.CPU["api"]), 1e-9)
	r.failIf(nil)
	r.failIf(errors.New("it broke"))
	r.failIf(errors.New("it broke"))
	require.Equal(t, []string{"it broke"}, r.Failures)
	folder := t.TempDir()
	require.NoError(t, r.write(folder))
	page, err := os.ReadFile(filepath.Join(folder, "sale.html"))
	require.NoError(t, err)
	require.Contains(t, string(page), "&lt;owner&gt;")
	require.Equal(t, 6, bytes.Count(page, []byte("<svg")))
	require.NotContains(t, string(page), "src=")
	text, err := os.ReadFile(filepath.Join(folder, "sale.json"))
	require.NoError(t, err)
	var got struct {
		TicketsHeld int
		Answers     map[string]struct{ P99ms float64 }
	}
	require.NoError(t, json.Unmarshal(text, &got))
	require.Equal(t, 3, got.TicketsHeld)
	require.InDelta(t, 20, got.Answers["hold"].P99ms, 1e-9)
}

func usageOf(name string, cores figure) map[string]figure { return map[string]figure{name: cores} }
