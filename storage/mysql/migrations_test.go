package mysql_test

import (
	"io/fs"
	"slices"
	"testing"

	"github.com/go-helpdesk/helpdesk/storage/mysql"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
)

// The migrations of both databases have the same numbers and names.
func TestSameMigrations(t *testing.T) {
	here, err1 := fs.Glob(mysql.Migrations(), "*")
	there, err2 := fs.Glob(sqlite.Migrations(), "*")
	if !slices.Equal(here, there) || len(here) == 0 || err1 != nil || err2 != nil {
		t.Errorf("%v, %v; SQLite has %v, %v", here, err1, there, err2)
	}
}
