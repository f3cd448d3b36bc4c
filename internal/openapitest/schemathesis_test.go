package openapitest

import (
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
)

var (
	examples = flag.Int("examples", 25, "how many requests schemathesis makes up for each operation")
	seed     = flag.Int("seed", 1, "what the requests of schemathesis depend on; the same seed makes the same requests")
)

// excluded has the checks that cannot hold: a request that keeps to the document may name
// an object that does not exist, and the API takes values of another type where it can
// convert them, such as "1" for 1.
const excluded = "positive_data_acceptance,negative_data_rejection"

// TestSchemathesis has schemathesis make up requests from the document of each kind of
// account, and check every answer.
func TestSchemathesis(t *testing.T) {
	program, err := filepath.Abs(filepath.Join("..", "..", ".bin", "schemathesis", "bin", "schemathesis"))
	check(t, err)
	if _, err := os.Stat(program); err != nil {
		t.Fatalf("%v; make test-openapi installs it", err)
	}
	for _, account := range []string{"admin", "staff", "jane"} {
		t.Run(account, func(t *testing.T) {
			t.Parallel()
			var answers tally
			url, secret := serve(t, account, &answers)
			args := []string{"run", url + "/api/openapi.json", "--no-color", "--checks", "all", "--exclude-checks", excluded,
				"--max-examples", strconv.Itoa(*examples), "--header", "Authorization: Bearer " + secret,
				"--seed", strconv.Itoa(*seed), "--generation-database", "none", "--suppress-health-check", "all", "--warnings", "off"}
			cmd := exec.CommandContext(t.Context(), program, args...)
			cmd.Dir = t.TempDir()
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, out)
				return
			}
			t.Logf("%s\nanswers: %v", out, answers.counts)
			for answer, least := range map[string]int{"GET 200": 100, "POST 201": 5} {
				if n := answers.counts[answer]; n < least {
					t.Errorf("%d answers %s, want %d: nearly all requests are refused", n, answer, least)
				}
			}
		})
	}
}

// tally counts answers by method and status.
type tally struct {
	mu     sync.Mutex
	counts map[string]int // such as "GET 200"
}

func (y *tally) observe(_ context.Context, m httpapi.Metrics) {
	y.mu.Lock()
	defer y.mu.Unlock()
	if y.counts == nil {
		y.counts = map[string]int{}
	}
	y.counts[m.Method+" "+strconv.Itoa(m.Status)]++
}

// streamTime is how long streams of events are read.
const streamTime = 50 * time.Millisecond

// serve serves a new desk with sample data. It returns the URL and a token of an account.
func serve(t *testing.T, account string, answers *tally) (url, secret string) {
	t.Helper()
	d := testdesk.New(t, helpdesk.Config{Unthrottled: true})
	fill(t, d)
	k := keep(t, d, account)
	h, err := httpapi.New(d.Desk, httpapi.Config{Authenticator: auth.Bearer(k), Observe: answers.observe})
	check(t, err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := k.restore(r.Context()); err != nil {
			t.Errorf("before %s %s: %v", r.Method, r.URL, err)
		}
		if strings.HasSuffix(r.URL.Path, "/stream/") { // which has no end of its own
			ctx, stop := context.WithTimeout(r.Context(), streamTime)
			defer stop()
			r = r.WithContext(ctx)
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, k.secret
}

// fill makes sample data to which each account has contributed, so that none of them can be
// deleted.
func fill(t *testing.T, d *testdesk.Desk) {
	t.Helper()
	ctx := t.Context()
	check(t, open(ctx, d.Desk, d.Queues["support"].ID))
	d.Fill(t, 12)
	_, err := d.CreateTicket(ctx, d.Users["admin"], &ticket.Ticket{QueueID: d.Queues["billing"].ID, Title: "Two invoices"})
	check(t, err)
	_, err = d.CreateRequesterReply(ctx, d.Users["jane"], testdesk.JanesTicket(12, 0), "It is broken again.")
	check(t, err)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
