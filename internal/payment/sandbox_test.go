package payment

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

func charge(id, token string) booking.Charge {
	return booking.Charge{ID: id, Token: token, Amount: booking.Money{Minor: 1500, Currency: "USD"}}
}

func TestTokensDecide(t *testing.T) {
	var s Sandbox
	good, err := s.Authorize(t.Context(), charge("p1", "tok_ok"))
	require.NoError(t, err)
	require.Equal(t, booking.Authorization{Reference: "sandbox_p1"}, good)
	for _, token := range []string{"tok_declined", "tok_of_somebody_else"} {
		bad, err := s.Authorize(t.Context(), charge("p2", token))
		require.NoError(t, err, token)
		require.True(t, bad.Declined, token)
		require.NotEmpty(t, bad.Reason, token)
	}
	_, err = s.Authorize(t.Context(), charge("", "tok_ok"))
	require.Error(t, err, "a charge without a name cannot be done once")
}

func TestFlakyFailsTwiceForEachCharge(t *testing.T) {
	var s Sandbox
	for _, id := range []string{"p1", "p2"} {
		for range flakyFailures {
			_, err := s.Authorize(t.Context(), charge(id, "tok_flaky"))
			require.Error(t, err)
		}
		auth, err := s.Authorize(t.Context(), charge(id, "tok_flaky"))
		require.NoError(t, err)
		require.Equal(t, "sandbox_"+id, auth.Reference)
	}
	require.Empty(t, s.failures, "nothing is remembered of what is over")
	_, err := s.Authorize(t.Context(), charge("p3", "tok_flaky"))
	require.Error(t, err)
	require.NoError(t, s.Void(t.Context(), "p3"))
	require.Empty(t, s.failures, "nor of what was given up")
}

// The slow one answers when nobody waits any more: at once, if that is now.
func TestSlowAnswersTooLate(t *testing.T) {
	var s Sandbox
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err := s.Authorize(ctx, charge("p1", "tok_slow"))
	require.ErrorIs(t, err, context.DeadlineExceeded)
}
