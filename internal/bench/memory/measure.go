package main

import (
	"context"
	"strconv"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/bench"
	"github.com/go-helpdesk/helpdesk/internal/bench/rig"
)

// measure measures on one kind of database: in each round lists, an upload and its
// download.
func measure(ctx context.Context, o *options, r *rig.Rig, db string) ([]*cell, error) {
	desk, err := r.Desk(ctx, db, o.tickets, "-mmap="+strconv.FormatBool(o.mmap))
	if err != nil {
		return nil, err
	}
	defer desk.Stop()
	var cells []*cell
	for _, c := range o.connections {
		cells = append(cells, &cell{Database: db, What: list, Connections: c})
	}
	cells = append(cells, &cell{Database: db, What: upload, Connections: 1}, &cell{Database: db, What: download, Connections: 1})
	progress := bench.NewProgress("measure on "+db, o.rounds*len(cells))
	file := &file{size: o.file}
	for round := range o.rounds {
		for i, c := range cells {
			if err := desk.Restart(ctx); err != nil {
				return nil, err
			}
			if err := desk.Warm(ctx, c.Connections); err != nil {
				return nil, err
			}
			var result bench.Result
			switch c.What {
			case list:
				result, err = r.Load(ctx, desk, rig.Load{Scenario: "list", Connections: c.Connections, Tickets: o.tickets,
					Requests: o.lists * c.Connections, Duration: 10 * time.Minute})
			case upload:
				result, err = timed(ctx, desk, file.upload)
			case download:
				result, err = timed(ctx, desk, file.download)
			}
			if err != nil {
				return nil, err
			}
			c.Runs = append(c.Runs, result)
			progress.At(round*len(cells) + i + 1)
		}
		if err := file.remove(ctx, desk); err != nil {
			return nil, err
		}
	}
	return cells, nil
}

// timed is the result of one request.
func timed(ctx context.Context, s *rig.Server, do func(context.Context, *rig.Server) error) (r bench.Result, err error) {
	start := time.Now()
	r.PeakAnon, r.IdleAnon, err = s.Peak(ctx, func() error { return do(ctx, s) })
	took := time.Since(start)
	r.Requests, r.PerSecond, r.P50 = 1, 1/took.Seconds(), took.Seconds()*1000
	return r, err
}
