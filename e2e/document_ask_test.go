package e2e_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

func (d *drive) send(rnd *rand.Rand, client *http.Client, r *request) {
	o, params := d.find(r.method, r.path)
	if o == nil {
		r.header.Del("Accept") // people who ask for a page get one, wherever they look
	}
	req, err := http.NewRequestWithContext(d.t.Context(), r.method, d.base, bytes.NewReader(r.body))
	if err != nil {
		d.note("", "error", r, err.Error())
		return
	}
	req.URL = &url.URL{Scheme: "http", Host: req.URL.Host, Opaque: r.path, RawQuery: r.query}
	req.Header = r.header
	a, err := ask(client, req)
	if err != nil {
		d.note("", "error", r, "no answer: "+err.Error())
		return
	}
	id := "nowhere"
	if o != nil {
		id = o.OperationID
	}
	wrong := d.wrongs(o, r.method, a)
	if o != nil {
		wrong = append(wrong, d.verdict(o, params, r, a)...)
	}
	d.note(id, fmt.Sprint(a.status), r, wrong...)
	if o != nil && o == r.op {
		d.world.learn(rnd, id, r, a)
	}
}

// ask sends a request and reads the whole answer.
func ask(client *http.Client, req *http.Request) (reply, error) {
	resp, err := client.Do(req)
	if err != nil {
		return reply{}, err
	}
	a := reply{status: resp.StatusCode, header: resp.Header}
	if a.status == http.StatusSwitchingProtocols {
		return a, resp.Body.Close()
	}
	var body io.Reader = resp.Body
	if a.header.Get("Content-Encoding") == "gzip" && req.Method != http.MethodHead { // as it was asked for
		if body, err = gzip.NewReader(resp.Body); err != nil {
			return a, errors.Join(err, resp.Body.Close())
		}
	}
	a.body, err = io.ReadAll(body)
	return a, errors.Join(err, resp.Body.Close())
}

// formRefusals are the codes that no request gets which is as the document wants it.
var formRefusals = []string{
	"invalid_request", "unsupported_media_type", "payload_too_large", "unauthenticated", "forbidden", "not_found", "method_not_allowed",
	"bad_signature", "not_a_websocket", "origin_not_allowed",
}

// verdict is what is wrong with an answer for what was asked.
func (d *drive) verdict(o *operation, params map[string]string, r *request, a reply) []string {
	var wrong []string
	why := d.refuses(o, params, &http.Request{Method: o.method, URL: &url.URL{Path: r.path, RawQuery: r.query}, Header: r.header}, r.body)
	taken := a.status < 400
	switch {
	case why != nil && taken:
		wrong = append(wrong, "it was taken, though "+firstLine(why))
	case why != nil && len(r.tricks) == 0:
		wrong = append(wrong, "the test made a good request that is not: "+firstLine(why))
	case r.stranger && taken && o == r.op && o.secured():
		wrong = append(wrong, "a stranger was let in")
	case len(r.tricks) == 0 && slices.Contains(formRefusals, a.code()):
		wrong = append(wrong, "a good request was refused: "+a.code())
	case why == nil && a.code() == "invalid_request" && r.oneField():
		wrong = append(wrong, "it was refused, though the document allows it")
	}
	if a.status >= 500 && o.OperationID != "readyz" { // which says so where a server is slow
		wrong = append(wrong, fmt.Sprintf("%d %s", a.status, a.code()))
	}
	return wrong
}

// oneField reports whether nothing but one field is odd, in a way of which a schema can
// say whether it is allowed.
func (r *request) oneField() bool {
	if len(r.tricks) != 1 || !utf8.Valid(r.body) || bytes.Contains(r.body, []byte(`\ud`)) {
		return false
	}
	name, ok := strings.CutPrefix(r.tricks[0], "field ")
	name, _, _ = strings.Cut(name, " ")
	return ok && !byState[name] && !bytes.Contains(r.body, []byte(`"token":""`)) // which another method takes
}

// byState are the fields whose good values are not for a schema to say: the methods that
// are switched on, and the seats of the ticket.
var byState = map[string]bool{"method": true, "seats": true}
