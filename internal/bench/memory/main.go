package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/bench"
	"github.com/go-helpdesk/helpdesk/internal/bench/rig"
)

type options struct {
	tickets, rounds, lists int
	databases              []string
	connections            []int
	file                   int64 // bytes
	maxList, maxFile       float64
	maxFirst               time.Duration
	mysql, dir             string
	mmap, json             bool
}

func main() {
	var o options
	flag.IntVar(&o.tickets, "tickets", 100_000, "tickets of the desk")
	flag.IntVar(&o.rounds, "rounds", 3, "how often each is measured, with a fresh process")
	flag.IntVar(&o.lists, "lists", 3, "complete lists that each connection gets")
	store := flag.String("store", "sqlite", "databases: sqlite, mysql or both")
	connections := flag.String("c", "1,8", "numbers of connections for lists")
	flag.Int64Var(&o.file, "file", 25<<20, "`bytes` of the file")
	flag.Float64Var(&o.maxList, "max-list", 32, "fail if lists take more `MiB` above idle; 0 for never")
	flag.DurationVar(&o.maxFirst, "max-first", 50*time.Millisecond, "fail if a list takes longer to begin; 0 for never")
	flag.Float64Var(&o.maxFile, "max-file", 8, "fail if a file takes more `MiB` above idle; 0 for never")
	flag.StringVar(&o.mysql, "mysql", os.Getenv("HELPDESK_TEST_MYSQL_DSN"),
		"`DSN` of a MariaDB server; without it a private one is started")
	flag.StringVar(&o.dir, "dir", "", "`directory` to keep the seeded desks in, and to find them again")
	flag.BoolVar(&o.mmap, "mmap", false, "map the file of SQLite into memory, which RssAnon does not count")
	flag.BoolVar(&o.json, "json", false, "print JSON with all measurements")
	flag.Parse()
	bench.Main(func(ctx context.Context) (err error) {
		if o.databases, err = bench.Stores(*store); err != nil {
			return err
		}
		for c := range strings.SplitSeq(*connections, ",") {
			n, err := strconv.Atoi(c)
			if err != nil {
				return err
			}
			o.connections = append(o.connections, n)
		}
		if err := o.check(); err != nil {
			return err
		}
		r, err := rig.New(ctx, o.mysql, o.dir, "load", "seed", "serve")
		if err != nil {
			return err
		}
		defer r.Close()
		return run(ctx, &o, r, os.Stdout)
	})
}

func (o *options) check() error {
	if o.tickets < 1 || o.rounds < 1 || o.lists < 1 || o.file < 1 {
		return errors.New("-tickets, -rounds, -lists and -file must be positive")
	}
	return nil
}

// run measures and prints the result. It fails if a bound is exceeded.
func run(ctx context.Context, o *options, r *rig.Rig, out io.Writer) error {
	var all []*cell
	for _, db := range o.databases {
		cells, err := measure(ctx, o, r, db)
		if err != nil {
			return fmt.Errorf("%s: %w", db, err)
		}
		all = append(all, cells...)
	}
	return errors.Join(report(out, o, all), missed(o, all))
}
