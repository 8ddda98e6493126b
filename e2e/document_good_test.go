package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// request is one to be sent, with whom and what it is about.
type request struct {
	op           *operation // for which it was made
	method, path string     // the path as it goes over the line
	query        string
	header       http.Header
	body         []byte

	person   *person
	booking  string
	ticket   ticketSeen
	tricks   []string // what was done to it, which began as a good one
	stranger bool     // it must not be let in
}

func (r *request) String() string {
	return fmt.Sprintf("%s %.200s?%.200s %.200v %.300q (%s)", r.method, r.path, r.query, r.header, r.body, strings.Join(r.tricks, ", "))
}

// good makes a request for an operation as the document wants it, about things that
// exist where it can be.
func (w *world) good(rnd *rand.Rand, o *operation) *request {
	r := &request{op: o, method: o.method, header: http.Header{}, person: w.somebody(rnd)}
	w.mu.Lock()
	defer w.mu.Unlock()
	r.booking = pickBooking(rnd, r.person, o.OperationID == "createPayment")
	r.ticket, _ = oneOf(rnd, w.tickets)
	g := generator{w, rnd, r}
	r.path = g.pathOf(o)
	query := url.Values{}
	for _, p := range o.parameters() {
		value, ok := g.optional(p.Name, p.Schema.Value, p.Required)
		if text := fmt.Sprint(value); ok && p.In == openapi3.ParameterInQuery {
			query.Set(p.Name, text)
		} else if ok && p.In == openapi3.ParameterInHeader {
			r.header.Set(p.Name, text)
		}
	}
	r.query = query.Encode()
	if o.secured() {
		r.header.Set("Authorization", "Bearer "+r.person.token)
	}
	if o.RequestBody != nil {
		r.header.Set("Content-Type", "application/json")
		body, err := json.Marshal(g.value("", o.RequestBody.Value.Content.Get("application/json").Schema.Value))
		if err != nil {
			panic(err) // it was made of what encodes
		}
		r.body = body
	}
	if f := dress[o.OperationID]; f != nil {
		f(w, rnd, r)
	}
	return r
}

// pickBooking picks one of somebody's: mostly the newest to be paid for, and otherwise
// every other time one that is.
func pickBooking(rnd *rand.Rand, p *person, toPay bool) string {
	one, _ := oneOf(rnd, p.bookings)
	if paid, ok := oneOf(rnd, p.paid); ok && !toPay && rnd.IntN(2) == 0 {
		return paid
	}
	if toPay && one != "" && rnd.IntN(4) > 0 {
		return p.bookings[len(p.bookings)-1]
	}
	return one
}

// generator makes values for one request, while the world stands still.
type generator struct {
	w   *world
	rnd *rand.Rand
	r   *request
}

func (o *operation) parameters() []*openapi3.Parameter {
	var out []*openapi3.Parameter
	for _, p := range append(slices.Clone(o.item.Parameters), o.Parameters...) {
		out = append(out, p.Value)
	}
	return out
}

func (g generator) pathOf(o *operation) string {
	segments := strings.Split(o.path, "/")
	for i, s := range segments {
		if name, ok := strings.CutPrefix(s, "{"); ok {
			value := g.value(segments[i-1]+"/"+s, o.pathParameter(strings.TrimSuffix(name, "}")))
			segments[i] = url.PathEscape(fmt.Sprint(value))
		}
	}
	return strings.Join(segments, "/")
}

// pathParameter is the schema of a parameter in the path.
func (o *operation) pathParameter(name string) *openapi3.Schema {
	for _, all := range []openapi3.Parameters{o.Parameters, o.item.Parameters} {
		if p := all.GetByInAndName(openapi3.ParameterInPath, name); p != nil {
			return p.Schema.Value
		}
	}
	return openapi3.NewStringSchema()
}

// optional leaves out, every other time, what may be left out.
func (g generator) optional(name string, s *openapi3.Schema, required bool) (any, bool) {
	if required {
		return g.value(name, s), true
	}
	if g.rnd.IntN(2) == 0 {
		return nil, false
	}
	if supply := suppliers[name]; supply != nil && nothingToSupply[name] {
		return supply(g.w, g.rnd, g.r)
	}
	return g.value(name, s), true
}

// value is one that the schema allows, and that stands for something where a supplier
// knows of one.
func (g generator) value(name string, s *openapi3.Schema) any {
	if supply := suppliers[name]; supply != nil {
		if v, ok := supply(g.w, g.rnd, g.r); ok {
			return v
		}
	}
	if v, ok := oneOf(g.rnd, s.Enum); ok {
		return v
	}
	switch {
	case s.Type.Is("object"):
		out := map[string]any{}
		for _, field := range slices.Sorted(maps.Keys(s.Properties)) {
			if v, ok := g.optional(field, s.Properties[field].Value, slices.Contains(s.Required, field)); ok {
				out[field] = v
			}
		}
		return out
	case s.Type.Is("array"):
		out := []any{}
		for range int(s.MinItems) + g.rnd.IntN(3) {
			out = append(out, g.value(name, s.Items.Value))
		}
		return out
	case s.Type.Is("integer"), s.Type.Is("number"):
		low, high := 0.0, 1000.0
		if s.Min != nil {
			low = *s.Min
		}
		if s.Max != nil {
			high = *s.Max
		}
		return int64(low) + g.rnd.Int64N(int64(high-low)+1)
	case s.Type.Is("boolean"):
		return g.rnd.IntN(2) == 0
	}
	return g.text(s)
}

func (g generator) text(s *openapi3.Schema) string {
	switch s.Format {
	case "date-time":
		zone := time.FixedZone("", 900*(g.rnd.IntN(97)-48))
		return time.Unix(g.rnd.Int64N(4e9), g.rnd.Int64N(1e9)).In(zone).Format(time.RFC3339Nano)
	case "uuid":
		return fmt.Sprintf("%08x-0000-4000-8000-%012x", g.rnd.Uint32(), g.rnd.Int64N(1<<48))
	}
	const letters = "ABCXYZabcxyz0189-._~"
	most := 64
	if s.MaxLength != nil {
		most = int(*s.MaxLength)
	}
	least := max(int(s.MinLength), 1) // an empty one is a trick
	out := make([]byte, least+g.rnd.IntN(most-least+1))
	for i := range out {
		out[i] = letters[g.rnd.IntN(len(letters))]
	}
	return string(out)
}
