package main

import (
	"context"
	"fmt"
	"time"
)

// commitTimes lets PostgreSQL note when each transaction was committed: as its commit
// record is written, a moment before that is on disk and others see it. It is the same
// machine's clock that everything here is measured by.
const commitTimes = "track_commit_timestamp=on"

// committed is when the last change of each of these bookings was committed.
func (s *scene) committed(ctx context.Context, ids []string) (map[string]time.Time, error) {
	rows, err := s.DB.Query(ctx, `SELECT id::text, pg_xact_commit_timestamp(xmin) FROM bookings WHERE id = ANY ($1::uuid[])`, ids)
	if err != nil {
		return nil, fmt.Errorf("when bookings were committed: %w", err)
	}
	defer rows.Close()
	out := map[string]time.Time{}
	for rows.Next() {
		var id string
		var at *time.Time
		if err := rows.Scan(&id, &at); err != nil {
			return nil, fmt.Errorf("when bookings were committed: %w", err)
		}
		if at == nil {
			return nil, fmt.Errorf("PostgreSQL does not know any more when booking %s was committed", id)
		}
		out[id] = *at
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("when bookings were committed: %w", err)
	}
	if len(out) != len(ids) {
		return nil, fmt.Errorf("of %d bookings %d are in PostgreSQL", len(ids), len(out))
	}
	return out, nil
}
