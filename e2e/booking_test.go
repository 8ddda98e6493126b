package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
	"holdfast/internal/config"
)

func TestHoldPayAndLookBack(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada, bob := h.guest(), h.guest()

	a := ada.book(h.show, "B2", "B1")
	require.Equal(t, http.StatusCreated, a.status, "%s", a.body)
	b := a.booking
	require.Equal(t, "/v1/bookings/"+b.Id, a.header.Get("Location"))
	require.Equal(t, openapi.Pending, b.Status)
	require.Equal(t, openapi.Money{Amount: "30.00", Currency: "USD"}, b.Total)
	require.Len(t, b.Seats, 2)
	require.Equal(t, "B1", b.Seats[0].Id)
	require.WithinDuration(t, b.CreatedAt.Add(h.cfg.HoldDuration), b.ExpiresAt, 0)
	require.InDelta(t, h.cfg.HoldDuration.Seconds(), b.ExpiresInSeconds, 5)

	require.Equal(t, http.StatusOK, bob.do(http.MethodGet, "/v1/bookings", "", nil).status)
	requireProblem(t, bob.do(http.MethodGet, "/v1/bookings/"+b.Id, "", nil), 404, "booking_not_found")
	requireProblem(t, bob.pay(b.Id, "tok_ok", nil), 404, "booking_not_found")
	requireProblem(t, bob.do(http.MethodDelete, "/v1/bookings/"+b.Id, "", nil), 404, "booking_not_found")

	requireProblem(t, ada.pay(b.Id, "tok_declined", nil), 402, "payment_declined")
	require.Equal(t, openapi.Pending, ada.get(b.Id).Status, "the hold stays")
	paid := ada.pay(b.Id, "tok_ok", nil)
	require.Equal(t, http.StatusCreated, paid.status, "%s", paid.body)
	var result openapi.PaymentResult
	require.NoError(t, json.Unmarshal(paid.body, &result))
	require.Equal(t, openapi.Confirmed, result.Booking.Status)
	requireProblem(t, ada.pay(b.Id, "tok_ok", nil), 409, "not_payable")

	truth := h.requireAgreement()
	for _, s := range truth.Seats {
		want := booking.SeatAvailable
		switch {
		case s.ID == "B1" || s.ID == "B2":
			want = booking.SeatSold
		case s.ID == blocked:
			want = booking.SeatBlocked
		}
		require.Equal(t, want, s.Status, "seat %s", s.ID)
	}
	eventually(t, "the money is taken", func() bool { return ada.get(b.Id).Payment.Status == openapi.Captured })
	require.Equal(t, []string{
		"booking.held", "payment.declined", "booking.confirmed", "payment.authorized", "payment.captured",
	}, ada.history(b.Id))
}

func (b *browser) history(id string) []string {
	a := b.do(http.MethodGet, "/v1/bookings/"+id+"/history", "", nil)
	require.Equal(b.t, http.StatusOK, a.status)
	var list openapi.History
	require.NoError(b.t, json.Unmarshal(a.body, &list))
	var types []string
	for _, item := range list.Items {
		types = append(types, item.Type)
	}
	return types
}

func TestFortyClientsWantOneSeat(t *testing.T) {
	t.Parallel()
	h := open(t)
	const clients = 40
	people := make([]*browser, clients)
	for i := range people {
		people[i] = h.guest()
	}
	for round := range 8 {
		seat := fmt.Sprint("A", round+1)
		answers := make([]answer, clients)
		start := make(chan struct{})
		var wg sync.WaitGroup
		for i, p := range people {
			wg.Go(func() {
				<-start
				answers[i] = p.book(h.show, seat)
			})
		}
		close(start)
		wg.Wait()
		won := 0
		for _, a := range answers {
			if a.status == http.StatusCreated {
				won++
				continue
			}
			requireProblem(t, a, 409, "seats_taken")
			require.Equal(t, []string{seat}, *a.problem.Seats)
		}
		require.Equal(t, 1, won, "round %d", round)
	}
	h.requireAgreement()
}

func TestOverlappingSets(t *testing.T) {
	t.Parallel()
	h := open(t)
	const clients = 24
	people := make([]*browser, clients)
	for i := range people {
		people[i] = h.guest()
	}
	for round := range 4 {
		var mu sync.Mutex
		owner := map[string]string{}
		var won []openapi.Booking
		winners := map[string]*browser{}
		var wg sync.WaitGroup
		for i, p := range people {
			set := []string{fmt.Sprint("B", i%perRow+1), fmt.Sprint("B", (i*3+round)%perRow+1), fmt.Sprint("C", i%4+1)}
			slices.Sort(set)
			set = slices.Compact(set)
			wg.Go(func() {
				a := p.book(h.show, set...)
				if a.status != http.StatusCreated {
					requireProblem(t, a, 409, "seats_taken")
					for _, s := range *a.problem.Seats {
						if !slices.Contains(set, s) {
							t.Errorf("refused for %s, which was not asked for", s)
						}
					}
					return
				}
				mu.Lock()
				defer mu.Unlock()
				won = append(won, a.booking)
				winners[a.booking.Id] = p
				for _, s := range set {
					if other, taken := owner[s]; taken {
						t.Errorf("%s went to %s and to %s", s, other, a.booking.Id)
					}
					owner[s] = a.booking.Id
				}
			})
		}
		wg.Wait()
		require.NotEmpty(t, won)
		truth := h.requireAgreement()
		for _, s := range truth.Seats {
			_, held := owner[string(s.ID)]
			require.Equal(t, held, s.Status == booking.SeatHeld, "seat %s: none half taken, none left over", s.ID)
		}
		for _, b := range won { // free them for the next round
			a := winners[b.Id].do(http.MethodDelete, "/v1/bookings/"+b.Id, "", nil)
			require.Equal(t, http.StatusOK, a.status, "%s", a.body)
			require.Equal(t, openapi.Cancelled, a.booking.Status)
		}
	}
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada := h.guest()
	key := map[string]string{"Idempotency-Key": "my-key"}
	const times = 10
	answers := make([]answer, times)
	var wg sync.WaitGroup
	for i := range times {
		wg.Go(func() { answers[i] = ada.do(http.MethodPost, "/v1/bookings", wish(h.show, "D1", "D2"), key) })
	}
	wg.Wait()
	for _, a := range answers {
		require.Equal(t, http.StatusCreated, a.status, "%s", a.body)
		require.Equal(t, answers[0].booking.Id, a.booking.Id)
	}
	reordered := ada.do(http.MethodPost, "/v1/bookings", wish(h.show, "D2", "D1"), key)
	require.Equal(t, answers[0].booking.Id, reordered.booking.Id, "the same seats are the same request")
	requireProblem(t, ada.do(http.MethodPost, "/v1/bookings", wish(h.show, "D3"), key), 422, "idempotency_key_reused")
	requireProblem(t, ada.do(http.MethodPost, "/v1/bookings", wish(h.show, "D3"), map[string]string{"Idempotency-Key": "two words"}), 422, "invalid_request")

	eve := h.guest()
	a := eve.do(http.MethodPost, "/v1/bookings", wish(h.show, "D3"), key)
	require.Equal(t, http.StatusCreated, a.status, "a key belongs to its user")

	// Paid, then asked for again: the same booking, as it stands now.
	id := answers[0].booking.Id
	payKey := map[string]string{"Idempotency-Key": "pay-key"}
	paid := make([]answer, 4)
	for i := range paid {
		wg.Go(func() { paid[i] = ada.pay(id, "tok_ok", payKey) })
	}
	wg.Wait()
	for _, a := range append(paid, ada.pay(id, "tok_ok", payKey)) {
		require.Equal(t, http.StatusCreated, a.status, "%s", a.body)
		require.JSONEq(t, string(idOf(t, paid[0])), string(idOf(t, a)))
	}
	requireProblem(t, ada.pay(id, "tok_declined", payKey), 422, "idempotency_key_reused")
	again := ada.do(http.MethodPost, "/v1/bookings", wish(h.show, "D1", "D2"), key)
	require.Equal(t, id, again.booking.Id)
	require.Equal(t, openapi.Confirmed, again.booking.Status)
}

func idOf(t *testing.T, a answer) json.RawMessage {
	t.Helper()
	var v struct{ ID json.RawMessage }
	require.NoError(t, json.Unmarshal(a.body, &v))
	return v.ID
}

func TestCancel(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada, bob := h.guest(), h.guest()

	pending := ada.mustBook(h.show, "E1")
	for range 2 { // twice is once
		a := ada.do(http.MethodDelete, "/v1/bookings/"+pending.Id, "", nil)
		require.Equal(t, http.StatusOK, a.status, "%s", a.body)
		require.Equal(t, openapi.Cancelled, a.booking.Status)
	}
	requireProblem(t, ada.pay(pending.Id, "tok_ok", nil), 409, "not_payable")
	eventually(t, "the seat is free at once", func() bool { return bob.book(h.show, "E1").status == http.StatusCreated })

	sold := ada.mustBook(h.show, "E2")
	require.Equal(t, http.StatusCreated, ada.pay(sold.Id, "tok_ok", nil).status)
	eventually(t, "the money is taken", func() bool { return ada.get(sold.Id).Payment.Status == openapi.Captured })
	for range 2 {
		a := ada.do(http.MethodDelete, "/v1/bookings/"+sold.Id, "", nil)
		require.Equal(t, http.StatusOK, a.status, "%s", a.body)
		require.Equal(t, openapi.Cancelled, a.booking.Status)
	}
	eventually(t, "the money is back", func() bool { return ada.get(sold.Id).Payment.Status == openapi.Refunded })
	eventually(t, "its seat is free", func() bool { return bob.book(h.show, "E2").status == http.StatusCreated })
	require.Equal(t, []string{
		"booking.held", "booking.confirmed", "payment.authorized", "payment.captured", "booking.cancelled", "payment.refunded",
	}, ada.history(sold.Id))
	h.requireAgreement()
}

func TestHoldLimit(t *testing.T) {
	t.Parallel()
	h := open(t, func(c *config.Config) { c.MaxHolds = 2 })
	ada := h.guest()
	first := ada.mustBook(h.show, "E1")
	ada.mustBook(h.show, "E2")
	requireProblem(t, ada.book(h.show, "E3"), 429, "hold_limit")
	require.Equal(t, http.StatusCreated, ada.pay(first.Id, "tok_ok", nil).status)
	ada.mustBook(h.show, "E3")
}

func TestListsArePaged(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada := h.guest()
	var want []string
	for n := range 5 {
		want = append([]string{ada.mustBook(h.show, fmt.Sprint("A", n+1)).Id}, want...)
	}
	var got []string
	path := "/v1/bookings?limit=2"
	for path != "" {
		a := ada.do(http.MethodGet, path, "", nil)
		require.Equal(t, http.StatusOK, a.status, "%s", a.body)
		var list openapi.BookingList
		require.NoError(t, json.Unmarshal(a.body, &list))
		for _, b := range list.Items {
			got = append(got, b.Id)
		}
		path = ""
		if list.NextCursor != nil {
			path = "/v1/bookings?limit=2&cursor=" + *list.NextCursor
		}
	}
	require.Equal(t, want, got, "newest first, each once")
}

// With every lock gone, the index still decides; and a request that it refuses
// leaves no lock behind.
func TestLostLocksSellNothingTwice(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada, bob := h.guest(), h.guest()
	b := ada.mustBook(h.show, "C1")
	ctx := context.Background()
	require.NoError(t, h.locks.Release(ctx, h.show, []booking.SeatID{"C1"}, booking.ID(b.Id)))
	for range 3 {
		a := bob.book(h.show, "C1", "C2")
		requireProblem(t, a, 409, "seats_taken")
		require.Equal(t, []string{"C1"}, *a.problem.Seats)
	}
	eventually(t, "the refusal has released its lock", func() bool {
		taken, err := h.locks.Taken(ctx, h.show, []booking.SeatID{"C1", "C2"}, "")
		return err == nil && len(taken) == 0
	})
	require.Equal(t, http.StatusCreated, ada.pay(b.Id, "tok_ok", nil).status, "its owner loses nothing")
}

func TestShowtimes(t *testing.T) {
	t.Parallel()
	h := open(t)
	begun := booking.ShowtimeID(booking.DeriveID("begun", string(h.show)))
	h.addShowtime(begun, time.Now().Add(-time.Hour))
	ada := h.guest()
	ada.mustBook(h.show, "A1", "A2")

	var list openapi.ShowtimeList
	a := ada.do(http.MethodGet, "/v1/showtimes", "", nil)
	require.NoError(t, json.Unmarshal(a.body, &list))
	require.Len(t, list.Items, 1, "what has begun is not listed")
	show := list.Items[0]
	require.Equal(t, string(h.show), show.Id)
	require.Equal(t, rows*perRow, show.TotalSeats)
	require.Equal(t, rows*perRow-1-2, show.AvailableSeats)
	require.Equal(t, openapi.Money{Amount: "15.00", Currency: "USD"}, show.FromPrice)
	require.Equal(t, "Venue", show.Auditorium.Venue)

	requireProblem(t, ada.book(begun, "A1"), 409, "sales_closed")
	one := ada.do(http.MethodGet, "/v1/showtimes/"+string(h.show), "", nil)
	require.Equal(t, http.StatusOK, one.status)

	h.requireAgreement()
	first := ada.do(http.MethodGet, "/v1/showtimes/"+string(h.show)+"/seats", "", nil)
	require.Equal(t, http.StatusOK, first.status)
	etag := first.header.Get("ETag")
	require.NotEmpty(t, etag)
	same := ada.do(http.MethodGet, "/v1/showtimes/"+string(h.show)+"/seats", "", map[string]string{"If-None-Match": etag})
	require.Equal(t, http.StatusNotModified, same.status)
	require.Empty(t, same.body)
	ada.mustBook(h.show, "A3")
	h.requireAgreement()
	require.Eventually(t, func() bool { // the read model has it, and the API is told next
		changed := ada.do(http.MethodGet, "/v1/showtimes/"+string(h.show)+"/seats", "", map[string]string{"If-None-Match": etag})
		return changed.status == http.StatusOK
	}, 10*time.Second, time.Millisecond)
}
