package main

import (
	"context"
	"fmt"
	"os"
	"time"

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
	return app.Rebuild(ctx, cfg, log, func(done, total int) { fmt.Printf("\r%d of %d seat maps", done, total); newline(done, total) })
}

func newline(done, total int) {
	if done == total {
		fmt.Println()
	}
}

type tokenCommand struct {
	User string        `arg:"" help:"The user whom the token names."`
	TTL  time.Duration `default:"1h" help:"How long it is good for."`
}

// Run prints a token.
func (t tokenCommand) Run(context.Context) error {
	cfg, _, err := load()
	if err != nil {
		return err
	}
	if t.TTL <= 0 {
		return fmt.Errorf("--ttl is %s; a token is good for longer than nothing", t.TTL)
	}
	tokens, err := identity.New(cfg.JWTSecret)
	if err != nil {
		return err
	}
	now := time.Now()
	token, err := tokens.Issue(booking.UserID(t.User), now, now.Add(t.TTL))
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
	Command []string `arg:"" passthrough:"" help:"The command, after --."`
}

// Run runs a command with private servers beside it.
func (s serversCommand) Run(ctx context.Context) error {
	command := s.Command
	if len(command) > 0 && command[0] == "--" {
		command = command[1:]
	}
	if len(command) == 0 {
		return fmt.Errorf("name the command to run after --")
	}
	code, err := devstack.Exec(ctx, devstack.Options{Dir: s.Dir, Out: os.Stderr, Scratch: true}, command)
	if err != nil {
		return err
	}
	if code != 0 {
		return exitCode(code)
	}
	return nil
}
