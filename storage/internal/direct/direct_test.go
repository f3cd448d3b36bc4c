package direct_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/mattn/go-sqlite3"

	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
)

type connector string

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.Driver().Open(string(c)) }
func (c connector) Driver() driver.Driver                        { return &sqlite3.SQLiteDriver{} }

// with runs fn on a connection to an empty database.
func with(t *testing.T, fn func(*direct.Conn)) *sql.DB {
	t.Helper()
	db := sql.OpenDB(direct.Connector{Connector: connector(filepath.Join(t.TempDir(), "x.db"))})
	t.Cleanup(func() { check(t, db.Close()) })
	conn, err := db.Conn(t.Context())
	check(t, err)
	defer conn.Close()
	check(t, conn.Raw(func(dc any) error {
		fn(dc.(*direct.Conn))
		return nil
	}))
	return db
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type (
	word  string
	digit int
)

// upper is a Scanner.
type upper struct{ to *string }

func (u upper) Scan(src any) error { *u.to = fmt.Sprintf("<%v>", src); return nil }

func TestValuesComeBackAsTheyWent(t *testing.T) {
	with(t, func(c *direct.Conn) {
		var (
			i           int64
			n           int
			s, scanned  string
			b           bool
			raw, none   []byte
			ps, nilS    *string
			pi, nilI    *int64
			w           word
			d           digit
			pd, nilD    *digit
			fromDecimal int64
		)
		args := []any{int64(-1), 2, "é\x00", true, []byte{0, 255}, nil, new("p"), (*string)(nil), new(int64(3)), (*int64)(nil), word("w"), digit(4), new(digit(5)), (*digit)(nil), "x", "12"}
		rows := 0
		check(t, c.Query(t.Context(), "SELECT ?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?", args, func(r *direct.Row) error {
			rows++
			return r.Scan(&i, &n, &s, &b, &raw, &none, &ps, &nilS, &pi, &nilI, &w, &d, &pd, &nilD, upper{&scanned}, &fromDecimal)
		}))
		got := fmt.Sprint(rows, i, n, s, b, raw, none == nil, *ps, nilS == nil, *pi, nilI == nil, w, d, *pd, nilD == nil, scanned, fromDecimal)
		if want := fmt.Sprint(1, -1, 2, "é\x00", true, []byte{0, 255}, true, "p", true, 3, true, "w", 4, 5, true, "<x>", 12); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	})
}

func TestWhatDoesNotFitIsAnError(t *testing.T) {
	with(t, func(c *direct.Conn) {
		for query, dest := range map[string]any{
			"SELECT NULL": new(int64), "SELECT NULL ": new(string), "SELECT 'x'": new(int64), "SELECT 1": new(string), "SELECT 1.5": new(bool), "SELECT 2.5": new([]byte),
		} {
			if err := c.Query(t.Context(), query, nil, func(r *direct.Row) error { return r.Scan(dest) }); err == nil {
				t.Errorf("%s into a %T: no error", query, dest)
			}
		}
		if err := c.Query(t.Context(), "SELECT 1, 2", nil, func(r *direct.Row) error { return r.Scan(new(int64)) }); err == nil {
			t.Error("two columns into one destination")
		}
		if err := c.Query(t.Context(), "SELECT ?", []any{struct{}{}}, nil); err == nil {
			t.Error("an argument that no driver takes")
		}
	})
}

func TestErrorsOfTheUserEndAQuery(t *testing.T) {
	stop := errors.New("stop")
	with(t, func(c *direct.Conn) {
		rows := 0
		err := c.Query(t.Context(), "SELECT 1 UNION SELECT 2", nil, func(*direct.Row) error {
			rows++
			return stop
		})
		if !errors.Is(err, stop) || rows != 1 {
			t.Errorf("%v after %d rows", err, rows)
		}
		if err := c.Query(t.Context(), "SELECT nothing", nil, nil); err == nil {
			t.Error("no error")
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := c.Query(ended, "SELECT 1", nil, nil); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

// TestManyStatements: more than are kept, again and again.
func TestManyStatements(t *testing.T) {
	db := with(t, func(c *direct.Conn) {
		_, err := c.Exec(t.Context(), "CREATE TABLE x (n)", nil)
		check(t, err)
		for round := range 2 {
			for i := range 300 {
				_, err := c.Exec(t.Context(), fmt.Sprintf("INSERT INTO x SELECT ? + %d", i), []any{round})
				check(t, err)
			}
		}
	})
	var n int // through database/sql as well
	check(t, db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM x WHERE n >= ?", 0).Scan(&n))
	tx, err := db.BeginTx(t.Context(), nil)
	check(t, err)
	check(t, tx.Rollback())
	if n != 600 {
		t.Errorf("%d rows", n)
	}
}
