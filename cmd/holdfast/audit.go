package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"holdfast/internal/app"
	"holdfast/internal/audit"
)

type auditCommand struct {
	Late    time.Duration `default:"10s" help:"How long something may be on its way before it is told as wrong."`
	Window  time.Duration `default:"168h" help:"How far back payments are compared with the providers' books."`
	Settled time.Duration `default:"2m" help:"How old a payment has to be for that; one that is being made right now looks like one that was left behind."`
	Books   bool          `default:"true" negatable:"" help:"Compare with the providers' books; without them the money is compared in PostgreSQL only."`
	JSON    bool          `help:"Print the report as JSON."`
}

// Validate refuses what would find everything late, or compare nothing.
func (a auditCommand) Validate() error {
	if a.Late <= 0 {
		return errors.New("--late is to be above zero, for example 10s")
	}
	if a.Window <= 0 || a.Settled < 0 || a.Settled >= a.Window {
		return errors.New("--window is to be longer than --settled, and both not negative")
	}
	return nil
}

// Run audits; it fails when something is wrong, or could not be compared.
func (a auditCommand) Run(ctx context.Context) error {
	cfg, log, err := load()
	if err != nil {
		return err
	}
	live := term.IsTerminal(int(os.Stderr.Fd()))
	o := audit.Options{Late: a.Late, Window: a.Window, Settled: a.Settled}
	report, err := app.Audit(ctx, cfg, log, o, a.Books, func(done, total int, what string) {
		if live {
			fmt.Fprintf(os.Stderr, "\r\033[K%d of %d compared: %s", done, total, what)
		}
	})
	if report.At.IsZero() {
		return err // it did not begin
	}
	if live {
		fmt.Fprint(os.Stderr, "\r\033[K")
	}
	if a.JSON {
		err = errors.Join(err, printJSON(report))
	} else {
		err = errors.Join(err, printAudit(os.Stdout, report))
		if !a.Books {
			fmt.Println("The providers' books were left out, as --no-books says.")
		}
	}
	if err != nil {
		return fmt.Errorf("not everything was compared: %s", strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	if n := len(report.Violations); n > 0 {
		return fmt.Errorf("what is always true is not, in %d places; docs/operations.md says what to do about each", n)
	}
	return nil
}

func printAudit(out io.Writer, r audit.Report) error {
	broken, unknown := map[int]int{}, map[int]bool{}
	for _, u := range r.Unchecked {
		for _, statement := range u.Statements {
			unknown[statement] = true
		}
	}
	for _, v := range r.Violations {
		broken[v.Statement]++
	}
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	for i, statement := range audit.Statements {
		verdict := "holds"
		if unknown[i+1] {
			verdict = "NOT ALL COMPARED"
		}
		if n := broken[i+1]; n > 0 {
			verdict = fmt.Sprintf("BROKEN in %d places", n)
		}
		var compared []string
		for _, c := range r.Compared {
			if c.Statement == i+1 {
				compared = append(compared, fmt.Sprintf("%d %s", c.N, c.What))
			}
		}
		fmt.Fprintf(w, "%d. %s\t%s\t%s\n", i+1, statement, verdict, strings.Join(compared, ", "))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d events wait in the outbox", r.OutboxRows)
	if r.OutboxRows > 0 {
		fmt.Fprintf(out, ", the oldest for %s", r.OutboxOldest.Round(time.Millisecond))
	}
	fmt.Fprintln(out)
	for _, id := range r.Moving {
		fmt.Fprintf(out, "showtime %s changed at every look: its seat map follows, and was not compared seat by seat\n", id)
	}
	for _, u := range r.Unchecked {
		fmt.Fprintf(out, "NOT COMPARED: %s: %s\n", u.What, u.Why)
	}
	for _, v := range r.Violations {
		fmt.Fprintf(out, "\n%d. %s\n", v.Statement, v.Problem)
		for _, part := range []struct{ name, value string }{
			{"showtime", string(v.ShowtimeID)}, {"booking", string(v.BookingID)}, {"seat", string(v.SeatID)},
			{"payment", v.PaymentID}, {"found", v.Details}, {"do", v.Do},
		} {
			if part.value != "" {
				fmt.Fprintf(out, "   %-9s%s\n", part.name, part.value)
			}
		}
	}
	return nil
}
