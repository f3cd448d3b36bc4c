package mysql_test

import (
	"bytes"
	"errors"
	"net"
	"sync/atomic"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	"github.com/go-helpdesk/helpdesk/internal/mariadb"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/mysql"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// line is a way to a server that can be cut at a word of a statement.
type line struct {
	net.Listener
	server string
	word   atomic.Pointer[string] // nil lets everything pass
	pass   atomic.Bool            // the statement reaches the server, its answer is lost
}

func newLine(t *testing.T, dsn string) (l *line, through string) {
	t.Helper()
	c, err := driver.ParseDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	l = &line{server: c.Addr}
	if l.Listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go l.carry(client)
		}
	}()
	c.Addr = l.Addr().String()
	return l, c.FormatDSN()
}

func (l *line) cutAt(word string, pass bool) {
	l.pass.Store(pass)
	l.word.Store(&word)
}

func (l *line) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", l.server)
	if err != nil {
		return
	}
	defer server.Close()
	var lose atomic.Bool // the next answer, and the client learns of it only then
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		for part := make([]byte, 64<<10); ; {
			n, err := server.Read(part)
			if err != nil || lose.Load() {
				return
			}
			if _, err := client.Write(part[:n]); err != nil {
				return
			}
		}
	}()
	for part := make([]byte, 64<<10); ; {
		n, err := client.Read(part)
		if err != nil {
			return
		}
		word := l.word.Load()
		cut := word != nil && bytes.Contains(part[:n], []byte(*word)) && l.word.CompareAndSwap(word, nil)
		if cut && !l.pass.Load() {
			return
		}
		if cut {
			lose.Store(true)
		}
		if _, err := server.Write(part[:n]); err != nil {
			return
		}
		if cut {
			<-answered
			return
		}
	}
}

func TestLostDuringCommit(t *testing.T) {
	ctx := t.Context()
	for _, committed := range []bool{false, true} {
		l, dsn := newLine(t, mariadb.Database(t))
		for name, s := range map[string]*mysql.Store{"Open": openDSN(t, dsn), "New": mysql.New(pool(t, dsn))} {
			if err := s.Migrate(ctx); err != nil {
				t.Fatal(err)
			}
			l.cutAt("\x03COMMIT", committed) // a query of that word
			runs := 0
			err := s.Update(ctx, func(tx storage.Tx) error {
				runs++
				return insert(ctx, tx, name)
			})
			if !errors.Is(err, storage.ErrUnknownOutcome) || errors.Is(err, storage.ErrBusy) || runs != 1 {
				t.Errorf("%s: %d runs, error %v", name, runs, err)
			}
			view(t, s, func(tx storage.Tx) error {
				_, err := tx.Users().ByUsername(ctx, user.Key(name))
				if committed != (err == nil) {
					t.Errorf("%s: committed %t, found %v", name, committed, err)
				}
				return nil
			})
		}
	}
}

func TestLostBeforeCommit(t *testing.T) {
	ctx := t.Context()
	l, dsn := newLine(t, mariadb.Database(t))
	s := openDSN(t, dsn)
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, word string
		store      storage.Store
		runs       int
	}{
		{"opened", "INSERT INTO", s, 2},
		{"of the host's", "INSERT INTO", mysql.New(pool(t, dsn)), 2},
		{"at the start", "START TRANSACTION", mysql.New(pool(t, dsn)), 1},
	} {
		l.cutAt(c.word, true)
		runs := 0
		err := c.store.Update(ctx, func(tx storage.Tx) error {
			runs++
			return insert(ctx, tx, c.name)
		})
		if err != nil || runs != c.runs {
			t.Errorf("%s: %d runs, error %v", c.name, runs, err)
		}
	}
	l.cutAt("CONSISTENT SNAPSHOT", true)
	view(t, s, func(tx storage.Tx) error {
		n, err := tx.Users().Count(ctx, user.Filter{})
		if err == nil && n != 3 {
			t.Errorf("%d users", n)
		}
		return err
	})
	runs := 0
	err := s.View(ctx, func(tx storage.Tx) error {
		runs++
		if _, err := tx.Users().Count(ctx, user.Filter{}); err != nil {
			return err
		}
		l.cutAt("SELECT", true)
		_, err := tx.Queues().Count(ctx, ticket.QueueFilter{}) // not prepared yet
		return err
	})
	if !errors.Is(err, storage.ErrBusy) || runs != 1 {
		t.Errorf("a view that was cut: %d runs, error %v", runs, err)
	}
}
