package main

import (
	"context"
	"fmt"
)

// databases are those of the engine and of Temporal.
var databases = []string{"holdfast", "temporal", "temporal_visibility"}

// transactions names the figure of a database.
func transactions(database string) string { return "transactions_" + database }

// commits is how many transactions each database has committed so far. PostgreSQL's
// sessions tell it about once a second, so a short sample is not exact.
func (s *scene) commits(ctx context.Context) (map[string]float64, error) {
	rows, err := s.DB.Query(ctx, `SELECT datname, xact_commit::float8 FROM pg_stat_database WHERE datname = ANY ($1)`, databases)
	if err != nil {
		return nil, fmt.Errorf("counting transactions: %w", err)
	}
	defer rows.Close()
	out := map[string]float64{}
	for rows.Next() {
		var name string
		var n float64
		if err := rows.Scan(&name, &n); err != nil {
			return nil, fmt.Errorf("counting transactions: %w", err)
		}
		out[name] = n
	}
	return out, rows.Err()
}
