package api

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// packing is how hard maps are compressed: they are repetitive, and compressed anew for
// every change.
const packing = 3

// encodedMap is a map as it goes over the wire, in two forms of one version. It does not
// change.
type encodedMap struct {
	version int64
	plain   form
	packed  func() (form, error) // made when it is first asked for
}

// form is a representation of a map. Its headers are made once, for all answers.
type form struct {
	body                   []byte
	etag, length, encoding []string
}

// Headers that are the same for every map. Nobody writes to them.
var (
	mapType  = []string{"application/json; charset=utf-8"}
	mapCare  = []string{"no-cache"} // kept, but asked for anew each time
	mapVary  = []string{"Accept-Encoding"}
	gzipping = []string{"gzip"}
)

func newEncodedMap(version int64, text []byte) *encodedMap {
	return &encodedMap{
		version: version,
		plain:   newForm(`"`+strconv.FormatInt(version, 10)+`"`, text),
		packed: sync.OnceValues(func() (form, error) {
			var b bytes.Buffer
			w, err := gzip.NewWriterLevel(&b, packing)
			if err == nil {
				_, err = w.Write(text)
			}
			if err == nil {
				err = w.Close()
			}
			if err != nil {
				return form{}, fmt.Errorf("compressing a seat map: %w", err)
			}
			// Two forms of one version are not the same, byte for byte, so their tags are
			// others (RFC 9110, 8.8.3.3).
			f := newForm(`"`+strconv.FormatInt(version, 10)+`-gzip"`, bytes.Clone(b.Bytes()))
			f.encoding = gzipping
			return f, nil
		}),
	}
}

func newForm(etag string, body []byte) form {
	return form{body: body, etag: []string{etag}, length: []string{strconv.Itoa(len(body))}}
}

// size is what it takes in memory, about: the compressed form is a tenth of the other.
func (m *encodedMap) size() int { return len(m.plain.body) + len(m.plain.body)/8 }

// answer writes the map, in the form that the client can read, or that it has not
// changed. It returns the status that it has answered with.
func (m *encodedMap) answer(w http.ResponseWriter, r *http.Request) (status int, err error) {
	f := m.plain
	if acceptsGzip(r.Header["Accept-Encoding"]) {
		if f, err = m.packed(); err != nil {
			return 0, err
		}
	}
	h := w.Header()
	h["Etag"], h["Cache-Control"], h["Vary"] = f.etag, mapCare, mapVary
	if asked := r.Header["If-None-Match"]; len(asked) > 0 {
		if tag := m.unchanged(asked, f.etag); tag != nil {
			h["Etag"] = tag
			w.WriteHeader(http.StatusNotModified)
			return http.StatusNotModified, nil
		}
	}
	h["Content-Type"], h["Content-Length"] = mapType, f.length
	if f.encoding != nil {
		h["Content-Encoding"] = f.encoding
	}
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(f.body) // who does not read the answer does not need it
	return http.StatusOK, nil
}

// unchanged returns the tag by which the client may go on using the form that it has,
// whichever it is, or nil: that is how its cache knows which one is meant.
func (m *encodedMap) unchanged(asked, chosen []string) []string {
	for _, header := range asked {
		if matches(header, chosen[0]) {
			return chosen
		}
	}
	for _, header := range asked {
		if matches(header, m.plain.etag[0]) {
			return m.plain.etag
		}
		if other := `"` + strconv.FormatInt(m.version, 10) + `-gzip"`; matches(header, other) {
			return []string{other}
		}
	}
	return nil
}

// matches implements If-None-Match (RFC 9110, 13.1.2): weak comparison with a
// list of tags, or with anything.
func matches(header, etag string) bool {
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == etag || tag == "*" {
			return true
		}
	}
	return false
}

// acceptsGzip reports whether Accept-Encoding has gzip in it, by its name or by "*"
// (RFC 9110, 12.5.3). A weight that is none counts as no.
func acceptsGzip(headers []string) bool {
	others := false
	for _, header := range headers {
		for coding := range strings.SplitSeq(header, ",") {
			name, rest, weighted := strings.Cut(coding, ";")
			name = strings.TrimSpace(name)
			named := strings.EqualFold(name, "gzip") || strings.EqualFold(name, "x-gzip")
			if !named && name != "*" {
				continue
			}
			wanted := !weighted || weight(rest) > 0
			if named {
				return wanted
			}
			others = wanted
		}
	}
	return others
}

// weight reads q=0.5; what is none is 0.
func weight(text string) float64 {
	name, value, _ := strings.Cut(text, "=")
	if !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 0
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || !(q >= 0 && q <= 1) { // not a number, among others
		return 0
	}
	return q
}
