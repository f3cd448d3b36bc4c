package rig

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/bench"
	"github.com/go-helpdesk/helpdesk/internal/process"
)

// Server is a server of the API.
type Server struct {
	URL   string
	Login string
	cmd   *exec.Cmd // nil when somebody else started it
	idle  int64     // its memory when it has nothing to do
}

// At returns a server that runs already, on a loopback address. The login is a username
// and a password, separated by a colon.
func At(url, login string) (*Server, error) {
	host, found := strings.CutPrefix(strings.TrimSuffix(url, "/"), "http://")
	if !found || !strings.Contains(login, ":") {
		return nil, fmt.Errorf("%s as %s: want http://HOST:PORT and USER:PASSWORD", url, login)
	}
	if _, err := bench.Loopback(host); err != nil {
		return nil, err
	}
	return &Server{URL: "http://" + host, Login: login}, nil
}

// Start starts a program and waits until it listens.
func (r *Rig) Start(ctx context.Context, program string, args ...string) (*Server, error) {
	s := &Server{Login: bench.Login}
	return s, s.start(ctx, r.program(program), args)
}

func (s *Server) start(ctx context.Context, program string, args []string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stderr = os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.cmd = cmd
	line, _ := bufio.NewReader(out).ReadString('\n')
	url, found := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if !found {
		s.Stop()
		return fmt.Errorf("%s does not listen", program)
	}
	s.URL = url
	return nil
}

// Restart stops the server and starts it again.
func (s *Server) Restart(ctx context.Context) error {
	program, args := s.cmd.Path, s.cmd.Args[1:]
	s.Stop()
	return s.start(ctx, program, args)
}

// Stop stops the server if Start started it, and waits for its end.
func (s *Server) Stop() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Cancel()
	_ = s.cmd.Wait() // it was told to end
	s.cmd = nil
}

// Warm reads a ticket once, and then once on each of so many connections at the same time.
// The memory of the server is then the idle memory: it has hashed a password, which takes
// much memory, and the connections have their buffers.
func (s *Server) Warm(ctx context.Context, connections int) error {
	get := bench.Request{Path: "/api/tickets/1/"}
	if _, err := s.Fetch(ctx, get); err != nil {
		return err
	}
	errs := make([]error, connections)
	var wg sync.WaitGroup
	for i := range connections {
		wg.Go(func() { _, errs[i] = s.Fetch(ctx, get) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	idle, err := process.Anon(s.cmd.Process.Pid)
	s.idle = idle
	return err
}

// Peak runs fn and returns the maximum memory above idle that the server had meanwhile, and
// the idle memory.
func (s *Server) Peak(ctx context.Context, fn func() error) (above, idle int64, err error) {
	ctx, cancel := context.WithCancel(ctx)
	peak := process.PeakAnon(ctx, s.cmd.Process.Pid)
	err = fn()
	cancel()
	return max(0, <-peak-s.idle), s.idle, err
}

var errSize = errors.New("want about")

// Holds returns an error unless the server has so many tickets, or up to a tenth more, which
// earlier measurements may have created.
func (s *Server) Holds(ctx context.Context, tickets int) error {
	answer, err := s.Fetch(ctx, bench.Request{Path: "/api/tickets/?page=1&page_size=1"})
	if err != nil {
		return err
	}
	object, _ := answer.(map[string]any)
	count, _ := object["count"].(float64)
	if n := int(count); n < tickets || n > tickets+tickets/10 {
		return fmt.Errorf("%s has %d tickets, %w %d", s.URL, n, errSize, tickets)
	}
	return nil
}

// Fetch sends a request of the benchmark and reads the answer.
func (s *Server) Fetch(ctx context.Context, request bench.Request) (answer any, err error) {
	method := http.MethodGet
	if request.Body != "" {
		method = http.MethodPost
	}
	response, err := s.Do(ctx, method, request.Path, "application/json", strings.NewReader(request.Body))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return answer, json.NewDecoder(response.Body).Decode(&answer)
}

// Do sends a request. It returns an error unless the request succeeds.
func (s *Server) Do(ctx context.Context, method, path, contentType string, body io.Reader) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, s.URL+path, body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", contentType)
	name, password, _ := strings.Cut(s.Login, ":")
	r.SetBasicAuth(name, password)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	if response.StatusCode/100 != 2 {
		defer response.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
		return nil, fmt.Errorf("%s %s%s: %s: %s", method, s.URL, path, response.Status, text)
	}
	return response, nil
}
