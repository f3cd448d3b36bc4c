package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/go-helpdesk/helpdesk/internal/bench"
	"github.com/go-helpdesk/helpdesk/internal/bench/rig"
)

// before is the index of the server of the other checkout, in place of the floor.
const before = floor

// change compares a scenario in the other checkout with this one. A ratio above 1 means
// that this one is faster.
type change struct {
	Database    string   `json:"database"`
	Scenario    string   `json:"scenario"`
	Connections int      `json:"connections"`
	Speed       ratios   `json:"speed"`                // requests per second, this / before
	FirstByte   *ratios  `json:"first_byte,omitempty"` // of a list: milliseconds until it begins, before / this
	This        []result `json:"this"`
	Before      []result `json:"before"`
}

type result = bench.Result

// ratios has the ratio of each round, and their median.
type ratios struct {
	Rounds []float64 `json:"rounds"`
	Median float64   `json:"median"`
}

func newRatios(a, b []result, of func(result) float64) ratios {
	return ratios{bench.RatiosByRound(a, b, of), bench.Ratios(a, b, of).Median}
}

func firstByte(r result) float64 { return r.FirstByte }

func newChange(m *measurement) *change {
	c := &change{Database: m.database, Scenario: m.scenario, Connections: m.connections}
	for _, results := range m.rounds {
		c.This, c.Before = append(c.This, results[ours]), append(c.Before, results[before])
	}
	c.Speed = newRatios(c.This, c.Before, perSecond)
	if c.Scenario == "list" {
		c.FirstByte = new(newRatios(c.Before, c.This, firstByte))
	}
	return c
}

// runBefore compares with the other checkout and prints the result.
func runBefore(ctx context.Context, o *options, r *rig.Rig, out io.Writer) error {
	other, err := r.Checkout(ctx, o.before)
	if err != nil {
		return fmt.Errorf("-before: %w", err)
	}
	var all []*change
	for _, db := range o.databases {
		changes, err := compareBefore(ctx, o, r, other, db)
		if err != nil {
			return fmt.Errorf("%s: %w", db, err)
		}
		all = append(all, changes...)
	}
	return errors.Join(reportChanges(out, all, o.json), tooSlow(o, all))
}

// compareBefore measures on one kind of database. Each checkout fills its own database
// with its own program, since the schemas may differ.
func compareBefore(ctx context.Context, o *options, this, other *rig.Rig, db string) ([]*change, error) {
	var servers []*rig.Server
	for which, r := range []*rig.Rig{this, other} {
		name, err := r.Database(ctx, db, []string{"this", "before"}[which])
		if err != nil {
			return nil, err
		}
		if err := r.Seed(ctx, o.tickets, "-desk", name); err != nil {
			return nil, fmt.Errorf("seed: %w", err)
		}
		args := []string{"-db", name}
		if !o.mmap {
			args = append(args, "-mmap=false")
		}
		s, err := r.Start(ctx, "serve", args...)
		if err != nil {
			return nil, err
		}
		defer s.Stop()
		if err := errors.Join(s.Warm(ctx, slices.Max(o.connections)), s.Holds(ctx, o.tickets)); err != nil {
			return nil, err
		}
		servers = append(servers, s)
	}
	if err := sameTickets(ctx, o, servers); err != nil {
		return nil, err
	}
	all, err := measure(ctx, o, this, db, servers)
	if err != nil {
		return nil, err
	}
	var changes []*change
	for _, m := range all {
		changes = append(changes, newChange(m))
	}
	return changes, nil
}

// sameTickets compares a few tickets of both desks and fails if they differ. Keys that
// only one of them has are reported on standard error, since longer answers take longer.
func sameTickets(ctx context.Context, o *options, servers []*rig.Server) error {
	for _, id := range []int{1, (1 + o.tickets) / 2, o.tickets} {
		request := bench.Request{Path: fmt.Sprintf("/api/tickets/%d/", id)}
		this, err := servers[ours].Fetch(ctx, request)
		if err != nil {
			return err
		}
		other, err := servers[before].Fetch(ctx, request)
		if err != nil {
			return err
		}
		ticket := fmt.Sprintf("ticket %d", id)
		for _, missing := range []string{lacks(this, other, ticket, true), lacks(other, this, ticket, true)} {
			if strings.Contains(missing, " of length ") {
				return fmt.Errorf("the desks differ: %s is in one of them only", missing)
			}
			if missing != "" && id == 1 {
				fmt.Fprintf(os.Stderr, "only one of the checkouts answers %s\n", missing)
			}
		}
	}
	return nil
}

// tooSlow returns an error if a request failed or a median is below its minimum.
func tooSlow(o *options, changes []*change) error {
	var all []error
	for _, c := range changes {
		if err := bench.Failed(slices.Concat(c.This, c.Before)...); err != nil {
			all = append(all, fmt.Errorf("%s, %s: %w", c.Database, c.Scenario, err))
		}
		minimum := o.minReads
		if writes(c.Scenario) {
			minimum = o.minWrites
		}
		for _, row := range c.rows() {
			if minimum > 0 && row.ratios.Median < minimum {
				all = append(all, fmt.Errorf("%s, %s, %d connections: %.3f of the speed before, want %g at least",
					c.Database, row.what, c.Connections, row.ratios.Median, minimum))
			}
		}
	}
	return errors.Join(all...)
}

// row is a line of the report.
type row struct {
	what   string
	of     func(result) float64
	ratios ratios
}

func (c *change) rows() []row {
	rows := []row{{c.Scenario, perSecond, c.Speed}}
	if c.FirstByte != nil {
		rows = append(rows, row{c.Scenario + ", ms to first byte", firstByte, *c.FirstByte})
	}
	return rows
}

// reportChanges prints a table, or all measurements as JSON.
func reportChanges(w io.Writer, changes []*change, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(changes)
	}
	median := func(results []result, of func(result) float64) string {
		return bench.Short(bench.Values(results, of).Median)
	}
	cpu := func(r result) float64 { return r.CPU }
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "database\tscenario\tC\tbefore\tthis\tCPU ms before\tthis\tmedian\tspeed this / before, by round")
	for _, c := range changes {
		for _, row := range c.rows() {
			fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\t%s\t%s\t%.3f\t", c.Database, row.what, c.Connections,
				median(c.Before, row.of), median(c.This, row.of), median(c.Before, cpu), median(c.This, cpu), row.ratios.Median)
			for _, ratio := range row.ratios.Rounds {
				fmt.Fprintf(table, "%.3f ", ratio)
			}
			fmt.Fprintln(table)
		}
	}
	return table.Flush()
}
