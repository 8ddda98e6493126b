package paymenttest

import (
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/payment"
)

func (s *suite) create() {
	s.part("twice is once", func(s *suite) {
		c := s.charge()
		first := s.must(s.Provider.Create, c, booking.ChargeOpen)
		require.NotEmpty(s, first.Reference)
		again := s.must(s.other().Create, c, booking.ChargeOpen)
		require.Equal(s, first.Reference, again.Reference)
		s.only(c, booking.ChargeOpen)
	})
	s.part("at once is once", func(s *suite) {
		c := s.charge()
		s.together(func(p payment.Provider) error {
			_, err := p.Create(s.Context(), c)
			return err
		})
		s.only(c, booking.ChargeOpen)
	})
	s.part("answers a later state", func(s *suite) {
		s.must(s.Provider.Create, s.captured(), booking.ChargeCaptured)
	})
	s.part("needs an id", func(s *suite) {
		c := s.charge()
		c.ID = ""
		_, err := s.Provider.Create(s.Context(), c)
		require.Error(s, err)
	})
	for _, amount := range s.amounts() {
		s.part("keeps the amount "+amount.Currency, func(s *suite) {
			c := s.charge()
			c.Amount = amount
			s.must(s.Provider.Create, c, booking.ChargeOpen)
			c = s.with(c, Good)
			s.must(s.Provider.Confirm, c, booking.ChargeAuthorized)
			require.Equal(s, amount, s.only(c, booking.ChargeAuthorized).Amount)
			s.must(s.Provider.Capture, bare(c), booking.ChargeCaptured)
			e := s.only(c, booking.ChargeCaptured)
			require.Equal(s, amount, e.Amount)
			require.Equal(s, amount, e.Captured)
		})
	}
}

func (s *suite) confirm() {
	s.part("a good card", func(s *suite) {
		c := s.with(s.created(), Good)
		first := s.must(s.Provider.Confirm, c, booking.ChargeAuthorized)
		again := s.must(s.other().Confirm, c, booking.ChargeAuthorized)
		require.Equal(s, first.Reference, again.Reference)
		s.must(s.Provider.Confirm, bare(c), booking.ChargeAuthorized)
		s.only(c, booking.ChargeAuthorized)
	})
	s.part("a declined card", func(s *suite) {
		c := s.with(s.created(), Refused)
		s.must(s.Provider.Confirm, c, booking.ChargeDeclined)
		s.must(s.other().Confirm, c, booking.ChargeDeclined)
		s.only(c, booking.ChargeDeclined)
	})
	s.part("declined is for good", func(s *suite) {
		c := s.with(s.created(), Refused)
		s.must(s.Provider.Confirm, c, booking.ChargeDeclined)
		if token := s.Token(s.T, c, Good); token != "" {
			c.Token = token
			s.must(s.Provider.Confirm, c, booking.ChargeDeclined)
		}
		s.must(s.Provider.LookUp, bare(c), booking.ChargeDeclined)
	})
	s.part("at once is once", func(s *suite) {
		c := s.with(s.created(), Good)
		s.together(func(p payment.Provider) error {
			_, err := p.Confirm(s.Context(), c)
			return err
		})
		s.only(c, booking.ChargeAuthorized)
	})
}

func (s *suite) challenge() {
	if s.Answer == nil {
		s.Skip("the provider has no challenge")
	}
	challenged := func(s *suite) booking.Charge {
		c := s.with(s.created(), Challenged)
		a := s.must(s.Provider.Confirm, c, booking.ChargeOpen)
		require.NotNil(s, a.Action)
		require.NotEmpty(s, a.Action.Type)
		return bare(c)
	}
	answered := func(s *suite, approve bool, want booking.ChargeState) {
		c := challenged(s)
		c.Token = s.Answer(s.T, c, approve)
		s.must(s.Provider.Confirm, c, want)
		s.must(s.other().Confirm, c, want)
		s.only(c, want)
	}
	s.part("approved", func(s *suite) { answered(s, true, booking.ChargeAuthorized) })
	s.part("declined", func(s *suite) { answered(s, false, booking.ChargeDeclined) })
	s.part("not answered", func(s *suite) {
		c := challenged(s)
		a := s.must(s.Provider.Confirm, c, booking.ChargeOpen)
		require.NotNil(s, a.Action, "the action is there for a customer who comes back")
		s.must(s.Provider.LookUp, c, booking.ChargeOpen)
	})
}

func (s *suite) capture() {
	s.part("twice is once", func(s *suite) {
		c := s.authorized()
		s.must(s.Provider.Capture, c, booking.ChargeCaptured)
		s.must(s.other().Capture, c, booking.ChargeCaptured)
		require.Equal(s, c.Amount, s.only(c, booking.ChargeCaptured).Captured)
	})
	s.part("at once is once", func(s *suite) {
		c := s.authorized()
		s.together(func(p payment.Provider) error {
			_, err := p.Capture(s.Context(), c)
			return err
		})
		require.Equal(s, c.Amount, s.only(c, booking.ChargeCaptured).Captured)
	})
	s.part("nothing promised", func(s *suite) {
		c := s.created()
		a, err := s.Provider.Capture(s.Context(), c)
		if err == nil {
			s.sound(a, c, booking.ChargeOpen)
		}
		require.Zero(s, s.only(c, booking.ChargeOpen).Captured.Minor)
	})
	s.part("what cannot be collected", func(s *suite) {
		c := s.with(s.created(), Uncollectable)
		s.must(s.Provider.Confirm, c, booking.ChargeAuthorized)
		c = bare(c)
		for range 2 {
			_, err := s.Provider.Capture(s.Context(), c)
			require.ErrorIs(s, err, booking.ErrUncollectable)
		}
		s.must(s.Provider.LookUp, c, booking.ChargeCancelled)
		require.Zero(s, s.only(c, booking.ChargeCancelled).Captured.Minor)
	})
}

func (s *suite) lookUp() {
	s.part("unknown", func(s *suite) {
		s.must(s.Provider.LookUp, s.charge(), booking.ChargeUnknown)
	})
	s.part("every state", func(s *suite) {
		c := s.charge()
		made := s.must(s.Provider.Create, c, booking.ChargeOpen)
		known := c // with the provider's own id, as the engine keeps it
		known.Reference = made.Reference
		both := func(want booking.ChargeState) {
			require.Equal(s, made.Reference, s.must(s.Provider.LookUp, c, want).Reference)
			require.Equal(s, s.must(s.Provider.LookUp, c, want), s.must(s.other().LookUp, known, want))
		}
		both(booking.ChargeOpen)
		s.must(s.Provider.Confirm, s.with(known, Good), booking.ChargeAuthorized)
		both(booking.ChargeAuthorized)
		s.must(s.Provider.Capture, known, booking.ChargeCaptured)
		both(booking.ChargeCaptured)
		_, err := s.Provider.Refund(s.Context(), known, uuid.NewString(), third(c))
		require.NoError(s, err)
		both(booking.ChargeCaptured)
		require.Equal(s, third(c), s.must(s.Provider.LookUp, c, booking.ChargeCaptured).Refunded)
	})
	s.part("a context that has ended", func(s *suite) {
		_, err := s.Provider.LookUp(ended(s.Context()), s.created())
		require.Error(s, err)
	})
}
