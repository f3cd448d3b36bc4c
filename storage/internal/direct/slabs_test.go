package direct_test

import (
	"context"
	"database/sql/driver"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
)

// lender is a driver whose rows lie in a buffer that it uses again, as a server's do:
// each has the next of some texts twice.
type lender struct {
	driver.Conn
	driver.Stmt
	driver.Rows
	texts  []string
	at     int
	buffer [1 << 12]byte
	row    [2]driver.Value // with these, no row allocates
}

func (l *lender) Connect(context.Context) (driver.Conn, error)                { return l, nil }
func (l *lender) Driver() driver.Driver                                       { return nil }
func (l *lender) PrepareContext(context.Context, string) (driver.Stmt, error) { return l, nil }
func (l *lender) Close() error                                                { return nil }
func (l *lender) Columns() []string                                           { return make([]string, len(l.row)) }

func (l *lender) QueryContext(context.Context, []driver.NamedValue) (driver.Rows, error) {
	l.at = 0
	return l, nil
}

func (l *lender) Next(dest []driver.Value) error {
	if l.at == len(l.texts) {
		return io.EOF
	}
	if l.at == 0 || len(l.texts[l.at]) != len(l.texts[l.at-1]) {
		b := l.buffer[:len(l.texts[l.at])]
		l.row = [2]driver.Value{b, b}
	}
	copy(l.buffer[:], l.texts[l.at])
	l.at++
	copy(dest, l.row[:])
	return nil
}

// TestTextsOfRows stay what they were when the driver has gone on, long or short, and
// many of them share an allocation.
func TestTextsOfRows(t *testing.T) {
	l := &lender{}
	for i := range 1000 {
		l.texts = append(l.texts, strings.Repeat(string(rune('a'+i%26)), 12))
	}
	for n := 0; n < len(l.buffer); n += 7 {
		l.texts = append(l.texts, strings.Repeat("x", n))
	}
	conn, err := direct.Connector{Connector: l}.Connect(t.Context())
	check(t, err)
	var texts, pointed []string
	read := func() {
		texts, pointed = texts[:0], pointed[:0]
		check(t, query(t, conn.(*direct.Conn), "SELECT", func(r *direct.Row) error {
			texts, pointed = append(texts, r.Text()), append(pointed, *r.NullText())
			return nil
		}))
	}
	read()
	if !slices.Equal(texts, l.texts) || !slices.Equal(pointed, l.texts) {
		t.Error("other texts than those of the rows")
	}
	l.texts = l.texts[:1000]
	if n := testing.AllocsPerRun(10, read); n > 100 {
		t.Errorf("%v allocations for 1,000 rows", n)
	}
}
