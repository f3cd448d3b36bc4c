package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/go-helpdesk/helpdesk/internal/process"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
)

var comments = flag.Int("comments", 128, "MiB of comments on a ticket whose memory is measured")

// How much memory answers may take beyond what an idle server has.
const (
	atOnce     = 16
	maxAnswer  = 8 << 20
	maxAnswers = 64 << 20
)

// attempts is how often an answer is measured that took more than it may. What it needs
// is the smallest of the peaks: a larger one has garbage that a busy machine had not
// come to collect.
const attempts = 6

// TestMemory measures a server in a process of its own that has a ticket with very
// long comments, by every route that shows them: one client alone, which reads the whole
// answer, and 16 at once, which read a quarter of it: they are at their most by then.
func TestMemory(t *testing.T) { // not in parallel: others would make it slow
	if testdesk.Race {
		withoutRaceDetector(t)
		return
	}
	db := freshDB(t)
	filling := launch(t, anyPort, db, "-demo=false", "-admin=admin:admin-pass-1")
	admin := client{t, filling.url, "admin", "admin-pass-1"}
	admin.send("POST", "/api/queues/", `{"title":"Support","slug":"support"}`).is(201)
	admin.send("POST", "/api/users/", `{"username":"req","password":"long-enough-9","email":"req@example.com"}`).is(201)
	text := strings.Repeat("x", 1_900_000)
	admin.send("POST", "/api/tickets/", `{"queue":1,"title":"x","submitter_email":"req@example.com","description":"`+text+`"}`).is(201)
	for n := 0; n < *comments<<20; n += len(text) {
		admin.send("POST", "/api/followups/", `{"ticket":1,"public":true,"comment":"`+text+`"}`).is(201)
	}
	// A resolution is in the history, too.
	admin.send("POST", "/api/followups/", `{"ticket":1,"new_status":3,"public":true,"comment":"`+text[:100_000]+`"}`).is(201)
	admin.send("POST", "/api/tickets/", `{"queue":1,"title":"y"}`).is(201)
	filling.stop(syscall.SIGTERM)

	req := client{t, "", "req", "long-enough-9"}
	for _, r := range []struct {
		as                 client
		method, path, body string
	}{
		{admin, "GET", "/api/tickets/?page=1&page_size=1", ""},
		{admin, "GET", "/api/tickets/", ""},
		{admin, "GET", "/api/tickets/1/", ""},
		{admin, "PATCH", "/api/tickets/1/", `{"title":"z"}`},
		{admin, "GET", "/api/tickets/1/history/", ""},
		{admin, "GET", "/api/followups/", ""},
		{admin, "GET", "/api/followups/?page=2&page_size=5", ""},
		{admin, "GET", "/api/followups/2/", ""},
		{req, "GET", "/api/user_tickets/", ""},
		{req, "GET", "/api/user_tickets/1/", ""},
		{req, "GET", "/api/user_tickets/1/followups/", ""},
	} {
		for _, clients := range []int{1, atOnce} {
			most, length := int64(maxAnswers), int64(*comments)<<20/4
			if clients == 1 {
				most, length = maxAnswer, math.MaxInt64
			}
			smallest := int64(math.MaxInt64)
			for n := 0; n < attempts && smallest > most; n++ {
				above := peakOf(t, launch(t, anyPort, db, "-demo=false", "-admin=admin:admin-pass-1"), admin, r.as,
					func(c client) error {
						return together(clients, func() error { return discard(t.Context(), c, r.method, r.path, r.body, length) })
					})
				t.Logf("%s %s, %d at once: %.1f MiB above idle", r.method, r.path, clients, float64(above)/(1<<20))
				smallest = min(smallest, above)
			}
			if smallest > most {
				t.Errorf("%s %s, %d at once: never less than %d MiB above idle", r.method, r.path, clients, smallest>>20)
			}
		}
	}
}

// withoutRaceDetector runs the test in a binary without the race detector, which has memory
// of its own, and is slow at reading gigabytes.
func withoutRaceDetector(t *testing.T) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "example.test")
	if out, err := exec.CommandContext(t.Context(), "go", "test", "-race=false", "-c", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	only := "^" + t.Name() + "$"
	cmd := exec.CommandContext(t.Context(), binary, "-test.v", "-test.run", only, fmt.Sprintf("-comments=%d", *comments))
	if kind, dsn, _ := strings.Cut(testdesk.Database(t), ":"); kind == "mysql" {
		cmd.Env = append(os.Environ(), "HELPDESK_TEST_MYSQL_DSN="+dsn) // the server that runs already
	}
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("without the race detector: %v", err)
	}
}

// peakOf returns how much more memory a server takes while send runs than when it is
// idle, and ends the server.
func peakOf(t *testing.T, server *program, admin, as client, send func(client) error) int64 {
	t.Helper()
	defer server.stop(syscall.SIGTERM)
	admin.base, as.base = server.url, server.url
	// To log in takes memory, on purpose, and so do the connections of the first read and write.
	err := errors.Join(
		together(atOnce, func() error { return discard(t.Context(), as, "GET", "/api/users/me/", "", math.MaxInt64) }),
		discard(t.Context(), admin, "PATCH", "/api/tickets/2/", `{"title":"y"}`, math.MaxInt64))
	if err != nil {
		t.Fatal(err)
	}
	idle, err := process.Anon(server.cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	peak := process.PeakAnon(ctx, server.cmd.Process.Pid)
	err = send(as)
	stop()
	if err != nil {
		t.Fatal(err)
	}
	return <-peak - idle
}

// together runs fn n times at once.
func together(n int, fn func() error) error {
	errs := make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { errs[i] = fn() })
	}
	group.Wait()
	return errors.Join(errs...)
}

// discard sends a request, and reads that much of the answer without keeping it.
func discard(ctx context.Context, c client, method, path, body string, length int64) error {
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.SetBasicAuth(c.username, c.password)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(response.Body, length)); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s", method, path, response.Status)
	}
	return nil
}
