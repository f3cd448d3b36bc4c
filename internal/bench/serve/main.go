package main

import (
	"context"
	"errors"
	"flag"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/bench"
)

func main() {
	db := flag.String("db", "sqlite:desk.db", "sqlite:`PATH` or mysql:DSN")
	addr := flag.String("addr", "127.0.0.1:0", "loopback `address`")
	flag.Parse()
	bench.Main(func(ctx context.Context) error { return serve(ctx, *db, *addr) })
}

func serve(ctx context.Context, db, addr string) (err error) {
	store, err := bench.OpenStore(ctx, db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	desk, err := helpdesk.New(store, helpdesk.Config{})
	if err != nil {
		return err
	}
	return bench.Serve(ctx, addr, httpapi.New(desk, httpapi.Config{Authenticator: auth.Basic(desk)}))
}
