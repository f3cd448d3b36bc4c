package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/bench"
	"github.com/go-helpdesk/helpdesk/internal/process"
)

type options struct {
	host, login, scenario string
	connections, tickets  int
	duration              time.Duration
	pids                  []int
	left                  atomic.Int64 // requests to send
	until                 time.Time
}

func main() {
	var o options
	url := flag.String("url", "", "`http://host:port` of a server on a loopback address")
	flag.StringVar(&o.login, "auth", "", "`name:password`, sent as Basic authentication")
	flag.StringVar(&o.scenario, "scenario", "get", "get, page25, first25, middle25, last25 or of another size, list, create or followup")
	flag.IntVar(&o.connections, "c", 1, "connections")
	flag.IntVar(&o.tickets, "tickets", 10_000, "tickets to choose from, with ids from 1")
	flag.DurationVar(&o.duration, "d", 2*time.Second, "duration, ten minutes at most")
	requests := flag.Int64("requests", 1_000_000, "requests at most")
	pids := flag.String("pids", "", "`ids` of the server's processes, to tell what they used")
	flag.Parse()
	bench.Main(func(ctx context.Context) error {
		o.host = strings.TrimPrefix(*url, "http://")
		if _, err := bench.Loopback(o.host); err != nil {
			return err
		}
		if o.login != "" {
			o.login = "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(o.login)) + "\r\n"
		}
		for id := range strings.FieldsFuncSeq(*pids, func(r rune) bool { return r == ',' }) {
			pid, err := strconv.Atoi(id)
			if err != nil {
				return err
			}
			o.pids = append(o.pids, pid)
		}
		if o.connections < 1 || o.tickets < 1 || *requests < 1 || o.duration > 10*time.Minute {
			return errors.New("-c, -tickets, -requests or -d is out of range")
		}
		if _, err := bench.NewRequest(o.scenario, o.tickets, rand.New(rand.NewPCG(0, 0))); err != nil {
			return err
		}
		o.left.Store(*requests)
		return run(ctx, &o)
	})
}

// run measures and prints the result.
func run(ctx context.Context, o *options) error {
	ctx, cancel := context.WithTimeout(ctx, o.duration+5*time.Minute)
	defer cancel()
	before, err := cpu(o.pids)
	if err != nil {
		return err
	}
	var peak <-chan int64
	if len(o.pids) > 0 {
		peak = process.PeakAnon(ctx, o.pids[0])
	}
	start := time.Now()
	o.until = start.Add(o.duration)
	answers := make(chan []sample)
	for n := range o.connections {
		go func() { answers <- client(ctx, o, n) }()
	}
	var all []sample
	for range o.connections {
		all = append(all, <-answers...)
	}
	took := time.Since(start)
	after, err := cpu(o.pids)
	if err != nil {
		return err
	}
	cancel()
	result := summary(all, took)
	result.CPU = (after - before) / float64(max(len(all), 1))
	if peak != nil {
		result.PeakAnon = <-peak
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}

func cpu(pids []int) (sum float64, err error) {
	for _, pid := range pids {
		one, err := process.CPU(pid)
		if err != nil {
			return 0, err
		}
		sum += one
	}
	return sum, nil
}

func summary(all []sample, took time.Duration) bench.Result {
	r := bench.Result{Requests: len(all)}
	var whole, first []time.Duration
	for _, s := range all {
		r.Bytes += s.bytes
		if s.failed {
			r.Errors++
			continue
		}
		whole, first = append(whole, s.whole), append(first, s.first)
	}
	r.PerSecond = float64(len(whole)) / took.Seconds()
	if len(whole) == 0 {
		return r
	}
	slices.Sort(whole)
	slices.Sort(first)
	at := func(sorted []time.Duration, part float64) float64 {
		return sorted[int(part*float64(len(sorted)))].Seconds() * 1000
	}
	r.P50, r.P95, r.P99 = at(whole, .5), at(whole, .95), at(whole, .99)
	r.FirstByte, r.FirstByteMax = at(first, .5), first[len(first)-1].Seconds()*1000
	return r
}
