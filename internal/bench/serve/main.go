package main

import (
	"context"
	"errors"
	"flag"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/bench"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
)

func main() {
	db := flag.String("db", "sqlite:desk.db", "sqlite:`PATH` or mysql:DSN")
	addr := flag.String("addr", "127.0.0.1:0", "loopback `address`")
	mmap := flag.Bool("mmap", true, "map the file of SQLite into memory")
	flag.Parse()
	var opts []sqlite.Option
	if !*mmap {
		opts = append(opts, sqlite.MemoryMap(0))
	}
	bench.Main(func(ctx context.Context) error { return serve(ctx, *db, *addr, opts) })
}

func serve(ctx context.Context, db, addr string, opts []sqlite.Option) (err error) {
	store, err := bench.OpenStore(ctx, db, opts...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := store.Migrate(ctx); err != nil { // the database may be from an earlier run
		return err
	}
	desk, err := helpdesk.New(store, helpdesk.Config{})
	if err != nil {
		return err
	}
	api, err := httpapi.New(desk, httpapi.Config{Authenticator: auth.Basic(desk)})
	if err != nil {
		return err
	}
	return bench.Serve(ctx, addr, api)
}
