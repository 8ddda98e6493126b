// Package temporalconfig holds what Holdfast wants of a Temporal server: the dynamic configuration and the search
// attributes. The dynamic configuration serves the private development server and docker-compose.yml alike.
package temporalconfig

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

//go:embed dynamicconfig.yaml
var dynamicConfig []byte

//go:embed search-attributes.txt
var searchAttributes string

// Value is one setting of the dynamic configuration, its value as JSON.
type Value struct {
	Key  string
	JSON string
}

// DynamicConfigFile is the file of the dynamic configuration, as a server reads it.
func DynamicConfigFile() []byte { return dynamicConfig }

// DynamicConfig returns the settings in the order of the file. It returns an error for one that has constraints: the
// development server's command line cannot express them.
func DynamicConfig() ([]Value, error) {
	var file yaml.MapSlice
	if err := yaml.Unmarshal(dynamicConfig, &file); err != nil {
		return nil, fmt.Errorf("reading dynamicconfig.yaml: %w", err)
	}
	values := make([]Value, 0, len(file))
	for _, item := range file {
		key := fmt.Sprint(item.Key)
		list, ok := item.Value.([]any)
		if !ok || len(list) != 1 {
			return nil, fmt.Errorf("dynamicconfig.yaml: %s wants exactly one value", key)
		}
		entry, ok := list[0].(map[string]any)
		if !ok || len(entry) != 1 || entry["value"] == nil {
			return nil, fmt.Errorf("dynamicconfig.yaml: %s wants a value and nothing else", key)
		}
		text, err := json.Marshal(entry["value"])
		if err != nil {
			return nil, fmt.Errorf("dynamicconfig.yaml: %s: %w", key, err)
		}
		values = append(values, Value{Key: key, JSON: string(text)})
	}
	return values, nil
}

// SearchAttribute is a field by which workflows can be found.
type SearchAttribute struct {
	Name string
	Type string
}

// SearchAttributes returns the search attributes in the order of the file. It returns an error for a line that is not a
// name and a type.
func SearchAttributes() ([]SearchAttribute, error) {
	var attributes []SearchAttribute
	for line := range strings.Lines(searchAttributes) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if len(words) != 2 {
			return nil, fmt.Errorf("search-attributes.txt: %q is not a name and a type", strings.TrimSpace(line))
		}
		attributes = append(attributes, SearchAttribute{Name: words[0], Type: words[1]})
	}
	return attributes, nil
}
