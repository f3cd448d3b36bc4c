package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// patience is how long running requests may take once the program is to stop.
const patience = 10 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program, until ctx ends. It returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parseOptions(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2 // the reason is printed
	}
	err = start(ctx, o, stdout, slog.New(slog.NewTextHandler(stderr, nil)))
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(stderr, "host:", err)
		return 1
	}
	return 0
}

// start opens the shop and serves it until ctx ends.
func start(ctx context.Context, o *options, stdout io.Writer, log *slog.Logger) (err error) {
	listener, err := net.ListenTCP("tcp", o.addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	s, err := openShop(ctx, o.db, bcrypt.DefaultCost, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.addSamples(ctx); err != nil {
		return err
	}
	if err := announce(stdout, "http://"+listener.Addr().String(), o); err != nil {
		return err
	}
	return serve(ctx, listener, s.on(o.mux), log)
}

// serve answers requests until ctx ends, and then lets running ones finish.
func serve(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       5 * time.Minute, // of a large upload
		WriteTimeout:      5 * time.Minute, // of a long list
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := server.Shutdown(bounded); err != nil {
		return errors.Join(fmt.Errorf("requests cut off after %s: %w", patience, err), server.Close())
	}
	return nil
}
