package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/bench"
)

type options struct {
	tickets, requests, rounds int
	databases, scenarios      []string
	connections               []int
	duration                  time.Duration
	mysql, mysqlPID           string
	json                      bool
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
	flag.BoolVar(&o.json, "json", false, "print JSON with all measurements")
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
		return run(ctx, &o, os.Stdout)
	})
}

// run compares, and prints.
func run(ctx context.Context, o *options, out io.Writer) error {
	if o.tickets < 1 || o.requests < 1 || o.rounds < 1 {
		return errors.New("-tickets, -requests and -rounds must be positive")
	}
	for _, scenario := range o.scenarios {
		if _, err := bench.NewRequest(scenario, o.tickets, rand.New(rand.NewPCG(0, 0))); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp("", "helpdesk-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := build(ctx, dir); err != nil {
		return err
	}
	// What writes comes last, so that the others find what was seeded.
	slices.SortStableFunc(o.scenarios, func(a, b string) int { return writes(a) - writes(b) })
	var all []*cell
	for _, db := range o.databases {
		cells, err := compare(ctx, o, dir, db)
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

// build makes the programs in dir.
func build(ctx context.Context, dir string) error {
	args := []string{"build", "-o", dir + string(filepath.Separator)}
	for _, program := range []string{"floor", "load", "seed", "serve"} {
		args = append(args, "github.com/go-helpdesk/helpdesk/internal/bench/"+program)
	}
	out, err := exec.CommandContext(ctx, "go", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

// compare measures on one kind of database.
func compare(ctx context.Context, o *options, dir, db string) (cells []*cell, err error) {
	desk, floor := "sqlite:"+filepath.Join(dir, "desk.db"), "sqlite:"+filepath.Join(dir, "floor.db")
	pids := ""
	if db == "mariadb" {
		databases, err := newDatabases(ctx, o.mysql)
		if err != nil {
			return nil, err
		}
		defer databases.drop()
		desk, floor, pids = databases.names[0], databases.names[1], o.mysqlPID
	} else if db != "sqlite" {
		return nil, errors.New("want sqlite or mariadb")
	}
	seed := exec.CommandContext(ctx, filepath.Join(dir, "seed"), "-desk", desk, "-floor", floor, "-user", login, "-tickets", strconv.Itoa(o.tickets))
	seed.Stderr = os.Stderr
	if err := seed.Run(); err != nil {
		return nil, err
	}
	var servers [2]*server
	for i, command := range [][]string{{"serve", "-db", desk}, {"floor", "-db", floor, "-full"}} {
		if servers[i], err = start(ctx, filepath.Join(dir, command[0]), command[1:]...); err != nil {
			return nil, fmt.Errorf("start %s: %w", command[0], err)
		}
		defer servers[i].stop()
	}
	if err := sameShape(ctx, o, servers); err != nil {
		return nil, err
	}
	return measure(ctx, o, dir, db, servers, pids)
}

// measure takes turns between the servers; who is first changes by the round.
func measure(ctx context.Context, o *options, dir, db string, servers [2]*server, pids string) (cells []*cell, err error) {
	for _, scenario := range o.scenarios {
		for _, c := range o.connections {
			cells = append(cells, &cell{Database: db, Scenario: scenario, Connections: c})
		}
	}
	progress := bench.NewProgress("measure on "+db, o.rounds*len(cells))
	for round := range o.rounds {
		for i, c := range cells {
			var pair [2]bench.Result
			for turn := range servers {
				which := (round + turn) % 2
				if pair[which], err = servers[which].load(ctx, o, filepath.Join(dir, "load"), c, pids); err != nil {
					return nil, fmt.Errorf("%s: %w", c.Scenario, err)
				}
			}
			c.Ours, c.Floor = append(c.Ours, pair[0]), append(c.Floor, pair[1])
			progress.At(round*len(cells) + i + 1)
		}
	}
	return cells, nil
}
