package postgres

import (
	"fmt"

	"github.com/pressly/goose/v3/lock"
)

// newSessionLocker waits up to a minute for another process that migrates.
func newSessionLocker() (lock.SessionLocker, error) {
	l, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	if err != nil {
		return nil, fmt.Errorf("preparing the migration lock: %w", err)
	}
	return l, nil
}
