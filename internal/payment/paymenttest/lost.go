package paymenttest

import (
	"context"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

// lostAnswers loses every answer of every operation, one at a time, and asks again.
func (s *suite) lostAnswers() {
	if s.Line == nil {
		s.Skip("answers cannot be lost here")
	}
	s.part("create", func(s *suite) {
		s.losing(s.charge, s.Provider.Create, booking.ChargeOpen)
	})
	s.part("confirm", func(s *suite) {
		s.losing(func() booking.Charge { return s.with(s.created(), Good) }, s.Provider.Confirm, booking.ChargeAuthorized)
	})
	s.part("a decline", func(s *suite) {
		s.losing(func() booking.Charge { return s.with(s.created(), Refused) }, s.Provider.Confirm, booking.ChargeDeclined)
	})
	s.part("capture", func(s *suite) {
		s.losing(s.authorized, s.Provider.Capture, booking.ChargeCaptured)
	})
	s.part("cancel", func(s *suite) {
		if s.Lacks.CancelAuthorized {
			s.Skip("the provider cannot give a promise up")
		}
		s.losing(s.authorized, s.Provider.Cancel, booking.ChargeCancelled)
	})
	s.part("refund", func(s *suite) {
		id := ""
		s.losing(func() booking.Charge { id = uuid.NewString(); return s.captured() },
			func(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
				a, err := s.Provider.Refund(ctx, c, id, third(c))
				if err == nil {
					require.Equal(s, third(c), a.Refunded)
				}
				return a, err
			}, booking.ChargeCaptured)
	})
}

// requests bounds how many requests an operation may be made of.
const requests = 20

// losing does an operation on a new charge for each of its requests, with the
// answer to that one lost, until there is no such request.
func (s *suite) losing(ready func() booking.Charge, do call, want booking.ChargeState) {
	s.Helper()
	for n := range requests {
		c := ready()
		s.Line.Lose(n)
		a, err := do(s.Context(), c)
		lost := s.Line.Mend()
		for i := 0; err != nil && i < repeats; i++ {
			a, err = do(s.Context(), c)
		}
		require.NoError(s, err)
		s.sound(a, c, want)
		require.Equal(s, a.Refunded, s.only(c, want).Refunded)
		if !lost {
			require.Positive(s, n, "the operation does not go over the line")
			return
		}
	}
	require.Fail(s, "the operation asks too often")
}
