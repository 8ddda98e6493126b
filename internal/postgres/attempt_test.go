package postgres_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

func (h *house) loose(t *testing.T, id booking.ID) []string {
	t.Helper()
	found, err := h.Loose(context.Background(), id)
	require.NoError(t, err)
	out := []string{}
	for _, p := range found {
		out = append(out, p.ID+string(p.Status))
	}
	return out
}

// An attempt is loose until there is a payment of it that is decided.
func TestAnAttemptIsLooseUntilItIsDecided(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	b, err := h.Hold(ctx, h.wish("ada", 1))
	require.NoError(t, err)
	first, second := paymentOf(b), paymentOf(b)
	second.CreatedAt = first.CreatedAt.Add(time.Second)
	for range 2 {
		require.NoError(t, h.Attempt(ctx, b.ID, first))
		require.NoError(t, h.Attempt(ctx, b.ID, second))
	}
	require.Equal(t, []string{first.ID, second.ID}, h.loose(t, b.ID))
	found, err := h.Loose(ctx, b.ID)
	require.NoError(t, err)
	require.Equal(t, []any{first.Method, first.Amount, first.Fingerprint}, []any{found[0].Method, found[0].Amount, found[0].Fingerprint})

	_, err = h.NoteOpen(ctx, b.ID, first, time.Minute)
	require.NoError(t, err)
	require.Equal(t, []string{first.ID + "open", second.ID}, h.loose(t, b.ID))
	_, err = h.Confirm(ctx, b.ID, second)
	require.NoError(t, err)
	require.Equal(t, []string{first.ID + "open"}, h.loose(t, b.ID))
	first.Status = booking.PaymentVoided
	require.NoError(t, h.RecordAttempt(ctx, b.ID, first))
	require.Empty(t, h.loose(t, b.ID))
}

// Once the booking is decided, no provider is asked for more; what was asked before may
// be asked again.
func TestNoAttemptAfterTheDecision(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	b, err := h.Hold(ctx, h.wish("ada", 1))
	require.NoError(t, err)
	before, after := paymentOf(b), paymentOf(b)
	require.NoError(t, h.Attempt(ctx, b.ID, before))
	_, err = h.Expire(ctx, b.ID)
	require.NoError(t, err)
	require.NoError(t, h.Attempt(ctx, b.ID, before))
	requireCode(t, booking.CodeHoldExpired, h.Attempt(ctx, b.ID, after))
	requireCode(t, booking.CodeBookingNotFound, h.Attempt(ctx, booking.ID(uuid.NewString()), after))
	require.Equal(t, []string{before.ID}, h.loose(t, b.ID))
}

// However the two meet: an attempt that was noted is seen by whoever ends the booking.
func TestAttemptsAgainstTheEnd(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	noted := 0
	for range 100 {
		b, err := h.Hold(ctx, h.wish("ada", 1))
		require.NoError(t, err)
		p := paymentOf(b)
		var wg sync.WaitGroup
		var asked, ended error
		var seen []booking.Payment
		wg.Go(func() { asked = h.Attempt(ctx, b.ID, p) })
		wg.Go(func() {
			if _, ended = h.Expire(ctx, b.ID); ended == nil {
				seen, ended = h.Loose(ctx, b.ID)
			}
		})
		wg.Wait()
		require.NoError(t, ended)
		if asked == nil {
			noted++
			require.Len(t, seen, 1)
		} else {
			requireCode(t, booking.CodeHoldExpired, asked)
			require.Empty(t, seen)
		}
	}
	t.Logf("the attempt was first %d times of 100", noted)
}

// A hold that lasts longer than somebody knew is not ended by them.
func TestExpireAtTheDeadlineThatIsKnown(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	b, err := h.Hold(ctx, h.wish("ada", 1))
	require.NoError(t, err)
	longer, err := h.NoteOpen(ctx, b.ID, paymentOf(b), time.Minute)
	require.NoError(t, err)
	now, err := h.ExpireAt(ctx, b.ID, b.ExpiresAt)
	require.NoError(t, err)
	require.Equal(t, booking.Pending, now.Status)
	require.Equal(t, longer.ExpiresAt, now.ExpiresAt)
	for range 2 {
		now, err = h.ExpireAt(ctx, b.ID, longer.ExpiresAt)
		require.NoError(t, err)
		require.Equal(t, booking.Expired, now.Status)
	}
	require.Empty(t, h.live(t))
	requireContiguous(t, h.events(t))
}

// What was held is found as it stands; what was not never will be.
func TestRecall(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	held := h.wish("ada", 1)
	_, err := h.Hold(ctx, held)
	require.NoError(t, err)
	for range 2 {
		b, err := h.Recall(ctx, held)
		require.NoError(t, err)
		require.Equal(t, booking.Pending, b.Status)
	}
	never := h.wish("ada", 2)
	for range 2 {
		_, err = h.Recall(ctx, never)
		requireCode(t, booking.CodeUnavailable, err)
	}
	_, err = h.Hold(ctx, never)
	requireCode(t, booking.CodeUnavailable, err)
	require.Len(t, h.live(t), 1)
	nowhere := h.wish("ada", 3)
	nowhere.ShowtimeID = booking.ShowtimeID(uuid.NewString())
	_, err = h.Recall(ctx, nowhere)
	requireCode(t, booking.CodeShowtimeNotFound, err)

	// However a hold and its recall meet: both say the same of it.
	made := 0
	for range 50 {
		r := h.wish("bob", 4)
		var wg sync.WaitGroup
		var hold, recall error
		wg.Go(func() {
			for range 10 { // trouble is retried, and two calls at once may be
				if _, hold = h.Hold(ctx, r); hold == nil {
					return
				} else if _, refused := booking.Refused(hold); refused {
					return
				}
			}
		})
		wg.Go(func() { _, recall = h.Recall(ctx, r) })
		wg.Wait()
		if hold != nil {
			requireCode(t, booking.CodeUnavailable, hold)
			requireCode(t, booking.CodeUnavailable, recall)
			continue
		}
		made++
		require.NoError(t, recall)
		_, err := h.Cancel(ctx, r.ID, booking.ReasonCustomer)
		require.NoError(t, err)
	}
	t.Logf("the hold was first %d times of 50", made)
	requireContiguous(t, h.events(t))
}
