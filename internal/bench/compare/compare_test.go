package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/bench"
	"github.com/go-helpdesk/helpdesk/internal/bench/rig"
)

// The test runs a comparison and does not look at times. A desk with few tickets takes
// the place of the peer.
func TestCompare(t *testing.T) {
	o := &options{
		tickets: 50, requests: 5, rounds: 1, duration: 10 * time.Minute, json: true,
		databases: []string{"sqlite"}, connections: []int{2},
		scenarios: []string{"create", "get", "page25", "last10", "list", "followup"},
		peerUser:  bench.Login, peerRequests: 3, peerDuration: time.Minute,
	}
	r, err := rig.New(t.Context(), "", "", "floor", "load", "seed", "serve")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	standIn, err := r.Desk(t.Context(), "sqlite", o.tickets)
	if err != nil {
		t.Fatal(err)
	}
	defer standIn.Stop()
	o.peer = standIn.URL
	var out bytes.Buffer
	if err := errors.Join(o.check(), run(t.Context(), o, r, &out)); err != nil {
		t.Fatal(err)
	}
	var cells []*cell
	if err := json.Unmarshal(out.Bytes(), &cells); err != nil {
		t.Fatal(err)
	}
	if len(cells) != len(o.scenarios) {
		t.Errorf("%d cells", len(cells))
	}
	for _, c := range cells {
		for i := range o.rounds {
			if c.Ours[i].Requests != o.requests || c.Floor[i].Requests != o.requests || c.Peer[i].Requests != o.peerRequests {
				t.Errorf("%s: %+v, %+v, %+v", c.Scenario, c.Ours, c.Floor, c.Peer)
			}
		}
		if c.Ratio.Min <= 0 || c.Ratio.Median < c.Ratio.Min || c.Ratio.Max < c.Ratio.Median || c.PeerRatio.Min <= 0 {
			t.Errorf("%s: ratios %v, %v", c.Scenario, c.Ratio, c.PeerRatio)
		}
	}
}

func TestPeerIsRefused(t *testing.T) {
	peer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"count":200,"results":[]}`))
	}))
	defer peer.Close()
	for _, o := range []*options{
		{peer: peer.URL, peerUser: bench.Login, tickets: 100},
		{peer: peer.URL, peerUser: bench.Login, tickets: 201},
		{peer: peer.URL, peerUser: "staff", tickets: 200},
		{peer: "http://192.0.2.1:80", peerUser: bench.Login, tickets: 200},
		{peer: strings.TrimPrefix(peer.URL, "http://"), peerUser: bench.Login, tickets: 200},
	} {
		if _, err := peers(t.Context(), o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
	if others, err := peers(t.Context(), &options{peer: peer.URL + "/", peerUser: bench.Login, tickets: 200}); err != nil ||
		len(others) != 1 {
		t.Error(others, err)
	}
}

func TestPeerRequests(t *testing.T) {
	o := &options{requests: 1000, duration: time.Second, peerRequests: 3, peerDuration: time.Minute}
	m := &measurement{database: "mysql", connections: 8}
	if l := o.load(m, ours, "7"); l.Requests != 1000 || l.Duration != time.Second || l.PIDs != "7" {
		t.Errorf("%+v", l)
	}
	if l := o.load(m, peer, "7"); l.Requests != 8 || l.Duration != time.Minute || l.PIDs != "" {
		t.Errorf("%+v", l)
	}
}

func TestLacks(t *testing.T) {
	for _, c := range []struct {
		v, other   string
		sameLength bool
		want       string
	}{
		{`{"a":1,"b":2}`, `{"a":"x"}`, true, ""},
		{`{"a":1}`, `{"a":1,"b":2}`, true, "x.b"},
		{`{"a":[{"b":1},{"b":1}]}`, `{"a":[{"b":1},{}]}`, true, ""},
		{`{"a":[{"b":1},{}]}`, `{"a":[{"b":1},{"b":1}]}`, true, "x.a[1].b"},
		{`[1,2]`, `[1]`, true, "x of length 1"},
		{`[1,2]`, `[1]`, false, ""},
		{`[1]`, `[1,2]`, false, ""},
		{`[]`, `[1]`, false, "x of length 1"},
		{`{"a":null}`, `{"a":[1]}`, false, "x.a of length 1"},
		{`[{}]`, `[{"b":1}]`, false, "x[0].b"},
	} {
		var v, other any
		if err := errors.Join(json.Unmarshal([]byte(c.v), &v), json.Unmarshal([]byte(c.other), &other)); err != nil {
			t.Fatal(err)
		}
		if got := lacks(v, other, "x", c.sameLength); got != c.want {
			t.Errorf("%s, %s: %q, want %q", c.v, c.other, got, c.want)
		}
	}
}

func TestReport(t *testing.T) {
	result := func(rps float64) bench.Result {
		return bench.Result{Requests: 1, PerSecond: rps, P50: 1, P95: 2, FirstByte: 0.5, CPU: 0.25, PeakAnon: 3 << 20}
	}
	plain := &cell{Database: "sqlite", Scenario: "get", Connections: 1}
	withPeer := &cell{Database: "sqlite", Scenario: "list", Connections: 8}
	for _, rps := range []float64{100, 300, 200} {
		plain.add([]bench.Result{result(rps), result(400)})
		withPeer.add([]bench.Result{result(rps), result(400), result(0.2)})
	}
	var out bytes.Buffer
	if err := report(&out, []*cell{plain, withPeer}, false); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for i, want := range []string{
		"database scenario C req/s ours / floor ratio (range) p50 ms p95 ms first byte p50 ms CPU ms/request MiB above idle " +
			"peer req/s ours / peer (range)",
		"sqlite get 1 200 / 400 0.50 (0.25–0.75) 1.00 / 1.00 2.00 / 2.00 0.50 / 0.50 0.25 / 0.25 3.00",
		"sqlite list 8 200 / 400 0.50 (0.25–0.75) 1.00 / 1.00 2.00 / 2.00 0.50 / 0.50 0.25 / 0.25 3.00 0.20 1000 (500–1500)",
	} {
		if got := strings.Join(strings.Fields(lines[i]), " "); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if err := failures([]*cell{plain, withPeer}); err != nil {
		t.Error(err)
	}
	withPeer.Peer[1].Errors = 1
	if err := failures([]*cell{plain, withPeer}); err == nil {
		t.Error("a failed request went unnoticed")
	}
}
