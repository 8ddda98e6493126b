// Command bench measures the engine as it is deployed. Each measure is a ratio: what the
// engine does, against the least that could do it, taken in turns in the same run. So
// the ratios hold on other machines, where the figures do not.
//
//	go run ./bench run                                # every measure
//	go run ./bench run --only map --for 1s --repeat 1 # some, quickly
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
	Run     runCommand     `cmd:"" default:"withargs" help:"Take measures, and report them."`
	Sale    saleCommand    `cmd:"" help:"Hold a sale: people who come, look, hold, pay, and do not, for a while."`
	Model   modelCommand   `cmd:"" help:"Say what other rates would need, by the figures of a report."`
	Plain   plainCommand   `cmd:"" hidden:"" help:"A web server that answers with constants, to compare with."`
	Profile profileCommand `cmd:"" help:"Draw flame graphs of the engine's processes while the subjects of measures are taken."`
	Bare    bareCommand    `cmd:"" hidden:"" help:"Publishes, or consumes and writes to a socket, to compare with."`
	Idle    idleCommand    `cmd:"" hidden:"" help:"A worker of workflows that do nothing, to compare with."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	parsed := kong.Parse(&c, kong.Name("bench"), kong.UsageOnError(), kong.Description("Measures the engine against the least that could do what it does."))
	parsed.BindTo(ctx, (*context.Context)(nil))
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
