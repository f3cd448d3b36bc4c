package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/go-helpdesk/helpdesk/internal/mariadb"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/sqlstore"
)

func TestErrorCodes(t *testing.T) {
	sentinels := []error{storage.ErrNotFound, storage.ErrDuplicate, storage.ErrReferenced,
		storage.ErrBusy, storage.ErrSchema, storage.ErrUnknownOutcome, storage.ErrFull}
	server := func(number uint16) error { return &mysql.MySQLError{Number: number} }
	for _, c := range []struct {
		err              error
		want             error
		gone, rolledBack bool
	}{
		{server(1062), storage.ErrDuplicate, false, false},
		{server(1451), storage.ErrReferenced, false, false},
		{server(1452), storage.ErrReferenced, false, false},
		{server(1216), storage.ErrReferenced, false, false},
		{server(1217), storage.ErrReferenced, false, false},
		{server(1213), storage.ErrBusy, false, true},
		{server(1205), storage.ErrBusy, false, true},
		{server(1020), storage.ErrBusy, false, true},
		{server(1040), storage.ErrBusy, false, false},
		{server(1047), storage.ErrBusy, true, true},
		{server(1290), storage.ErrBusy, true, true},
		{server(1836), storage.ErrBusy, true, true},
		{server(1053), storage.ErrBusy, true, false},
		{server(1927), storage.ErrBusy, true, false},
		{server(1021), storage.ErrFull, false, false},
		{server(1114), storage.ErrFull, false, false},
		{&mysql.MySQLError{Number: 1305, Message: "SAVEPOINT helpdesk_1 does not exist"}, storage.ErrBusy, false, true},
		{&mysql.MySQLError{Number: 1305, Message: "PROCEDURE desk.helpdesk_1 does not exist"}, nil, false, false},
		{server(1180), nil, false, false},
		{server(1406), nil, false, false},
		{server(1045), nil, false, false},
		{driver.ErrBadConn, storage.ErrBusy, true, true},
		{sql.ErrConnDone, storage.ErrBusy, true, true},
		{mysql.ErrInvalidConn, storage.ErrBusy, true, false},
		{io.EOF, storage.ErrBusy, true, false},
		{io.ErrUnexpectedEOF, storage.ErrBusy, true, false},
		{&net.OpError{Op: "dial", Err: errors.New("refused")}, storage.ErrBusy, true, false},
		{context.DeadlineExceeded, nil, false, false},
		{mysql.ErrPktTooLarge, nil, false, false},
	} {
		raw := fmt.Errorf("wrapped: %w", c.err)
		got := mapError(raw)
		if !errors.Is(got, raw) {
			t.Errorf("%v: %v hides the driver's error", c.err, got)
		}
		for _, sentinel := range sentinels {
			if errors.Is(got, sentinel) != (sentinel == c.want) {
				t.Errorf("%v: %v, want %v", c.err, got, c.want)
			}
		}
		if gone(raw) != c.gone || rolledBack(raw) != c.rolledBack {
			t.Errorf("%v: gone %t, rolled back %t", c.err, gone(raw), rolledBack(raw))
		}
	}
}

func TestAddresses(t *testing.T) {
	for dsn, want := range map[string][]string{
		"u:p@tcp(a:1)/d":               {"u:p@tcp(", "a:1", ")/d"},
		"u:p(@/x@tcp(a:1,b:2,c)/d?x=y": {"u:p(@/x@tcp(", "a:1", "b:2", "c", ")/d?x=y"},
		"u@tcp([::1]:3306,[::2])/d":    {"u@tcp(", "[::1]:3306", "[::2]", ")/d"},
		"tcp(a)/":                      {"tcp(", "a", ")/"},
		"u@unix(/a/b,c)/d":             {"u@unix(", "/a/b", "c", ")/d"},
		"u:p@/d":                       {"u:p@/d", "", ""},
		"/":                            {"/", "", ""},
		"nonsense)/d":                  {"nonsense)/d", "", ""},
	} {
		before, list, after := addresses(dsn)
		if got := append(append([]string{before}, list...), after); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q, want %q", dsn, got, want)
		}
	}
}

func TestRefusedNames(t *testing.T) {
	for _, dsn := range []string{"", "nonsense", "u:p@tcp(a:1)/", "u:p@tcp(a:1,b:2)/", "u@tcp(a:1)/d?tls=unheard", "u@tcp(a:1/d"} {
		if _, err := Open(t.Context(), dsn); err == nil {
			t.Errorf("%q: no error", dsn)
		}
	}
}

// TestIndexesExist has each index that statements name in the schema, with its columns.
func TestIndexesExist(t *testing.T) {
	t.Parallel()
	ctx, dsn := t.Context(), mariadb.Database(t)
	s, err := Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	for _, index := range sqlstore.Indexes() {
		want := strings.Join(index.Columns, ",")
		if want == "filename" {
			want = dialect.Filename
		}
		var columns string
		err := s.pools[0].QueryRowContext(ctx,
			"SELECT COALESCE(GROUP_CONCAT(column_name ORDER BY seq_in_index), '') FROM information_schema.statistics "+
				"WHERE table_schema = DATABASE() AND table_name = ? AND index_name = ?", index.Table, index.Name).Scan(&columns)
		if err != nil || columns != want && !strings.HasPrefix(columns, want+",") {
			t.Errorf("%s has the columns %q, %v, want %s first", index.Name, columns, err, want)
		}
	}
}

func TestLimited(t *testing.T) {
	const begin = "/*M!100100 SET STATEMENT max_statement_time=0.001500 FOR */ "
	for query, want := range map[string]string{
		"SELECT a FROM (SELECT b) c":      begin + "SELECT /*+ MAX_EXECUTION_TIME(1) */ a FROM (SELECT b) c",
		"(SELECT a) UNION (SELECT b)":     begin + "(SELECT /*+ MAX_EXECUTION_TIME(1) */ a) UNION (SELECT b)",
		"SELECT COUNT(*) FROM t WHERE ?0": begin + "SELECT /*+ MAX_EXECUTION_TIME(1) */ COUNT(*) FROM t WHERE ?0",
	} {
		if got := limited(query, 1500*time.Microsecond); got != want {
			t.Errorf("%s: got %s, want %s", query, got, want)
		}
	}
}
