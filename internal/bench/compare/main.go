package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/bench"
	"github.com/go-helpdesk/helpdesk/internal/bench/rig"
)

type options struct {
	tickets, requests, rounds int
	databases, scenarios      []string
	connections               []int
	duration                  time.Duration
	mysql, mysqlPID           string
	mmap, json                bool

	peer, peerUser string
	peerRequests   int
	peerDuration   time.Duration
}

func main() {
	var o options
	flag.IntVar(&o.tickets, "tickets", 10_000, "tickets in each database")
	flag.IntVar(&o.requests, "requests", 1_000_000, "requests at most, in each measurement")
	flag.IntVar(&o.rounds, "rounds", 3, "how often each is measured")
	databases := flag.String("db", "sqlite", "databases: sqlite, mariadb")
	scenarios := flag.String("scenarios", "get,page25,page100,list,create,followup", "what to request")
	connections := flag.String("c", "1,8", "numbers of connections")
	flag.DurationVar(&o.duration, "d", 2*time.Second, "duration of each measurement")
	flag.StringVar(&o.mysql, "mysql", os.Getenv("HELPDESK_TEST_MYSQL_DSN"), "`DSN` of a MariaDB server")
	flag.StringVar(&o.mysqlPID, "mysql-pid", "", "its process `id`, to count what it uses")
	flag.BoolVar(&o.mmap, "mmap", true, "have the library map the file of SQLite into memory")
	flag.BoolVar(&o.json, "json", false, "print JSON with all measurements")
	flag.StringVar(&o.peer, "peer", "", "`http://127.0.0.1:port` of django-helpdesk, which has as many tickets")
	flag.StringVar(&o.peerUser, "peer-user", bench.Login, "`user:password` of a member of its staff")
	flag.IntVar(&o.peerRequests, "peer-requests", 3, "requests at most to it in each measurement, or one on each connection")
	flag.DurationVar(&o.peerDuration, "peer-d", 5*time.Minute, "duration of each measurement of it, if they take longer")
	flag.Parse()
	o.databases, o.scenarios = strings.Split(*databases, ","), strings.Split(*scenarios, ",")
	bench.Main(func(ctx context.Context) error {
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
		r, err := rig.New(ctx, o.mysql, "", "floor", "load", "seed", "serve")
		if err != nil {
			return err
		}
		defer r.Close()
		return run(ctx, &o, r, os.Stdout)
	})
}

func (o *options) check() error {
	if o.tickets < 1 || o.requests < 1 || o.rounds < 1 || o.peerRequests < 1 {
		return errors.New("-tickets, -requests, -rounds and -peer-requests must be positive")
	}
	for _, scenario := range o.scenarios {
		if _, err := bench.NewRequest(scenario, o.tickets, rand.New(rand.NewPCG(0, 0))); err != nil {
			return err
		}
	}
	return nil
}

// run compares, and prints.
func run(ctx context.Context, o *options, r *rig.Rig, out io.Writer) error {
	others, err := peers(ctx, o)
	if err != nil {
		return fmt.Errorf("-peer: %w", err)
	}
	// What writes comes last, so that the others find what was seeded.
	slices.SortStableFunc(o.scenarios, func(a, b string) int { return writes(a) - writes(b) })
	var all []*cell
	for _, db := range o.databases {
		cells, err := compare(ctx, o, r, db, others)
		if err != nil {
			return fmt.Errorf("%s: %w", db, err)
		}
		all = append(all, cells...)
	}
	return errors.Join(report(out, all, o.json), failures(all))
}

func writes(scenario string) int {
	if scenario == "create" || scenario == "followup" {
		return 1
	}
	return 0
}

// peers is the server that -peer names, if any.
func peers(ctx context.Context, o *options) ([]*rig.Server, error) {
	if o.peer == "" {
		return nil, nil
	}
	s, err := rig.At(o.peer, o.peerUser)
	if err != nil {
		return nil, err
	}
	return []*rig.Server{s}, s.Holds(ctx, o.tickets)
}

// compare measures on one kind of database.
func compare(ctx context.Context, o *options, r *rig.Rig, db string, others []*rig.Server) ([]*cell, error) {
	deskDB, err := r.Database(ctx, db, "desk")
	if err != nil {
		return nil, err
	}
	floorDB, err := r.Database(ctx, db, "floor")
	if err != nil {
		return nil, err
	}
	if err := r.Seed(ctx, o.tickets, "-desk", deskDB, "-floor", floorDB); err != nil {
		return nil, err
	}
	var servers []*rig.Server
	for _, command := range [][]string{{"serve", "-db", deskDB, "-mmap=" + strconv.FormatBool(o.mmap)}, {"floor", "-db", floorDB, "-full"}} {
		s, err := r.Start(ctx, command[0], command[1:]...)
		if err != nil {
			return nil, err
		}
		defer s.Stop()
		if err := s.Warm(ctx, slices.Max(o.connections)); err != nil {
			return nil, err
		}
		servers = append(servers, s)
	}
	servers = append(servers, others...)
	if err := sameShape(ctx, o, servers); err != nil {
		return nil, err
	}
	return measure(ctx, o, r, db, servers)
}

// measure takes turns between the servers, which are ours, the floor and maybe
// the peer; who is first changes by the round.
func measure(ctx context.Context, o *options, r *rig.Rig, db string, servers []*rig.Server) (cells []*cell, err error) {
	for _, scenario := range o.scenarios {
		for _, c := range o.connections {
			cells = append(cells, &cell{Database: db, Scenario: scenario, Connections: c})
		}
	}
	progress := bench.NewProgress("measure on "+db, o.rounds*len(cells))
	for round := range o.rounds {
		for i, c := range cells {
			results := make([]bench.Result, len(servers))
			for turn := range servers {
				which := (round + turn) % len(servers)
				if results[which], err = r.Load(ctx, servers[which], o.load(c, which)); err != nil {
					return nil, err
				}
			}
			c.add(results)
			progress.At(round*len(cells) + i + 1)
		}
	}
	return cells, nil
}

// load is what one of the servers is sent for a cell.
func (o *options) load(c *cell, which int) rig.Load {
	l := rig.Load{Scenario: c.Scenario, Connections: c.Connections, Tickets: o.tickets, Requests: o.requests, Duration: o.duration}
	switch {
	case which == peer:
		l.Requests, l.Duration = max(o.peerRequests, c.Connections), o.peerDuration
	case c.Database == "mariadb":
		l.PIDs = o.mysqlPID
	}
	return l
}
