package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"holdfast/internal/app"
	"holdfast/internal/config"
	"holdfast/workflows"
)

type promoteCommand struct {
	Build   string        `arg:"" optional:"" help:"The build, as its workers have it in HOLDFAST_WORKER_BUILD."`
	Without bool          `help:"Let the workers that have no build take new bookings."`
	List    bool          `help:"Change nothing; list the builds, and which workers may be stopped."`
	Wait    time.Duration `default:"30s" help:"How long to wait for the build's workers."`
	JSON    bool          `help:"Print the list as JSON."`
}

// Validate refuses what does not say what to do.
func (p promoteCommand) Validate() error {
	said := 0
	for _, yes := range []bool{p.Build != "", p.Without, p.List} {
		if yes {
			said++
		}
	}
	switch {
	case said != 1:
		return errors.New("name the build that takes new bookings, or say --list or --without")
	case p.Build != "" && !config.IsBuild(p.Build):
		return fmt.Errorf("%q cannot be a build; builds have at most 64 letters, digits, dots, dashes and underscores", p.Build)
	case p.Wait < 0:
		return fmt.Errorf("--wait is %s; set it to 0s or more", p.Wait)
	case p.JSON && !p.List:
		return errors.New("--json is for --list")
	}
	return nil
}

// Run promotes a build, or lists all.
func (p promoteCommand) Run(ctx context.Context) error {
	cfg, log, err := load()
	if err != nil {
		return err
	}
	if p.List {
		builds, err := app.Builds(ctx, cfg, log)
		if err != nil {
			return err
		}
		if p.JSON {
			return printJSON(builds)
		}
		return printBuilds(os.Stdout, builds)
	}
	before, err := app.Promote(ctx, cfg, log, p.Build, p.Wait)
	if err != nil {
		return err
	}
	fmt.Println(promoted(p.Build, before))
	return nil
}

func promoted(build, before string) string {
	s := "New bookings go to " + named(build)
	switch before {
	case build:
		return s + ", as before."
	case "": // what has no build is not kept to one
		return s + ", and so do open ones that have no build: workers without one may be stopped."
	}
	return s + ". Those of build " + before + " keep what they began: `holdfast promote --list` says until when."
}

func named(build string) string {
	if build == "" {
		return "workers without a build"
	}
	return "workers of build " + build
}

func printBuilds(out io.Writer, builds []workflows.Build) error {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	if len(builds) > 0 {
		fmt.Fprintln(w, "BUILD\tSTATE\tOPEN BOOKINGS\tWORKERS\tSINCE\tMAY ITS WORKERS BE STOPPED")
	}
	for _, b := range builds {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\t%s\n", b.ID, b.State, b.Open, b.Workers, b.Since.UTC().Format(time.RFC3339), advice(b))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if !slices.ContainsFunc(builds, func(b workflows.Build) bool { return b.State == workflows.BuildCurrent }) {
		fmt.Fprintln(out, "No build is current: new bookings go to workers without a build.")
	}
	return nil
}

// advice says whether the workers of a build are needed.
func advice(b workflows.Build) string {
	switch {
	case b.State == workflows.BuildCurrent || b.State == workflows.BuildRamping:
		return "no: they take new bookings"
	case b.Open > 0:
		return "no: they keep open bookings"
	case b.State == workflows.BuildDraining:
		return "soon: wait until it is drained"
	}
	return "yes"
}
