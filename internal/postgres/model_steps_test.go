package postgres_test

import (
	"context"
	"fmt"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"holdfast/internal/booking"
)

// The steps of the model: what each call should do and say.

// grace is by how much an open payment lengthens a hold.
const grace = time.Hour

// requireOutcome wants a refusal, or none where code is empty.
func requireOutcome(t *rapid.T, code booking.Code, err error, seats ...booking.SeatID) {
	if code == "" {
		require.NoError(t, err)
		return
	}
	r, ok := booking.Refused(err)
	require.True(t, ok, "want the refusal %s, got %v", code, err)
	require.Equal(t, code, r.Code)
	if len(seats) > 0 {
		require.Equal(t, seats, r.Seats)
	}
}

func (m *model) hold(t *rapid.T) {
	user := rapid.SampledFrom([]string{"ada", "bob", "eve"}).Draw(t, "user")
	seats := rapid.SliceOfNDistinct(rapid.IntRange(1, modelSeats), 1, 3, rapid.ID[int]).Draw(t, "seats")
	r := m.wish(fmt.Sprint(user, m.show), seats...) // users live as long as their showtime
	r.MaxPending = maxPending
	if rapid.Bool().Draw(t, "late") { // a hold whose deadline has passed, and that nobody has ended yet
		r.CreatedAt, r.ExpiresAt = r.CreatedAt.Add(-time.Hour), r.CreatedAt.Add(-time.Minute)
	}
	pending := 0
	for _, b := range m.bookings {
		if b.request.UserID == r.UserID && b.status == booking.Pending {
			pending++
		}
	}
	gone := m.othersOwn(r.SeatIDs, r.ID)
	_, err := m.Hold(context.Background(), r)
	switch {
	case pending >= maxPending:
		requireOutcome(t, booking.CodeHoldLimit, err)
	case m.cancelled:
		requireOutcome(t, booking.CodeSalesClosed, err)
	case len(gone) > 0:
		requireOutcome(t, booking.CodeSeatsTaken, err, gone...)
	default:
		require.NoError(t, err)
		b := &modelBooking{request: r, payments: map[string]*modelPayment{}}
		m.bookings[r.ID] = b
		m.ids = append(m.ids, r.ID)
		m.decide(b, booking.Pending, "")
	}
}

// holdAgain: what was held before is found as it stands, and nothing changes.
func (m *model) holdAgain(t *rapid.T) {
	_, b := m.drawBooking(t)
	stored, err := m.Hold(context.Background(), b.request)
	require.NoError(t, err)
	require.Equal(t, b.status, stored.Status)
}

func (m *model) confirm(t *rapid.T) {
	id, b := m.drawBooking(t)
	payment, known := b.drawPayment(t)
	taken := rapid.Bool().Draw(t, "captured")
	total := booking.Money{Minor: 1000 * int64(len(b.request.SeatIDs)), Currency: "USD"}
	p := booking.Payment{ID: payment, Method: "sandbox", Amount: total, Status: booking.PaymentAuthorized}
	if taken {
		p.Status = booking.PaymentCaptured
	}
	_, err := m.Confirm(context.Background(), id, p)
	switch {
	case known != nil && (known.status == booking.PaymentVoided || known.status == booking.PaymentDeclined):
		requireOutcome(t, booking.CodeNotPayable, err)
	case known != nil && known.status != booking.PaymentOpen:
		require.NoError(t, err, "it was asked before")
	case b.status == booking.Confirmed || b.status == booking.Cancelled:
		requireOutcome(t, booking.CodeNotPayable, err)
	case b.status == booking.Expired && (m.cancelled || len(m.othersOwn(b.request.SeatIDs, id)) > 0):
		requireOutcome(t, booking.CodeHoldExpired, err)
	default:
		require.NoError(t, err)
		var reason booking.Reason
		deadline := b.request.ExpiresAt
		if b.extended {
			deadline = deadline.Add(grace)
		}
		if b.status == booking.Expired || time.Now().After(deadline) {
			reason = booking.ReasonLate
		}
		m.decide(b, booking.Confirmed, reason)
		b.payments[payment] = &modelPayment{status: p.Status}
	}
}

func (m *model) noteOpen(t *rapid.T) {
	id, b := m.drawBooking(t)
	payment, known := b.drawPayment(t)
	p := booking.Payment{ID: payment, Method: "sandbox", Amount: booking.Money{Minor: 1000 * int64(len(b.request.SeatIDs)), Currency: "USD"}}
	_, err := m.NoteOpen(context.Background(), id, p, grace)
	require.NoError(t, err)
	if known == nil {
		b.payments[payment] = &modelPayment{status: booking.PaymentOpen}
	} else if known.status != booking.PaymentOpen {
		return // it is decided, and stays so
	}
	b.extended = b.extended || b.status == booking.Pending
}

// giveUp notes that a payment came to nothing, which only an open one or a new one can.
func (m *model) giveUp(t *rapid.T) {
	id, b := m.drawBooking(t)
	payment, known := b.drawPayment(t)
	status := rapid.SampledFrom([]booking.PaymentStatus{booking.PaymentVoided, booking.PaymentDeclined}).Draw(t, "status")
	p := booking.Payment{ID: payment, Method: "sandbox", Status: status, Amount: booking.Money{Minor: 1000 * int64(len(b.request.SeatIDs)), Currency: "USD"}}
	require.NoError(t, m.RecordAttempt(context.Background(), id, p))
	if known == nil || known.status == booking.PaymentOpen {
		b.payments[payment] = &modelPayment{status: status}
	}
}

func (m *model) expire(t *rapid.T) {
	id, b := m.drawBooking(t)
	if b.status == booking.Pending {
		m.decide(b, booking.Expired, booking.ReasonDeadline)
	}
	stored, err := m.Expire(context.Background(), id)
	require.NoError(t, err)
	require.Equal(t, b.status, stored.Status)
}

func (m *model) cancel(t *rapid.T) {
	id, b := m.drawBooking(t)
	if b.status == booking.Pending {
		m.decide(b, booking.Cancelled, booking.ReasonOperator)
	}
	stored, err := m.Cancel(context.Background(), id, booking.ReasonOperator)
	require.NoError(t, err)
	require.Equal(t, b.status, stored.Status)
}

// revoke: the showtime starts in an hour, so the second policy gives nothing back.
func (m *model) revoke(t *rapid.T) {
	id, b := m.drawBooking(t)
	text := rapid.SampledFrom([]string{"", "2h=100", "30m=50"}).Draw(t, "policy")
	reason := rapid.SampledFrom([]booking.Reason{booking.ReasonCustomer, booking.ReasonShowtime}).Draw(t, "reason")
	policy, err := booking.ParseRefundPolicy(text)
	require.NoError(t, err)
	_, err = m.Revoke(context.Background(), id, reason, policy)
	if b.status == booking.Expired {
		requireOutcome(t, booking.CodeNotCancellable, err)
		return
	}
	require.NoError(t, err)
	if b.status == booking.Cancelled {
		return
	}
	keeps := map[string]int64{"2h=100": 100, "30m=50": 50}[text]
	if reason != booking.ReasonCustomer || b.status == booking.Pending {
		keeps = 0
	}
	m.decide(b, booking.Cancelled, reason)
	for _, p := range b.payments {
		if p.status == booking.PaymentAuthorized || p.status == booking.PaymentCaptured {
			p.kept = 10 * int64(len(b.request.SeatIDs)) * keeps
			p.owe(keeps)
		}
	}
}

// owe: what is captured and not all kept is to be given back.
func (p *modelPayment) owe(keeps int64) {
	if p.status == booking.PaymentCaptured && keeps < 100 {
		p.status = booking.PaymentRefundDue
	}
}

func (m *model) move(t *rapid.T) {
	_, b := m.drawBooking(t)
	payment, p := b.drawPayment(t)
	if p == nil {
		t.Skip("there is no payment")
	}
	to := rapid.SampledFrom([]booking.PaymentStatus{booking.PaymentCaptured, booking.PaymentRefunded, booking.PaymentRefundDue}).Draw(t, "to")
	require.NoError(t, m.MovePayment(context.Background(), payment, to))
	nothing := p.status == booking.PaymentVoided || p.status == booking.PaymentDeclined
	switch {
	case to == booking.PaymentCaptured && p.status == booking.PaymentAuthorized:
		p.status = to
		if b.status != booking.Confirmed {
			p.owe(p.kept / (10 * int64(len(b.request.SeatIDs))))
		}
	case to == booking.PaymentRefunded && (p.status == booking.PaymentCaptured || p.status == booking.PaymentRefundDue):
		p.status = to
	case to == booking.PaymentRefundDue && nothing: // the money was taken all the same
		p.status = to
	}
}

// cancelShowtime is rare, so that there is a life before it.
func (m *model) cancelShowtime(t *rapid.T) {
	if rapid.IntRange(0, 3).Draw(t, "rare") > 0 {
		t.Skip("not now")
	}
	require.NoError(t, m.CancelShowtime(context.Background(), m.show))
	if !m.cancelled {
		m.cancelled = true
		m.version++
	}
}
