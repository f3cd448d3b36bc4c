package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A server that closes the connection after each answer can be measured too. Requests that
// it refuses count as failed.
func TestClient(t *testing.T) {
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		switch asked.Add(1) {
		case 2:
			w.Header().Set("Connection", "close")
		case 4:
			w.WriteHeader(http.StatusBadRequest)
		case 6:
			panic(http.ErrAbortHandler)
		}
		_, _ = w.Write([]byte("answer"))
	}))
	defer server.Close()
	o := &options{host: strings.TrimPrefix(server.URL, "http://"), scenario: "get", tickets: 10, until: time.Now().Add(time.Minute)}
	o.left.Store(8)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	all := client(ctx, o, 0)
	r := summary(all, time.Second)
	if r.Requests != 8 || r.Errors != 2 || r.Bytes != 7*6 || r.PerSecond != 6 {
		t.Errorf("%+v", r)
	}
	for i, s := range all {
		if s.failed != (i == 3 || i == 5) {
			t.Errorf("%d: %+v", i, s)
		}
	}
	if r.P50 <= 0 || r.FirstByte <= 0 || r.FirstByteMax < r.FirstByte || r.P95 < r.P50 {
		t.Errorf("%+v", r)
	}
}

func TestSummary(t *testing.T) {
	var all []sample
	for i := range 100 {
		ms := time.Duration(100-i) * time.Millisecond
		all = append(all, sample{first: ms / 2, whole: ms, bytes: 10})
	}
	r := summary(all, 2*time.Second)
	if r.PerSecond != 50 || r.P50 != 51 || r.P95 != 96 || r.P99 != 100 || r.FirstByte != 25.5 || r.FirstByteMax != 50 || r.Bytes != 1000 {
		t.Errorf("%+v", r)
	}
	if r := summary([]sample{{failed: true}}, time.Second); r.Requests != 1 || r.Errors != 1 || r.P50 != 0 {
		t.Errorf("%+v", r)
	}
}
