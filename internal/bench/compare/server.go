package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/go-helpdesk/helpdesk/internal/bench"
)

const login = "staff:staff-pass-1"

// server is a running program.
type server struct {
	cmd  *exec.Cmd
	url  string
	idle int64 // memory before the first request
}

// start starts a program, and waits until it listens.
func start(ctx context.Context, program string, args ...string) (*server, error) {
	s := &server{cmd: exec.CommandContext(ctx, program, args...)}
	s.cmd.Stderr = os.Stderr
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(os.Interrupt) }
	s.cmd.WaitDelay = 10 * time.Second
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	url, found := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if found {
		s.url = url
		s.idle, err = bench.Anon(s.cmd.Process.Pid)
	} else {
		err = errors.New("it does not listen")
	}
	if err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func (s *server) stop() {
	_ = s.cmd.Cancel()
	_ = s.cmd.Wait() // it was told to end
}

// load measures once. The memory of the result is that above idle.
func (s *server) load(ctx context.Context, o *options, program string, c *cell, pids string) (r bench.Result, err error) {
	pid := strconv.Itoa(s.cmd.Process.Pid)
	cmd := exec.CommandContext(ctx, program, "-url", s.url, "-auth", login, "-scenario", c.Scenario, "-c", strconv.Itoa(c.Connections),
		"-tickets", strconv.Itoa(o.tickets), "-d", o.duration.String(), "-requests", strconv.Itoa(o.requests), "-pids", pid+","+pids)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return r, err
	}
	err = json.Unmarshal(out, &r)
	r.PeakAnon = max(0, r.PeakAnon-s.idle)
	return r, err
}

// sameShape checks that both servers answer each scenario with success, and that
// ours has all that the floor's answer has. A long complete list is not compared.
func sameShape(ctx context.Context, o *options, servers [2]*server) error {
	for _, scenario := range o.scenarios {
		if scenario == "list" && o.tickets > 10_000 {
			continue
		}
		request, err := bench.NewRequest(scenario, o.tickets, rand.New(rand.NewPCG(0, 0)))
		if err != nil {
			return err
		}
		ours, err := servers[0].fetch(ctx, request)
		if err != nil {
			return err
		}
		floor, err := servers[1].fetch(ctx, request)
		if err != nil {
			return err
		}
		if missing := lacks(ours, floor, scenario); missing != "" {
			return fmt.Errorf("%s is in the floor's answer, not in ours", missing)
		}
	}
	return nil
}

// lacks is where JSON lacks a key or an element that other has, or has more
// elements. Values may differ.
func lacks(v, other any, path string) string {
	switch other := other.(type) {
	case map[string]any:
		object, _ := v.(map[string]any)
		for key := range other {
			if _, found := object[key]; !found {
				return path + "." + key
			}
			if missing := lacks(object[key], other[key], path+"."+key); missing != "" {
				return missing
			}
		}
	case []any:
		list, _ := v.([]any)
		if len(list) != len(other) {
			return fmt.Sprintf("%s of length %d", path, len(other))
		}
		for i := range other {
			if missing := lacks(list[i], other[i], fmt.Sprintf("%s[%d]", path, i)); missing != "" {
				return missing
			}
		}
	}
	return ""
}

func (s *server) fetch(ctx context.Context, request bench.Request) (answer any, err error) {
	method := http.MethodGet
	if request.Body != "" {
		method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(ctx, method, s.url+request.Path, strings.NewReader(request.Body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(login)))
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
		return nil, fmt.Errorf("%s %s%s: %s: %s", method, s.url, request.Path, response.Status, text)
	}
	return answer, json.NewDecoder(response.Body).Decode(&answer)
}

// databases are new ones on a MySQL server.
type databases struct {
	pool  *sql.DB
	names []string // as programs take them
}

func newDatabases(ctx context.Context, dsn string) (*databases, error) {
	if dsn == "" {
		return nil, errors.New("name a server with -mysql")
	}
	c, err := mysql.ParseDSN(dsn)
	if err != nil {
		return nil, err
	}
	c.DBName = ""
	pool, err := sql.Open("mysql", c.FormatDSN())
	if err != nil {
		return nil, err
	}
	d := &databases{pool: pool}
	for _, name := range []string{"desk", "floor"} {
		c.DBName = fmt.Sprintf("helpdesk_bench_%d_%s", os.Getpid(), name)
		if _, err := pool.ExecContext(ctx, "CREATE DATABASE "+c.DBName+" CHARACTER SET utf8mb4"); err != nil {
			d.drop()
			return nil, err
		}
		d.names = append(d.names, "mysql:"+c.FormatDSN())
	}
	return d, nil
}

// drop takes the databases away, also after an interrupt.
func (d *databases) drop() {
	for _, name := range d.names {
		c, err := mysql.ParseDSN(strings.TrimPrefix(name, "mysql:"))
		if err == nil {
			_, err = d.pool.Exec("DROP DATABASE " + c.DBName)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "compare:", err)
		}
	}
	_ = d.pool.Close()
}
