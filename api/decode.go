package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"holdfast/internal/booking"
)

// maxBody bounds a request's body, in bytes. The largest sensible one, a booking
// of MaxSeats seats, is far smaller; 5,000 seats still fit, to be refused by name.
const maxBody = 64 << 10

// decode reads a JSON body into v, strictly: one value, not larger than maxBody,
// only fields that exist, spelled as they are, each once, in valid UTF-8, and no null. (The
// standard library would take a field in any case, and the last of several.)
func decode(c *gin.Context, v any) error {
	if !isJSON(c.Request) {
		return booking.Refuse(codeMediaType, "send the body as Content-Type: application/json")
	}
	body, err := readBody(c)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return booking.Refuse(codeTooLarge, fmt.Sprintf("a body has at most %d bytes", maxBody))
	} else if err != nil {
		return invalid("the body did not arrive whole")
	}
	return understand(body, v)
}

// understand reads v from a body that is whole.
func understand(body []byte, v any) error {
	if err := json.Unmarshal(body, v, json.RejectUnknownMembers(true)); err != nil {
		return invalid(explain(err))
	}
	if hasNull(body) {
		return invalid("a field is null; leave it out instead")
	}
	return nil
}

// readBody reads a whole body, at once where its length was told.
func readBody(c *gin.Context) ([]byte, error) {
	if n := c.Request.ContentLength; n > 0 && n <= maxBody {
		body := make([]byte, n)
		_, err := io.ReadFull(c.Request.Body, body)
		return body, err
	}
	return io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBody))
}

// hasNull reports whether there is a null anywhere, which nothing may be, and which
// would be read as an empty value.
func hasNull(body []byte) bool {
	if !bytes.Contains(body, []byte("null")) {
		return false
	}
	for d := jsontext.NewDecoder(bytes.NewReader(body)); ; {
		token, err := d.ReadToken()
		if err != nil || token.Kind() == 'n' {
			return err == nil
		}
	}
}

// isJSON reports whether a body says that it is JSON.
func isJSON(r *http.Request) bool {
	written := r.Header.Get("Content-Type")
	if written == "application/json" { // as nearly everybody writes it
		return true
	}
	kind, _, err := mime.ParseMediaType(written)
	return err == nil && kind == "application/json"
}

// explain says what is wrong with a body in terms of the body.
func explain(err error) string {
	var syntax *jsontext.SyntacticError
	var meaning *json.SemanticError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the body ends before its JSON does"
	case errors.Is(err, jsontext.ErrDuplicateName):
		return "a field is there twice"
	case errors.Is(err, json.ErrUnknownName) && errors.As(err, &meaning):
		return fmt.Sprintf("there is no field %s", meaning.JSONPointer)
	case errors.As(err, &syntax):
		return fmt.Sprintf("the body is not JSON, at byte %d", syntax.ByteOffset)
	case errors.As(err, &meaning) && meaning.JSONPointer != "":
		return fmt.Sprintf("%s cannot be a JSON %s", meaning.JSONPointer, kindName(meaning.JSONKind))
	case errors.As(err, &meaning):
		return fmt.Sprintf("the body cannot be a JSON %s", kindName(meaning.JSONKind))
	}
	return "the body cannot be understood"
}

// kindName is the name of a kind of JSON value (RFC 8259, 3).
func kindName(k jsontext.Kind) string {
	switch k {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case '0':
		return "number"
	case 't', 'f':
		return "boolean"
	default:
		return k.String()
	}
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
