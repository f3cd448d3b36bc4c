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

// These are the indexes of the desks.
const (
	small = iota
	large
)

// cell has the measurements of a scenario, by round. A ratio is the median time of the large
// desk divided by that of the small one.
type cell struct {
	Database string         `json:"database"`
	Scenario string         `json:"scenario"`
	Ratio    bench.Spread   `json:"ratio"`
	Small    []bench.Result `json:"small"`
	Large    []bench.Result `json:"large"`
}

func p50(r bench.Result) float64 { return r.P50 }

// add adds the results of a round.
func (c *cell) add(pair [2]bench.Result) {
	c.Small, c.Large = append(c.Small, pair[small]), append(c.Large, pair[large])
	c.Ratio = bench.Ratios(c.Large, c.Small, p50)
}

// tooSlow returns an error if a ratio exceeds the maximum, unless that is 0, or if a
// request failed.
func tooSlow(cells []*cell, maximum float64) error {
	var all []error
	for _, c := range cells {
		if err := bench.Failed(slices.Concat(c.Small, c.Large)...); err != nil {
			all = append(all, fmt.Errorf("%s, %s: %w", c.Database, c.Scenario, err))
		}
		if maximum > 0 && c.Ratio.Median > maximum {
			all = append(all, fmt.Errorf("%s, %s: takes %s times as long on the large desk, want %s at most", c.Database, c.Scenario,
				bench.Short(c.Ratio.Median), bench.Short(maximum)))
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
