//go:build cluster

package clustertest

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/mariadb"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage/mysql"
	"github.com/go-helpdesk/helpdesk/user"
)

const (
	kills  = 5
	period = 60 * time.Second // in which the kills happen
	shared = 4                // tickets that all writers write to
)

// TestNodesComeAndGo kills nodes and lets them rejoin, while clients write through each
// node and through whichever node serves. In the end, every acknowledged write must be on
// every node exactly once, with its event. A reader must have seen all events in their order.
func TestNodesComeAndGo(t *testing.T) {
	cluster := mariadb.StartCluster(t)
	n := cluster.Nodes
	database := mariadb.Create(t, cluster.DSN("", n[0]))
	name := database[len(cluster.DSN("", n[0])):]

	first := open(t, cluster.DSN(name, n[0]))
	if err := errors.Join(first.Migrate(t.Context()), first.Ready(t.Context())); err != nil {
		t.Fatal(err)
	}
	seeded := testdesk.Over(t, first, helpdesk.Config{})
	l := newLoad(t, seeded)
	for i, node := range n { // a desk that uses one node, and one that prefers it
		l.serve(open(t, cluster.DSN(name, node)))
		l.desks = append(l.desks, l.serve(open(t, cluster.DSN(name, node, n[(i+1)%3], n[(i+2)%3]))))
	}
	l.seed()

	writing, stop := context.WithCancel(t.Context())
	var writers, reader sync.WaitGroup
	var seen []*event.Event
	done := make(chan struct{})
	reader.Go(func() { seen = followEvents(t, l.desks, 0, done) })
	for i := range l.urls {
		writers.Go(func() { l.write(writing, i, l.createTicket) })
		writers.Go(func() { l.write(writing, i, l.reply) })
		writers.Go(func() { l.write(writing, i, l.readBack) })
	}
	begin := time.Now()
	for i := range kills {
		time.Sleep(time.Until(begin.Add(time.Duration(i) * period / kills)))
		time.Sleep(2 * time.Second)
		node := n[rand.N(len(n))]
		if err := errors.Join(node.Kill(), pause(time.Second), node.Rejoin()); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(time.Until(begin.Add(period)))
	stop()
	writers.Wait()
	close(done)
	reader.Wait()
	l.report()
	l.compareEvents(first, seen)
	l.compare(first, open(t, cluster.DSN(name, n[1])), open(t, cluster.DSN(name, n[2])))
}

func pause(d time.Duration) error { time.Sleep(d); return nil }

func open(t *testing.T, dsn string) *mysql.Store {
	t.Helper()
	s, err := mysql.Open(t.Context(), dsn, mysql.CausalReads(true), mysql.Patience(3*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// serve serves a desk over the store.
func (l *load) serve(s *mysql.Store) *helpdesk.Desk {
	l.Helper()
	desk, err := helpdesk.New(s, helpdesk.Config{Hasher: &user.Hasher{Params: user.Params{Memory: 8, Time: 1, Threads: 1}}})
	if err != nil {
		l.Fatal(err)
	}
	api, err := httpapi.New(desk, httpapi.Config{Authenticator: auth.Basic(desk)})
	if err != nil {
		l.Fatal(err)
	}
	server := httptest.NewServer(api)
	l.Cleanup(server.Close)
	l.urls = append(l.urls, server.URL)
	return desk
}

func (l *load) report() {
	for _, kind := range slices.Sorted(maps.Keys(l.answers)) {
		l.Logf("%s: %d times", kind, l.answers[kind])
	}
}
