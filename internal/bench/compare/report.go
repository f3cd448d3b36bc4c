package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/go-helpdesk/helpdesk/internal/bench"
)

// cell is all that was measured of a scenario, by rounds.
type cell struct {
	Database    string         `json:"database"`
	Scenario    string         `json:"scenario"`
	Connections int            `json:"connections"`
	Ours        []bench.Result `json:"ours"`
	Floor       []bench.Result `json:"floor"`
}

// ratios are ours to the floor's requests per second, in ascending order.
func (c *cell) ratios() []float64 {
	all := make([]float64, len(c.Ours))
	for i := range c.Ours {
		all[i] = c.Ours[i].PerSecond / c.Floor[i].PerSecond
	}
	slices.Sort(all)
	return all
}

// failures is an error when a request failed: the measurement is worth nothing.
func failures(cells []*cell) error {
	for _, c := range cells {
		for _, r := range slices.Concat(c.Ours, c.Floor) {
			if r.Errors > 0 {
				return fmt.Errorf("%s, %s: %d of %d requests failed", c.Database, c.Scenario, r.Errors, r.Requests)
			}
		}
	}
	return nil
}

// report prints a table, in which A / B is ours and the floor's median, or all
// of it as JSON.
func report(w io.Writer, cells []*cell, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(cells)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "database\tscenario\tC\treq/s ours / floor\tratio (range)\tCPU ms\tCPU ratio\tp95 ms\tfirst byte ms\tMiB above idle")
	for _, c := range cells {
		ratios := c.ratios()
		ours, floor := c.medians(func(r bench.Result) float64 { return r.CPU })
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%.2f (%.2f–%.2f)\t%s\t%.2f\t%s\t%s\t%s\n", c.Database, c.Scenario, c.Connections,
			c.both(func(r bench.Result) float64 { return r.PerSecond }),
			middle(ratios), ratios[0], ratios[len(ratios)-1],
			c.both(func(r bench.Result) float64 { return r.CPU }), ours/floor,
			c.both(func(r bench.Result) float64 { return r.P95 }),
			c.both(func(r bench.Result) float64 { return r.FirstByte }),
			c.both(func(r bench.Result) float64 { return float64(r.PeakAnon) / (1 << 20) }))
	}
	return table.Flush()
}

func (c *cell) medians(of func(bench.Result) float64) (ours, floor float64) {
	return median(c.Ours, of), median(c.Floor, of)
}

func (c *cell) both(of func(bench.Result) float64) string {
	ours, floor := c.medians(of)
	return short(ours) + " / " + short(floor)
}

func median(results []bench.Result, of func(bench.Result) float64) float64 {
	all := make([]float64, len(results))
	for i, r := range results {
		all[i] = of(r)
	}
	slices.Sort(all)
	return middle(all)
}

func middle(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// short has three digits or so.
func short(x float64) string {
	switch {
	case x >= 100:
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.3f", x)
}
