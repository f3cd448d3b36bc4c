package httpapi_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
)

// BenchmarkAuthentication measures what Basic authentication costs after the first
// request: basic/none should be at most 1.05. Requests with it and requests that
// need none take turns on one connection, since two differ by more than that, and
// the ratio is the median over many short batches: what else the machine does meets
// both, or few batches. An operation is a batch.
func BenchmarkAuthentication(b *testing.B) {
	const pairs = 10 // of requests in a batch
	a := newAPI(b, httpapi.Config{})
	a.Fill(b, 25)
	open := serve(a.Desk, a.log, httpapi.Config{Authenticator: auth.Func(func(*http.Request) (auth.Identity, error) {
		return auth.Identity{User: a.Users["staff"]}, nil
	})})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header["Authorization"] == nil {
			open.ServeHTTP(w, r)
		} else {
			a.ServeHTTP(w, r)
		}
	}))
	b.Cleanup(server.Close)
	for _, path := range []string{"/api/tickets/1/", "/api/tickets/?page_size=25"} {
		b.Run("GET "+path, func(b *testing.B) {
			c := connect(b, server)
			none, basic := encode(b, path, ""), encode(b, path, "staff")
			c.ask(b, basic) // the first
			var nones, basics, ratios []float64
			for b.Loop() {
				var n, s time.Duration
				for i := range pairs {
					if i%2 == 0 { // or one would always follow the other
						n += c.ask(b, none)
					}
					s += c.ask(b, basic)
					if i%2 != 0 {
						n += c.ask(b, none)
					}
				}
				nones, basics, ratios = append(nones, n.Seconds()), append(basics, s.Seconds()), append(ratios, s.Seconds()/n.Seconds())
			}
			b.ReportMetric(median(nones)/pairs*1e6, "none-µs")
			b.ReportMetric(median(basics)/pairs*1e6, "basic-µs")
			b.ReportMetric(median(ratios), "basic/none")
		})
	}
}

// connection sends requests by raw bytes: a client that did more would hide what
// the server does.
type connection struct {
	net.Conn
	in *bufio.Reader
}

func connect(b *testing.B, server *httptest.Server) *connection {
	b.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	check(b, err)
	b.Cleanup(func() { check(b, conn.Close()) })
	return &connection{conn, bufio.NewReader(conn)}
}

// encode is a request of an account, "" for nobody, as it is sent.
func encode(b *testing.B, path, as string) []byte {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, nil)
	if as != "" {
		r.SetBasicAuth(as, testdesk.Password(as))
	}
	var raw bytes.Buffer
	check(b, r.Write(&raw))
	return raw.Bytes()
}

// ask sends a request, and returns how long the answer took.
func (c *connection) ask(b *testing.B, request []byte) time.Duration {
	b.Helper()
	start := time.Now()
	_, err := c.Write(request)
	check(b, err)
	answer, err := http.ReadResponse(c.in, nil)
	check(b, err)
	_, err = io.Copy(io.Discard, answer.Body)
	took := time.Since(start)
	check(b, err)
	equal(b, answer.StatusCode, http.StatusOK)
	return took
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}
