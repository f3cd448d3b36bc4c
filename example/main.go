// Example is a small program around the library: a help desk on one SQLite
// file or a database of a server, with sample data to look at.
//
//	go run ./example
//	go run ./example -db "mysql:user:password@tcp(127.0.0.1:3306)/helpdesk"
//
// It serves a page at / and the API under /api/, on 127.0.0.1:8080, from
// helpdesk.db in the current directory, and starts again where it stopped. In a
// new database it makes sample tickets and the superuser admin with the password
// admin; only an address that other machines cannot reach gets those. Flags
// change each of these, see -h.
//
// It exits with 0 when a signal stopped it, 1 when it failed, and 2 when its
// flags make no sense.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/httpapi"
)

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
	if err != nil && !errors.Is(err, context.Canceled) { // a signal may come before all is ready
		fmt.Fprintln(stderr, "example:", err)
		return 1
	}
	return 0
}

// start opens the desk and serves it until ctx ends.
func start(ctx context.Context, o *options, stdout io.Writer, log *slog.Logger) (err error) {
	listener, err := net.ListenTCP(network(o.addr), o.addr)
	if err != nil {
		return err
	}
	defer listener.Close()

	store, err := o.db.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := store.Migrate(ctx); err != nil {
		return err
	}
	desk, err := helpdesk.New(store, helpdesk.Config{Logger: log, Webhooks: helpdesk.WebhookConfig{
		Body: httpapi.WebhookBody(o.apiURL(listener.Addr())), AllowPrivate: o.privateWebhooks,
	}})
	if err != nil {
		return err
	}
	if err := prepare(ctx, store, desk, o); err != nil {
		return err
	}
	who, err := findLogin(ctx, desk, o)
	if err != nil {
		return err
	}
	handler, err := site(desk, o, who)
	if err != nil {
		return err
	}
	if err := announce(stdout, listener.Addr(), o.db, who); err != nil {
		return err
	}
	background, stop := context.WithCancel(ctx)
	ran := make(chan error, 1)
	go func() { ran <- desk.Run(background) }()
	defer func() { // before the store is closed
		stop()
		err = errors.Join(err, <-ran)
	}()
	return serve(ctx, listener, handler, log)
}

// network keeps what listens on 0.0.0.0 from listening on [::] as well.
func network(addr *net.TCPAddr) string {
	if addr.IP.To4() != nil {
		return "tcp4"
	}
	return "tcp"
}
