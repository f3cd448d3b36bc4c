package plans

import (
	"context"
	"database/sql/driver"

	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
)

// Statement is a query as the driver was given it.
type Statement struct {
	Text string
	Args []any
}

// Recorder makes connections, for sql.OpenDB, that note their queries with the
// arguments: a database looks at both to choose a plan. It is used by one goroutine.
type Recorder struct {
	driver driver.Driver
	dsn    string
	seen   []Statement
}

// NewRecorder returns a Recorder of connections by a driver.
func NewRecorder(d driver.Driver, dsn string) *Recorder { return &Recorder{driver: d, dsn: dsn} }

// Driver implements driver.Connector.
func (r *Recorder) Driver() driver.Driver { return r.driver }

// Connect implements driver.Connector.
func (r *Recorder) Connect(context.Context) (driver.Conn, error) {
	inner, err := r.driver.Open(r.dsn)
	if err != nil {
		return nil, err
	}
	return &recorded{&direct.Conn{Conn: inner}, r}, nil
}

// Take returns what was noted since it was called last.
func (r *Recorder) Take() []Statement {
	seen := r.seen
	r.seen = nil
	return seen
}

// recorded passes everything on to the driver, as direct.Conn does.
type recorded struct {
	*direct.Conn
	r *Recorder
}

// QueryContext implements driver.QueryerContext.
func (c *recorded) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s := Statement{Text: query}
	for _, a := range args {
		s.Args = append(s.Args, a.Value)
	}
	c.r.seen = append(c.r.seen, s)
	return c.Conn.QueryContext(ctx, query, args)
}
