package sandbox

import (
	"fmt"
	"net/http"
)

// The codes of errors, for programs.
const (
	codeInvalid       = "invalid"
	codeUnauthorized  = "unauthorized"
	codeNotFound      = "not_found"
	codeConflict      = "conflict"
	codeTooLarge      = "too_large"
	codeMediaType     = "media_type"
	codeUncollectable = "uncollectable"
	codeFlaky         = "flaky"
	codeUnavailable   = "unavailable"
)

var statuses = map[string]int{
	codeInvalid:       http.StatusBadRequest,
	codeUnauthorized:  http.StatusUnauthorized,
	codeNotFound:      http.StatusNotFound,
	codeConflict:      http.StatusConflict,
	codeTooLarge:      http.StatusRequestEntityTooLarge,
	codeMediaType:     http.StatusUnsupportedMediaType,
	codeUncollectable: http.StatusConflict,
	codeFlaky:         http.StatusServiceUnavailable,
	codeUnavailable:   http.StatusServiceUnavailable,
}

// refusal is an answer that is not the charge.
type refusal struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (r *refusal) Error() string { return r.Message }

func problem(code, format string, args ...any) error {
	return &refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}
