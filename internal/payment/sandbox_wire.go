package payment

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"holdfast/internal/booking"
)

// maxSandboxAnswer bounds an answer of the sandbox, in bytes; a page of its ledger
// is the largest.
const maxSandboxAnswer = 4 << 20

// sandboxError is the sandbox's refusal.
type sandboxError struct {
	Status  int
	Code    string
	Message string
}

func (e *sandboxError) Error() string {
	return fmt.Sprintf("%s (%d %s)", e.Message, e.Status, e.Code)
}

func refusedAs(err error, code string) bool {
	var refused *sandboxError
	return errors.As(err, &refused) && refused.Code == code
}

// do makes a request and reads the answer into v.
func (s *SandboxClient) do(ctx context.Context, method string, path []string, query url.Values, body, v any) error {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("writing the request: %w", err)
		}
		content = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, s.address(path, query), content)
	if err != nil {
		return fmt.Errorf("preparing the request: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+s.key)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := s.client.Do(r)
	if err != nil {
		return err // it names the method and the address
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxSandboxAnswer+1))
	if err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if len(text) > maxSandboxAnswer {
		return fmt.Errorf("the answer has more than %d bytes", maxSandboxAnswer)
	}
	if answer.StatusCode != http.StatusOK {
		return refusalOf(answer, text)
	}
	if err := json.Unmarshal(text, v); err != nil {
		return fmt.Errorf("the answer cannot be understood: %w", err)
	}
	return nil
}

// isPathID reports whether an id can stand in a path, where a dot means another one.
func isPathID(id string) bool { return id != "" && id != "." && id != ".." }

// address is where a resource is; an id may hold what a URL has another use for.
func (s *SandboxClient) address(path []string, query url.Values) string {
	escaped := make([]string, len(path))
	for i, p := range path {
		escaped[i] = url.PathEscape(p)
	}
	u := s.base.JoinPath(escaped...)
	u.RawQuery = query.Encode()
	return u.String()
}

func refusalOf(answer *http.Response, text []byte) error {
	var body struct {
		Error struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.Unmarshal(text, &body); err != nil || body.Error.Code == "" {
		return fmt.Errorf("the answer is %s, and not the sandbox's", answer.Status)
	}
	return &sandboxError{Status: answer.StatusCode, Code: body.Error.Code, Message: body.Error.Message}
}

// Webhook implements Provider. A message of the sandbox is signed as Standard
// Webhooks says; its age is measured here, against the caller's clock.
func (s *SandboxClient) Webhook(header http.Header, body []byte, now time.Time) (booking.ChargeNews, error) {
	if err := s.verifier.VerifyIgnoringTimestamp(body, header); err != nil {
		return booking.ChargeNews{}, fmt.Errorf("%w: %w", booking.ErrForged, err)
	}
	seconds, err := strconv.ParseInt(header.Get(standardwebhooks.HeaderWebhookTimestamp), 10, 64)
	if err != nil {
		return booking.ChargeNews{}, fmt.Errorf("%w: %w", booking.ErrForged, err)
	}
	if age := now.Sub(time.Unix(seconds, 0)); age.Abs() > MaxMessageAge {
		return booking.ChargeNews{}, fmt.Errorf("%w: it is %s old", booking.ErrForged, age)
	}
	var message struct {
		Type string `json:"type"`
		Data struct {
			ChargeID  string     `json:"charge_id"`
			BookingID booking.ID `json:"booking_id"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &message); err != nil {
		return booking.ChargeNews{}, fmt.Errorf("a message of the sandbox cannot be understood: %w", err)
	}
	return booking.ChargeNews{
		MessageID: header.Get(standardwebhooks.HeaderWebhookID), Type: message.Type,
		ChargeID: message.Data.ChargeID, BookingID: message.Data.BookingID,
	}, nil
}
