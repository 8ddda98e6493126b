package rig

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Get reads a page.
func Get(ctx context.Context, url string) (int, string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }() // it was read, or its error was
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body), err
}

// Until asks again and again until nothing is missing any more, or it has been too
// long: then what was missing last is the error.
func Until(ctx context.Context, bound time.Duration, what string, missing func(context.Context) (string, error)) error {
	deadline := time.Now().Add(bound)
	for {
		why, err := missing(ctx)
		if err != nil || why == "" {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("within %s it has not come to be that %s: %s", bound, what, why)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// Settle waits until every process runs and each API finds all its servers.
func Settle(ctx context.Context, procs []*Process, apis []string) error {
	return Until(ctx, time.Minute, "every process is ready", func(ctx context.Context) (string, error) {
		for _, p := range procs {
			if p.Ended() {
				return "", fmt.Errorf("%s has ended by itself: the end of %s:\n%s", p.Name, p.Log, LastOf(p.Log))
			}
		}
		for _, api := range apis {
			if status, body, err := Get(ctx, api+"/readyz"); err != nil || status != http.StatusOK {
				return fmt.Sprintf("%s: %d %s %v", api, status, body, err), nil
			}
		}
		return "", nil
	})
}
