package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/bench"
)

// sample has the times of one request until the first and the last byte of its answer.
type sample struct {
	first, whole time.Duration
	bytes        int64
	failed       bool
}

// client sends requests on a connection of its own. It writes raw bytes and does little
// work, because it shares the processors with the server.
func client(ctx context.Context, o *options, number int) (all []sample) {
	random := rand.New(rand.NewPCG(1, uint64(number))) // the same for every server
	deadline, _ := ctx.Deadline()
	var conn net.Conn
	var in *bufio.Reader
	for ctx.Err() == nil && time.Now().Before(o.until) && o.left.Add(-1) >= 0 {
		request, err := bench.NewRequest(o.scenario, o.tickets, random)
		if err != nil {
			return append(all, sample{failed: true})
		}
		if conn == nil {
			if conn, err = net.Dial("tcp", o.host); err != nil {
				return append(all, sample{failed: true})
			}
			_ = conn.SetDeadline(deadline) // the answer fails if not this
			in = bufio.NewReaderSize(conn, 64<<10)
		}
		s, ended := exchange(conn, in, o.encode(request))
		if ended {
			_ = conn.Close()
			conn = nil
		}
		all = append(all, s)
	}
	if conn != nil {
		_ = conn.Close()
	}
	return all
}

// exchange sends a request and reads the answer. The connection must be closed if that
// fails, or if the server asks for it.
func exchange(conn net.Conn, in *bufio.Reader, request []byte) (s sample, ended bool) {
	s.failed = true
	start := time.Now()
	if _, err := conn.Write(request); err != nil {
		return s, true
	}
	if _, err := in.Peek(1); err != nil {
		return s, true
	}
	s.first = time.Since(start)
	r, err := http.ReadResponse(in, nil)
	if err != nil {
		return s, true
	}
	defer r.Body.Close()
	s.bytes, err = io.Copy(io.Discard, r.Body)
	s.whole = time.Since(start)
	s.failed = err != nil || r.StatusCode/100 != 2
	return s, err != nil || r.Close
}

// encode returns the bytes of a request.
func (o *options) encode(r bench.Request) []byte {
	if r.Body == "" {
		return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", r.Path, o.host, o.login)
	}
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", r.Path,
		o.host, o.login, len(r.Body), r.Body)
}
