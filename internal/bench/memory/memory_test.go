package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/bench"
	"github.com/go-helpdesk/helpdesk/internal/bench/rig"
)

// The test runs a measurement and does not look at figures. It would fail if the download
// were not what was uploaded.
func TestMemory(t *testing.T) {
	o := &options{
		tickets: 30, rounds: 1, lists: 2, databases: []string{"sqlite"}, connections: []int{1, 2}, file: 1 << 20, json: true,
	}
	r, err := rig.New(t.Context(), "", "", "load", "seed", "serve")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out bytes.Buffer
	if err := errors.Join(o.check(), run(t.Context(), o, r, &out)); err != nil {
		t.Fatal(err)
	}
	var cells []*cell
	if err := json.Unmarshal(out.Bytes(), &cells); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range cells {
		got = append(got, c.What)
		if len(c.Runs) != 1 || c.Runs[0].IdleAnon == 0 || c.What == list && (c.Runs[0].Requests != o.lists*c.Connections ||
			c.Runs[0].FirstByteMax <= 0) {
			t.Errorf("%+v", c)
		}
	}
	if want := "list list upload download"; strings.Join(got, " ") != want {
		t.Errorf("measured %v", got)
	}
}

func TestMissed(t *testing.T) {
	lists := &cell{Database: "sqlite", What: list, Connections: 8, Runs: []bench.Result{
		{Requests: 1, PeakAnon: 10 << 20, FirstByte: 5, FirstByteMax: 40},
		{Requests: 1, PeakAnon: 33 << 20, FirstByte: 6, FirstByteMax: 60},
		{Requests: 1, PeakAnon: 20 << 20, FirstByte: 7, FirstByteMax: 50},
	}}
	files := &cell{Database: "sqlite", What: upload, Connections: 1, Runs: []bench.Result{{Requests: 1, PeakAnon: 9 << 20}}}
	cells := []*cell{lists, files}
	for _, c := range []struct {
		list, file float64
		first      time.Duration
		want       []string
	}{
		{33, 9, 60 * time.Millisecond, nil},
		{0, 0, 0, nil},
		{32, 9, 0, []string{"sqlite, list, 8 at once: 33.0 MiB above idle, want 32.0 at most"}},
		{0, 8, 0, []string{"sqlite, upload, 1 at once: 9.00 MiB above idle, want 8.00 at most"}},
		{0, 0, 50 * time.Millisecond, []string{"sqlite, list, 8 at once: 60.0 ms to the first byte, want 50.0 at most"}},
		{1, 1, time.Millisecond, []string{"33.0 MiB", "60.0 ms", "9.00 MiB"}},
	} {
		err := missed(&options{maxList: c.list, maxFile: c.file, maxFirst: c.first}, cells)
		if (err == nil) != (c.want == nil) {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		for _, text := range c.want {
			if !strings.Contains(err.Error(), text) {
				t.Errorf("%v lacks %s", err, text)
			}
		}
	}
	if p50, latest := lists.firstByte(); p50 != 6 || latest != 60 {
		t.Errorf("first byte %v, %v", p50, latest)
	}
	var out bytes.Buffer
	if err := report(&out, &options{maxList: 32}, cells); err != nil {
		t.Fatal(err)
	}
	want := "database what C idle MiB MiB above (range) at most first byte p50 ms latest ms at most " +
		"sqlite list 8 0.00 20.0 (10.0–33.0) 32.0 6.00 60.0 any sqlite upload 1 0.00 9.00 (9.00–9.00) any"
	if got := strings.Join(strings.Fields(out.String()), " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	files.Runs[0].Errors = 1
	if missed(&options{}, cells) == nil {
		t.Error("a failed request went unnoticed")
	}
}
