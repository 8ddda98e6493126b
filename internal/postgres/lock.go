package postgres

import (
	"errors"
	"fmt"
	"io"
	"syscall"

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

// isBrokenPipe reports whether the connection ended under a statement.
func isBrokenPipe(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.ECONNREFUSED)
}
