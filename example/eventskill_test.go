package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"
)

var (
	killsFlag = flag.Int("kills", 0, "how often TestKilledWritersLoseNoEvents kills a server; 0 is 20 on SQLite and 5 on MariaDB")
	seedFlag  = flag.Uint64("seed", 0, "what TestKilledWritersLoseNoEvents writes and when it kills; 0 takes a random one; "+
		"the writers make the same choices again, but not at the same moments")
)

// TestKilledWritersLoseNoEvents kills servers again and again while they are written to. In
// the end, a reader of the feed and a reader of the stream have seen each event once and in
// the same order. Each write that was answered has exactly its events. Each write that was
// cut off has all of them or none. What the events say adds up to what the database has.
func TestKilledWritersLoseNoEvents(t *testing.T) {
	seed := *seedFlag
	if seed == 0 {
		seed = rand.Uint64()
	}
	f := startFleet(t)
	made := newJournal(t)
	feed, stream := newEventReader(t, f), newEventReader(t, f)
	reading, stopReading := context.WithCancel(t.Context())
	writing, stopWriting := context.WithCancel(t.Context())
	var readers, all sync.WaitGroup
	defer func() { stopWriting(); stopReading(); all.Wait(); readers.Wait() }()
	readers.Go(func() { feed.follow(reading, feed.readPage) })
	readers.Go(func() { stream.follow(reading, stream.readStream) })
	for i := range writers {
		w := &eventWriter{journal: made, fleet: f, server: i % servers, name: fmt.Sprintf("w%d", i)}
		w.r = rand.New(rand.NewPCG(seed, uint64(1+i)))
		all.Go(func() { w.write(writing) })
	}
	kills, r := countKills(), rand.New(rand.NewPCG(seed, 0))
	t.Logf("%d kills, -seed %d", kills, seed)
	for i := range kills {
		if !made.wait(r.IntN(30)) {
			return // a writer has failed
		}
		<-time.After(time.Duration(r.IntN(10_000)) * time.Microsecond)
		f.kill(r.IntN(servers), r.IntN(4) == 0)
		if n := i + 1; n%max(1, kills/10) == 0 {
			t.Logf("kill %d: %s, the feed is at %d, the stream at %d", n, made, feed.at(), stream.at())
		}
	}
	made.wait(30)
	stopWriting()
	all.Wait()

	whole := newEventReader(t, f)
	whole.readAll(t.Context())
	feed.await(whole.at())
	stream.await(whole.at())
	stopReading()
	readers.Wait()
	feed.same("the feed", whole)
	stream.same("the stream", whole)
	compareEvents(t, f, made, whole.seen)
}

// countKills returns how often servers are to be killed.
func countKills() int {
	switch {
	case *killsFlag > 0:
		return *killsFlag
	case testing.Short() || os.Getenv("HELPDESK_TEST_STORE") == "mysql":
		return 5
	}
	return 20
}

// compareEvents compares all events with the writes that clients have made, and with what is
// stored.
func compareEvents(t *testing.T, f *fleet, made *journal, all []seenEvent) {
	t.Helper()
	m := newMirror(t)
	for _, e := range all {
		m.apply(e)
	}
	m.finish()
	happened := made.compare(m.keys)
	m.compare(f.root(0))
	t.Logf("%d events of %s; %d of those cut off have happened", len(all), made, happened)
}

// servers is how many processes serve the same database.
const servers = 2

// fleet is servers on one database, of which some are killed and started again.
type fleet struct {
	t        *testing.T
	database string
	token    string
	running  [servers]struct {
		sync.RWMutex // held while it is killed and started again
		*program
	}
}

// startFleet starts the servers, with the superuser root and a queue.
func startFleet(t *testing.T) *fleet {
	t.Helper()
	f := &fleet{t: t, database: freshDB(t)}
	for i := range f.running {
		f.running[i].program = f.launch("-admin=root:secret")
	}
	root := f.root(0)
	root.send("POST", "/api/queues/", `{"title":"Support","slug":"support"}`).is(201)
	f.token = root.send("POST", "/api/tokens/", `{"name":"campaign"}`).is(201).text("token")
	return f
}

func (f *fleet) launch(args ...string) *program {
	f.t.Helper()
	return launch(f.t, append([]string{anyPort, "-demo=false", f.database}, args...)...)
}

// kill kills a server, or all of them, and starts it again.
func (f *fleet) kill(server int, all bool) {
	f.t.Helper()
	var killed []int
	for i := range f.running {
		if i == server || all {
			f.running[i].Lock()
			defer f.running[i].Unlock()
			_ = f.running[i].cmd.Process.Kill()
			killed = append(killed, i)
		}
	}
	for _, i := range killed {
		f.running[i].program.kill()
		if f.running[i].stderr.Len() > 0 {
			f.t.Logf("server %d wrote:\n%s", i, f.running[i].stderr)
		}
	}
	for _, i := range killed {
		f.running[i].program = f.launch()
	}
}

// root returns a client of a server that has the password of root.
func (f *fleet) root(server int) client {
	c := f.client(server)
	c.username, c.password = "root", "secret"
	return c
}

// client returns a client of a server that has a token of root, once the server runs. It
// needs no time for a password after each start.
func (f *fleet) client(server int) client {
	s := &f.running[server]
	s.RLock()
	defer s.RUnlock()
	return client{f.t, s.url, bearer, f.token}
}
