package mariadb

import (
	"bufio"
	"database/sql"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/go-sql-driver/mysql"
)

// process is a running server.
type process struct {
	dir   string
	pid   int
	hold  io.Closer     // closing it ends the server
	ended chan struct{} // closed after the end of the server
}

// keeper is a script that runs a command until its standard input is closed, which also
// happens when the process at the other end is killed. Then it removes the directory if
// that process has ended.
const keeper = `dir=$1; parent=$2; shift 2
"$@" >>"$dir/log" 2>&1 & pid=$!
echo $pid
cat >/dev/null
kill -9 $pid 2>/dev/null
wait $pid
kill -0 $parent 2>/dev/null || rm -rf "$dir"`

// startServer starts mariadbd, which logs to a file in dir.
func startServer(dir string, options ...string) (*process, error) {
	args := append([]string{"-c", keeper, "sh", dir, strconv.Itoa(os.Getpid()), "mariadbd"}, options...)
	args = append(args, tmpdirOption(dir))
	cmd := exec.Command("sh", append(args, userOption()...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt reaches the test only
	hold, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{dir: dir, hold: hold, ended: make(chan struct{})}
	line, err := bufio.NewReader(out).ReadString('\n')
	go func() {
		_ = cmd.Wait() // the exit code does not matter
		close(p.ended)
	}()
	if err == nil {
		p.pid, err = strconv.Atoi(strings.TrimSpace(line))
	}
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("start mariadbd: %w", err)
	}
	return p, nil
}

// tmpdirOption gives each server a directory for its temporary tables, since two servers
// may choose the same names.
func tmpdirOption(dir string) string { return "--tmpdir=" + dir }

// userOption returns the option by which root runs the server as the user that the package
// created.
func userOption() []string {
	if os.Getuid() != 0 {
		return nil
	}
	return []string{"--user=mysql"}
}

// wait waits until ready returns nil.
func (p *process) wait(ready func() error) (err error) {
	for range 1200 {
		if err = ready(); err == nil {
			return nil
		}
		if syscall.Kill(p.pid, 0) != nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(p.dir, "log"))
	p.stop()
	return fmt.Errorf("mariadbd is not ready: %w\n%s", err, log[max(0, len(log)-10_000):])
}

// kill sends the server SIGKILL and waits for its end.
func (p *process) kill() error {
	err := syscall.Kill(p.pid, syscall.SIGKILL)
	p.stop()
	return err
}

func (p *process) stop() {
	_ = p.hold.Close()
	<-p.ended
}

// prepare creates a data directory in dir.
func prepare(dir string) error {
	if os.Getuid() == 0 {
		if out, err := exec.Command("chown", "mysql", dir).CombinedOutput(); err != nil {
			return fmt.Errorf("chown: %w: %s", err, out)
		}
	}
	args := []string{
		"--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db",
		"--datadir=" + filepath.Join(dir, "data"), tmpdirOption(dir),
	}
	if out, err := exec.Command("mariadb-install-db", append(args, userOption()...)...).CombinedOutput(); err != nil {
		return fmt.Errorf("mariadb-install-db: %w: %s", err, out)
	}
	return nil
}

// queryAsRoot runs a query whose result is one row of a name and a value, and returns the
// value.
func queryAsRoot(dir, query string) (value string, err error) {
	err = withRoot(dir, func(db *sql.DB) error {
		var name string
		return db.QueryRow(query).Scan(&name, &value)
	})
	return value, err
}

// execAsRoot runs a statement.
func execAsRoot(dir, query string) error {
	return withRoot(dir, func(db *sql.DB) error {
		_, err := db.Exec(query)
		return err
	})
}

// withRoot calls fn with a pool of root's connections to the server.
func withRoot(dir string, fn func(*sql.DB) error) error {
	c := mysql.NewConfig()
	c.User, c.Net, c.Addr, c.Logger, c.Timeout = "root", "unix", filepath.Join(dir, "socket"), &mysql.NopLogger{}, time.Second
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	return fn(db)
}

// freePorts returns n different ports that nobody listens on.
func freePorts(n int) ([]int, error) {
	var ports []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // at the end, so that all ports differ
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}
