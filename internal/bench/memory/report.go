package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/bench"
)

// These are the measurements.
const (
	list     = "list"
	upload   = "upload"
	download = "download"
)

// cell has all results of one measurement, by round. The maximum of each counts.
type cell struct {
	Database    string         `json:"database"`
	What        string         `json:"what"`
	Connections int            `json:"connections"`
	Runs        []bench.Result `json:"runs"`
}

func (c *cell) memory() bench.Spread { return bench.Values(c.Runs, bench.Result.MiB) }

func (c *cell) idle() float64 {
	return bench.Values(c.Runs, func(r bench.Result) float64 { return float64(r.IdleAnon) / (1 << 20) }).Median
}

func (c *cell) firstByte() (p50, latest float64) {
	return bench.Values(c.Runs, func(r bench.Result) float64 { return r.FirstByte }).Median,
		bench.Values(c.Runs, func(r bench.Result) float64 { return r.FirstByteMax }).Max
}

// bounds are the maximum MiB above idle and milliseconds until the first byte; 0 is no
// bound.
func (o *options) bounds(c *cell) (memory, firstByte float64) {
	if c.What == list {
		return o.maxList, float64(o.maxFirst) / float64(time.Millisecond)
	}
	return o.maxFile, 0
}

// missed returns an error if a bound is exceeded or a request failed.
func missed(o *options, cells []*cell) error {
	var all []error
	add := func(c *cell, format string, args ...any) {
		all = append(all, fmt.Errorf("%s, %s, %d at once: "+format, append([]any{c.Database, c.What, c.Connections}, args...)...))
	}
	for _, c := range cells {
		if err := bench.Failed(c.Runs...); err != nil {
			add(c, "%w", err)
		}
		memory, first := o.bounds(c)
		if got := c.memory().Max; memory > 0 && got > memory {
			add(c, "%s MiB above idle, want %s at most", bench.Short(got), bench.Short(memory))
		}
		if _, got := c.firstByte(); first > 0 && got > first {
			add(c, "%s ms to the first byte, want %s at most", bench.Short(got), bench.Short(first))
		}
	}
	return errors.Join(all...)
}

// report prints a table, or all measurements as JSON.
func report(w io.Writer, o *options, cells []*cell) error {
	if o.json {
		return json.NewEncoder(w).Encode(cells)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "database\twhat\tC\tidle MiB\tMiB above (range)\tat most\tfirst byte p50 ms\tlatest ms\tat most")
	for _, c := range cells {
		memory, first := o.bounds(c)
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\t%s", c.Database, c.What, c.Connections, bench.Short(c.idle()), c.memory(), bound(memory))
		if c.What == list {
			p50, latest := c.firstByte()
			fmt.Fprintf(table, "\t%s\t%s\t%s", bench.Short(p50), bench.Short(latest), bound(first))
		}
		fmt.Fprintln(table)
	}
	return table.Flush()
}

func bound(maximum float64) string {
	if maximum == 0 {
		return "any"
	}
	return bench.Short(maximum)
}
