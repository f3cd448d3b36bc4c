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

// Start starts a server that keeps what is committed, and ends with the test.
func Start(t testing.TB, options ...string) *Server {
	t.Helper()
	s, err := Launch(options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Launch starts a server that keeps what is committed. It ends with Close, or
// with the process that started it.
func Launch(options ...string) (*Server, error) { return launch("", options) }

// launch starts a server whose files are in a new folder under parent, or where
// temporary files are when that is "".
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
		for range 3 { // another process may take a port that was free
			if err = s.listen(); err == nil {
				return s, nil
			}
		}
	}
	return nil, errors.Join(err, os.RemoveAll(dir))
}

// init makes the data directory, and a user for TCP.
func (s *Server) init() error {
	if err := prepare(s.dir); err != nil {
		return err
	}
	user := fmt.Sprintf("CREATE USER IF NOT EXISTS helpdesk@'127.0.0.1' IDENTIFIED BY '%s';\nGRANT ALL ON *.* TO helpdesk@'127.0.0.1' WITH GRANT OPTION;\n", s.password)
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

// DSN is the data source name of a database on the server.
func (s *Server) DSN(database string) string {
	return fmt.Sprintf("helpdesk:%s@tcp(127.0.0.1:%d)/%s", s.password, s.port, database)
}

// Restart starts the server on the data and the port that it had, and waits
// until it answers.
func (s *Server) Restart() error {
	in := func(name string) string { return filepath.Join(s.dir, name) }
	options := []string{"--no-defaults", "--datadir=" + in("data"), "--socket=" + in("socket"), "--pid-file=" + in("pid"), "--init-file=" + in("init.sql"),
		fmt.Sprintf("--port=%d", s.port), "--bind-address=127.0.0.1", "--skip-name-resolve", "--innodb-buffer-pool-size=64M", "--max-connections=500"}
	p, err := run(s.dir, append(options, s.options...)...)
	if err != nil {
		return err
	}
	s.running = p
	return p.wait(func() error {
		_, err := ask(s.dir, "SHOW STATUS LIKE 'Uptime'")
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

// Kill ends the server at once, as kill -9 does.
func (s *Server) Kill() error { return s.running.kill() }
