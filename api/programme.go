package api

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
)

// programmeFreshness is how old a list of showtimes may be. Everybody who looks
// around asks for the same lists every few seconds.
const programmeFreshness = time.Second

// maxLists bounds how many lists are kept; what is asked for is up to clients.
const maxLists = 256

// programme keeps the lists of showtimes that were asked for lately. However many
// ask, the store is asked for each list once in programmeFreshness.
type programme struct {
	ask   func(ctx context.Context, f booking.ShowtimeFilter) (openapi.ShowtimeList, error)
	asked singleflight.Group
	mu    sync.Mutex
	lists map[string]knownList
}

type knownList struct {
	openapi.ShowtimeList
	at time.Time
}

func newProgramme(ask func(context.Context, booking.ShowtimeFilter) (openapi.ShowtimeList, error)) *programme {
	return &programme{ask: ask, lists: map[string]knownList{}}
}

func (p *programme) list(ctx context.Context, f booking.ShowtimeFilter) (openapi.ShowtimeList, error) {
	if !f.From.IsZero() {
		return p.ask(ctx, f) // a time of the client's own: nobody else asks for it
	}
	key := fmt.Sprintf("%d %q %q", f.Limit, f.Cursor, f.MovieID)
	p.mu.Lock()
	known, ok := p.lists[key]
	p.mu.Unlock()
	if ok && time.Since(known.at) < programmeFreshness {
		return known.ShowtimeList, nil
	}
	// One asks for all who wait, in its own time: it does not end with the request that happened to be first.
	result := p.asked.DoChan(key, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), programmePatience)
		defer cancel()
		at := time.Now()
		list, err := p.askSafely(ctx, f)
		if err == nil {
			p.keep(key, knownList{ShowtimeList: list, at: at})
		}
		return list, err
	})
	select {
	case <-ctx.Done():
		return openapi.ShowtimeList{}, &booking.UnavailableError{Server: "postgresql", Err: ctx.Err()}
	case r := <-result:
		list, _ := r.Val.(openapi.ShowtimeList)
		return list, r.Err
	}
}

// askSafely turns a panic, which is a bug, into an error: there is no request
// here that could answer for it, and the process has others to serve.
func (p *programme) askSafely(ctx context.Context, f booking.ShowtimeFilter) (list openapi.ShowtimeList, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("listing showtimes: panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return p.ask(ctx, f)
}

// programmePatience bounds the question to the store.
const programmePatience = 5 * time.Second

func (p *programme) keep(key string, list knownList) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.lists) >= maxLists {
		clear(p.lists)
	}
	p.lists[key] = list
}
