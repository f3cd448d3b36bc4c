package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/httpapi/docs"
)

// patience is how long running requests may take once the program is to stop.
const patience = 10 * time.Second

// site is everything the program serves.
func site(desk *helpdesk.Desk, o *options, who login) (http.Handler, error) {
	api, err := httpapi.New(desk, httpapi.Config{
		Authenticator: auth.Chain(auth.Basic(desk), auth.Bearer(desk)), // people, and programs
		PageSize:      o.pageSize,
	})
	if err != nil {
		return nil, err
	}
	page, err := docs.New(docs.Config{})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/api", api)
	mux.Handle("/api/", api)
	mux.Handle("/docs/", page)
	mux.Handle("GET /{$}", landing(who))
	// Browsers remember Basic credentials: pages of others must not use them.
	return http.NewCrossOriginProtection().Handler(mux), nil
}

// announce tells where the program listens. It is one write, so that a reader
// who goes away after the first line does no harm.
func announce(w io.Writer, addr net.Addr, db database, who login) error {
	local := localURL(addr)
	_, err := fmt.Fprintf(w, `listening on %s

  Page   %s/
  API    %s/api/
  Docs   %s/docs/
  Data   %s
  %s
  Try    curl -u %s %s/api/tickets/1

`, "http://"+addr.String(), local, local, local, db, who.hint, who.curl, local)
	return err
}

// localURL returns the URL of an address on this machine.
func localURL(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("http://localhost:%d", tcp.Port)
	}
	return "http://" + addr.String()
}

// serve answers requests until ctx ends, and then lets running ones finish.
func serve(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       5 * time.Minute, // of a large upload
		WriteTimeout:      5 * time.Minute, // of a long list
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
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
