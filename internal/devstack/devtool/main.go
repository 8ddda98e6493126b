// Command devtool serves the Makefile: it runs the pinned tools, building them first when they are not in the cache,
// and removes the data of private stacks.
//
//	devtool path golangci-lint            # build it if need be, print where it is
//	devtool run golangci-lint run ./...   # and run it
//	devtool compiler                      # install a C compiler if there is none
//	devtool browser                       # install Chromium if there is no browser
//	devtool purge .holdfast .holdfast/test
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"

	"holdfast/internal/devstack"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:])
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		os.Exit(max(exit.ExitCode(), 1)) // the tool has said why
	case err != nil:
		fmt.Fprintln(os.Stderr, "devtool:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) == 2 && args[0] == "path":
		path, err := install(ctx, args[1])
		if err == nil {
			fmt.Println(path)
		}
		return err
	case len(args) >= 2 && args[0] == "run":
		path, err := install(ctx, args[1])
		if err != nil {
			return err
		}
		cmd := exec.CommandContext(ctx, path, args[2:]...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
		return cmd.Run()
	case len(args) == 1 && args[0] == "compiler":
		return devstack.InstallCompiler(ctx, os.Stderr)
	case len(args) == 1 && args[0] == "browser":
		return devstack.InstallBrowser(ctx, os.Stderr)
	case len(args) >= 2 && args[0] == "purge":
		var errs []error
		for _, dir := range args[1:] {
			errs = append(errs, devstack.Remove(ctx, dir))
		}
		return errors.Join(errs...)
	}
	return errors.New("usage: devtool path TOOL | run TOOL ARGUMENT... | compiler | browser | purge FOLDER")
}

func install(ctx context.Context, name string) (string, error) {
	var names []string
	for _, tool := range devstack.DevTools() {
		if tool.Name == name {
			return devstack.InstallTool(ctx, os.Stderr, tool)
		}
		names = append(names, tool.Name)
	}
	return "", fmt.Errorf("%q is none of the pinned tools: %s", name, strings.Join(names, ", "))
}
