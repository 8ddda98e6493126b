package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// skewVariable is by how much the clock of the skewed program is off, such as -30s.
const skewVariable = "HOLDFAST_PROOF_CLOCK_OFF_BY"

// A Go program reads the clock without the C library, so nothing can be put between.
// Instead the program is built, as it is, with a standard library whose time.Now is off.
const readsClock = "func Now() Time {\n\tsec, nsec, mono := runtimeNow()\n"

// clockIsOff reads the variable before any other package asks what time it is.
const clockIsOff = `package time

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

// buildSkewed builds the program with a clock that can be off.
func (r *scene) buildSkewed(ctx context.Context) error {
	goroot, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("finding the standard library: %w", err)
	}
	folder := filepath.Join(strings.TrimSpace(string(goroot)), "src", "time")
	fmt.Fprintln(r.out, "building the program with a clock that can be off")
	r.skewed, err = build(ctx, r.dir, "skewed", []edit{{filepath.Join(folder, "time.go"), readsClock, readsClock + "\tsec += clockIsOff\n"}},
		map[string]string{filepath.Join(folder, "clock_is_off.go"): clockIsOff})
	return err
}
