package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"holdfast/api/openapi"
)

// person is a guest with a name for the story.
type person struct {
	name  string
	token string
	base  string
	http  *http.Client
}

// guest signs somebody in.
func guest(ctx context.Context, base, name string) (*person, error) {
	p := &person{name: name, base: base, http: &http.Client{Timeout: 15 * time.Second}}
	var g openapi.Guest
	problem, err := p.call(ctx, http.MethodPost, "/v1/guests", nil, &g)
	var away *url.Error
	switch {
	case errors.As(err, &away):
		return nil, fmt.Errorf("no API answers at %s; start one with `make run` (%w)", base, away.Err)
	case err != nil:
		return nil, fmt.Errorf("%s is not a Holdfast API; name one with --url (%w)", base, err)
	case problem != nil:
		return nil, fmt.Errorf("signing %s in: %w", name, errorOf(problem, nil))
	}
	p.token = g.Token
	return p, nil
}

// call asks the API; a problem is an answer, an error is not.
func (p *person) call(ctx context.Context, method, path string, in, out any) (*openapi.Problem, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, p.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if p.token != "" {
		req.Header.Set("Authorization", "Bearer "+p.token)
	}
	resp, err := p.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }() // it was read, or its error was
	if resp.StatusCode >= 400 {
		var problem openapi.Problem
		if err := json.NewDecoder(resp.Body).Decode(&problem); err != nil {
			return nil, fmt.Errorf("%s %s answered %s", method, path, resp.Status)
		}
		return &problem, nil
	}
	return nil, json.NewDecoder(resp.Body).Decode(out)
}

// errorOf is a problem as an error, where the story has no use for it.
func errorOf(problem *openapi.Problem, err error) error {
	if err != nil || problem == nil {
		return err
	}
	return fmt.Errorf("%s (%s)", problem.Title, problem.Code)
}
