package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"holdfast/internal/booking"
)

// maxBody bounds a request's body, in bytes. The largest sensible one, a booking
// of MaxSeats seats, is far smaller; 5,000 seats still fit, to be refused by name.
const maxBody = 64 << 10

// decode reads a JSON body into v, strictly: one value, known fields only,
// valid UTF-8 without NUL, not larger than maxBody.
func decode(c *gin.Context, v any) error {
	kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if err != nil || kind != "application/json" {
		return booking.Refuse(codeMediaType, "send the body as Content-Type: application/json")
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return booking.Refuse(codeTooLarge, fmt.Sprintf("a body has at most %d bytes", maxBody))
	} else if err != nil {
		return invalid("the body did not arrive whole")
	}
	if !utf8.Valid(body) {
		return invalid("the body is not valid UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return invalid(explain(err))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return invalid("there is more than one JSON value in the body")
	}
	return nil
}

// explain says what is wrong with a body in terms of the body.
func explain(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return "the body is empty"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the body ends in the middle"
	case errors.As(err, &syntax):
		return fmt.Sprintf("the body is not JSON, at byte %d", syntax.Offset)
	case errors.As(err, &kind) && kind.Field != "":
		return fmt.Sprintf("%s cannot be a %s", kind.Field, kind.Value)
	case errors.As(err, &kind):
		return fmt.Sprintf("the body cannot be a %s", kind.Value)
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return "there is no field " + field
	}
	return "the body cannot be understood"
}

// idempotencyKey checks the header: visible ASCII, of a bounded length.
func idempotencyKey(header *string) (string, error) {
	if header == nil {
		return "", nil
	}
	key := *header
	if key == "" || len(key) > 255 || strings.ContainsFunc(key, func(r rune) bool { return r < '!' || r > '~' }) {
		return "", invalid("an Idempotency-Key has 1 to 255 visible ASCII characters")
	}
	return key, nil
}
