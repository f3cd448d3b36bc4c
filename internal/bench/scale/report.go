package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/go-helpdesk/helpdesk/internal/bench"
)

// The desks, in the order in which they are kept.
const (
	small = iota
	large
)

// cell is all that was measured of a scenario, by rounds. The ratio is of medians
// of time, the large desk's to the small one's.
type cell struct {
	Database string         `json:"database"`
	Scenario string         `json:"scenario"`
	Ratio    bench.Spread   `json:"ratio"`
	Small    []bench.Result `json:"small"`
	Large    []bench.Result `json:"large"`
}

func p50(r bench.Result) float64 { return r.P50 }

// add takes the results of a round.
func (c *cell) add(pair [2]bench.Result) {
	c.Small, c.Large = append(c.Small, pair[small]), append(c.Large, pair[large])
	c.Ratio = bench.Ratios(c.Large, c.Small, p50)
}

// tooSlow is an error when a ratio is over most, unless that is 0, or when a
// request failed.
func tooSlow(cells []*cell, most float64) error {
	var all []error
	for _, c := range cells {
		if err := bench.Failed(slices.Concat(c.Small, c.Large)...); err != nil {
			all = append(all, fmt.Errorf("%s, %s: %w", c.Database, c.Scenario, err))
		}
		if most > 0 && c.Ratio.Median > most {
			all = append(all, fmt.Errorf("%s, %s: takes %s times as long on the large desk, want %s at most", c.Database, c.Scenario,
				bench.Short(c.Ratio.Median), bench.Short(most)))
		}
	}
	return errors.Join(all...)
}

// report prints a table of medians, or all measurements as JSON.
func report(w io.Writer, o *options, cells []*cell) error {
	if o.json {
		return json.NewEncoder(w).Encode(cells)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "database\tscenario\tp50 ms, %d tickets\tp50 ms, %d tickets\tratio (range)\n", o.tickets[small], o.tickets[large])
	for _, c := range cells {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", c.Database, c.Scenario,
			bench.Short(bench.Values(c.Small, p50).Median), bench.Short(bench.Values(c.Large, p50).Median), c.Ratio)
	}
	return table.Flush()
}
