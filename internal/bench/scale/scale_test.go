package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/bench"
	"github.com/go-helpdesk/helpdesk/internal/bench/rig"
)

// The first run seeds tiny desks, and the second finds them. The second must fail, because
// no ratio is as small as its maximum. The measurements end after a number of requests,
// and the test does not look at times otherwise.
func TestScale(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kept")
	o := &options{
		tickets: [2]int{30, 60}, databases: []string{"sqlite"}, rounds: 1, duration: 10 * time.Minute,
		connections: 1, requests: 3, creates: 2, dir: dir, json: true,
	}
	r, err := rig.New(t.Context(), "", dir, "load", "seed", "serve")
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
	if len(cells) != len(scenarios) {
		t.Errorf("%d cells", len(cells))
	}
	for _, c := range cells {
		if len(c.Small) != o.rounds || len(c.Large) != o.rounds || c.Ratio.Median <= 0 {
			t.Errorf("%+v", c)
		}
	}
	if n := cells[0].Large[0].Requests; n != o.requests {
		t.Errorf("%d requests", n)
	}
	created := cells[len(cells)-1]
	if n := created.Small[0].Requests; n != o.creates {
		t.Errorf("%d tickets created", n)
	}
	// A file that is created again has other permissions.
	small, large := filepath.Join(dir, "kept_desk_30.db"), filepath.Join(dir, "kept_desk_60.db")
	if err := errors.Join(os.Chmod(small, 0o600), os.Chmod(large, 0o600)); err != nil {
		t.Fatal(err)
	}

	// The small desk has 32 tickets instead of 30 now, and gets 4 more, which is too many
	// for a third run.
	o.json, o.maxRatio, o.creates = false, 1e-6, 4
	if err := run(t.Context(), o, r, &out); err == nil || !strings.Contains(err.Error(), "times as long") {
		t.Errorf("error is %v", err)
	}
	if !kept(t, small) || !kept(t, large) {
		t.Error("what was kept was seeded anew")
	}
	o.maxRatio = 0
	if err := run(t.Context(), o, r, &out); err != nil {
		t.Error(err)
	}
	if kept(t, small) || !kept(t, large) {
		t.Error("only the small desk had grown too large")
	}
}

func kept(t *testing.T, path string) bool {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm() == 0o600
}

func TestTooSlow(t *testing.T) {
	c := &cell{Database: "sqlite", Scenario: "get"}
	for _, times := range [][2]float64{{1, 1.5}, {2, 5}, {1, 9}} {
		c.add([2]bench.Result{{Requests: 1, P50: times[small]}, {Requests: 1, P50: times[large]}})
	}
	if want := (bench.Spread{Median: 2.5, Min: 1.5, Max: 9}); c.Ratio != want {
		t.Errorf("ratio is %+v", c.Ratio)
	}
	for most, fails := range map[float64]bool{2: true, 2.5: false, 0: false} {
		if err := tooSlow([]*cell{c}, most); (err != nil) != fails {
			t.Errorf("at most %v: %v", most, err)
		}
	}
	c.Large[0].Errors = 1
	if tooSlow([]*cell{c}, 0) == nil {
		t.Error("a failed request went unnoticed")
	}
}
