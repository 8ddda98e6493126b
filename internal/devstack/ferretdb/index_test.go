package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The tables are as FerretDB 1.24 makes them, and so is the question.
func TestAFindByIDUsesAnIndex(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "holdfast.sqlite")
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(wal)")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	table := func(name string) {
		t.Helper()
		for _, statement := range []string{
			`CREATE TABLE "` + name + `" (_ferretdb_sjson TEXT NOT NULL CHECK(_ferretdb_sjson != '')) STRICT`,
			`CREATE UNIQUE INDEX "` + name + `__id_" ON "` + name + `" (_ferretdb_sjson->"_id")`,
		} {
			if _, err := db.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
	}
	plan := func(name string) string {
		t.Helper()
		var id, parent, unused int
		var detail string
		// An explanation alone does not notice that the tables have changed; a question does.
		if _, err := db.Exec(`SELECT count(*) FROM "` + name + `"`); err != nil {
			t.Fatal(err)
		}
		if err := db.QueryRow(`EXPLAIN QUERY PLAN SELECT _ferretdb_sjson FROM "`+name+`" WHERE _ferretdb_sjson->'$._id' = ?`, `"x"`).
			Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		return detail
	}
	const scans = "SCAN"
	if _, err := db.Exec(`CREATE TABLE _ferretdb_collections (name TEXT, table_name TEXT, settings TEXT) STRICT`); err != nil {
		t.Fatal(err)
	}
	table("maps_1")
	if got := plan("maps_1"); !strings.HasPrefix(got, scans) {
		t.Fatalf("FerretDB's own index is used (%s): another is not needed", got)
	}
	x := indexer{dir: dir, seen: map[string]time.Time{}}
	look := func() {
		t.Helper()
		if err := x.look(t.Context(), file); err != nil {
			t.Fatal(err)
		}
	}
	look()
	if got := plan("maps_1"); strings.HasPrefix(got, scans) {
		t.Errorf("a find reads the whole collection: %s", got)
	}

	table("layouts_2") // a collection that comes later
	later := time.Now().Add(time.Minute)
	if err := os.Chtimes(file, later, later); err != nil {
		t.Fatal(err)
	}
	look()
	if got := plan("layouts_2"); strings.HasPrefix(got, scans) {
		t.Errorf("a find in a new collection reads the whole of it: %s", got)
	}
	x.seen = map[string]time.Time{}
	look() // there is nothing left to do
}
