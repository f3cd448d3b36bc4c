package verifiers

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/mysql"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
)

// The environment of a process that delivers.
const (
	databaseVariable = "DELIVER_DATABASE"
	namesVariable    = "DELIVER_NAMES" // address of the name server
	startVariable    = "DELIVER_START" // of the clock, in nanoseconds since 1970
)

// TestMain runs the tests, or delivers where the environment says so.
func TestMain(m *testing.M) {
	if os.Getenv(databaseVariable) == "" {
		os.Exit(m.Run())
	}
	if err := deliver(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// deliver calls Run until the process is asked to end.
func deliver() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	start, err := strconv.ParseInt(os.Getenv(startVariable), 10, 64)
	if err != nil {
		return err
	}
	store, err := open(ctx, os.Getenv(databaseVariable))
	if err != nil {
		return err
	}
	desk, err := helpdesk.New(store, config(time.Unix(0, start)))
	if err != nil {
		return err
	}
	names := os.Getenv(namesVariable)
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp4", names)
	}}
	if err := desk.Run(ctx); err != nil {
		return err
	}
	return store.Close()
}

// speed is how much faster than the real time the clock of the desks is, so that retries
// come soon: the last one after seconds and not after a day.
const speed = 10_000

// config configures the desk of every process. Receivers are on one address of this machine,
// and all others of it are refused.
func config(start time.Time) helpdesk.Config {
	return helpdesk.Config{
		Now:            func() time.Time { return start.Add(speed * time.Since(start)) },
		EventRetention: -1,
		Webhooks: helpdesk.WebhookConfig{
			Body:          httpapi.WebhookBody("https://desk.example.com/api"),
			AllowNetworks: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")},
			Takeover:      2 * time.Second,
		},
	}
}

// open opens a database that testdesk.Database has named.
func open(ctx context.Context, database string) (storage.Store, error) {
	kind, name, _ := strings.Cut(database, ":")
	if kind == "mysql" {
		return mysql.Open(ctx, name, mysql.Connections(8))
	}
	return sqlite.Open(ctx, name)
}

// process is a process that delivers.
type process struct {
	*exec.Cmd
	ended chan error
}

// startProcess starts this test's program again, to deliver.
func startProcess(t *testing.T, environment ...string) *process {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{exec.Command(program), make(chan error, 1)}
	p.Env = append(os.Environ(), environment...)
	p.Stdout, p.Stderr = os.Stderr, os.Stderr
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.ended <- p.Wait() }()
	return p
}

// kill ends the process at once, wherever it is. It must not have ended by itself.
func (p *process) kill(t *testing.T) {
	t.Helper()
	_ = p.Process.Kill()
	err := <-p.ended
	if status, ok := p.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		t.Errorf("a process has ended by itself: %v", err)
	}
}
