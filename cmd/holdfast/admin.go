package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/term"

	"holdfast/internal/app"
	"holdfast/internal/booking"
	"holdfast/internal/demo"
	"holdfast/internal/devstack"
	"holdfast/internal/identity"
)

type migrateCommand struct{}

// Run prepares the servers.
func (migrateCommand) Run(ctx context.Context) error {
	cfg, log, err := load()
	if err != nil {
		return err
	}
	return app.Migrate(ctx, cfg, log)
}

type seedCommand struct{}

// Run fills in the example programme.
func (seedCommand) Run(ctx context.Context) error {
	cfg, log, err := load()
	if err != nil {
		return err
	}
	return app.Seed(ctx, cfg, log, func(what string) { fmt.Println(what) })
}

type rebuildCommand struct{}

// Run makes the seat maps anew.
func (rebuildCommand) Run(ctx context.Context) error {
	cfg, log, err := load()
	if err != nil {
		return err
	}
	live := term.IsTerminal(int(os.Stdout.Fd()))
	return app.Rebuild(ctx, cfg, log, func(done, total int) {
		if live {
			fmt.Print("\r")
		}
		if live || done == total {
			fmt.Printf("%d of %d seat maps", done, total)
		}
		if done == total {
			fmt.Println()
		}
	})
}

type tokenCommand struct {
	User string        `arg:"" help:"The user whom the token names."`
	TTL  time.Duration `default:"1h" help:"How long it is good for."`
	Role identity.Role `enum:",usher" default:"" help:"What the user may do beyond booking: usher, who checks tickets."`
}

// Validate refuses what would be a token of no use.
func (t tokenCommand) Validate() error {
	if t.TTL <= 0 {
		return fmt.Errorf("--ttl is %s; set it to a duration above zero, for example 1h", t.TTL)
	}
	return nil
}

// Run prints a token.
func (t tokenCommand) Run(context.Context) error {
	cfg, _, err := load()
	if err != nil {
		return err
	}
	if err := cfg.Require("HOLDFAST_JWT_SECRET"); err != nil {
		return err
	}
	tokens, err := identity.New(cfg.JWTSecret)
	if err != nil {
		return err
	}
	now := time.Now()
	token, err := tokens.Issue(identity.Caller{User: booking.UserID(t.User), Role: t.Role}, now, now.Add(t.TTL))
	if err != nil {
		return err
	}
	fmt.Println(token)
	return nil
}

type demoCommand struct {
	URL string `default:"http://localhost:8080" env:"HOLDFAST_URL" help:"Where the API is."`
}

// Run plays the story.
func (d demoCommand) Run(ctx context.Context) error { return demo.Play(ctx, d.URL, os.Stdout) }

type serversCommand struct {
	Dir     string   `default:".holdfast/test" help:"The data folder; it starts empty."`
	Command []string `arg:"" optional:"" passthrough:"" help:"The command, after --."`
}

// Validate refuses to start servers for nothing.
func (s serversCommand) Validate() error {
	if len(s.command()) == 0 {
		return errors.New("name the command to run after --, for example `holdfast servers -- go test ./e2e/...`")
	}
	return nil
}

func (s serversCommand) command() []string {
	if len(s.Command) > 0 && s.Command[0] == "--" {
		return s.Command[1:]
	}
	return s.Command
}

// Run runs a command with private servers beside it.
func (s serversCommand) Run(ctx context.Context) error {
	code, err := devstack.Exec(ctx, devstack.Options{Dir: s.Dir, Out: os.Stderr, Scratch: true}, s.command())
	if err != nil {
		return err
	}
	if code != 0 {
		return exitCode(code)
	}
	return nil
}
