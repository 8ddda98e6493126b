package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"
)

// Report is a run, as bench.json has it.
type Report struct {
	Began    time.Time         `json:"began"`
	Took     figure            `json:"tookSeconds"`
	Machine  string            `json:"machine"`
	Versions map[string]string `json:"versions"` // of the servers, and of libraries that are measured or measure
	Temporal string            `json:"temporal"` // on what it keeps its data
	Seed     uint64            `json:"seed"`
	Sample   figure            `json:"sampleSeconds"`
	Repeat   int               `json:"repeat"`
	Clients  int               `json:"clients"` // at saturation
	Margin   figure            `json:"margin"`  // by which factor a target may be missed and is met
	Measures []result          `json:"measures"`
}

func seconds(d time.Duration) figure { return figure(d.Seconds()) }

// libraries are those whose versions tell something about a figure.
var libraries = []string{
	"go.temporal.io/sdk", "github.com/gin-gonic/gin", "github.com/jackc/pgx/v5", "github.com/valkey-io/valkey-go",
	"github.com/rabbitmq/amqp091-go", "go.mongodb.org/mongo-driver/v2", "github.com/gorilla/websocket", "github.com/tsenart/vegeta/v12",
}

// versions are those of the servers and of the libraries.
func (s *scene) versions() map[string]string {
	out := map[string]string{}
	for _, service := range s.stack.Services() {
		if service.Version != "" {
			out[service.Name] = service.Version
		}
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return out
	}
	out["Go"] = info.GoVersion
	for _, module := range info.Deps {
		for _, wanted := range libraries {
			if module.Path == wanted {
				out[wanted] = module.Version
			}
		}
	}
	return out
}

// missed names the measures that are not met, with the reason.
func (r Report) missed() []string {
	var out []string
	for _, m := range r.Measures {
		if len(m.Failures) > 0 {
			out = append(out, fmt.Sprintf("%s (%s)", m.Name, m.Failures[0]))
		} else if !m.Met {
			out = append(out, fmt.Sprintf("%s (%.3g, wanted %s)", m.Name, float64(m.Ratio), m.Target))
		}
	}
	return out
}

// line is the result in one line.
func (r result) line() string {
	verdict := "met"
	if !r.Met {
		verdict = "NOT MET"
	}
	if len(r.Failures) > 0 {
		verdict = "FAILED: " + strings.Join(r.Failures, "; ")
	}
	return fmt.Sprintf("%s: %.4g against %.4g %s (%s): ratio %.3g, wanted %s: %s",
		r.Name, float64(r.Subject), float64(r.Baseline), r.Unit, r.Against, float64(r.Ratio), r.Target, verdict)
}

// profilesFolder is where the flame graphs are, within that of the report.
const profilesFolder = "profiles"

// write writes the report into the folder: as data, and as a page, which has the flame
// graphs in it that were drawn into the folder before.
func (r Report) write(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // it is no secret
		return err
	}
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "bench.json"), append(text, '\n'), 0o600); err != nil {
		return err
	}
	flames, err := flamesIn(filepath.Join(folder, profilesFolder))
	if err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Join(folder, "bench.html"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(r.page(file, flames), file.Close())
}
