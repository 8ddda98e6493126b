package crowd

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"holdfast/api/openapi"
)

// Client is one person with a token.
type Client struct {
	apis  []string
	at    atomic.Int64
	token string
	user  string // as the API names this person
	http  *http.Client
}

// Answer is what came back.
type Answer struct {
	Status  int
	Body    []byte
	Booking openapi.Booking // of no meaning where the body is none
	Problem openapi.Problem
}

// patience is how long a person waits for an answer.
const patience = 15 * time.Second

// NewClient makes a client that asks one of the APIs, the nth at first.
func NewClient(apis []string, n int) *Client {
	c := &Client{apis: apis, http: &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 4}}}
	c.at.Store(int64(n))
	return c
}

// Close ends the connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// SignIn gets a token of a guest.
func (c *Client) SignIn(ctx context.Context) error {
	a, err := c.Ask(ctx, http.MethodPost, "/v1/guests", "", "")
	if err != nil {
		return err
	}
	var g openapi.Guest
	if err := json.Unmarshal(a.Body, &g); err != nil || a.Status != http.StatusCreated {
		return fmt.Errorf("signing in: %d %s", a.Status, a.Body)
	}
	c.token, c.user = g.Token, g.UserId
	return nil
}

// Ask asks once; key is an Idempotency-Key, if there is one. After an error, or when
// the API says that it is not there for it now, the next question goes to the next API.
func (c *Client) Ask(ctx context.Context, method, path, body, key string) (Answer, error) {
	a, err := c.ask(ctx, c.apis[int(c.at.Load())%len(c.apis)], method, path, body, key)
	if err != nil || a.Status == http.StatusServiceUnavailable {
		c.at.Add(1)
	}
	return a, err
}

func (c *Client) ask(ctx context.Context, base, method, path, body, key string) (Answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, base+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return Answer{}, err
	}
	for name, value := range map[string]string{"Content-Type": "application/json", "Authorization": "Bearer " + c.token, "Idempotency-Key": key} {
		if name == "Content-Type" && body == "" || name == "Authorization" && c.token == "" || value == "" {
			continue
		}
		req.Header.Set(name, value)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = resp.Body.Close() }() // it was read, or its error was
	a := Answer{Status: resp.StatusCode}
	if a.Body, err = io.ReadAll(resp.Body); err != nil {
		return Answer{}, err
	}
	if resp.StatusCode >= http.StatusBadRequest {
		return a, json.Unmarshal(a.Body, &a.Problem)
	}
	return a, json.Unmarshal(a.Body, &a.Booking)
}
