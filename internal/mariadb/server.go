package mariadb

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Server is a private server of a test. It is used by one goroutine.
type Server struct {
	dir      string
	port     int
	password string
	options  []string
	running  *process
}

// Start starts a server with durable commits, which ends with the test.
func Start(t testing.TB, options ...string) *Server {
	t.Helper()
	s, err := Launch(options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Launch starts a server with durable commits. It ends with Close, or with the process
// that started it.
func Launch(options ...string) (*Server, error) { return launch("", options) }

// launch starts a server whose files are in a new directory below parent, or below the
// directory for temporary files if parent is "".
func launch(parent string, options []string) (*Server, error) {
	if err := Install(); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(parent, "helpdesk-mariadb-")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, password: rand.Text(), options: options}
	if err = s.init(); err == nil {
		for range 3 { // another process may take the port before the server does
			if err = s.listen(); err == nil {
				return s, nil
			}
		}
	}
	return nil, errors.Join(err, os.RemoveAll(dir))
}

// init creates the data directory and the user of the tests.
func (s *Server) init() error {
	if err := prepare(s.dir); err != nil {
		return err
	}
	user := fmt.Sprintf("CREATE USER IF NOT EXISTS helpdesk@'127.0.0.1' IDENTIFIED BY '%s';\n"+
		"GRANT ALL ON *.* TO helpdesk@'127.0.0.1' WITH GRANT OPTION;\n", s.password)
	return os.WriteFile(filepath.Join(s.dir, "init.sql"), []byte(user), 0o644)
}

func (s *Server) listen() error {
	ports, err := freePorts(1)
	if err != nil {
		return err
	}
	s.port = ports[0]
	return s.Restart()
}

// DSN returns the data source name of a database on the server.
func (s *Server) DSN(database string) string {
	return fmt.Sprintf("helpdesk:%s@tcp(127.0.0.1:%d)/%s", s.password, s.port, database)
}

// Restart starts the server with the same data and port, and waits until it answers.
func (s *Server) Restart() error {
	in := func(name string) string { return filepath.Join(s.dir, name) }
	options := []string{
		"--no-defaults", "--datadir=" + in("data"), "--socket=" + in("socket"), "--pid-file=" + in("pid"),
		"--init-file=" + in("init.sql"), fmt.Sprintf("--port=%d", s.port), "--bind-address=127.0.0.1",
		"--skip-name-resolve", "--innodb-buffer-pool-size=64M", "--max-connections=500",
	}
	p, err := startServer(s.dir, append(options, s.options...)...)
	if err != nil {
		return err
	}
	s.running = p
	return p.wait(func() error {
		_, err := queryAsRoot(s.dir, "SHOW STATUS LIKE 'Uptime'")
		return err
	})
}

// PID returns the process id of the running server.
func (s *Server) PID() int { return s.running.pid }

// Close ends the server and removes its files.
func (s *Server) Close() {
	s.running.stop()
	_ = os.RemoveAll(s.dir)
}

// Kill sends the server SIGKILL and waits for its end.
func (s *Server) Kill() error { return s.running.kill() }
