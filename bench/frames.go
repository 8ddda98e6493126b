package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"holdfast/internal/booking"
	"holdfast/internal/rig"
)

// frames are what many sockets got, and when. Most of them get the same.
type frames struct {
	mu sync.Mutex
	at map[string][]time.Time // by their text
}

func newFrames() *frames { return &frames{at: map[string][]time.Time{}} }

func (f *frames) hear(at time.Time, text []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at[string(text)] = append(f.at[string(text)], at)
}

// held is when the sockets heard of each seat that it is held.
func (f *frames) held() (map[booking.SeatID][]time.Time, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := map[booking.SeatID][]time.Time{}
	for text, at := range f.at {
		var d struct {
			Type  string
			Seats []booking.SeatChange
		}
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			return nil, fmt.Errorf("a frame is not understood: %w: %.200s", err, text)
		}
		if d.Type != "delta" {
			return nil, fmt.Errorf("a socket could not keep pace: it got a %s", d.Type)
		}
		for _, c := range d.Seats {
			if c.Status == booking.SeatHeld {
				out[c.ID] = append(out[c.ID], at...)
			}
		}
	}
	return out, nil
}

// await waits for what should come in a moment.
func await(ctx context.Context, what string, missing func() string) error {
	return rig.Until(ctx, answerWithin, what, func(context.Context) (string, error) { return missing(), nil })
}

// awaitHeld waits until each of the seats was heard of by so many sockets.
func (f *frames) awaitHeld(ctx context.Context, seats []booking.SeatID, sockets int) (heard map[booking.SeatID][]time.Time, err error) {
	err = rig.Until(ctx, answerWithin, "everybody has heard of every booking", func(context.Context) (string, error) {
		if heard, err = f.held(); err != nil {
			return "", err
		}
		for _, seat := range seats {
			if n := len(heard[seat]); n != sockets {
				return fmt.Sprintf("of seat %s have heard %d of %d", seat, n, sockets), nil
			}
		}
		return "", nil
	})
	return heard, err
}
