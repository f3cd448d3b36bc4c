package rig

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/bench"
	"github.com/go-helpdesk/helpdesk/internal/mariadb"
)

// Rig has the benchmark programs and the databases that it created for them.
type Rig struct {
	dir    string // of programs and databases, which goes with the rig
	keep   string // where desks stay to be used again; "" for nowhere
	shared *shared
}

// shared is what a rig shares with the rigs of other checkouts.
type shared struct {
	dsn    string          // of the server where databases of MySQL are made
	server *mariadb.Server // nil when somebody else started it
	made   []string        // databases that go with the rig
}

// New builds the programs. The data source name is that of a MariaDB server; without one,
// a private server is started when it is needed. If a directory is named, the desks that
// Desk seeds are kept there.
func New(ctx context.Context, mysql, keep string, programs ...string) (*Rig, error) {
	if keep != "" {
		if err := os.MkdirAll(keep, 0o755); err != nil {
			return nil, err
		}
	}
	dir, err := os.MkdirTemp("", "helpdesk-bench-")
	if err != nil {
		return nil, err
	}
	r := &Rig{dir: dir, keep: keep, shared: &shared{dsn: mysql}}
	var packages []string
	for _, program := range programs {
		packages = append(packages, "./"+program)
	}
	if err := build(ctx, moduleDir(), dir, packages...); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// Checkout returns a rig with the programs seed and serve of another checkout of the
// library, built from the code there. It creates databases on the same server as r. Close
// only r.
//
// The other checkout needs only these two programs. They must accept the flags that this
// package passes, and serve must print "listening on URL". The benchmarks of the checkout
// may be a module of their own, or part of the library's, as they once were.
func (r *Rig) Checkout(ctx context.Context, checkout string) (*Rig, error) {
	module, prefix, err := findKit(checkout)
	if err != nil {
		return nil, err
	}
	other := &Rig{dir: filepath.Join(r.dir, "checkout"), shared: r.shared}
	if err := os.Mkdir(other.dir, 0o755); err != nil {
		return nil, err
	}
	return other, build(ctx, module, other.dir, prefix+"seed", prefix+"serve")
}

// findKit returns the directory of the module that has the benchmarks of a checkout, and
// their path in it.
func findKit(checkout string) (module, prefix string, err error) {
	kit := filepath.Join(checkout, "internal", "bench")
	if _, err := os.Stat(filepath.Join(kit, "seed")); err != nil {
		return "", "", fmt.Errorf("%s is not a checkout of the library: %w", checkout, err)
	}
	_, err = os.Stat(filepath.Join(kit, "go.mod"))
	if errors.Is(err, os.ErrNotExist) {
		return checkout, "./internal/bench/", nil
	}
	return kit, "./", err
}

// moduleDir returns the directory of the module with the benchmarks.
func moduleDir() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(filepath.Dir(file))
}

// build builds programs of the module in a directory into another directory, under the
// names of their packages.
func build(ctx context.Context, module, into string, packages ...string) error {
	// Programs without debugging information are linked twice as fast.
	args := append([]string{"build", "-C", module, "-buildvcs=false", "-ldflags=-w", "-o", into + string(filepath.Separator)}, packages...)
	if out, err := exec.CommandContext(ctx, "go", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("go build in %s: %w\n%s", module, err, out)
	}
	return nil
}

// Close removes everything that the rig created, also after an interrupt.
func (r *Rig) Close() {
	for _, db := range r.shared.made {
		if err := r.drop(db); err != nil {
			fmt.Fprintln(os.Stderr, "drop database:", err)
		}
	}
	if r.shared.server != nil {
		r.shared.server.Close()
	}
	_ = os.RemoveAll(r.dir)
}

// Desk serves a desk with so many tickets. It passes args to serve. It uses a desk that was
// kept if that still has about so many tickets.
func (r *Rig) Desk(ctx context.Context, kind string, tickets int, args ...string) (*Server, error) {
	name := fmt.Sprintf("desk_%d", tickets)
	if r.keep == "" {
		db, err := r.Database(ctx, kind, name)
		if err != nil {
			return nil, err
		}
		return r.newDesk(ctx, db, tickets, args)
	}
	name = "kept_" + name
	db, found, err := r.create(ctx, kind, r.keep, name)
	if err != nil {
		return nil, err
	}
	if found {
		s, err := r.serve(ctx, db, args)
		if err != nil {
			return nil, err
		}
		if err = s.Holds(ctx, tickets); err == nil {
			return s, nil
		}
		s.Stop()
		if !errors.Is(err, errSize) {
			return nil, err
		}
		fmt.Fprintf(os.Stderr, "%s is seeded anew: %v\n", name, err)
		if err := r.drop(db); err != nil {
			return nil, err
		}
		if db, _, err = r.create(ctx, kind, r.keep, name); err != nil {
			return nil, err
		}
	}
	return r.newDesk(ctx, db, tickets, args)
}

// newDesk seeds an empty database and serves it.
func (r *Rig) newDesk(ctx context.Context, db string, tickets int, args []string) (*Server, error) {
	if err := r.Seed(ctx, tickets, "-desk", db); err != nil {
		if r.keep != "" {
			err = errors.Join(err, r.drop(db)) // a database that is half full is useless
		}
		return nil, err
	}
	return r.serve(ctx, db, args)
}

func (r *Rig) serve(ctx context.Context, db string, args []string) (*Server, error) {
	return r.Start(ctx, "serve", append([]string{"-db", db}, args...)...)
}

// Seed fills databases with so many tickets. It passes args to seed.
func (r *Rig) Seed(ctx context.Context, tickets int, args ...string) error {
	cmd := exec.CommandContext(ctx, r.program("seed"), append(args, "-user", bench.Login, "-tickets", strconv.Itoa(tickets))...)
	cmd.Stderr = os.Stderr // progress
	return cmd.Run()
}

func (r *Rig) program(name string) string { return filepath.Join(r.dir, name) }

// Load is the load for a server. It ends after a time or a number of requests.
type Load struct {
	Scenario                       string
	Connections, Tickets, Requests int
	Duration                       time.Duration
	PIDs                           string // ids of the processes that work for the server, separated by commas
}

// Load measures once. The memory in the result is that above idle.
func (r *Rig) Load(ctx context.Context, s *Server, l Load) (result bench.Result, err error) {
	pids := l.PIDs
	if s.cmd != nil {
		pids = strconv.Itoa(s.cmd.Process.Pid) + "," + pids
	}
	cmd := exec.CommandContext(ctx, r.program("load"), "-url", s.URL, "-auth", s.Login, "-scenario", l.Scenario,
		"-c", strconv.Itoa(l.Connections), "-tickets", strconv.Itoa(l.Tickets), "-requests", strconv.Itoa(l.Requests),
		"-d", l.Duration.String(), "-pids", pids)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return result, fmt.Errorf("load %s: %w", l.Scenario, err)
	}
	err = json.Unmarshal(out, &result)
	result.PeakAnon, result.IdleAnon = max(0, result.PeakAnon-s.idle), s.idle
	return result, err
}
