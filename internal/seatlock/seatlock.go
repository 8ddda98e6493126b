// Package seatlock is the gatekeeper: locks on seats in Valkey, taken by one
// script, all or none.
//
// A lock names its owner, and only its owner can release it. It is there for
// speed and never decides: with every lock lost, PostgreSQL still refuses a
// second owner. All keys of a showtime share a hash tag, so that they live in
// one slot of a cluster and one script can see them.
package seatlock

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/valkey-io/valkey-go"

	"holdfast/internal/booking"
)

var (
	//go:embed acquire.lua
	acquireSource string
	//go:embed keep.lua
	keepSource string
	//go:embed release.lua
	releaseSource string

	acquire = valkey.NewLuaScript(acquireSource)
	keep    = valkey.NewLuaScript(keepSource)
	release = valkey.NewLuaScript(releaseSource)
)

// Locks is safe for concurrent use.
type Locks struct{ client valkey.Client }

// Open connects to a Valkey (or Redis 7) server. Later losses of the connection
// heal by themselves.
func Open(url string) (*Locks, error) {
	o, err := valkey.ParseURL(url)
	if err != nil {
		return nil, errors.New("HOLDFAST_VALKEY_URL is not of the form redis://:password@host:port") // the cause would show the password
	}
	// Locks are never read from a client-side cache: a stale "free" would cost a
	// workflow, a stale "taken" a sale.
	o.DisableCache = true
	// The client would repeat a read for ever; the caller knows better how long
	// an answer is worth waiting for.
	o.DisableRetry = true
	o.Dialer.Timeout = 2 * time.Second
	o.ConnWriteTimeout = 2 * time.Second
	client, err := valkey.NewClient(o)
	if err != nil {
		return nil, fmt.Errorf("connecting to Valkey: %w", unavailable(err))
	}
	return &Locks{client: client}, nil
}

// Close ends the connections.
func (l *Locks) Close() { l.client.Close() }

// Ping asks the server for a sign of life.
func (l *Locks) Ping(ctx context.Context) error {
	return unavailable(l.client.Do(ctx, l.client.B().Ping().Build()).Error())
}

// Acquire takes all the seats for owner until ttl has passed, or none of them;
// it returns those that others have. The same owner again is success.
func (l *Locks) Acquire(ctx context.Context, id booking.ShowtimeID, seats []booking.SeatID, owner booking.ID, ttl time.Duration) ([]booking.SeatID, error) {
	taken, err := acquire.Exec(ctx, l.client, keys(id, seats), []string{string(owner), ms(ttl)}).AsIntSlice()
	if err != nil {
		return nil, fmt.Errorf("acquiring seats: %w", unavailable(err))
	}
	var out []booking.SeatID
	for _, i := range taken {
		out = append(out, seats[i-1])
	}
	return out, nil
}

// Keep sets a new time to live for those of the seats that owner has.
func (l *Locks) Keep(ctx context.Context, id booking.ShowtimeID, seats []booking.SeatID, owner booking.ID, ttl time.Duration) error {
	if err := keep.Exec(ctx, l.client, keys(id, seats), []string{string(owner), ms(ttl)}).Error(); err != nil {
		return fmt.Errorf("keeping seats: %w", unavailable(err))
	}
	return nil
}

// Release frees those of the seats that owner has, and no others.
func (l *Locks) Release(ctx context.Context, id booking.ShowtimeID, seats []booking.SeatID, owner booking.ID) error {
	if err := release.Exec(ctx, l.client, keys(id, seats), []string{string(owner)}).Error(); err != nil {
		return fmt.Errorf("releasing seats: %w", unavailable(err))
	}
	return nil
}

// Taken returns those of the seats that somebody other than owner has at this
// moment. It is a glance that spares work, not a promise.
func (l *Locks) Taken(ctx context.Context, id booking.ShowtimeID, seats []booking.SeatID, owner booking.ID) ([]booking.SeatID, error) {
	owners, err := l.client.Do(ctx, l.client.B().Mget().Key(keys(id, seats)...).Build()).ToArray()
	if err != nil {
		return nil, fmt.Errorf("looking at seats: %w", unavailable(err))
	}
	var out []booking.SeatID
	for i, m := range owners {
		if name, err := m.ToString(); err == nil && name != string(owner) {
			out = append(out, seats[i])
		} else if err != nil && !valkey.IsValkeyNil(err) {
			return nil, fmt.Errorf("looking at seats: %w", err)
		}
	}
	return out, nil
}

func keys(id booking.ShowtimeID, seats []booking.SeatID) []string {
	out := make([]string, len(seats))
	for i, s := range seats {
		out[i] = "seat:{" + string(id) + "}:" + string(s)
	}
	return out
}

// ms is a time to live in whole milliseconds, at least one.
func ms(d time.Duration) string { return strconv.FormatInt(max(1, d.Milliseconds()), 10) }

// unavailable marks an error of the connection; an answer of the server that is
// an error is left as it is, except those that mean "not now".
func unavailable(err error) error {
	if err == nil {
		return nil
	}
	if answer, ok := valkey.IsValkeyErr(err); ok && !answer.IsLoading() && !answer.IsClusterDown() && !answer.IsTryAgain() {
		return err
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	return &booking.UnavailableError{Server: "valkey", Err: err}
}
