// Command holdfast is every process of the engine: one binary, a subcommand per
// process. It holds no logic; see internal/app.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"holdfast/internal/config"
)

type cli struct {
	API       apiCommand       `cmd:"" name:"api" help:"Serve HTTP and WebSockets."`
	Worker    workerCommand    `cmd:"" help:"Run the workflows of the bookings."`
	Relay     relayCommand     `cmd:"" help:"Move events from the outbox to RabbitMQ."`
	Project   projectCommand   `cmd:"" help:"Keep the seat maps in MongoDB."`
	Sandbox   sandboxCommand   `cmd:"" help:"Be a payment provider for trials."`
	All       allCommand       `cmd:"" help:"Be all of these in one process."`
	Dev       devCommand       `cmd:"" help:"Bring up private servers, then migrate, seed and be all: everything on one machine."`
	Migrate   migrateCommand   `cmd:"" help:"Prepare PostgreSQL and Temporal."`
	Promote   promoteCommand   `cmd:"" help:"Let the workers of a build take new bookings, or list the builds."`
	Seed      seedCommand      `cmd:"" help:"Fill in an example programme; again is harmless."`
	Rebuild   rebuildCommand   `cmd:"" help:"Make the seat maps in MongoDB anew from PostgreSQL."`
	Dead      deadCommand      `cmd:"" help:"Handle the messages that the projection set aside."`
	Reconcile reconcileCommand `cmd:"" help:"Compare the payment providers' books with the bookings, and mend what can be mended."`
	Audit     auditCommand     `cmd:"" help:"Compare what the servers say with what is always true, and name what is not. It changes nothing."`
	Showtime  showtimeCommand  `cmd:"" help:"Handle a showtime that does not take place."`
	Token     tokenCommand     `cmd:"" help:"Print a token for a user."`
	Ticket    ticketCommand    `cmd:"" help:"Check tickets without a network, and make their keys."`
	Demo      demoCommand      `cmd:"" help:"Play two people who want the same seats, against a running API."`
	Servers   serversCommand   `cmd:"" help:"Run a command with private servers beside it, as the tests do."`
}

func main() { os.Exit(run(os.Args[1:])) }

// run returns the exit code: 0 done, 1 failed, 2 not understood.
func run(args []string) int {
	var c cli
	parser, err := kong.New(&c, kong.Name("holdfast"), kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Description("A durable seat-booking engine. Settings are environment variables; docs/settings.md lists them."))
	if err != nil {
		fmt.Fprintln(os.Stderr, "holdfast:", err)
		return 1
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "holdfast: %v; `holdfast --help` lists the commands\n", err)
		return 2
	}
	// The second signal is not caught: it ends the process at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = parsed.Run()
	var exit exitCode
	if errors.As(err, &exit) {
		return int(exit)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "holdfast:", err)
		return 1
	}
	return 0
}

// exitCode is the code of a program that was run on behalf of the caller.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// load reads the settings and makes the logger that they ask for.
func load() (config.Config, *slog.Logger, error) {
	cfg, err := config.Load(os.Environ())
	if err != nil {
		return cfg, nil, err
	}
	return cfg, logger(cfg), nil
}

func logger(cfg config.Config) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.LogLevel)); err != nil {
		level = slog.LevelInfo // config has checked it
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}
