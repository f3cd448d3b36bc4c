package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/bench"
	"github.com/go-helpdesk/helpdesk/internal/bench/rig"
)

// scenarios has the scenarios in order. The one that creates tickets comes last.
var scenarios = []string{"first25", "middle25", "last25", "get", "create"}

type options struct {
	tickets     [2]int // small, large
	databases   []string
	rounds      int
	duration    time.Duration
	connections int
	requests    int
	creates     int
	maxRatio    float64
	mysql, dir  string
	json        bool
}

func main() {
	var o options
	flag.IntVar(&o.tickets[small], "small", 10_000, "tickets of the small desk")
	flag.IntVar(&o.tickets[large], "large", 1_000_000, "tickets of the large desk")
	store := flag.String("store", "sqlite", "databases: sqlite, mysql or both")
	flag.IntVar(&o.rounds, "rounds", 5, "how often each is measured")
	flag.DurationVar(&o.duration, "d", time.Second, "duration of each measurement")
	flag.IntVar(&o.connections, "c", 1, "connections")
	flag.IntVar(&o.requests, "requests", 1_000_000, "requests at most, in each measurement")
	flag.IntVar(&o.creates, "creates", 100, "tickets at most that a measurement creates")
	flag.Float64Var(&o.maxRatio, "max-ratio", 2, "fail if the large desk takes more than so many times as long; 0 for never")
	flag.StringVar(&o.mysql, "mysql", os.Getenv("HELPDESK_TEST_MYSQL_DSN"),
		"`DSN` of a MariaDB server; without it a private one is started")
	flag.StringVar(&o.dir, "dir", "", "`directory` to keep the seeded desks in, and to find them again")
	flag.BoolVar(&o.json, "json", false, "print JSON with all measurements")
	flag.Parse()
	bench.Main(func(ctx context.Context) (err error) {
		if o.databases, err = bench.Stores(*store); err != nil {
			return err
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
	if o.tickets[small] < 1 || o.tickets[large] < 1 || o.rounds < 1 || o.connections < 1 || o.requests < 1 || o.creates < 1 {
		return errors.New("-small, -large, -rounds, -c, -requests and -creates must be positive")
	}
	return nil
}

// run measures and prints the result. It fails if the large desk is too slow.
func run(ctx context.Context, o *options, r *rig.Rig, out io.Writer) error {
	var all []*cell
	for _, db := range o.databases {
		cells, err := measure(ctx, o, r, db)
		if err != nil {
			return fmt.Errorf("%s: %w", db, err)
		}
		all = append(all, cells...)
	}
	return errors.Join(report(out, o, all), tooSlow(all, o.maxRatio))
}

// measure measures the desks on one kind of database in turn. Another desk begins in each
// round.
func measure(ctx context.Context, o *options, r *rig.Rig, db string) (cells []*cell, err error) {
	var desks [2]*rig.Server
	for size, tickets := range o.tickets {
		if desks[size], err = r.Desk(ctx, db, tickets); err != nil {
			return nil, err
		}
		defer desks[size].Stop()
		if err := desks[size].Warm(ctx, o.connections); err != nil {
			return nil, err
		}
	}
	for _, scenario := range scenarios {
		cells = append(cells, &cell{Database: db, Scenario: scenario})
	}
	progress := bench.NewProgress("measure on "+db, o.rounds*len(cells))
	for round := range o.rounds {
		for i, c := range cells {
			l := rig.Load{Scenario: c.Scenario, Connections: o.connections, Requests: o.requests, Duration: o.duration}
			if c.Scenario == "create" {
				l.Requests = o.creates
			}
			var pair [2]bench.Result
			for turn := range desks {
				size := (round + turn) % 2
				l.Tickets = o.tickets[size]
				if pair[size], err = r.Load(ctx, desks[size], l); err != nil {
					return nil, err
				}
			}
			c.add(pair)
			progress.At(round*len(cells) + i + 1)
		}
	}
	return cells, nil
}
