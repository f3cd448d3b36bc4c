package mysql_test

import (
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/mariadb"
	"github.com/go-helpdesk/helpdesk/storage/mysql"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
)

// stopped is a statement timeout that ends while a long list is read.
const stopped = time.Millisecond

func TestSlowLists(t *testing.T) {
	t.Parallel()
	dsn := mariadb.Database(t)
	storagetest.SlowLists(t, openDSN(t, dsn, mysql.StatementTimeout(stopped)), openDSN(t, dsn), pool(t, dsn))
}

func TestSlowListsOfAHost(t *testing.T) {
	t.Parallel()
	db := pool(t, mariadb.Database(t))
	storagetest.SlowLists(t, mysql.New(db, mysql.StatementTimeout(stopped)), mysql.New(db), db)
}
