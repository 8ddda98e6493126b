package e2e_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"holdfast/activities"
	"holdfast/internal/booking"
)

// mortal is what a worker does to the world, counted step by step: each call of the
// store, the lock or the bank is one. After its last step the worker is dead: it is
// cut off from Temporal before it can tell what it did, and does nothing any more.
type mortal struct {
	last moment
	cut  func() // cuts it off

	mu    sync.Mutex
	steps []string
	died  chan struct{} // closed at its death
}

// moment is when a step is done for the nth time, from 1; the zero value is never.
type moment struct {
	step string
	nth  int
}

var errDead = errors.New("this worker is dead")

func (m *mortal) dead() bool {
	select {
	case <-m.died:
		return true
	default:
		return false
	}
}

// did counts a step that was done, and reports whether it was the last.
func (m *mortal) did(step string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dead() {
		return true
	}
	m.steps = append(m.steps, step)
	if step != m.last.step || m.count(step) != m.last.nth {
		return false
	}
	close(m.died)
	m.cut()
	return true
}

// count is how often a step was done; m.mu is held.
func (m *mortal) count(step string) (n int) {
	for _, s := range m.steps {
		if s == step {
			n++
		}
	}
	return n
}

// moments are the steps that were done, each with how often it had been by then.
func (m *mortal) moments() []moment {
	m.mu.Lock()
	defer m.mu.Unlock()
	times := map[string]int{}
	out := make([]moment, len(m.steps))
	for i, s := range m.steps {
		times[s]++
		out[i] = moment{s, times[s]}
	}
	return out
}

func step[T any](m *mortal, name string, do func() (T, error)) (T, error) {
	var none T
	if m.dead() {
		return none, errDead
	}
	out, err := do()
	if m.did(name) {
		return none, errDead
	}
	return out, err
}

func deed(m *mortal, name string, do func() error) error {
	_, err := step(m, name, func() (struct{}, error) { return struct{}{}, do() })
	return err
}

// mortalStore, mortalLock and mortalBank are the three that a worker works with.
type mortalStore struct {
	activities.Store
	m *mortal
}

type mortalLock struct {
	activities.SeatLock
	m *mortal
}

type mortalBank struct {
	activities.Gateway
	m *mortal
}

func (s mortalStore) Hold(ctx context.Context, h booking.HoldRequest) (booking.Booking, error) {
	return step(s.m, "store: hold", func() (booking.Booking, error) { return s.Store.Hold(ctx, h) })
}

func (s mortalStore) Abandon(ctx context.Context, h booking.HoldRequest) error {
	return deed(s.m, "store: abandon", func() error { return s.Store.Abandon(ctx, h) })
}

func (s mortalStore) Recall(ctx context.Context, h booking.HoldRequest) (booking.Booking, error) {
	return step(s.m, "store: recall", func() (booking.Booking, error) { return s.Store.Recall(ctx, h) })
}

func (s mortalStore) Confirm(ctx context.Context, id booking.ID, p booking.Payment) (booking.Booking, error) {
	return step(s.m, "store: confirm", func() (booking.Booking, error) { return s.Store.Confirm(ctx, id, p) })
}

func (s mortalStore) Expire(ctx context.Context, id booking.ID) (booking.Booking, error) {
	return step(s.m, "store: expire", func() (booking.Booking, error) { return s.Store.Expire(ctx, id) })
}

func (s mortalStore) ExpireAt(ctx context.Context, id booking.ID, deadline time.Time) (booking.Booking, error) {
	return step(s.m, "store: expire", func() (booking.Booking, error) { return s.Store.ExpireAt(ctx, id, deadline) })
}

func (s mortalStore) Attempt(ctx context.Context, id booking.ID, p booking.Payment) error {
	return deed(s.m, "store: attempt", func() error { return s.Store.Attempt(ctx, id, p) })
}

func (s mortalStore) Cancel(ctx context.Context, id booking.ID, reason booking.Reason) (booking.Booking, error) {
	return step(s.m, "store: cancel", func() (booking.Booking, error) { return s.Store.Cancel(ctx, id, reason) })
}

func (s mortalStore) Revoke(ctx context.Context, id booking.ID, reason booking.Reason, policy booking.RefundPolicy) (booking.Booking, error) {
	return step(s.m, "store: revoke", func() (booking.Booking, error) { return s.Store.Revoke(ctx, id, reason, policy) })
}

func (s mortalStore) NoteOpen(ctx context.Context, id booking.ID, p booking.Payment, grace time.Duration) (booking.Booking, error) {
	return step(s.m, "store: note open", func() (booking.Booking, error) { return s.Store.NoteOpen(ctx, id, p, grace) })
}

func (s mortalStore) RecordAttempt(ctx context.Context, id booking.ID, p booking.Payment) error {
	return deed(s.m, "store: record attempt", func() error { return s.Store.RecordAttempt(ctx, id, p) })
}

func (s mortalStore) MovePayment(ctx context.Context, id string, to booking.PaymentStatus) error {
	return deed(s.m, "store: move payment to "+string(to), func() error { return s.Store.MovePayment(ctx, id, to) })
}

func (s mortalStore) Uncollectable(ctx context.Context, id string) (booking.Booking, error) {
	return step(s.m, "store: uncollectable", func() (booking.Booking, error) { return s.Store.Uncollectable(ctx, id) })
}

func (l mortalLock) Acquire(ctx context.Context, id booking.ShowtimeID, seats []booking.SeatID, owner booking.ID, ttl time.Duration) ([]booking.SeatID, error) {
	return step(l.m, "lock: acquire", func() ([]booking.SeatID, error) { return l.SeatLock.Acquire(ctx, id, seats, owner, ttl) })
}

func (l mortalLock) Keep(ctx context.Context, id booking.ShowtimeID, seats []booking.SeatID, owner booking.ID, ttl time.Duration) error {
	return deed(l.m, "lock: keep", func() error { return l.SeatLock.Keep(ctx, id, seats, owner, ttl) })
}

func (l mortalLock) Release(ctx context.Context, id booking.ShowtimeID, seats []booking.SeatID, owner booking.ID) error {
	return deed(l.m, "lock: release", func() error { return l.SeatLock.Release(ctx, id, seats, owner) })
}

func (b mortalBank) Create(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	return step(b.m, "bank: create", func() (booking.Authorization, error) { return b.Gateway.Create(ctx, c) })
}

func (b mortalBank) Confirm(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	return step(b.m, "bank: confirm", func() (booking.Authorization, error) { return b.Gateway.Confirm(ctx, c) })
}

func (b mortalBank) Capture(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	return step(b.m, "bank: capture", func() (booking.Authorization, error) { return b.Gateway.Capture(ctx, c) })
}

func (b mortalBank) Cancel(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	return step(b.m, "bank: cancel", func() (booking.Authorization, error) { return b.Gateway.Cancel(ctx, c) })
}

func (b mortalBank) Refund(ctx context.Context, c booking.Charge, id string, amount booking.Money) (booking.Authorization, error) {
	return step(b.m, "bank: refund", func() (booking.Authorization, error) { return b.Gateway.Refund(ctx, c, id, amount) })
}

func (b mortalBank) LookUp(ctx context.Context, c booking.Charge) (booking.Authorization, error) {
	return step(b.m, "bank: look up", func() (booking.Authorization, error) { return b.Gateway.LookUp(ctx, c) })
}
