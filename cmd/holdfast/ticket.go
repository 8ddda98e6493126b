package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"holdfast/internal/config"
	"holdfast/internal/ticket"
)

type ticketCommand struct {
	Verify ticketVerifyCommand `cmd:"" help:"Read a ticket's token from standard input and say who may enter, without asking anybody."`
	Keys   ticketKeysCommand   `cmd:"" help:"Print the public keys of the tickets as JWKS."`
	Keygen ticketKeygenCommand `cmd:"" help:"Print a new private key, for HOLDFAST_TICKET_KEY."`
}

type ticketVerifyCommand struct {
	Keys string `placeholder:"FILE" help:"The public keys as JWKS, such as a copy of /.well-known/jwks.json; without it, those of the settings."`
}

// maxInput bounds what is read as a token, in bytes.
const maxInput = 64 << 10

// Run tells a ticket from a forgery. Whether its booking was cancelled since, or
// somebody has come in with it, only the API knows.
func (v ticketVerifyCommand) Run(context.Context) error {
	keys, err := v.verifier()
	if err != nil {
		return err
	}
	token, err := io.ReadAll(io.LimitReader(os.Stdin, maxInput))
	if err != nil {
		return fmt.Errorf("reading the ticket: %w", err)
	}
	t, err := keys.Verify(strings.TrimSpace(string(token)))
	if err != nil {
		return fmt.Errorf("nobody may enter: %w", err)
	}
	seats := make([]string, len(t.Seats))
	for i, id := range t.Seats {
		seats[i] = string(id)
	}
	fmt.Printf("%d may enter: %s\nshowtime %s, starts %s\nbooking %s\n",
		len(seats), strings.Join(seats, " "), t.ShowtimeID, t.StartsAt.Format("Monday, 2 January 2006, 15:04 UTC"), t.BookingID)
	return nil
}

func (v ticketVerifyCommand) verifier() (*ticket.Verifier, error) {
	if v.Keys == "" {
		return settingsVerifier()
	}
	data, err := os.ReadFile(v.Keys)
	if err != nil {
		return nil, fmt.Errorf("reading the keys: %w", err)
	}
	keys, err := ticket.ParseKeys(data)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be used: %w", v.Keys, err)
	}
	return ticket.NewVerifier(keys...), nil
}

// settingsVerifier has the keys of the settings.
func settingsVerifier() (*ticket.Verifier, error) {
	cfg, err := config.Load(os.Environ())
	if err != nil {
		return nil, err
	}
	if err := cfg.Require("HOLDFAST_TICKET_KEY"); err != nil {
		return nil, err
	}
	s, err := ticket.NewSigner(cfg.TicketKey, cfg.OldTicketKeys)
	if err != nil {
		return nil, err
	}
	return s.Verifier, nil
}

type ticketKeysCommand struct{}

// Run prints the public keys.
func (ticketKeysCommand) Run(context.Context) error {
	keys, err := settingsVerifier()
	if err != nil {
		return err
	}
	set, err := keys.KeySet()
	if err != nil {
		return err
	}
	fmt.Println(string(set))
	return nil
}

type ticketKeygenCommand struct{}

// Run prints a new private key.
func (ticketKeygenCommand) Run(context.Context) error {
	key, err := ticket.NewKey()
	if err != nil {
		return err
	}
	fmt.Println(key)
	return nil
}
