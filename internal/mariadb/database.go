package mariadb

import (
	"context"
	"crypto/rand"
	"database/sql"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
)

// shared starts the server that all tests of this process share.
var shared = sync.OnceValues(func() (string, error) {
	if dsn := os.Getenv("HELPDESK_TEST_MYSQL_DSN"); dsn != "" {
		return dsn, nil
	}
	// These tests are not about durability. What they do most is to create and drop
	// tables, which takes long where each is a file of its own, and on a disk.
	s, err := launch(memory(), []string{"--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync",
		"--innodb-doublewrite=0", "--sync-frm=0", "--innodb-file-per-table=0"})
	if err != nil {
		return "", err
	}
	return s.DSN(""), nil
})

// memory returns a folder whose files are in memory, or "" where there is none with
// room for a server.
func memory() string {
	const folder, room = "/dev/shm", 2 << 30
	var fs syscall.Statfs_t
	if err := syscall.Statfs(folder, &fs); err != nil || fs.Bavail*uint64(fs.Bsize) < room {
		return ""
	}
	if syscall.Access(folder, 2) != nil { // it cannot be written to
		return ""
	}
	return folder
}

// Database makes a new empty database, which is dropped when the test ends, and
// returns its data source name.
func Database(t testing.TB) string {
	t.Helper()
	dsn, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return Create(t, dsn)
}

// Create makes a new empty database on the server that dsn names, which is
// dropped when the test ends, and returns its data source name.
func Create(t testing.TB, dsn string) string {
	t.Helper()
	c, err := mysql.ParseDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	name := "helpdesk_test_" + strings.ToLower(rand.Text())
	c.DBName = ""
	root := c.FormatDSN()
	execute(t.Context(), t, root, "CREATE DATABASE "+name)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // the test's has ended
		defer cancel()
		execute(ctx, t, root, "DROP DATABASE IF EXISTS "+name)
	})
	c.DBName = name
	return c.FormatDSN()
}

func execute(ctx context.Context, t testing.TB, dsn, query string) {
	t.Helper()
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, query); err != nil {
		t.Errorf("%s: %v", query, err)
	}
}
