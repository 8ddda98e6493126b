// Command proof plays rounds of trouble against the engine as it is deployed, and asks
// after each whether what is always true is still true: by the linearizability of what
// a crowd was told, by what open seat maps show, and by `holdfast audit`.
//
//	go run ./proof rounds                     # every kind of trouble, once
//	go run ./proof rounds --only worker,valkey --operations 500 --seed 7
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

type cli struct {
	Rounds  roundsCommand  `cmd:"" default:"withargs" help:"Play rounds of trouble, each followed by the checks."`
	Mutants mutantsCommand `cmd:"" help:"Break the program on purpose, and see whether it is noticed."`
	Soak    soakCommand    `cmd:"" help:"Go on for long with random trouble, and see what grows."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	parsed := kong.Parse(&c, kong.Name("proof"), kong.UsageOnError(), kong.Description("Tries to break the engine, and says whether it could."))
	parsed.BindTo(ctx, (*context.Context)(nil))
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "proof:", err)
		os.Exit(1)
	}
}
