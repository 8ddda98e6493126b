package app

import (
	"context"
	"errors"
	"net/http"
	"net/http/pprof"
	"time"
)

// profile tells this machine what the process spends its time on. A profile is written
// for as long as it was asked for, so writing has no timeout.
func (a *App) profile(ctx context.Context) error {
	server := &http.Server{Handler: profiles(), ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute}
	end := context.AfterFunc(ctx, func() { _ = server.Close() }) // there is nothing to finish here
	defer end()
	if err := server.Serve(a.profiles); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func profiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}
