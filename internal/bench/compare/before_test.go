package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/bench"
	"github.com/go-helpdesk/helpdesk/internal/bench/rig"
)

// The test compares this checkout with itself. It does not look at times, except that
// nothing can be a million times as fast.
func TestBefore(t *testing.T) {
	o := &options{
		tickets: 30, requests: 3, rounds: 2, duration: 10 * time.Minute, json: true,
		databases: []string{"sqlite"}, connections: []int{1, 2}, scenarios: []string{"create", "get", "list"},
		peerRequests: 1, before: "../../..", minWrites: 1e6,
	}
	if err := o.check(); err != nil {
		t.Fatal(err)
	}
	r, err := rig.New(t.Context(), "", "", "load", "seed", "serve")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out bytes.Buffer
	err = runBefore(t.Context(), o, r, &out)
	if err == nil || strings.Count(err.Error(), "\n") != 1 || strings.Count(err.Error(), "sqlite, create") != 2 {
		t.Errorf("error is %v", err)
	}
	var changes []*change
	if err := json.Unmarshal(out.Bytes(), &changes); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range changes {
		got = append(got, c.Scenario)
		if len(c.Speed.Rounds) != o.rounds || len(c.This) != o.rounds || len(c.Before) != o.rounds ||
			(c.FirstByte != nil) != (c.Scenario == "list") {
			t.Errorf("%+v", c)
		}
		for _, r := range slices.Concat(c.This, c.Before) {
			if r.Requests != o.requests || r.Errors > 0 {
				t.Errorf("%s: %+v", c.Scenario, r)
			}
		}
	}
	if want := "get get list list create create"; strings.Join(got, " ") != want {
		t.Errorf("measured %v", got)
	}

	o.before = t.TempDir()
	if err := runBefore(t.Context(), o, r, &out); err == nil || !strings.Contains(err.Error(), "not a checkout") {
		t.Errorf("an empty directory: %v", err)
	}
}

func TestChange(t *testing.T) {
	at := func(perSecond, firstByte float64) bench.Result {
		return bench.Result{Requests: 1, PerSecond: perSecond, FirstByte: firstByte, CPU: 2}
	}
	m := &measurement{database: "mysql", scenario: "list", connections: 8, rounds: [][]bench.Result{
		{at(90, 10), at(100, 5)}, {at(50, 10), at(25, 8)}, {at(97, 4), at(100, 3)},
	}}
	list := newChange(m)
	m.scenario = "create"
	create := newChange(m)
	changes := []*change{list, create}

	var out bytes.Buffer
	if err := reportChanges(&out, changes, false); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for i, want := range []string{
		"database scenario C before this CPU ms before this median speed this / before, by round",
		"mysql list 8 100 90.0 2.00 2.00 0.970 0.900 2.000 0.970",
		"mysql list, ms to first byte 8 5.00 10.0 2.00 2.00 0.750 0.500 0.800 0.750",
		"mysql create 8 100 90.0 2.00 2.00 0.970 0.900 2.000 0.970",
	} {
		if got := strings.Join(strings.Fields(lines[i]), " "); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}

	for _, c := range []struct {
		reads, writes float64
		fails         int
	}{{0, 0, 0}, {0.75, 0.97, 0}, {0.76, 0, 1}, {0.98, 0, 2}, {0, 0.98, 1}, {0.98, 0.98, 3}} {
		err := tooSlow(&options{minReads: c.reads, minWrites: c.writes}, changes)
		fails := 0
		if err != nil {
			fails = len(strings.Split(err.Error(), "\n"))
		}
		if fails != c.fails {
			t.Errorf("%+v: %v", c, err)
		}
	}
	create.Before[2].Errors = 1
	if tooSlow(&options{}, changes) == nil {
		t.Error("a failed request went unnoticed")
	}
}
