package main

import (
	"context"
	"flag"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-helpdesk/helpdesk/internal/bench"
)

const (
	readers = 4
	writers = 8 // of SQLite there can be one
)

func main() {
	db := flag.String("db", "sqlite:floor.db", "sqlite:`PATH` or mysql:DSN")
	addr := flag.String("addr", "127.0.0.1:0", "loopback `address`")
	full := flag.Bool("full", false, "have SQLite's commits survive a power failure")
	flag.Parse()
	bench.Main(func(ctx context.Context) error {
		s, err := newServer(*db, *full)
		if err != nil {
			return err
		}
		return bench.Serve(ctx, *addr, s)
	})
}

// server lends its connections to requests.
type server struct {
	readers, writers chan *conn
	snapshots        bool // the queries of an answer are in one transaction
}

func newServer(db string, full bool) (*server, error) {
	dial, isMySQL, err := dialer(db, full)
	if err != nil {
		return nil, err
	}
	s := &server{make(chan *conn, readers), make(chan *conn, writers), !isMySQL}
	if !isMySQL {
		s.writers = make(chan *conn, 1)
	}
	for _, pool := range []chan *conn{s.writers, s.readers} { // the first makes it WAL
		for range cap(pool) {
			dc, err := dial()
			if err != nil {
				return nil, err
			}
			c, err := newConn(dc, isMySQL, pool == s.writers)
			if err != nil {
				return nil, err
			}
			pool <- c
		}
	}
	return s, nil
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var err error
	id, one := strings.CutPrefix(r.URL.Path, "/api/tickets/")
	switch {
	case r.Method == http.MethodPost && r.URL.Path == "/api/followups/":
		err = s.write(func(c *conn) error { return c.create(w, r, addFollowUp) })
	case r.Method == http.MethodPost && r.URL.Path == "/api/tickets/":
		err = s.write(func(c *conn) error { return c.create(w, r, addTicket) })
	case one && id == "":
		err = s.read(func(c *conn) error { return c.list(w, r) })
	case one:
		n, _ := strconv.ParseInt(strings.TrimSuffix(id, "/"), 10, 64) // 0 is nobody's
		err = s.read(func(c *conn) error { return c.ticket(w, r, n) })
	default:
		http.NotFound(w, r)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (s *server) write(fn func(*conn) error) error {
	c := <-s.writers
	defer func() { s.writers <- c }()
	return fn(c)
}

func (s *server) read(fn func(*conn) error) error {
	c := <-s.readers
	defer func() { s.readers <- c }()
	if !s.snapshots {
		return fn(c)
	}
	return c.within(func() error { return fn(c) })
}

func send(w http.ResponseWriter, status int, body []byte) {
	h := w.Header()
	h["Content-Type"] = []string{"application/json"}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may be gone
}
