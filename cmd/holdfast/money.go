package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"holdfast/internal/app"
	"holdfast/internal/booking"
	"holdfast/workflows"
)

type sandboxCommand struct{}

// Run is the payment sandbox.
func (sandboxCommand) Run(ctx context.Context) error { return be(ctx, app.Sandbox) }

type reconcileCommand struct {
	Window  time.Duration `default:"168h" help:"How far back payments are compared."`
	Settled time.Duration `default:"2m" help:"How old a payment has to be; one that is being made right now looks like one that was left behind."`
	JSON    bool          `help:"Print the report as JSON."`
}

// Validate refuses what would compare nothing.
func (r reconcileCommand) Validate() error {
	if r.Window <= 0 || r.Settled < 0 || r.Settled >= r.Window {
		return errors.New("--window is to be longer than --settled, and both not negative")
	}
	return nil
}

// Run compares the books; it fails when a difference is left.
func (r reconcileCommand) Run(ctx context.Context) error {
	cfg, log, err := load()
	if err != nil {
		return err
	}
	report, err := app.Reconcile(ctx, cfg, log, workflows.ReconciliationInput{Window: r.Window, Settled: r.Settled})
	if err != nil {
		return err
	}
	if r.JSON {
		if err := printJSON(report); err != nil {
			return err
		}
	} else if err := printReconciliation(report); err != nil {
		return err
	}
	if n := report.After.Differences(); n > 0 {
		return fmt.Errorf("%d payments differ from the provider's books; docs/payments.md says what to do about each", n)
	}
	return nil
}

func printReconciliation(report workflows.ReconciliationReport) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	for _, p := range report.After.Providers {
		fmt.Fprintf(w, "%s\t%d charges\t%d payments\n", p.Method, p.Charges, p.Payments)
		for _, b := range p.Balances {
			minor := func(n int64) booking.Money { return booking.Money{Minor: n, Currency: b.Currency} }
			verdict := "even"
			if !b.Even() {
				verdict = "NOT EVEN"
			}
			fmt.Fprintf(w, "  taken %s\tgiven back %s\tconfirmed %s\tkept %s\t%s\n",
				minor(b.Captured), minor(b.Refunded), minor(b.Confirmed), minor(b.Kept), verdict)
		}
	}
	if report.Mended > 0 {
		fmt.Fprintf(w, "mended %d of %d differences\n", report.Mended, report.Before.Differences())
	}
	for _, p := range report.After.Providers {
		for _, d := range p.Differences {
			fmt.Fprintf(w, "booking %s, payment %s: %s\n  %s: %s; here: %s\n", d.BookingID, d.PaymentID, d.Problem, p.Method, d.Provider, d.Ours)
		}
	}
	for _, p := range report.After.Providers {
		if p.More > 0 {
			fmt.Fprintf(w, "%s: %d more are not listed; run it again when these are mended\n", p.Method, p.More)
		}
	}
	return w.Flush()
}

func printJSON(v any) error {
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(v)
}

type showtimeCommand struct {
	Cancel showtimeCancelCommand `cmd:"" help:"Cancel a showtime: end every booking of it and give all of its money back. Again is harmless, and goes on where it was."`
}

type showtimeCancelCommand struct {
	ID   string `arg:"" help:"The showtime."`
	JSON bool   `help:"Print the report as JSON."`
}

// Validate refuses what is no id.
func (s showtimeCancelCommand) Validate() error {
	if !booking.IsUUID(s.ID) {
		return fmt.Errorf("%q is not the id of a showtime; GET /v1/showtimes lists them", s.ID)
	}
	return nil
}

// Run cancels the showtime and shows how far it is.
func (s showtimeCancelCommand) Run(ctx context.Context) error {
	cfg, log, err := load()
	if err != nil {
		return err
	}
	live := term.IsTerminal(int(os.Stderr.Fd()))
	report, err := app.CancelShowtime(ctx, cfg, log, booking.ShowtimeID(s.ID), func(p workflows.Progress) {
		line := fmt.Sprintf("%d bookings ended, %d refunds made", p.Bookings, p.Refunds)
		if p.Failed > 0 {
			line += fmt.Sprintf(", %d not made in time", p.Failed)
		}
		if live {
			fmt.Fprint(os.Stderr, "\r"+line)
		} else {
			fmt.Fprintln(os.Stderr, line)
		}
	})
	if live {
		fmt.Fprintln(os.Stderr)
	}
	if refusal, ok := booking.Refused(err); ok {
		return errors.New(refusal.Message)
	} else if err != nil {
		return err
	}
	if s.JSON {
		return printJSON(report)
	}
	fmt.Printf("The showtime is cancelled: %d bookings were ended with it, %d had ended before.\nGiven back: %s. Still due or undecided: %s.\n",
		report.Cancelled, report.EndedBefore, report.Refunded, report.Due)
	if report.Live > 0 {
		return fmt.Errorf("%d bookings are not ended; run it again", report.Live)
	}
	if report.Due.Minor > 0 {
		fmt.Println("What is still due is tried again by every reconciliation; `holdfast reconcile` does it now.")
	}
	return nil
}
