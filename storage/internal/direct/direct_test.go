package direct_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
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

func query(t *testing.T, c *direct.Conn, text string, use func(*direct.Row) error, args ...any) error {
	t.Helper()
	return c.Stream(t.Context(), direct.Step{Text: text, Args: args, Use: use})
}

type word string

func TestValuesComeBackAsTheyWent(t *testing.T) {
	with(t, func(c *direct.Conn) {
		args := []any{int64(-1), 2, "é\x00", true, []byte{0, 255}, nil, new("p"), (*string)(nil), new(int64(3)), (*int64)(nil), word("w"),
			[]byte("12"), false}
		got := ""
		check(t, query(t, c, "SELECT ?,?,?,?,?,?,?,?,?,?,?,?,?", func(r *direct.Row) error {
			got = fmt.Sprint(r.Int(), r.Int(), r.Text(), r.Bool(), r.Bytes(), r.NullText() == nil, *r.NullText(), r.NullInt() == nil,
				*r.NullInt(), r.NullInt() == nil, r.Text(), r.Int(), r.Bool())
			return nil
		}, args...))
		if want := fmt.Sprint(-1, 2, "é\x00", true, []byte{0, 255}, true, "p", true, 3, true, "w", 12, false); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	})
}

func TestWhatDoesNotFitIsAnError(t *testing.T) {
	with(t, func(c *direct.Conn) {
		for text, read := range map[string]func(*direct.Row){
			"SELECT NULL":     func(r *direct.Row) { r.Int() },
			"SELECT NULL ":    func(r *direct.Row) { r.Text() },
			"SELECT 'x'":      func(r *direct.Row) { r.Int() },
			"SELECT 1":        func(r *direct.Row) { r.Text() },
			"SELECT 1.5":      func(r *direct.Row) { r.Bool() },
			"SELECT 2.5":      func(r *direct.Row) { r.Bytes() },
			"SELECT 3.5":      func(r *direct.Row) { r.NullText() },
			"SELECT 'y'":      func(r *direct.Row) { r.NullInt() },
			"SELECT 1, 2":     func(r *direct.Row) { r.Int() },
			"SELECT 1 AS one": func(r *direct.Row) { r.Int(); r.Int() },
			"SELECT 2 AS two": func(r *direct.Row) { r.Int(); r.Fail(errors.New("not two")) },
		} {
			if err := query(t, c, text, func(r *direct.Row) error { read(r); return nil }); err == nil {
				t.Errorf("%s: no error", text)
			}
		}
		if err := query(t, c, "SELECT ?", nil, struct{}{}); err == nil {
			t.Error("an argument that no driver takes")
		}
	})
}

func TestErrorsOfTheUserEndAQuery(t *testing.T) {
	stop := errors.New("stop")
	with(t, func(c *direct.Conn) {
		rows := 0
		use := func(*direct.Row) error {
			rows++
			return stop
		}
		if err := query(t, c, "SELECT 1 UNION SELECT 2", use); !errors.Is(err, stop) || rows != 1 {
			t.Errorf("%v after %d rows", err, rows)
		}
		if err := query(t, c, "SELECT nothing", nil); err == nil {
			t.Error("no error")
		}
	})
}

func TestStepsRunInOrder(t *testing.T) {
	with(t, func(c *direct.Conn) {
		var got []int64
		note := func(r *direct.Row) error {
			got = append(got, r.Int())
			return nil
		}
		check(t, c.Batch(t.Context(),
			direct.Step{Text: "CREATE TABLE x (n)"},
			direct.Step{Text: "INSERT INTO x VALUES (?), (?)", Args: []any{1, 2}},
			direct.Step{Text: "SELECT n FROM x ORDER BY n", Use: note},
			direct.Step{Text: "SELECT ?", Args: []any{3}, Use: note}))
		if want := []int64{1, 2, 3}; !slices.Equal(got, want) {
			t.Errorf("%d, want %d", got, want)
		}
		if err := c.Batch(t.Context(), direct.Step{Text: "SELECT nothing", Use: note},
			direct.Step{Text: "INSERT INTO x VALUES (9)"}); err == nil {
			t.Error("no error")
		}
	})
}

// TestAnEndedContextEndsEverything: before a statement, and between two rows.
func TestAnEndedContextEndsEverything(t *testing.T) {
	with(t, func(c *direct.Conn) {
		rows := 0
		for _, run := range []func(context.Context, direct.Step) error{
			c.Stream,
			func(ctx context.Context, s direct.Step) error { return c.Batch(ctx, s) },
		} {
			ctx, cancel := context.WithCancel(t.Context())
			rows = 0
			s := direct.Step{Text: "SELECT 1 UNION SELECT 2", Use: func(r *direct.Row) error {
				rows += int(r.Int())
				cancel()
				return nil
			}}
			if err := run(ctx, s); !errors.Is(err, context.Canceled) || rows != 1 {
				t.Errorf("%v, rows up to %d", err, rows)
			}
			if err := run(ctx, s); !errors.Is(err, context.Canceled) || rows != 1 {
				t.Errorf("once more: %v, rows up to %d", err, rows)
			}
			if _, err := c.Exec(ctx, "CREATE TABLE y (n)", nil); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}
	})
}

// TestManyStatements: more than are kept, again and again.
func TestManyStatements(t *testing.T) {
	db := with(t, func(c *direct.Conn) {
		_, err := c.Exec(t.Context(), "CREATE TABLE x (n)", nil)
		check(t, err)
		_, err = c.Exec(t.Context(), "BEGIN", nil) // so that not each of them waits for the disk
		check(t, err)
		for round := range 2 {
			for i := range 300 {
				_, err := c.Exec(t.Context(), fmt.Sprintf("INSERT INTO x SELECT ? + %d", i), []any{round})
				check(t, err)
			}
		}
		_, err = c.Exec(t.Context(), "COMMIT", nil)
		check(t, err)
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

// counting counts what is asked of a connection.
type counting struct {
	*sqlite3.SQLiteConn
	prepared, texts int
}

func (c *counting) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	c.prepared++
	return c.SQLiteConn.PrepareContext(ctx, query)
}

func (c *counting) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.texts++
	return c.SQLiteConn.QueryContext(ctx, query, args)
}

// countingConnector makes counting connections, the last of which is conn.
type countingConnector struct {
	connector
	conn *counting
}

func (c *countingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	c.conn = &counting{SQLiteConn: inner.(*sqlite3.SQLiteConn)}
	return c.conn, nil
}

// TestAStepAloneIsPrepared once, also where several would be one text.
func TestAStepAloneIsPrepared(t *testing.T) {
	t.Parallel()
	on := &countingConnector{connector: connector(filepath.Join(t.TempDir(), "x.db"))}
	conn, err := direct.Connector{Connector: on, Several: true}.Connect(t.Context())
	check(t, err)
	c := conn.(*direct.Conn)
	var got []int64
	one := direct.Step{Text: "SELECT ?", Args: []any{7}, Use: func(r *direct.Row) error {
		got = append(got, r.Int())
		return nil
	}}
	for range 3 {
		check(t, c.Batch(t.Context(), one))
	}
	if on.conn.prepared != 1 || on.conn.texts != 0 || !slices.Equal(got, []int64{7, 7, 7}) {
		t.Errorf("prepared %d times and sent %d texts for %d", on.conn.prepared, on.conn.texts, got)
	}
	check(t, c.Close())
}
