package payment

import (
	"context"
	"errors"
	"time"
)

// The waits for a request that a provider is still at work on.
const (
	busyTries = 6
	busyWait  = 100 * time.Millisecond
)

// whileBusy asks again while the provider is at work on the same thing for somebody
// else. Everything else that may pass is left to the caller, who knows how long it
// may take.
func whileBusy[T any](ctx context.Context, busy func(error) bool, ask func() (T, error)) (T, error) {
	wait := busyWait
	for try := 1; ; try++ {
		answer, err := ask()
		if err == nil || try == busyTries || !busy(err) {
			return answer, err
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return answer, errors.Join(err, ctx.Err())
		case <-timer.C:
		}
		wait *= 2
	}
}
