package paymenttest

import (
	"context"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/payment"
)

func ended(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	return ctx
}

func (s *suite) cancel() {
	s.part("before create forbids it for good", func(s *suite) {
		if s.Lacks.CancelOpen {
			s.Skip("the provider cannot give up what is open")
		}
		c := s.charge()
		s.must(s.Provider.Cancel, c, booking.ChargeCancelled)
		s.must(s.other().Create, c, booking.ChargeCancelled)
		s.must(s.Provider.LookUp, c, booking.ChargeCancelled)
	})
	s.part("an open charge", func(s *suite) {
		c := s.created()
		want := booking.ChargeCancelled
		if s.Lacks.CancelOpen {
			want = booking.ChargeOpen
		}
		s.must(s.Provider.Cancel, c, want)
		s.must(s.other().Cancel, c, want)
		s.only(c, want)
	})
	s.part("a promise", func(s *suite) {
		c := s.authorized()
		want := booking.ChargeCancelled
		if s.Lacks.CancelAuthorized {
			want = booking.ChargeAuthorized
		}
		s.must(s.Provider.Cancel, c, want)
		s.must(s.other().Cancel, c, want)
		s.only(c, want)
	})
	s.part("what was cancelled is never taken", func(s *suite) {
		if s.Lacks.CancelAuthorized {
			s.Skip("the provider cannot give a promise up")
		}
		c := s.authorized()
		s.must(s.Provider.Cancel, c, booking.ChargeCancelled)
		_, err := s.Provider.Capture(s.Context(), c)
		require.ErrorIs(s, err, booking.ErrUncollectable)
		require.Zero(s, s.only(c, booking.ChargeCancelled).Captured.Minor)
	})
	s.part("what was taken stays taken", func(s *suite) {
		c := s.captured()
		s.must(s.Provider.Cancel, c, booking.ChargeCaptured)
		e := s.only(c, booking.ChargeCaptured)
		require.Equal(s, c.Amount, e.Captured)
		require.Zero(s, e.Refunded.Minor)
	})
	s.part("a declined charge", func(s *suite) {
		c := s.with(s.created(), Refused)
		s.must(s.Provider.Confirm, c, booking.ChargeDeclined)
		a, err := s.Provider.Cancel(s.Context(), bare(c))
		require.NoError(s, err)
		require.Contains(s, []booking.ChargeState{booking.ChargeDeclined, booking.ChargeCancelled}, a.State)
	})
	s.part("capture and cancel at once have one winner", func(s *suite) {
		if s.Lacks.CancelAuthorized {
			s.Skip("the provider cannot give a promise up")
		}
		c := s.authorized()
		done := make(chan error)
		go func() {
			done <- insist(func() error { _, err := s.other().Cancel(s.Context(), c); return err })
		}()
		captured := insist(func() error { _, err := s.Provider.Capture(s.Context(), c); return err })
		cancelled := <-done
		if captured == nil {
			require.Equal(s, c.Amount, s.only(c, booking.ChargeCaptured).Captured)
			return
		}
		require.ErrorIs(s, captured, booking.ErrUncollectable)
		require.NoError(s, cancelled)
		s.only(c, booking.ChargeCancelled)
	})
}

// refunded refunds and wants so much to be given back in all.
func (s *suite) refunded(p payment.Provider, c booking.Charge, id string, amount, all booking.Money) {
	s.Helper()
	a, err := p.Refund(s.Context(), c, id, amount)
	require.NoError(s, err)
	s.sound(a, c, booking.ChargeCaptured)
	require.Equal(s, all, a.Refunded)
}

func (s *suite) refund() {
	s.part("once for each id", func(s *suite) {
		c, id := s.captured(), uuid.NewString()
		s.refunded(s.Provider, c, id, third(c), third(c))
		s.refunded(s.other(), c, id, third(c), third(c))
		require.Equal(s, third(c), s.only(c, booking.ChargeCaptured).Refunded)
	})
	s.part("at once is once", func(s *suite) {
		c, id := s.captured(), uuid.NewString()
		s.together(func(p payment.Provider) error {
			_, err := p.Refund(s.Context(), c, id, third(c))
			return err
		})
		require.Equal(s, third(c), s.only(c, booking.ChargeCaptured).Refunded)
	})
	s.part("parts add up", func(s *suite) {
		c := s.captured()
		rest := booking.Money{Minor: c.Amount.Minor - third(c).Minor, Currency: c.Amount.Currency}
		s.refunded(s.Provider, c, uuid.NewString(), third(c), third(c))
		s.refunded(s.other(), c, uuid.NewString(), rest, c.Amount)
		require.Equal(s, c.Amount, s.only(c, booking.ChargeCaptured).Refunded)
	})
	s.part("not more than was taken", func(s *suite) {
		c := s.captured()
		most := c.Amount
		most.Minor++
		s.refuses(c, most, 0)
		s.refunded(s.Provider, c, uuid.NewString(), third(c), third(c))
		s.refuses(c, c.Amount, third(c).Minor)
	})
	s.part("not more than was taken, at once", func(s *suite) {
		c := s.captured()
		all := func(p payment.Provider) error {
			id := uuid.NewString()
			return insist(func() error { _, err := p.Refund(s.Context(), c, id, c.Amount); return err })
		}
		done := make(chan error)
		go func() { done <- all(s.other()) }()
		first, second := all(s.Provider), <-done
		require.True(s, first == nil || second == nil, "%v; %v", first, second)
		require.False(s, first == nil && second == nil, "the money was given back twice")
		require.Equal(s, c.Amount, s.only(c, booking.ChargeCaptured).Refunded)
	})
	s.part("nothing, less than nothing, another currency", func(s *suite) {
		c := s.captured()
		s.refuses(c, booking.Money{Currency: c.Amount.Currency}, 0)
		s.refuses(c, booking.Money{Minor: -1, Currency: c.Amount.Currency}, 0)
		s.refuses(c, booking.Money{Minor: 1, Currency: "XTS"}, 0)
	})
	s.part("what was not taken", func(s *suite) {
		c := s.authorized()
		_, err := s.Provider.Refund(s.Context(), c, uuid.NewString(), third(c))
		require.Error(s, err)
		s.only(c, booking.ChargeAuthorized)
	})
}

// refuses wants the refund to be an error that leaves so much refunded.
func (s *suite) refuses(c booking.Charge, amount booking.Money, refunded int64) {
	s.Helper()
	_, err := s.Provider.Refund(s.Context(), c, uuid.NewString(), amount)
	require.Error(s, err)
	require.Equal(s, refunded, s.only(c, booking.ChargeCaptured).Refunded.Minor)
}
