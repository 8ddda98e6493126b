package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/require"
)

// document is the OpenAPI document, read as strictly as a test should: what an answer
// holds beyond it is as wrong as what is missing. (Clients are to be more generous.)
type document struct {
	*openapi3.T
	operations []*operation // in the order of their ids
}

// operation is one of the document, with where it is.
type operation struct {
	*openapi3.Operation
	method, path string
	item         *openapi3.PathItem
}

// secured reports whether one has to say who one is.
func (o *operation) secured() bool { return o.Security == nil || len(*o.Security) > 0 }

const documentPath = "../api/openapi.yaml"

func readDocument(t *testing.T) *document {
	t.Helper()
	read, err := openapi3.NewLoader().LoadFromFile(documentPath)
	require.NoError(t, err)
	require.NoError(t, read.Validate(context.Background()))
	for _, s := range read.Components.Schemas {
		seal(s.Value)
	}
	d := &document{T: read}
	for path, item := range read.Paths.Map() {
		for method, o := range item.Operations() {
			d.operations = append(d.operations, &operation{o, method, path, item})
		}
	}
	slices.SortFunc(d.operations, func(a, b *operation) int { return strings.Compare(a.OperationID, b.OperationID) })
	return d
}

// seal closes an object that does not say whether it is open, and those within it.
func seal(s *openapi3.Schema) {
	if s.Type.Is("object") && s.AdditionalProperties.Has == nil && s.AdditionalProperties.Schema == nil {
		s.AdditionalProperties.Has = new(false)
	}
	for _, p := range s.Properties {
		seal(p.Value)
	}
	if s.Items != nil {
		seal(s.Items.Value)
	}
}

// find is the operation that a request is for, with its parameters in the path, or
// nil. HEAD is GET without a body.
func (d *document) find(method, path string) (*operation, map[string]string) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	var found *operation
	var params map[string]string
	for _, o := range d.operations {
		if p, ok := match(o.path, path); ok && o.method == method && (found == nil || len(p) < len(params)) {
			found, params = o, p
		}
	}
	return found, params
}

func match(template, path string) (map[string]string, bool) {
	want, have := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return nil, false
	}
	params := map[string]string{}
	for i, part := range want {
		value, err := url.PathUnescape(have[i])
		name, isParam := strings.CutPrefix(part, "{")
		if err != nil || isParam && value == "" || !isParam && value != part {
			return nil, false
		}
		if isParam {
			params[strings.TrimSuffix(name, "}")] = value
		}
	}
	return params, true
}

// refuses says why a request is not as the document wants it, or nil.
func (d *document) refuses(o *operation, params map[string]string, r *http.Request, body []byte) error {
	r = r.Clone(context.Background())
	r.Body = io.NopCloser(bytes.NewReader(body))
	return openapi3filter.ValidateRequest(context.Background(), &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params,
		Route: &routers.Route{Spec: d.T, Path: o.path, PathItem: o.item, Method: o.method, Operation: o.Operation},
		Options: &openapi3filter.Options{
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, SkipSettingDefaults: true,
			SchemaValidationOptions: []openapi3.SchemaValidationOption{openapi3.EnableFormatValidation()},
		},
	})
}

// reply is an answer with its whole body.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// code is that of the problem that the reply is, if it is one.
func (a reply) code() string {
	var problem struct{ Code string }
	if json.Unmarshal(a.body, &problem) != nil {
		return ""
	}
	return problem.Code
}

// wrongs is everything in which an answer is not what the document says of the
// operation. The answer for what is not in the document is a problem, too.
func (d *document) wrongs(o *operation, method string, a reply) []string {
	var said *openapi3.Response
	if o == nil {
		name := map[int]string{http.StatusNotFound: "NotFound", http.StatusMethodNotAllowed: "MethodNotAllowed"}[a.status]
		if ref := d.Components.Responses[name]; ref != nil {
			said = ref.Value
		}
	} else if ref := o.Responses.Status(a.status); ref != nil { // what is covered by "default" alone is not listed
		said = ref.Value
	}
	if said == nil {
		return []string{fmt.Sprintf("the status %d is not in the document", a.status)}
	}
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(said.Headers)) {
		v, text := said.Headers[name].Value, a.header.Get(name)
		switch {
		case text == "" && v.Required:
			wrong = append(wrong, "the header "+name+" is missing")
		case text == "":
		default:
			if err := v.Schema.Value.VisitJSON(headerValue(v.Schema.Value, text)); err != nil {
				wrong = append(wrong, fmt.Sprintf("the header %s is not as described: %s", name, firstLine(err)))
			}
		}
	}
	if method == http.MethodHead || len(said.Content) == 0 {
		if len(a.body) > 0 {
			wrong = append(wrong, "there is a body")
		}
		return wrong
	}
	return append(wrong, wrongsOfBody(said, a)...)
}

// headerValue is the text of a header as the JSON that its schema is about.
func headerValue(s *openapi3.Schema, text string) any {
	var number float64
	if s.Type.Is("integer") && json.Unmarshal([]byte(text), &number) == nil {
		return number
	}
	return text
}

func wrongsOfBody(said *openapi3.Response, a reply) []string {
	kind, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	content := said.Content[kind]
	if err != nil || content == nil {
		return []string{fmt.Sprintf("the content type %q is not in the document", a.header.Get("Content-Type"))}
	}
	if !strings.HasSuffix(kind, "json") {
		if len(a.body) == 0 {
			return []string{"the body is empty"}
		}
		return nil
	}
	var value any
	if err := json.Unmarshal(a.body, &value); err != nil {
		return []string{"the body is not JSON"}
	}
	if notInUTC.Match(a.body) {
		return []string{"a time is not in UTC"}
	}
	err = content.Schema.Value.VisitJSON(value, openapi3.VisitAsResponse(), openapi3.EnableFormatValidation())
	if err != nil {
		return []string{"the body is not as described: " + firstLine(err)}
	}
	return nil
}

// notInUTC is a time of another zone.
var notInUTC = regexp.MustCompile(`"\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d"`)

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
