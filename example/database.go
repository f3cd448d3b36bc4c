package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/mysql"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
)

// database is what -db says.
type database struct {
	kind string // sqlite or mysql
	name string // a path, or a data source name with a password in it
}

func (d *database) set(text string) error {
	kind, name, found := strings.Cut(text, ":")
	switch {
	case !found:
		return errors.New("it names no kind of database: say sqlite:PATH or mysql:DSN")
	case kind != "sqlite" && kind != "mysql":
		return fmt.Errorf("databases of the kind %q are not supported: say sqlite:PATH or mysql:DSN", kind)
	case name == "":
		return fmt.Errorf("it names no database: say sqlite:PATH or mysql:DSN")
	}
	*d = database{kind, name}
	return nil
}

func (d database) open(ctx context.Context) (storage.Store, error) {
	if d.kind == "mysql" {
		return mysql.Open(ctx, d.name)
	}
	return sqlite.Open(ctx, d.name)
}

// String tells where the data is without telling the password.
func (d database) String() string {
	if d.kind != "mysql" {
		return d.name
	}
	end := strings.LastIndexByte(d.name, '/')
	if end < 0 {
		return d.kind
	}
	place := d.name[strings.LastIndexByte(d.name[:end], '@')+1:]
	place, _, _ = strings.Cut(place, "?")
	return d.kind + " " + place
}
