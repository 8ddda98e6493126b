package main

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// lookEvery is the time between two looks for collections that are new.
const lookEvery = time.Second

// indexer gives each collection the index that FerretDB 1.24 means to give it. FerretDB's own is on the expression
// sjson->"_id" while its statements ask for sjson->'$._id'. To SQLite these are two expressions, so that every find
// and every update by id reads the whole table: 0.9 ms for each hundred documents.
type indexer struct {
	dir  string
	seen map[string]time.Time // when a file that was looked into was last written
}

// run looks for new collections until ctx ends.
func (x *indexer) run(ctx context.Context) {
	x.seen = make(map[string]time.Time)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		files, _ := filepath.Glob(filepath.Join(x.dir, "*.sqlite")) // an error is about the pattern
		for _, file := range files {
			if err := x.look(ctx, file); err != nil && ctx.Err() == nil {
				slog.Warn("a document database has collections without an index; its finds are slow until the next look",
					"file", file, "error", err)
			}
		}
	}
}

// look indexes the collections of one database, if it was written to since the last look.
func (x *indexer) look(ctx context.Context, file string) error {
	var written time.Time
	for _, name := range []string{file, file + "-wal"} {
		switch info, err := os.Stat(name); {
		case err == nil && info.ModTime().After(written):
			written = info.ModTime()
		case err != nil && !os.IsNotExist(err):
			return err
		}
	}
	if !written.After(x.seen[file]) {
		return nil
	}
	if err := index(ctx, file); err != nil {
		if _, gone := os.Stat(file); os.IsNotExist(gone) {
			return nil // the database was dropped
		}
		return err
	}
	x.seen[file] = written
	return nil
}

func index(ctx context.Context, file string) (err error) {
	uri := url.URL{Scheme: "file", Opaque: file, RawQuery: "mode=rw&_pragma=busy_timeout(10000)"}
	db, err := sql.Open("sqlite", uri.String())
	if err != nil {
		return err
	}
	defer func() {
		if closing := db.Close(); err == nil {
			err = closing
		}
	}()
	rows, err := db.QueryContext(ctx, `SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%\_ferretdb\_sjson %' ESCAPE '\'`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		tables = append(tables, name)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, name := range tables {
		if _, err := db.ExecContext(ctx, fmt.Sprintf(`CREATE INDEX IF NOT EXISTS %q ON %q (_ferretdb_sjson->'$._id')`, name+"_by_id", name)); err != nil {
			return fmt.Errorf("indexing %s: %w", name, err)
		}
	}
	return nil
}
