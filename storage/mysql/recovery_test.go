package mysql_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/mariadb"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/mysql"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// TestRecovery kills the server ten times while a desk writes. What the desk
// acknowledged is there, nothing is there twice, and the desk goes on when the
// server does.
func TestRecovery(t *testing.T) {
	ctx := t.Context()
	server := mariadb.Start(t)
	store := openDSN(t, mariadb.Create(t, server.DSN("")), mysql.Patience(500*time.Millisecond))
	if err := store.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	l := &load{desk: testdesk.Over(t, store, helpdesk.Config{}), acknowledged: map[string]bool{}}
	writing, stop := context.WithCancel(ctx)
	var writers sync.WaitGroup
	for i := range 4 {
		writers.Go(func() {
			for n := 0; writing.Err() == nil; n++ {
				l.create(t, fmt.Sprintf("%d of %d", n, i))
			}
		})
	}
	for range 10 {
		l.progress(20)
		time.Sleep(rand.N(200 * time.Millisecond))
		if err := errors.Join(server.Kill(), server.Restart()); err != nil {
			t.Fatal(err)
		}
	}
	l.progress(20)
	stop()
	writers.Wait()
	l.compare(t, store)
}

// load is what a desk was asked to write.
type load struct {
	desk         *testdesk.Desk
	mu           sync.Mutex
	acknowledged map[string]bool // by title; false when it failed
	successes    int
}

func (l *load) create(t *testing.T, title string) {
	added := &ticket.Ticket{Title: title, QueueID: l.desk.Queues["support"].ID, Status: ticket.Open, Priority: ticket.Normal}
	_, err := l.desk.CreateTicket(t.Context(), helpdesk.System(), added)
	if err != nil && !errors.Is(err, storage.ErrBusy) && !errors.Is(err, storage.ErrUnknownOutcome) {
		t.Error(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.acknowledged[title] = err == nil; err == nil {
		l.successes++
	}
}

// progress waits for n writes to succeed.
func (l *load) progress(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for want := l.successes + n; l.successes < want; {
		l.mu.Unlock()
		time.Sleep(10 * time.Millisecond)
		l.mu.Lock()
	}
}

func (l *load) compare(t *testing.T, store storage.Store) {
	t.Helper()
	found := map[string]int{}
	view(t, store, func(tx storage.Tx) error {
		clear(found)
		tickets, err := tx.Tickets().List(t.Context(), ticket.Query{Scope: ticket.Scope{All: true}, Limit: 1 << 30})
		for _, one := range tickets {
			found[one.Title]++
		}
		return err
	})
	for title, acknowledged := range l.acknowledged {
		if n := found[title]; n > 1 || acknowledged && n == 0 {
			t.Errorf("ticket %q is there %d times; acknowledged: %t", title, n, acknowledged)
		}
	}
	t.Logf("%d of %d writes acknowledged, %d tickets", l.successes, len(l.acknowledged), len(found))
}
