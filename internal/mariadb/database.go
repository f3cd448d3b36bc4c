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

// shared returns the data source name of the server that all tests of this process share.
// The first call starts the server.
var shared = sync.OnceValues(func() (string, error) {
	if dsn := os.Getenv("HELPDESK_TEST_MYSQL_DSN"); dsn != "" {
		return dsn, nil
	}
	// These tests do not need durability. They create and drop many tables, which is
	// slow if each table is a file of its own on a disk.
	s, err := launch(memory(), []string{"--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync",
		"--innodb-doublewrite=0", "--sync-frm=0", "--innodb-file-per-table=0"})
	if err != nil {
		return "", err
	}
	return s.DSN(""), nil
})

// memory returns a directory whose files are in memory, or "" if there is none with enough
// room for a server.
func memory() string {
	const folder, room = "/dev/shm", 2 << 30
	var fs syscall.Statfs_t
	if err := syscall.Statfs(folder, &fs); err != nil || fs.Bavail*uint64(fs.Bsize) < room {
		return ""
	}
	if syscall.Access(folder, 2) != nil { // not writable
		return ""
	}
	return folder
}

// Database creates an empty database on the shared server and returns its data source
// name. The database is dropped when the test ends.
func Database(t testing.TB) string {
	t.Helper()
	dsn, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return Create(t, dsn)
}

// Create creates an empty database on the server that dsn names and returns its data
// source name. The database is dropped when the test ends.
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
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // the context of the test has ended
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
