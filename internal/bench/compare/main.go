package main

import (
	"cmp"
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

	before              string
	minReads, minWrites float64

	peer, peerUser string
	peerRequests   int
	peerDuration   time.Duration
}

func main() {
	var o options
	flag.IntVar(&o.tickets, "tickets", 10_000, "tickets in each database")
	flag.IntVar(&o.requests, "requests", 1_000_000, "requests at most, in each measurement")
	flag.IntVar(&o.rounds, "rounds", 5, "how often each is measured")
	store := flag.String("store", "sqlite", "databases: sqlite, mysql or both")
	scenarios := flag.String("scenarios", "get,page25,page100,list,create,followup", "what to request")
	connections := flag.String("c", "1,8", "numbers of connections")
	flag.DurationVar(&o.duration, "d", 2*time.Second, "duration of each measurement")
	flag.StringVar(&o.mysql, "mysql", os.Getenv("HELPDESK_TEST_MYSQL_DSN"),
		"`DSN` of a MariaDB server; without it a private one is started")
	flag.StringVar(&o.mysqlPID, "mysql-pid", "", "process `id` of the server, to measure its processor time; not needed for a private one")
	flag.StringVar(&o.before, "before", "", "`directory` of another checkout of the library, to be measured in place of the floor")
	flag.Float64Var(&o.minReads, "min-reads", 0,
		"with -before, fail if a median of reads is a smaller `fraction` of the other checkout's speed; 0 for never")
	flag.Float64Var(&o.minWrites, "min-writes", 0, "the same `fraction` for writes")
	flag.BoolVar(&o.mmap, "mmap", true, "have the library map the file of SQLite into memory")
	flag.BoolVar(&o.json, "json", false, "print JSON with all measurements")
	flag.StringVar(&o.peer, "peer", "", "`http://127.0.0.1:port` of django-helpdesk, which has as many tickets")
	flag.StringVar(&o.peerUser, "peer-user", bench.Login, "`user:password` of a member of its staff")
	flag.IntVar(&o.peerRequests, "peer-requests", 3, "requests at most to it in each measurement, or one on each connection")
	flag.DurationVar(&o.peerDuration, "peer-d", 5*time.Minute, "duration of each measurement of it, if they take longer")
	flag.Parse()
	o.scenarios = strings.Split(*scenarios, ",")
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
		programs := []string{"load", "seed", "serve"}
		if o.before == "" {
			programs = append(programs, "floor")
		}
		r, err := rig.New(ctx, o.mysql, "", programs...)
		if err != nil {
			return err
		}
		defer r.Close()
		if o.before != "" {
			return runBefore(ctx, &o, r, os.Stdout)
		}
		return run(ctx, &o, r, os.Stdout)
	})
}

func (o *options) check() error {
	if o.tickets < 1 || o.requests < 1 || o.rounds < 1 || o.peerRequests < 1 {
		return errors.New("-tickets, -requests, -rounds and -peer-requests must be positive")
	}
	if o.before != "" && o.peer != "" {
		return errors.New("-before and -peer do not go together")
	}
	if o.before == "" && (o.minReads != 0 || o.minWrites != 0) {
		return errors.New("-min-reads and -min-writes need -before")
	}
	for _, scenario := range o.scenarios {
		if _, err := bench.NewRequest(scenario, o.tickets, rand.New(rand.NewPCG(0, 0))); err != nil {
			return err
		}
	}
	return nil
}

// run compares and prints the result.
func run(ctx context.Context, o *options, r *rig.Rig, out io.Writer) error {
	others, err := peers(ctx, o)
	if err != nil {
		return fmt.Errorf("-peer: %w", err)
	}
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

func writes(scenario string) bool { return scenario == "create" || scenario == "followup" }

// peers returns the server that -peer names, or none.
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
	for _, command := range [][]string{{"serve", "-db", deskDB, "-mmap=" + strconv.FormatBool(o.mmap)},
		{"floor", "-db", floorDB, "-full"}} {
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
	all, err := measure(ctx, o, r, db, servers)
	if err != nil {
		return nil, err
	}
	var cells []*cell
	for _, m := range all {
		c := &cell{Database: m.database, Scenario: m.scenario, Connections: m.connections}
		for _, results := range m.rounds {
			c.add(results)
		}
		cells = append(cells, c)
	}
	return cells, nil
}

// measurement is a scenario on a database with a number of connections.
type measurement struct {
	database, scenario string
	connections        int
	rounds             [][]bench.Result // by round and server
}

// measure measures the servers in turn: the desk, the floor or the other checkout, and
// the peer if there is one. Another server begins in each round. Scenarios that write
// come last, so that all servers read the tickets that were seeded.
func measure(ctx context.Context, o *options, r *rig.Rig, db string, servers []*rig.Server) ([]*measurement, error) {
	var all [2][]*measurement // scenarios that read, scenarios that write
	for _, scenario := range o.scenarios {
		for _, c := range o.connections {
			m := &measurement{database: db, scenario: scenario, connections: c}
			if writes(scenario) {
				all[1] = append(all[1], m)
			} else {
				all[0] = append(all[0], m)
			}
		}
	}
	done := 0
	progress := bench.NewProgress("measure on "+db, o.rounds*(len(all[0])+len(all[1])))
	for _, part := range all {
		for round := range o.rounds {
			for _, m := range part {
				results, err := measureOnce(ctx, o, r, m, servers, round)
				if err != nil {
					return nil, err
				}
				m.rounds = append(m.rounds, results)
				done++
				progress.At(done)
			}
		}
	}
	return slices.Concat(all[0], all[1]), nil
}

// measureOnce measures each server once.
func measureOnce(ctx context.Context, o *options, r *rig.Rig, m *measurement, servers []*rig.Server, round int) ([]bench.Result, error) {
	results := make([]bench.Result, len(servers))
	for turn := range servers {
		which := (round + turn) % len(servers)
		result, err := r.Load(ctx, servers[which], o.load(m, which, cmp.Or(o.mysqlPID, r.MySQLPID())))
		if err != nil {
			return nil, err
		}
		results[which] = result
	}
	return results, nil
}

// load returns the load for one of the servers. The processor time of the MySQL server
// counts for the desk and for the floor.
func (o *options) load(m *measurement, which int, mysqlPID string) rig.Load {
	l := rig.Load{Scenario: m.scenario, Connections: m.connections, Tickets: o.tickets, Requests: o.requests, Duration: o.duration}
	switch {
	case which == peer:
		l.Requests, l.Duration = max(o.peerRequests, m.connections), o.peerDuration
	case m.database == "mysql":
		l.PIDs = mysqlPID
	}
	return l
}
