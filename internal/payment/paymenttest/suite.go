package paymenttest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/payment"
)

// patience bounds every wait for something that must happen.
const patience = 30 * time.Second

// suite is one part of the contract at work.
type suite struct {
	*testing.T
	Harness
}

// part is a test within a part, on the same harness.
func (s *suite) part(name string, test func(s *suite)) {
	s.Helper()
	s.Run(name, func(t *testing.T) { test(&suite{T: t, Harness: s.Harness}) })
}

// charge is a new one that the provider has not heard of.
func (s *suite) charge() booking.Charge {
	return booking.Charge{
		ID: uuid.NewString(), BookingID: booking.ID(uuid.NewString()),
		Amount: s.amounts()[0], Deadline: time.Now().Add(time.Hour),
	}
}

// call is a method of the port.
type call func(ctx context.Context, c booking.Charge) (booking.Authorization, error)

// must calls and wants the answer to be of this state and free of contradictions.
func (s *suite) must(do call, c booking.Charge, want booking.ChargeState) booking.Authorization {
	s.Helper()
	a, err := do(s.Context(), c)
	require.NoError(s, err)
	s.sound(a, c, want)
	return a
}

// sound checks an answer against itself.
func (s *suite) sound(a booking.Authorization, c booking.Charge, want booking.ChargeState) {
	s.Helper()
	require.Equal(s, want, a.State, "%+v", a)
	require.Equal(s, want == booking.ChargeDeclined, a.Declined)
	require.Equal(s, a.Declined, a.Reason != "", "a reason is there for the declined, and for no other")
	none := booking.Money{Currency: c.Amount.Currency}
	switch want {
	case booking.ChargeUnknown:
		require.Empty(s, a.Reference)
	case booking.ChargeCaptured:
		require.NotEmpty(s, a.Reference)
		require.Equal(s, c.Amount, a.Captured)
		require.Equal(s, c.Amount.Currency, a.Refunded.Currency)
	default:
		require.Equal(s, none, a.Captured)
		require.Equal(s, none, a.Refunded)
	}
	if want != booking.ChargeOpen {
		require.Nil(s, a.Action, "only an open charge waits for its customer")
	}
}

// created is a charge that the provider knows.
func (s *suite) created() booking.Charge {
	s.Helper()
	c := s.charge()
	s.must(s.Provider.Create, c, booking.ChargeOpen)
	return c
}

// with is the charge with the customer's card.
func (s *suite) with(c booking.Charge, card Card) booking.Charge {
	s.Helper()
	c.Token = s.Token(s.T, c, card)
	if c.Token == "" {
		s.Skipf("the provider has no card that is %s", card)
	}
	return c
}

// bare is the charge without the token, as it is after Confirm.
func bare(c booking.Charge) booking.Charge {
	c.Token = ""
	return c
}

// authorized is a charge whose money is promised.
func (s *suite) authorized() booking.Charge {
	s.Helper()
	c := s.with(s.created(), Good)
	s.must(s.Provider.Confirm, c, booking.ChargeAuthorized)
	return bare(c)
}

// captured is a charge whose money was taken.
func (s *suite) captured() booking.Charge {
	s.Helper()
	c := s.authorized()
	s.must(s.Provider.Capture, c, booking.ChargeCaptured)
	return c
}

// repeats bounds how often a call is asked again after an error.
const repeats = 10

// insist asks again after an error that says nothing, as the engine does, and
// returns the last one.
func insist(do func() error) (err error) {
	for range repeats {
		if err = do(); err == nil || errors.Is(err, booking.ErrUncollectable) {
			break
		}
	}
	return err
}

// together calls from several goroutines at once, of both processes; do gets the
// provider to use. In the end all have to succeed.
func (s *suite) together(do func(p payment.Provider) error) {
	s.Helper()
	const callers = 6
	errs := make([]error, callers)
	start := make(chan struct{})
	var calls sync.WaitGroup
	for i := range callers {
		p := s.Provider
		if i%2 == 1 {
			p = s.other()
		}
		calls.Go(func() {
			<-start
			errs[i] = insist(func() error { return do(p) })
		})
	}
	close(start)
	calls.Wait()
	for _, err := range errs {
		require.NoError(s, err)
	}
}

// entries are the charge's in the ledger.
func (s *suite) entries(c booking.Charge) []booking.LedgerEntry {
	s.Helper()
	var found []booking.LedgerEntry
	err := s.Provider.Ledger(s.Context(), time.Now().Add(-time.Hour), func(e booking.LedgerEntry) error {
		if e.ChargeID == c.ID {
			found = append(found, e)
		}
		return nil
	})
	require.NoError(s, err)
	return found
}

// only wants the books to have the charge once, in this state.
func (s *suite) only(c booking.Charge, want booking.ChargeState) booking.LedgerEntry {
	s.Helper()
	found := s.entries(c)
	require.Len(s, found, 1)
	require.Equal(s, want, found[0].State)
	return found[0]
}

// third is a part of the charge's amount.
func third(c booking.Charge) booking.Money {
	return booking.Money{Minor: c.Amount.Minor / 3, Currency: c.Amount.Currency}
}
