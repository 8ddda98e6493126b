// Package testenv gives a test its part of the real servers: a database, a
// vhost, a prefix of its own, removed after the test.
//
// The servers are named by the settings of the product (HOLDFAST_POSTGRES_URL,
// ...). `make test` starts private ones and sets them.
package testenv

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"holdfast/internal/postgres"
)

// Setting returns a setting of the servers; without it the test cannot run.
func Setting(t testing.TB, name string) string {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		t.Fatalf("%s is not set: this test needs the servers, run `make test`, or this test alone with `bin/holdfast servers -- go test ...`", name)
	}
	return v
}

// AMQP is the URL of the broker. A test uses an exchange of its own.
func AMQP(t testing.TB) string { t.Helper(); return Setting(t, "HOLDFAST_AMQP_URL") }

// Valkey is the URL of the gatekeeper. Showtimes have ids of their own, and so
// have their locks.
func Valkey(t testing.TB) string { t.Helper(); return Setting(t, "HOLDFAST_VALKEY_URL") }

// Temporal is the address of Temporal. A test uses a task queue of its own.
func Temporal(t testing.TB) string { t.Helper(); return Setting(t, "TEMPORAL_ADDRESS") }

// Name is a name that nothing else has, of lower-case letters and digits.
func Name() string { return "t" + strings.ToLower(rand.Text()[:12]) }

// Mongo is the URL of a database of the test's own, dropped after it.
func Mongo(t testing.TB) string {
	t.Helper()
	u, err := url.Parse(Setting(t, "HOLDFAST_MONGO_URL"))
	if err != nil {
		t.Fatalf("HOLDFAST_MONGO_URL: %v", err)
	}
	name := Name()
	u.Path = "/" + name
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		c, err := mongo.Connect(options.Client().ApplyURI(u.String()))
		if err == nil {
			err = c.Database(name).Drop(ctx)
		}
		if err == nil {
			err = c.Disconnect(ctx)
		}
		if err != nil {
			t.Errorf("dropping the database of the test: %v", err)
		}
	})
	return u.String()
}

// template is a migrated database that the tests of a process copy: a copy
// takes a fraction of what migrating takes.
var template = sync.OnceValues(func() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	base := os.Getenv("HOLDFAST_POSTGRES_URL")
	name := Name()
	if err := execute(ctx, base, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	_, err := postgres.Migrate(ctx, withDatabase(base, name))
	return name, err
})

// Postgres is the URL of a migrated database of the test's own, dropped after it.
func Postgres(t testing.TB) string {
	t.Helper()
	base := Setting(t, "HOLDFAST_POSTGRES_URL")
	from, err := template()
	if err != nil {
		t.Fatalf("preparing the template database: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	name := Name()
	if err := execute(ctx, base, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s", name, from)); err != nil {
		t.Fatalf("making a database for the test: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := execute(ctx, base, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("dropping the database of the test: %v", err)
		}
	})
	return withDatabase(base, name)
}

func execute(ctx context.Context, url, sql string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	if closed := conn.Close(ctx); err == nil {
		err = closed
	}
	return err
}

func withDatabase(base, name string) string {
	u, err := url.Parse(base)
	if err != nil { // it was used before
		panic(err)
	}
	u.Path = "/" + name
	return u.String()
}
