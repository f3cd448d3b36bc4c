package main

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
)

// The kit works: times are not looked at.
func TestCompare(t *testing.T) {
	o := &options{
		tickets: 50, requests: 5, rounds: 1, duration: time.Second, json: true,
		databases: []string{"sqlite"}, connections: []int{2},
		scenarios: []string{"create", "get", "page25", "list", "followup"},
	}
	var out bytes.Buffer
	if err := run(t.Context(), o, &out); err != nil {
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
		ours, floor := c.Ours[0], c.Floor[0]
		if ours.Requests != o.requests || floor.Requests != o.requests || !(c.ratios()[0] > 0) {
			t.Errorf("%s: %+v, %+v", c.Scenario, ours, floor)
		}
	}
	if err := report(&out, cells, false); err != nil {
		t.Error(err)
	}
}
