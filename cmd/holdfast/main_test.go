package main

import (
	"net"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"holdfast/internal/booking"
	"holdfast/internal/identity"
)

// TestMain lets the scripts run this very program under its name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"holdfast": main})
}

// TestScripts runs testdata/script: what the program says to people, without
// any server. What it does with servers is tested in e2e.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			taken, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			env.Defer(func() {
				if err := taken.Close(); err != nil {
					t.Error(err)
				}
			})
			nobody, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			env.Setenv("TAKEN", taken.Addr().String())   // an address that somebody listens on
			env.Setenv("NOBODY", nobody.Addr().String()) // and one that nobody does
			env.Setenv("SECRET", strings.Repeat("s", identity.MinSecret))
			env.Setenv("HOLDFAST_LOG_LEVEL", "error") // the settings in use are in the log from info on
			return nobody.Close()
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"sentence": sentence,
			"verify":   verify,
		},
	})
}

// sentence checks that standard error is one line, from the program, that
// holds the given text.
func sentence(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: sentence TEXT")
	}
	said := ts.ReadFile("stderr")
	if strings.Count(said, "\n") != 1 || !strings.HasPrefix(said, "holdfast: ") || !strings.Contains(said, args[0]) {
		ts.Fatalf("want one line that begins with \"holdfast: \" and has %q in it, got:\n%s", args[0], said)
	}
}

// verify checks that standard output is a token of the secret for the user, with
// the role or with none.
func verify(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 && len(args) != 3 {
		ts.Fatalf("usage: [!] verify SECRET USER [ROLE]")
	}
	tokens, err := identity.New(args[0])
	ts.Check(err)
	caller, err := tokens.Verify(strings.TrimSuffix(ts.ReadFile("stdout"), "\n"))
	want := identity.Caller{User: booking.UserID(args[1])}
	if len(args) == 3 {
		want.Role = identity.Role(args[2])
	}
	if ok := err == nil && caller == want; ok == neg {
		ts.Fatalf("the token is of %q (%v)", caller, err)
	}
}
