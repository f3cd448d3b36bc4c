package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/mysql"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
)

// Login is the username and password of a member of staff that every measured desk has.
const Login = "staff:staff-pass-1"

// Main runs a program until it ends or is interrupted. It exits with 1 if the program
// failed.
func Main(run func(context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	if err := run(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", filepath.Base(os.Args[0]), err)
		os.Exit(1)
	}
}

// Split splits the name of a database, sqlite:PATH or mysql:DSN.
func Split(db string) (kind, source string, err error) {
	kind, source, _ = strings.Cut(db, ":")
	if (kind != "sqlite" && kind != "mysql") || source == "" {
		return "", "", fmt.Errorf("database %q: want sqlite:PATH or mysql:DSN", db)
	}
	return kind, source, nil
}

// Stores returns the kinds of databases that a flag names: sqlite, mysql, or both.
func Stores(flag string) ([]string, error) {
	switch flag {
	case "sqlite", "mysql":
		return []string{flag}, nil
	case "both":
		return []string{"sqlite", "mysql"}, nil
	}
	return nil, fmt.Errorf("-store %q: want sqlite, mysql or both", flag)
}

// OpenStore opens the store of a desk. The options apply to SQLite only.
func OpenStore(ctx context.Context, db string, opts ...sqlite.Option) (storage.Store, error) {
	kind, source, err := Split(db)
	if err != nil {
		return nil, err
	}
	if kind == "mysql" {
		return mysql.Open(ctx, source)
	}
	return sqlite.Open(ctx, source, opts...)
}

// Serve serves HTTP on a loopback address until ctx ends. It prints its URL on standard
// output.
func Serve(ctx context.Context, addr string, h http.Handler) error {
	tcp, err := Loopback(addr)
	if err != nil {
		return err
	}
	l, err := net.ListenTCP("tcp", tcp)
	if err != nil {
		return err
	}
	fmt.Printf("listening on http://%s\n", l.Addr())
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Loopback resolves an address that other machines cannot reach.
func Loopback(addr string) (*net.TCPAddr, error) {
	tcp, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, err
	}
	if !tcp.IP.IsLoopback() {
		return nil, fmt.Errorf("%s is not a loopback address", addr)
	}
	return tcp, nil
}
