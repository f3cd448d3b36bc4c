package httpapi_test

import (
	"context"
	"expvar"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"

	"github.com/go-helpdesk/helpdesk/httpapi"
)

// Publishing what requests cost at /debug/vars.
func ExampleConfig_expvar() {
	desk, done := exampleDesk()
	defer done()

	requests, seconds, statements := new(expvar.Map), new(expvar.Map), new(expvar.Map)
	api, err := httpapi.New(desk, httpapi.Config{Observe: func(_ context.Context, m httpapi.Metrics) {
		label := fmt.Sprint(m.Method, " ", m.Route, " ", m.Status)
		requests.Add(label, 1)
		seconds.AddFloat(label, m.Duration.Seconds())
		statements.Add(label, int64(m.Statements))
	}})
	if err != nil {
		log.Print(err)
		return
	}
	// In a program: expvar.Publish("desk_requests", requests), and so on.

	for _, path := range []string{"/api/", "/api/tickets/1/", "/api/tickets/2/"} {
		api.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
	}
	fmt.Println(requests)
	// Output: {"GET / 200": 1, "GET /tickets/:id 401": 2}
}

// promMetrics serves request metrics in the Prometheus text format.
type promMetrics struct {
	mu     sync.Mutex
	series map[string]*promSeries // by labels
}

type promSeries struct {
	requests, statements int
	seconds              float64
}

// Observe is for httpapi.Config.
func (p *promMetrics) Observe(_ context.Context, m httpapi.Metrics) {
	labels := fmt.Sprintf(`{method=%q,route=%q,status="%d"}`, m.Method, m.Route, m.Status)
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.series[labels]
	if s == nil {
		s = &promSeries{}
		p.series[labels] = s
	}
	s.requests++
	s.statements += m.Statements
	s.seconds += m.Duration.Seconds()
}

// ServeHTTP answers a scrape.
func (p *promMetrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	for _, metric := range []struct {
		name  string
		value func(*promSeries) any
	}{
		{"helpdesk_requests_total", func(s *promSeries) any { return s.requests }},
		{"helpdesk_request_seconds_total", func(s *promSeries) any { return s.seconds }},
		{"helpdesk_statements_total", func(s *promSeries) any { return s.statements }},
	} {
		_, _ = fmt.Fprintf(w, "# TYPE %s counter\n", metric.name)
		for _, labels := range slices.Sorted(maps.Keys(p.series)) {
			_, _ = fmt.Fprintf(w, "%s%s %v\n", metric.name, labels, metric.value(p.series[labels]))
		}
	}
}

// Serving what requests cost to Prometheus, without a library for it.
func ExampleConfig_prometheus() {
	desk, done := exampleDesk()
	defer done()

	metrics := &promMetrics{series: map[string]*promSeries{}}
	api, err := httpapi.New(desk, httpapi.Config{Observe: metrics.Observe})
	if err != nil {
		log.Print(err)
		return
	}
	mux := http.NewServeMux()
	mux.Handle("/api/", api)
	mux.Handle("/metrics", metrics)

	server := httptest.NewServer(mux)
	defer server.Close()
	for _, path := range []string{"/api/", "/api/tickets/1/", "/api/tickets/2/", "/metrics"} {
		resp, err := http.Get(server.URL + path)
		if err != nil {
			fmt.Println(err)
			return
		}
		body, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		for line := range strings.Lines(string(body)) {
			if strings.HasPrefix(line, "helpdesk_requests_total") {
				fmt.Print(line)
			}
		}
	}
	// Output:
	// helpdesk_requests_total{method="GET",route="/",status="200"} 1
	// helpdesk_requests_total{method="GET",route="/tickets/:id",status="401"} 2
}
