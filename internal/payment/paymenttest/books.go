package paymenttest

import (
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

func (s *suite) ledger() {
	s.part("has every charge once", func(s *suite) {
		open, promised, taken, back := s.created(), s.authorized(), s.captured(), s.captured()
		s.refunded(s.Provider, back, uuid.NewString(), third(back), third(back))
		none := booking.Money{Currency: open.Amount.Currency}
		for _, want := range []struct {
			charge             booking.Charge
			state              booking.ChargeState
			captured, refunded booking.Money
		}{
			{open, booking.ChargeOpen, none, none},
			{promised, booking.ChargeAuthorized, none, none},
			{taken, booking.ChargeCaptured, taken.Amount, none},
			{back, booking.ChargeCaptured, back.Amount, third(back)},
		} {
			e := s.only(want.charge, want.state)
			require.Equal(s, want.charge.BookingID, e.BookingID)
			require.Equal(s, want.charge.Amount, e.Amount)
			require.Equal(s, want.captured, e.Captured)
			require.Equal(s, want.refunded, e.Refunded)
			require.Equal(s, s.must(s.Provider.LookUp, want.charge, want.state).Reference, e.Reference)
			require.WithinDuration(s, time.Now(), e.CreatedAt, time.Hour)
		}
	})
	s.part("begins where it is asked to", func(s *suite) {
		c := s.created()
		require.NoError(s, s.Provider.Ledger(s.Context(), time.Now().Add(time.Hour), func(e booking.LedgerEntry) error {
			require.NotEqual(s, c.ID, e.ChargeID, "made in the future")
			return nil
		}))
	})
	s.part("ends with an error of the visitor", func(s *suite) {
		s.created()
		s.created()
		enough, visits := errors.New("enough"), 0
		err := s.Provider.Ledger(s.Context(), time.Now().Add(-time.Hour), func(booking.LedgerEntry) error {
			visits++
			return enough
		})
		require.ErrorIs(s, err, enough)
		require.Equal(s, 1, visits)
	})
}

func (s *suite) webhook() {
	if s.Messages == nil {
		s.Skip("the provider sends no messages here")
	}
	c := s.captured()
	m, news := s.message(c)
	require.Equal(s, c.BookingID, news.BookingID)
	require.NotEmpty(s, news.MessageID)
	require.NotEmpty(s, news.Type)
	now := time.Now()
	forged := func(s *suite, m Message) {
		s.Helper()
		_, err := s.Provider.Webhook(m.Header, m.Body, now)
		require.ErrorIs(s, err, booking.ErrForged)
	}
	s.part("again it is the same message", func(s *suite) {
		again, err := s.other().Webhook(m.Header, m.Body, now)
		require.NoError(s, err)
		require.Equal(s, news, again)
	})
	s.part("a flipped bit of the body", func(s *suite) {
		for i := range m.Body {
			f := m.Clone()
			f.Body[i] ^= 1
			forged(s, f)
		}
		f := m.Clone()
		f.Body = append(f.Body, '\n')
		forged(s, f)
	})
	s.part("a flipped bit of the signature", func(s *suite) {
		signature := m.Header.Get(s.Signature)
		require.NotEmpty(s, signature)
		for i := range len(signature) {
			f, changed := m.Clone(), []byte(signature)
			changed[i] ^= 1
			f.Header.Set(s.Signature, string(changed))
			forged(s, f)
		}
	})
	s.part("unsigned", func(s *suite) {
		f := m.Clone()
		f.Header.Del(s.Signature)
		forged(s, f)
		f.Header.Set(s.Signature, "")
		forged(s, f)
		forged(s, Message{Body: m.Body})
		forged(s, Message{Header: m.Header})
	})
	s.part("of another time", func(s *suite) {
		for _, off := range []time.Duration{-301 * time.Second, 301 * time.Second, -24 * time.Hour, 24 * time.Hour} {
			forged(s, s.Sign(s.T, m, now.Add(off)))
		}
		for _, off := range []time.Duration{-299 * time.Second, 0, 299 * time.Second} {
			f := s.Sign(s.T, m, now.Add(off))
			_, err := s.Provider.Webhook(f.Header, f.Body, now)
			require.NoError(s, err, "%s", off)
		}
	})
}

// message awaits a message about the charge.
func (s *suite) message(c booking.Charge) (found Message, news booking.ChargeNews) {
	s.Helper()
	require.Eventually(s, func() bool {
		for _, m := range s.Messages(s.T) {
			n, err := s.Provider.Webhook(m.Header, m.Body, time.Now())
			if err == nil && n.ChargeID == c.ID {
				found, news = m, n
				return true
			}
		}
		return false
	}, patience, 20*time.Millisecond, "no message about the charge comes")
	return found, news
}
