// Command ferretdb is the document database of the private stack on machines that have no mongod: FerretDB, which
// speaks MongoDB's wire protocol and keeps its documents in SQLite files.
//
// It is a module of its own so that FerretDB's dependencies stay out of the product's go.mod. It exits with 0 after
// SIGINT or SIGTERM, once its connections and files are closed, and with 1 when it cannot serve.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	listen := flag.String("listen", "", "loopback address to serve on, for example 127.0.0.1:17017")
	state := flag.String("state", "", "existing folder that keeps the documents")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	if err := run(ctx, *listen, *state); err != nil {
		fmt.Fprintln(os.Stderr, "ferretdb:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends. It refuses an address that is not loopback: FerretDB's SQLite handler checks no password.
func run(ctx context.Context, listen, state string) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("-listen %q: %w", listen, err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("-listen %q: not a loopback address", listen)
	}
	dir, err := filepath.Abs(state)
	if err != nil {
		return fmt.Errorf("-state %q: %w", state, err)
	}
	if info, err := os.Stat(dir); err != nil {
		return fmt.Errorf("-state: %w", err)
	} else if !info.IsDir() {
		return errors.New("-state: not a folder")
	}

	// FerretDB wants the folder as a file URI that ends in a slash.
	uri := url.URL{Scheme: "file", Path: dir + "/"}
	db, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: listen},
		Handler:   "sqlite",
		SQLiteURL: uri.String(),
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	indexed := make(chan struct{})
	go func() {
		defer close(indexed)
		(&indexer{dir: dir}).run(ctx)
	}()
	err = db.Run(ctx)
	cancel()
	<-indexed
	return err
}
