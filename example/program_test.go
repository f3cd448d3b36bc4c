package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/testdesk"
)

// asProgram in the environment has the test binary be the program.
const asProgram = "HELPDESK_EXAMPLE_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// program is the example running in a process of its own.
type program struct {
	t      testing.TB
	cmd    *exec.Cmd
	url    string
	stdout chan string // all of it, once the process has ended
	stderr *bytes.Buffer
}

// launch starts the example and waits until it listens.
func launch(t testing.TB, args ...string) *program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{t: t, cmd: exec.Command(self, args...), stdout: make(chan string, 1), stderr: &bytes.Buffer{}}
	p.cmd.Env = append(os.Environ(), asProgram+"=1")
	p.cmd.Stderr = p.stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	p.url = listening(t, out, p.stdout)
	return p
}

// listening returns the address that the first line names, and sends all of
// the output once it has ended.
func listening(t testing.TB, out io.Reader, all chan<- string) string {
	t.Helper()
	lines := bufio.NewReader(out)
	first := make(chan string, 1)
	go func() {
		line, _ := lines.ReadString('\n')
		first <- line
		rest, _ := io.ReadAll(lines)
		all <- line + string(rest)
	}()
	select {
	case line := <-first:
		url, found := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
		if !found {
			t.Fatalf("first line %q", line)
		}
		return url
	case <-time.After(5 * time.Minute):
		t.Fatal("it does not listen")
	}
	return ""
}

// kill ends the process without a chance to tidy up.
func (p *program) kill() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Kill()
		<-p.stdout
		_ = p.cmd.Wait()
	}
}

// stop sends a signal and returns the exit code and the output.
func (p *program) stop(signal os.Signal) (code int, stdout string) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil {
		p.t.Fatal(err)
	}
	select {
	case stdout = <-p.stdout:
	case <-time.After(5 * time.Minute):
		p.t.Fatal("it does not stop")
	}
	_ = p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode(), stdout
}

// here runs the example in this process until the test ends.
func here(t *testing.T, args ...string) (url string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	code := make(chan int, 1)
	stderr := &bytes.Buffer{}
	go func() {
		c := run(ctx, args, in, stderr)
		_ = in.Close()
		code <- c
	}()
	t.Cleanup(func() {
		cancel()
		if c := <-code; c != 0 || stderr.Len() > 0 {
			t.Errorf("exit code %d\n%s", c, stderr)
		}
	})
	return listening(t, out, make(chan string, 1))
}

func dbFlag(path string) string { return "-db=sqlite:" + path }

func freshDB(t testing.TB) string { return "-db=" + testdesk.Database(t) }

const anyPort = "-addr=127.0.0.1:0"

func TestStopsCleanly(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "desk.db")
			p := launch(t, anyPort, dbFlag(path))
			admin := client{t, p.url, "admin", "admin"}
			admin.get("/api/tickets/1").is(200)
			code, out := p.stop(signal)
			if code != 0 || p.stderr.Len() > 0 {
				t.Errorf("exit code %d\n%s", code, p.stderr)
			}
			if strings.Count(out, "listening on ") != 1 || !strings.Contains(out, "curl -u admin:admin "+p.url+"/api/") {
				t.Errorf("output:\n%s", out)
			}
			if left, _ := filepath.Glob(path + "-*"); len(left) > 0 {
				t.Errorf("%v: the database was not closed", left)
			}
		})
	}
}

func TestRestartKeepsData(t *testing.T) {
	t.Parallel()
	db := freshDB(t)
	first := launch(t, anyPort, db)
	admin := client{t, first.url, "admin", "admin"}
	before := admin.get("/api/tickets/").is(200)
	admin.send("PATCH", "/api/tickets/3/", `{"title":"Another title"}`).is(200)
	made := admin.send("POST", "/api/tickets/", `{"queue":1,"title":"Mine"}`).is(201)
	first.stop(syscall.SIGTERM)

	second := launch(t, anyPort, db)
	admin.base = second.url
	after := admin.get("/api/tickets/").is(200)
	if before.number("count")+1 != after.number("count") {
		t.Errorf("%d tickets, then %d", before.number("count"), after.number("count"))
	}
	if title := admin.get("/api/tickets/3/").text("title"); title != "Another title" {
		t.Errorf("title %q", title)
	}
	if title := admin.get("/api/tickets/" + made.id() + "/").text("title"); title != "Mine" {
		t.Errorf("title %q", title)
	}
	for _, list := range []string{"/api/queues/", "/api/users/", "/api/custom-fields/"} {
		if n := admin.get(list).number("count"); n > 4 {
			t.Errorf("%s has %d", list, n)
		}
	}
}
