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
	hold  io.Closer // the server ends when it is closed
	ended chan error
}

// keeper runs a command until its standard input ends, as it does when the
// process at the other end has gone, and takes the folder away once that
// process is no more.
const keeper = `dir=$1; parent=$2; shift 2
"$@" >>"$dir/log" 2>&1 & pid=$!
echo $pid
cat >/dev/null
kill -9 $pid 2>/dev/null
wait $pid
kill -0 $parent 2>/dev/null || rm -rf "$dir"`

// run starts mariadbd, which logs to a file in dir.
func run(dir string, options ...string) (*process, error) {
	args := append([]string{"-c", keeper, "sh", dir, strconv.Itoa(os.Getpid()), "mariadbd"}, options...)
	args = append(args, ownTemporary(dir))
	cmd := exec.Command("sh", append(args, asUser()...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt is for the test
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
	p := &process{dir: dir, hold: hold, ended: make(chan error, 1)}
	line, err := bufio.NewReader(out).ReadString('\n')
	go func() { p.ended <- cmd.Wait() }()
	if err == nil {
		p.pid, err = strconv.Atoi(strings.TrimSpace(line))
	}
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("start mariadbd: %w", err)
	}
	return p, nil
}

// ownTemporary keeps the temporary tables of servers apart, of which two may
// take the same name.
func ownTemporary(dir string) string { return "--tmpdir=" + dir }

// asUser has what root starts run as the user that the package makes.
func asUser() []string {
	if os.Getuid() != 0 {
		return nil
	}
	return []string{"--user=mysql"}
}

// wait returns when ready does not fail any more.
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

// kill ends the server as kill -9 does.
func (p *process) kill() error {
	err := syscall.Kill(p.pid, syscall.SIGKILL)
	p.stop()
	return err
}

func (p *process) stop() {
	_ = p.hold.Close()
	err := <-p.ended // whatever it said at its end, it was told to
	_ = err
}

// prepare makes a data directory in dir.
func prepare(dir string) error {
	if os.Getuid() == 0 {
		if out, err := exec.Command("chown", "mysql", dir).CombinedOutput(); err != nil {
			return fmt.Errorf("chown: %w: %s", err, out)
		}
	}
	args := []string{"--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", "--datadir=" + filepath.Join(dir, "data"), ownTemporary(dir)}
	if out, err := exec.Command("mariadb-install-db", append(args, asUser()...)...).CombinedOutput(); err != nil {
		return fmt.Errorf("mariadb-install-db: %w: %s", err, out)
	}
	return nil
}

// ask runs a query that has one row, of a name and a value, as root.
func ask(dir, query string) (value string, err error) {
	err = asRoot(dir, func(db *sql.DB) error {
		var name string
		return db.QueryRow(query).Scan(&name, &value)
	})
	return value, err
}

// tell runs a statement as root.
func tell(dir, query string) error {
	return asRoot(dir, func(db *sql.DB) error {
		_, err := db.Exec(query)
		return err
	})
}

func asRoot(dir string, fn func(*sql.DB) error) error {
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

// freePorts are ports that nobody listens on.
func freePorts(n int) ([]int, error) {
	var ports []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // only then, so that all differ
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}
