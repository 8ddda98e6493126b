package e2e_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
)

// bound is how late a hold may end; the contract's number, not a measure of speed.
const bound = 2 * time.Second

// requireFreedInTime asks for the seats from now on, all the time, and requires
// that they are never had before the deadline and always within the bound.
func requireFreedInTime(t *testing.T, h *house, who *browser, deadline time.Time, seats ...string) openapi.Booking {
	t.Helper()
	for {
		a := who.book(h.show, seats...)
		if a.status == http.StatusCreated {
			require.False(t, a.booking.CreatedAt.Before(deadline), "had at %s, before the deadline %s", a.booking.CreatedAt, deadline)
			require.LessOrEqual(t, a.booking.CreatedAt.Sub(deadline), bound)
			t.Logf("free %s after the deadline", a.booking.CreatedAt.Sub(deadline))
			return a.booking
		}
		requireProblem(t, a, 409, "seats_taken")
		require.Less(t, time.Since(deadline), bound+3*time.Second, "the seats are never freed")
		time.Sleep(20 * time.Millisecond)
	}
}

func TestUnpaidSeatsAreFreeAtTheDeadline(t *testing.T) {
	t.Parallel()
	h := open(t, holdFor(3*time.Second))
	ada, bob := h.guest(), h.guest()
	lost := ada.mustBook(h.show, "A1", "A2", "A3")
	requireFreedInTime(t, h, bob, lost.ExpiresAt, "A2")
	require.Equal(t, openapi.Expired, ada.get(lost.Id).Status)
	require.Zero(t, ada.get(lost.Id).ExpiresInSeconds)
	requireProblem(t, ada.pay(lost.Id, "tok_ok", nil), 409, "hold_expired")
	requireProblem(t, ada.do(http.MethodDelete, "/v1/bookings/"+lost.Id, "", nil), 409, "not_cancellable")
	require.Equal(t, []string{"booking.held", "booking.expired"}, ada.history(lost.Id))
	eventually(t, "the lock went with the hold", func() bool {
		taken, err := h.locks.Taken(context.Background(), h.show, []booking.SeatID{"A1", "A3"}, "")
		return err == nil && len(taken) == 0
	})
	h.requireAgreement()
}

// Payment and deadline are sent against each other: exactly one outcome each.
func TestPaymentMeetsDeadline(t *testing.T) {
	t.Parallel()
	h := open(t, holdFor(2*time.Second))
	ada := h.guest()
	outcomes := map[openapi.BookingStatus]int{}
	for i := range 8 {
		seat := string(rune('A'+i%rows)) + "5"
		if i >= rows {
			seat = string(rune('A'+i%rows)) + "6"
		}
		b := ada.mustBook(h.show, seat)
		// Around the deadline, on either side.
		wait := time.Until(b.ExpiresAt) + time.Duration(i-5)*8*time.Millisecond
		timer := time.NewTimer(wait)
		<-timer.C
		a := ada.pay(b.Id, "tok_ok", nil)
		var want openapi.BookingStatus
		switch a.status {
		case http.StatusCreated:
			want = openapi.Confirmed
		case http.StatusConflict:
			require.Equal(t, "hold_expired", a.problem.Code)
			want = openapi.Expired
		default:
			t.Fatalf("neither: %s", a.body)
		}
		eventually(t, "the booking is decided as the payer was told", func() bool { return ada.get(b.Id).Status == want })
		outcomes[want]++
	}
	t.Logf("outcomes: %v", outcomes)
	truth := h.requireAgreement()
	sold := 0
	for _, s := range truth.Seats {
		if s.Status == booking.SeatSold {
			sold++
		}
	}
	require.Equal(t, outcomes[openapi.Confirmed], sold)
}
