package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// skewVariable is by how much the clock of the skewed program is off, such as -30s.
const skewVariable = "HOLDFAST_PROOF_CLOCK_OFF_BY"

// A Go program reads the clock without the C library, so nothing can be put between.
// Instead the program is built, as it is, with a standard library whose time.Now is off.
const (
	readsClock = "func Now() Time {\n\tsec, nsec, mono := runtimeNow()\n"
	isOff      = readsClock + "\tsec += clockIsOff\n"
	// offBy reads the variable before any other package asks what time it is.
	offBy = `package time

import "syscall"

var clockIsOff = func() int64 {
	text, _ := syscall.Getenv("` + skewVariable + `")
	by, err := ParseDuration(text)
	if text != "" && err != nil {
		panic(err)
	}
	return int64(by / Second)
}()
`
)

// buildSkewed builds the program with a clock that can be off.
func (r *rig) buildSkewed(ctx context.Context) error {
	goroot, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("finding the standard library: %w", err)
	}
	original := filepath.Join(strings.TrimSpace(string(goroot)), "src", "time", "time.go")
	source, err := os.ReadFile(original)
	if err != nil {
		return err
	}
	if bytes.Count(source, []byte(readsClock)) != 1 {
		return fmt.Errorf("%s does not read the clock where it is expected: teach proof/skew.go this version of Go", original)
	}
	files := map[string]string{
		original: string(bytes.Replace(source, []byte(readsClock), []byte(isOff), 1)),
		filepath.Join(filepath.Dir(original), "clock_is_off.go"): offBy,
	}
	overlay := map[string]map[string]string{"Replace": {}}
	for path, text := range files {
		mine := filepath.Join(r.dir, filepath.Base(path)+".skewed")
		if err := os.WriteFile(mine, []byte(text), 0o600); err != nil {
			return err
		}
		if overlay["Replace"][path], err = filepath.Abs(mine); err != nil {
			return err
		}
	}
	text, err := json.Marshal(overlay)
	if err != nil {
		return err
	}
	list := filepath.Join(r.dir, "overlay.json")
	if err := os.WriteFile(list, text, 0o600); err != nil {
		return err
	}
	skewed := filepath.Join(r.dir, "holdfast-skewed")
	fmt.Fprintln(r.out, "building the program with a clock that can be off")
	if out, err := exec.CommandContext(ctx, "go", "build", "-overlay", list, "-o", skewed, "./cmd/holdfast").CombinedOutput(); err != nil {
		return fmt.Errorf("building the program with a clock that can be off: %w\n%s", err, out)
	}
	r.skewed = skewed
	return nil
}
