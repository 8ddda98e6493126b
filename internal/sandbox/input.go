package sandbox

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

const (
	maxBody = 64 << 10 // bytes
	maxText = 255      // bytes of an id or a token

	defaultPage = 100
	maxPage     = 1000
)

// decode reads a JSON body strictly: one value, only fields that exist, each once.
func decode(w http.ResponseWriter, r *http.Request, v any) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return problem(codeMediaType, "send the body as Content-Type: application/json")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return problem(codeTooLarge, "a body has at most %d bytes", maxBody)
	} else if err != nil {
		return problem(codeInvalid, "the body did not arrive whole")
	}
	if err := json.Unmarshal(body, v, json.RejectUnknownMembers(true)); err != nil {
		return problem(codeInvalid, "the body cannot be understood: %v", err)
	}
	return nil
}

// check says what is wrong with an order.
func (o order) check() error {
	switch {
	case !named(o.BookingID):
		return problem(codeInvalid, "booking_id has 1 to %d visible ASCII characters", maxText)
	case o.Amount < 0:
		return problem(codeInvalid, "amount is below 0")
	case !isCurrency(o.Currency):
		return problem(codeInvalid, "currency is three upper-case letters (ISO 4217)")
	}
	return nil
}

func isCurrency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// named reports whether s can be an id. PostgreSQL would not take every text, a
// NUL for one.
func named(s string) bool {
	return s != "" && len(s) <= maxText && !strings.ContainsFunc(s, func(r rune) bool { return r < '!' || r > '~' })
}

// pathID is an id out of the path.
func pathID(r *http.Request, name string) (string, error) {
	id := r.PathValue(name)
	if !named(id) {
		return "", problem(codeInvalid, "the id of a %s has 1 to %d visible ASCII characters", name, maxText)
	}
	return id, nil
}

// page is what of the ledger is asked for.
type page struct {
	since time.Time
	after int64
	limit int32
}

func parsePage(query string) (page, error) {
	q, err := url.ParseQuery(query)
	if err != nil {
		return page{}, problem(codeInvalid, "the query cannot be understood")
	}
	p := page{limit: defaultPage}
	for name := range q {
		text := q.Get(name)
		switch name {
		case "since":
			p.since, err = time.Parse(time.RFC3339, text)
		case "cursor":
			p.after, err = strconv.ParseInt(text, 10, 64)
		case "limit":
			var n int64
			if n, err = strconv.ParseInt(text, 10, 32); err == nil && (n < 1 || n > maxPage) {
				return page{}, problem(codeInvalid, "limit is 1 to %d", maxPage)
			}
			p.limit = int32(n)
		default:
			return page{}, problem(codeInvalid, "there is no parameter %q", name)
		}
		if err != nil {
			return page{}, problem(codeInvalid, "%s cannot be %q: since is a time as in RFC 3339, cursor what a page gave as next, limit a number", name, text)
		}
	}
	return p, nil
}
