package direct_test

import (
	"database/sql/driver"
	"errors"
	"slices"
	"testing"

	"github.com/mattn/go-sqlite3"

	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
)

// TestALongTextEndsAStep without being read, and the next step may read it.
func TestALongTextEndsAStep(t *testing.T) {
	t.Parallel()
	conn, err := direct.Connector{
		Connector: connector(":memory:"),
		LimitTexts: func(c driver.Conn, bytes int) {
			if bytes == 0 {
				bytes = 1 << 30
			}
			c.(*sqlite3.SQLiteConn).SetLimit(sqlite3.SQLITE_LIMIT_LENGTH, bytes)
		},
		IsTooLong: func(err error) bool {
			e, ok := errors.AsType[sqlite3.Error](err)
			return ok && e.Code == sqlite3.ErrTooBig
		},
	}.Connect(t.Context())
	check(t, err)
	defer conn.Close()
	c := conn.(*direct.Conn)
	for _, text := range []string{
		"CREATE TABLE x (id INTEGER PRIMARY KEY, a TEXT)",
		"INSERT INTO x VALUES (1, printf('%.65536c', 'x')), (2, printf('%.65537c', 'x')), (3, 'x'), (4, NULL)",
	} {
		_, err := c.Exec(t.Context(), text, nil)
		check(t, err)
	}
	const maxText, bound = 65536, 1 << 20
	for _, s := range []struct {
		where   string
		maxText int
		want    []int64
	}{
		{"id > 0", maxText, []int64{1}},
		{"id > 0", 0, []int64{1, 2, 3, 4}},
		{"id = 2", maxText, nil}, // the driver meets it before the first row
		{"id > 2", maxText, []int64{3, 4}},
		{"id = 2", 0, []int64{2}},
	} {
		var got []int64
		full := false
		check(t, c.Batch(t.Context(), direct.Step{
			Text: "SELECT id, a FROM x WHERE " + s.where + " ORDER BY id", MaxText: s.maxText, Use: func(r *direct.Row) error {
				if full = r.Size() > bound; full {
					return direct.ErrEnough
				}
				got = append(got, r.Int())
				r.Rest()
				return nil
			},
		}))
		if wantFull := s.maxText > 0 && s.where != "id > 2"; !slices.Equal(got, s.want) || full != wantFull {
			t.Errorf("%s, texts of %d bytes: %v, full %v", s.where, s.maxText, got, full)
		}
	}
	heedless := direct.Step{Text: "SELECT id, a FROM x WHERE id = 2", MaxText: maxText, Use: func(r *direct.Row) error {
		r.Rest()
		return nil
	}}
	if err := c.Batch(t.Context(), heedless); err == nil {
		t.Error("a row is lost without an error")
	}
}
