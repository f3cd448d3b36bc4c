package main

import (
	"context"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/bench"
	"github.com/go-helpdesk/helpdesk/internal/bench/rig"
	"github.com/go-helpdesk/helpdesk/user"
)

// These are the sizes of the crowd and of the measurement.
const (
	accounts = 25
	each     = 8 // answers of an account
	comments = 4
	size     = 1_900_000 // bytes of a comment
	password = "long-enough-9"
	writes   = 2000
	tickets  = 200
)

func main() {
	store := flag.String("store", "sqlite", "databases: sqlite, mysql or both")
	mysql := flag.String("mysql", os.Getenv("HELPDESK_TEST_MYSQL_DSN"), "`DSN` of a MariaDB server; without it a private one is started")
	d := flag.Duration("d", 5*time.Second, "duration of each measurement")
	flag.Parse()
	bench.Main(func(ctx context.Context) error {
		databases, err := bench.Stores(*store)
		for _, kind := range databases {
			err = errors.Join(err, measure(ctx, kind, *mysql, *d))
		}
		return err
	})
}

func measure(ctx context.Context, kind, mysql string, d time.Duration) error {
	r, err := rig.New(ctx, mysql, "", "serve", "seed")
	if err != nil {
		return err
	}
	defer r.Close()
	db, err := r.Database(ctx, kind, "hostile")
	if err != nil {
		return err
	}
	if err := r.Seed(ctx, 0, "-desk", db); err != nil { // accounts and queues
		return err
	}
	if err := register(ctx, db); err != nil {
		return err
	}
	s, err := r.Start(ctx, "serve", "-db", db)
	if err != nil {
		return err
	}
	defer s.Stop()
	path, err := fill(ctx, s)
	if err != nil {
		return err
	}
	var calm time.Duration
	for _, when := range []string{"calm", "beside 200 that read nothing", "beside 200 that read slowly"} {
		clients, stop := &crowd{}, func() {}
		if when != "calm" {
			reading, cancel := context.WithCancel(ctx)
			stop = cancel
			if err := clients.gather(reading, s.URL, path, strings.HasSuffix(when, "slowly")); err != nil {
				return errors.Join(err, clients.leave(cancel))
			}
		}
		p50, p99, err := innocent(ctx, s, d)
		if err != nil {
			return errors.Join(err, clients.leave(stop))
		}
		fmt.Printf("%-30s p50 %8.2f ms  p99 %8.2f ms", when, ms(p50), ms(p99))
		if when == "calm" {
			calm = p99
		} else {
			fmt.Printf("  %.1f times", float64(p99)/float64(calm))
		}
		fmt.Println()
		if when == "beside 200 that read slowly" {
			err = write(ctx, s, db)
		}
		if err := errors.Join(err, clients.leave(stop)); err != nil {
			return err
		}
	}
	return nil
}

func ms(d time.Duration) float64 { return d.Seconds() * 1000 }

// register creates the accounts, which share an address.
func register(ctx context.Context, db string) (err error) {
	store, err := bench.OpenStore(ctx, db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	desk, err := helpdesk.New(store, helpdesk.Config{})
	if err != nil {
		return err
	}
	for i := range accounts {
		u := &user.User{Username: fmt.Sprintf("hostile%d", i), Email: "hostile@example.com", Active: true}
		if _, err := desk.CreateUser(ctx, helpdesk.System(), u, password); err != nil {
			return err
		}
	}
	return nil
}

// fill creates tickets, one of them with long comments.
func fill(ctx context.Context, s *rig.Server) (path string, err error) {
	post := func(path, body string) (id int64, err error) {
		answer, err := s.Fetch(ctx, bench.Request{Path: path, Body: body})
		if err != nil {
			return 0, err
		}
		object, _ := answer.(map[string]any)
		n, _ := object["id"].(float64)
		return int64(n), nil
	}
	for i := range tickets {
		if _, err := post("/api/tickets/", fmt.Sprintf(`{"queue":1,"title":"%d","description":"It does not print."}`, i)); err != nil {
			return "", err
		}
	}
	id, err := post("/api/tickets/", `{"queue":1,"title":"long","submitter_email":"hostile@example.com"}`)
	if err != nil {
		return "", err
	}
	text := strings.Repeat("x", size)
	for range comments {
		if _, err := post("/api/followups/", fmt.Sprintf(`{"ticket":%d,"public":true,"comment":%q}`, id, text)); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("/api/user_tickets/%d/followups/", id), nil
}

// crowd is a number of clients that read nothing, or slowly.
type crowd struct {
	conns   []net.Conn
	reading sync.WaitGroup
}

// gather opens the connections. Slow clients read a little at a time.
func (c *crowd) gather(ctx context.Context, url, path string, slowly bool) error {
	host, err := bench.Loopback(strings.TrimPrefix(url, "http://"))
	if err != nil {
		return err
	}
	for i := range accounts * each {
		conn, err := net.DialTCP("tcp", nil, host)
		if err != nil {
			return err
		}
		c.conns = append(c.conns, conn)
		if err := conn.SetReadBuffer(4 << 10); err != nil {
			return err
		}
		login := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "hostile%d:%s", i/each, password))
		if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Basic %s\r\n\r\n", path, host, login); err != nil {
			return err
		}
		// The answer has begun, so the slow login of the account is over.
		if _, err := io.ReadFull(conn, make([]byte, 12)); err != nil {
			return err
		}
		if slowly {
			c.reading.Go(func() {
				for some := make([]byte, 512); ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
					if _, err := conn.Read(some); err != nil {
						return
					}
				}
			})
		}
	}
	return nil
}

// leave closes the connections.
func (c *crowd) leave(stop func()) error {
	stop()
	var all error
	for _, conn := range c.conns {
		all = errors.Join(all, conn.Close())
	}
	c.reading.Wait()
	return all
}

// innocent reads tickets, one after the other, for a while.
func innocent(ctx context.Context, s *rig.Server, d time.Duration) (p50, p99 time.Duration, err error) {
	var took []time.Duration
	for i, until := 0, time.Now().Add(d); time.Now().Before(until) || len(took) < 100; i++ {
		start := time.Now()
		if _, err := s.Fetch(ctx, bench.Request{Path: fmt.Sprintf("/api/tickets/%d/", 1+i%tickets)}); err != nil {
			return 0, 0, err
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	return took[len(took)/2], took[len(took)*99/100], nil
}

// write makes writes and prints the size of the write-ahead log after them.
func write(ctx context.Context, s *rig.Server, db string) error {
	for i := range writes {
		answer, err := s.Do(ctx, http.MethodPost, "/api/tickets/", "application/json",
			strings.NewReader(fmt.Sprintf(`{"queue":1,"title":"%d"}`, i)))
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, answer.Body)
		if err := errors.Join(err, answer.Body.Close()); err != nil {
			return err
		}
	}
	file, found := strings.CutPrefix(db, "sqlite:")
	if !found {
		return nil
	}
	log, err := os.Stat(file + "-wal")
	if err != nil {
		return err
	}
	fmt.Printf("write-ahead log after %d writes: %.1f MB\n", writes, float64(log.Size())/1e6)
	return nil
}
