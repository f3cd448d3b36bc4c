package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/go-helpdesk/helpdesk/internal/bench"
)

// These are the indexes of the servers.
const (
	ours = iota
	floor
	peer
)

// cell has the measurements of a scenario, by round. Ratios are the requests per second of
// the desk divided by those of the other server.
type cell struct {
	Database    string         `json:"database"`
	Scenario    string         `json:"scenario"`
	Connections int            `json:"connections"`
	Ratio       bench.Spread   `json:"ratio"`
	PeerRatio   *bench.Spread  `json:"peer_ratio,omitempty"`
	Ours        []bench.Result `json:"ours"`
	Floor       []bench.Result `json:"floor"`
	Peer        []bench.Result `json:"peer,omitempty"`
}

func perSecond(r bench.Result) float64 { return r.PerSecond }

// add adds the results of a round.
func (c *cell) add(results []bench.Result) {
	c.Ours, c.Floor = append(c.Ours, results[ours]), append(c.Floor, results[floor])
	c.Ratio = bench.Ratios(c.Ours, c.Floor, perSecond)
	if len(results) > peer {
		c.Peer = append(c.Peer, results[peer])
		c.PeerRatio = new(bench.Ratios(c.Ours, c.Peer, perSecond))
	}
}

// failures returns an error if a request failed.
func failures(cells []*cell) error {
	for _, c := range cells {
		if err := bench.Failed(slices.Concat(c.Ours, c.Floor, c.Peer)...); err != nil {
			return fmt.Errorf("%s, %s: %w", c.Database, c.Scenario, err)
		}
	}
	return nil
}

// report prints a table of medians, in which A / B are those of the desk and of the floor,
// or all measurements as JSON.
func report(w io.Writer, cells []*cell, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(cells)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	head := "database\tscenario\tC\treq/s ours / floor\tratio (range)\tp50 ms\tp95 ms\tfirst byte p50 ms\tCPU ms/request\tMiB above idle"
	if slices.ContainsFunc(cells, func(c *cell) bool { return c.PeerRatio != nil }) {
		head += "\tpeer req/s\tours / peer (range)"
	}
	fmt.Fprintln(table, head)
	for _, c := range cells {
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s", c.Database, c.Scenario, c.Connections,
			c.both(perSecond), c.Ratio,
			c.both(func(r bench.Result) float64 { return r.P50 }),
			c.both(func(r bench.Result) float64 { return r.P95 }),
			c.both(func(r bench.Result) float64 { return r.FirstByte }),
			c.both(func(r bench.Result) float64 { return r.CPU }),
			bench.Short(bench.Values(c.Ours, bench.Result.MiB).Median))
		if c.PeerRatio != nil {
			fmt.Fprintf(table, "\t%s\t%s", bench.Short(bench.Values(c.Peer, perSecond).Median), c.PeerRatio)
		}
		fmt.Fprintln(table)
	}
	return table.Flush()
}

func (c *cell) both(of func(bench.Result) float64) string {
	return bench.Short(bench.Values(c.Ours, of).Median) + " / " + bench.Short(bench.Values(c.Floor, of).Median)
}
