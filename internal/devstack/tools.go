package devstack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Tool is a program that is built from Go modules, pinned to a version.
type Tool struct {
	Name    string // of the program
	Package string
	Version string
}

var temporalTool = Tool{Name: "temporal", Package: "github.com/temporalio/cli/cmd/temporal", Version: "v1.5.1"}

// StripeMock answers as Stripe's description of its API says, and refuses what it does not allow: the tests of payments
// send it every kind of request that is made of Stripe.
var StripeMock = Tool{Name: "stripe-mock", Package: "github.com/stripe/stripe-mock", Version: "v0.203.0"}

// DevTools are the programs that `make test` and `make generate` need.
func DevTools() []Tool {
	return []Tool{
		{Name: "golangci-lint", Package: "github.com/golangci/golangci-lint/v2/cmd/golangci-lint", Version: "v2.15.0"},
		{Name: "workflowcheck", Package: "go.temporal.io/sdk/contrib/tools/workflowcheck", Version: "v0.6.0"},
		{Name: "sqlc", Package: "github.com/sqlc-dev/sqlc/cmd/sqlc", Version: "v1.31.1"},
		{Name: "oapi-codegen", Package: "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen", Version: "v2.8.2"},
		StripeMock,
	}
}

// InstallTool returns the path of a tool in the cache that all clones of a user share, and builds it first when it is
// not there. The progress goes to out.
func InstallTool(ctx context.Context, out io.Writer, tool Tool) (string, error) {
	in := &installer{out: &reporter{w: out}, env: os.Getenv}
	return in.goInstall(ctx, tool)
}

// InstallCompiler installs the C compiler that Go's race detector needs, when the machine has none.
func InstallCompiler(ctx context.Context, out io.Writer) error {
	return installPackage(ctx, out, compiler{})
}

func installPackage(ctx context.Context, out io.Writer, p packaged) error {
	in := &installer{out: &reporter{w: out}, env: os.Getenv}
	in.announce(p)
	return in.packages(ctx)
}

type compiler struct{}

func (compiler) missing() (wanted, bool) {
	_, found := lookProgram("gcc", "clang", "cc")
	return wanted{title: "a C compiler (for Go's race detector)", packages: []string{"gcc libc6-dev"}, programs: "gcc with the C library's headers"}, !found
}

// InstallBrowser installs Chromium, which the tests of the web page drive, when the machine has no browser that they can.
func InstallBrowser(ctx context.Context, out io.Writer) error {
	return installPackage(ctx, out, browser{})
}

// Browser finds Chromium, or Chrome, which is the same for tests.
func Browser() (path string, found bool) {
	return lookProgram("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
}

type browser struct{}

func (browser) missing() (wanted, bool) {
	_, found := Browser()
	return wanted{title: "Chromium (for the tests of the web page)", packages: []string{"chromium"}, programs: "chromium or google-chrome"}, !found
}

// toolsDir is where built tools are, shared by clones.
func (in *installer) toolsDir() (string, error) {
	dir := in.env("HOLDFAST_TOOLS_DIR")
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("no folder for built tools (%w): set HOLDFAST_TOOLS_DIR to one", err)
		}
		dir = filepath.Join(cache, "holdfast", "tools")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("finding the folder for built tools: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // programs are no secret
		return "", fmt.Errorf("creating the folder for built tools (HOLDFAST_TOOLS_DIR changes it): %w", err)
	}
	return dir, nil
}

func (in *installer) goInstall(ctx context.Context, tool Tool) (string, error) {
	label := fmt.Sprintf("installing %s %s (go install, some minutes when new)", tool.Name, tool.Version)
	return in.build(ctx, tool.Name, tool.Version, label, func(goProgram, target string) *exec.Cmd {
		cmd := exec.Command(goProgram, "install", "-v", tool.Package+"@"+tool.Version)
		cmd.Env = append(os.Environ(), "GOBIN="+target, "GOWORK=off", "GOOS=", "GOARCH=")
		return cmd
	})
}

// build returns a program of the cache. When it is not there, command builds it into a folder that is then renamed, so
// that a half-built program is never seen; a lock keeps two runs from building the same.
func (in *installer) build(ctx context.Context, name, version, label string, command func(goProgram, target string) *exec.Cmd) (path string, err error) {
	tools, err := in.toolsDir()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(tools, name+"-"+version)
	program := filepath.Join(folder, name)
	if isProgram(program) {
		return program, nil
	}
	lock, err := waitLock(ctx, folder+".lock", func(holder error) {
		in.out.sayf("%s: waiting for another run that builds it (%v)", name, holder)
	})
	if err != nil {
		return "", fmt.Errorf("waiting to build %s: %w", name, err)
	}
	defer func() { err = errors.Join(err, lock.release()) }()
	if isProgram(program) {
		return program, nil
	}
	goProgram, ok := lookProgram("go")
	if !ok {
		return "", fmt.Errorf("%s is built with Go, and there is no go on PATH: install Go, and start again", name)
	}
	next, err := os.MkdirTemp(tools, "."+name+"-")
	if err != nil {
		return "", fmt.Errorf("building %s: %w", name, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(next)) }()
	if err := os.Chmod(next, 0o755); err != nil { //nolint:gosec // programs are no secret
		return "", fmt.Errorf("building %s: %w", name, err)
	}
	if err := in.out.run(ctx, label, command(goProgram, next)); err != nil {
		return "", err
	}
	// What may be there without the program is no use to anybody, and the lock is ours.
	if err := errors.Join(os.RemoveAll(folder), os.Rename(next, folder)); err != nil {
		return "", fmt.Errorf("putting %s in place: %w", name, err)
	}
	return program, nil
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir() && info.Mode()&0o111 != 0
}

// moduleRoot finds the clone: the folder at or above the working folder, or the program's, with the product's go.mod.
func moduleRoot() (string, error) {
	var starts []string
	if dir, err := os.Getwd(); err == nil {
		starts = append(starts, dir)
	}
	if exe, err := os.Executable(); err == nil {
		starts = append(starts, filepath.Dir(exe))
	}
	for _, dir := range starts {
		for {
			text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
			if err == nil && strings.HasPrefix(string(text), "module holdfast\n") {
				return dir, nil
			}
			parent := filepath.Dir(dir)
			if parent == dir {
				break
			}
			dir = parent
		}
	}
	return "", errors.New("the sources of the document database are not here: start from inside a clone of the project")
}
