package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
)

// trick makes a good request odd. It says what it did, or nothing where there is
// nothing to do it to.
type trick func(rnd *rand.Rand, w *world, r *request) string

var tricks = []trick{
	oddField, oddField, oddField, fieldMissing, fieldUnknown, fieldTwice, oddBody, brokenBody, oddContentType,
	oddParameter, oddParameter, oddQuery, oddHeader, oddHeader, oddKey, oddToken, foreignToken, oddSegment, oddSegment,
	oddPath, wrongMethod,
}

// spoil makes a request odd in one way, or in two.
func (w *world) spoil(rnd *rand.Rand, r *request) {
	for want := 1 + rnd.IntN(2); len(r.tricks) < want; {
		if did := tricks[rnd.IntN(len(tricks))](rnd, w, r); did != "" {
			r.tricks = append(r.tricks, did)
		}
	}
}

func pick(rnd *rand.Rand, all ...string) string { return all[rnd.IntN(len(all))] }

// oddValue is a JSON value that is not looked for.
func oddValue(rnd *rand.Rand) json.RawMessage {
	return json.RawMessage(pick(rnd,
		`null`, `true`, `false`, `0`, `-0`, `-1`, `1`, `1.5`, `1e400`, `-1e400`, `1e-400`, `9223372036854775807`, `9223372036854775808`,
		`99999999999999999999999999`, `""`, `" "`, `"\u0000"`, `"\ud800"`, `"\udc00\ud800"`, `"A1\u0000"`, `"a1"`, `"é"`, `"👩‍🚀"`, `"\u202eA1"`,
		"\"\xff\xfe\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", `"null"`, `"../../etc/passwd"`, `"' OR 1=1 --"`, `"<script>"`, `"${jndi:x}"`, `"tok_ok\n"`,
		`"`+strings.Repeat("x", 201)+`"`, `"`+strings.Repeat("é", 200)+`"`, `"`+strings.Repeat("x", 5000)+`"`,
		`[]`, `{}`, `[null]`, `[""]`, `["A1","A1"]`, `[["A1"]]`, `{"a":1}`, `["A1",1]`, strings.Repeat("[", 1000)+strings.Repeat("]", 1000),
		`["A1","A2","A3","A4","A5","A6","A7","A8","A9","A10","B1"]`, `["`+strings.Repeat(`A1","`, 5000)+`Z"]`,
	))
}

// fields is the body as an object, if it is one, and the names in it.
func (r *request) fields() (map[string]json.RawMessage, []string) {
	var all map[string]json.RawMessage
	if json.Unmarshal(r.body, &all) != nil || len(r.body) > 10_000 {
		return nil, nil
	}
	return all, slices.Sorted(maps.Keys(all))
}

// write writes a body by hand, so that nothing in it is put right.
func (r *request) write(all map[string]json.RawMessage) {
	var out bytes.Buffer
	for i, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&out, "%s%q:%s", map[bool]string{true: "{", false: ","}[i == 0], name, all[name])
	}
	if len(all) == 0 {
		out.WriteString("{")
	}
	out.WriteString("}")
	r.body = out.Bytes()
}

func oddField(rnd *rand.Rand, _ *world, r *request) string {
	all, names := r.fields()
	if len(names) == 0 {
		return ""
	}
	name, value := pick(rnd, names...), oddValue(rnd)
	var list []json.RawMessage
	if json.Unmarshal(all[name], &list) == nil && len(list) > 0 && rnd.IntN(2) == 0 {
		list[rnd.IntN(len(list))] = value // within the list
		parts := make([]string, len(list))
		for i, p := range list {
			parts[i] = string(p)
		}
		value = json.RawMessage("[" + strings.Join(parts, ",") + "]")
	}
	all[name] = value
	r.write(all)
	return "field " + name + " odd"
}

func fieldMissing(rnd *rand.Rand, _ *world, r *request) string {
	all, names := r.fields()
	if len(names) == 0 {
		return ""
	}
	name := pick(rnd, names...)
	delete(all, name)
	r.write(all)
	return "field " + name + " missing"
}

func fieldUnknown(rnd *rand.Rand, _ *world, r *request) string {
	all, names := r.fields()
	if all == nil {
		return ""
	}
	name := pick(rnd, append(names, "price", "", "userId", "__proto__", "status")...)
	if _, known := all[name]; known {
		name = strings.ToUpper(name)
	}
	all[name] = oddValue(rnd)
	r.write(all)
	return fmt.Sprintf("field %q unknown", name)
}

func fieldTwice(rnd *rand.Rand, _ *world, r *request) string {
	all, names := r.fields()
	if len(names) == 0 {
		return ""
	}
	name := pick(rnd, names...)
	r.body = fmt.Appendf(nil, `{%q:%s,%s`, name, pick(rnd, string(all[name]), string(oddValue(rnd))), r.body[1:])
	return name + " twice"
}

func oddBody(rnd *rand.Rand, _ *world, r *request) string {
	if r.op.RequestBody == nil && rnd.IntN(4) > 0 {
		return ""
	}
	r.body = oddValue(rnd)
	if rnd.IntN(8) == 0 {
		size := 100 << 10
		if r.op.OperationID == "receiveWebhook" {
			size = 520 << 10
		}
		r.body = []byte(`{"showtimeId":"` + strings.Repeat("x", size) + `"}`)
	}
	return "an odd body"
}

func brokenBody(rnd *rand.Rand, _ *world, r *request) string {
	n := len(r.body)
	if n == 0 || n > 10_000 {
		return ""
	}
	at := rnd.IntN(n)
	switch rnd.IntN(8) {
	case 0:
		r.body = r.body[:at]
	case 1:
		r.body = slices.Insert(bytes.Clone(r.body), at, byte(rnd.IntN(256)))
	case 2:
		r.body = slices.Delete(bytes.Clone(r.body), at, at+1)
	case 3:
		r.body = bytes.Repeat(r.body, 2)
	case 4:
		r.body = append([]byte("\xef\xbb\xbf"), r.body...)
	case 5:
		r.body = fmt.Appendf(nil, " \r\n\t%s\n ", r.body) // which is not wrong
	case 6:
		r.body = fmt.Appendf(nil, "%s%s%s", strings.Repeat(`{"a":`, 5000), r.body, strings.Repeat("}", 5000))
	case 7:
		r.body = fmt.Appendf(nil, "%s//", r.body)
	}
	return "a broken body"
}

func oddContentType(rnd *rand.Rand, _ *world, r *request) string {
	if r.op.RequestBody == nil {
		return ""
	}
	r.header.Set("Content-Type", pick(rnd,
		"", "text/plain", "application/xml", "application/json; charset=utf-16", "application/json;", "application/json, text/plain", "json",
		"APPLICATION/JSON", "application/vnd.api+json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "*/*"))
	return "an odd content type"
}

var oddTexts = []string{
	"", "0", "-1", "+1", "1", "101", "1.5", "1e400", "0x10", "9223372036854775808", "99999999999999999999", "NaN", "many", "null", " ", "\x00", "\xff", "é", "a b",
	"tomorrow", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00",
	"2026-01-01T24:00:00Z", "2026-01-01T00:00:00+99:99", "2026-01-01T23:59:60Z", "2026-01-01t00:00:00z", "2026-01-01T00:00:00,5Z", "-2026-01-01T00:00:00Z", "e30",
	"AAAAAAAA", "eyJhIjoxfQ==", "json", "gif", "PNG", strings.Repeat("x", 65), strings.Repeat("A", 257), strings.Repeat("x", 5000), "[]", "%25", "../..", "' OR 1=1 --",
}

func oddParameter(rnd *rand.Rand, _ *world, r *request) string {
	var names []string
	for _, p := range r.op.Parameters {
		if p.Value.In == openapi3.ParameterInQuery {
			names = append(names, p.Value.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	name := pick(rnd, names...)
	query, _ := url.ParseQuery(r.query) // as far as it can be read
	query.Set(name, pick(rnd, oddTexts...))
	if rnd.IntN(8) == 0 {
		query.Add(name, pick(rnd, oddTexts...)) // twice
	}
	r.query = query.Encode()
	return "an odd " + name
}

func oddQuery(rnd *rand.Rand, _ *world, r *request) string {
	r.query = strings.TrimPrefix(r.query+"&"+pick(rnd, "%zz", ";", "a;b", "limit=%", "nonsense=1", "=", "&&", "limit[]=1", "a="+strings.Repeat("x", 4000), "%00=1"), "&")
	return "an odd query"
}

func oddSegment(rnd *rand.Rand, w *world, r *request) string {
	var at []int
	segments := strings.Split(r.op.path, "/")
	now := strings.Split(r.path, "/")
	for i, s := range segments {
		if strings.HasPrefix(s, "{") && len(now) == len(segments) {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return ""
	}
	i := at[rnd.IntN(len(at))]
	is := now[i]
	now[i] = pick(rnd, "", ".", "..", "%2e%2e", "%2F", is+"%2F", is+"%2fhistory", is+"%2Fseats", "%00", is+"%00", "%ff", "%ed%a0%80", strings.ToUpper(is), is+"%20", is+".json", "%7Bid%7D",
		is+";v=1", strings.Repeat("x", 5000), "%E2%80%AE", uuid.NewString(), w.shows[0], "null", "0", "-1", "*", "%27%20OR%201=1", is[:len(is)/2], "%3F", "%23", "a+b", "%25")
	path := strings.Join(now, "/")
	if _, err := url.PathUnescape(path); err != nil {
		return "" // that is no request of HTTP
	}
	r.path = path
	return "an odd segment"
}

func oddPath(rnd *rand.Rand, _ *world, r *request) string {
	r.path = pick(rnd, r.path+"/", r.path+"/x", r.path+"//", "/v1/"+r.path, strings.ToUpper(r.path), r.path+"%2F", r.path+"/../x", strings.Replace(r.path, "/v1/", "/v2/", 1)+"x", r.path+".json")
	return "another path"
}

func wrongMethod(rnd *rand.Rand, _ *world, r *request) string {
	r.method = pick(rnd, http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodTrace, "PURGE", "get")
	if r.method == r.op.method {
		return ""
	}
	return "another method"
}
