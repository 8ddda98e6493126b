package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"holdfast/internal/app"
	"holdfast/internal/rabbit"
)

type deadCommand struct {
	List   deadListCommand   `cmd:"" help:"List the messages that were set aside, and leave them where they are."`
	Replay deadReplayCommand `cmd:"" help:"Send the messages that were set aside back to the projection, each once."`
	Drop   deadDropCommand   `cmd:"" help:"Throw away one of the messages that were set aside, or all of them."`
}

type deadListCommand struct {
	JSON bool `help:"Print the list as JSON."`
}

// Run lists the dead letters.
func (d deadListCommand) Run(ctx context.Context) error {
	cfg, log, err := load()
	if err != nil {
		return err
	}
	letters, err := app.DeadLetters(ctx, cfg, log)
	if err != nil {
		return err
	}
	if d.JSON {
		return printJSON(letters)
	}
	return printLetters(letters)
}

func printLetters(letters []rabbit.DeadLetter) error {
	if len(letters) == 0 {
		fmt.Println("Nothing is set aside.")
		return nil
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tTYPE\tSHOWTIME\tVERSION\tTIMES\tWHEN\tWHY")
	for _, l := range letters {
		at := "-"
		if !l.At.IsZero() {
			at = l.At.UTC().Format(time.RFC3339)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%s\t%s\n", l.ID, orDash(l.Type), orDash(string(l.ShowtimeID)), l.Version, l.Times, at, l.Why)
	}
	return w.Flush()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

type deadReplayCommand struct{}

// Run replays the dead letters.
func (deadReplayCommand) Run(ctx context.Context) error {
	cfg, log, err := load()
	if err != nil {
		return err
	}
	n, err := app.ReplayDead(ctx, cfg, log)
	if err != nil {
		return err
	}
	fmt.Printf("%d messages were sent back\n", n)
	return nil
}

type deadDropCommand struct {
	ID  string `name:"id" help:"The message, by the id that the list shows."`
	All bool   `help:"Every message that is set aside."`
}

// Validate refuses what does not say which messages.
func (d deadDropCommand) Validate() error {
	if (d.ID == "") == !d.All {
		return errors.New("name one message with --id, as `holdfast dead list` shows it, or say --all")
	}
	return nil
}

// Run throws dead letters away.
func (d deadDropCommand) Run(ctx context.Context) error {
	cfg, log, err := load()
	if err != nil {
		return err
	}
	n, err := app.DropDead(ctx, cfg, log, d.ID)
	if err != nil {
		return err
	}
	fmt.Printf("%d messages were thrown away\n", n)
	return nil
}
