package direct

import (
	"context"
	"database/sql/driver"
	"errors"
)

// maxStatements is how many prepared statements a connection keeps.
const maxStatements = 128

// Connector makes each connection of another Connector a Conn.
type Connector struct {
	driver.Connector

	// Several says that the connections take several statements in one text, with
	// the arguments written into it, and lead to a server.
	Several bool

	// Spell, when set, is how a statement is spelled where it is prepared.
	Spell func(query string) string

	// LimitTexts, when set, has a connection refuse texts of more than so many bytes
	// before it reads them, or none when that is 0. IsTooLong reports whether an error
	// is that refusal. They are for Step.MaxText.
	LimitTexts func(c driver.Conn, bytes int)
	IsTooLong  func(error) bool
}

// Connect returns a *Conn.
func (c Connector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &Conn{
		Conn: inner, several: c.Several, spell: c.Spell, limitTexts: c.LimitTexts, isTooLong: c.IsTooLong,
		statements: map[string]*statement{},
	}, nil
}

// Conn is a connection with its prepared statements. Like any driver.Conn it is
// used by one goroutine at a time; to database/sql it is what is inside.
type Conn struct {
	driver.Conn
	several    bool
	spell      func(string) string
	limitTexts func(driver.Conn, int)
	isTooLong  func(error) bool
	statements map[string]*statement
	args       []driver.NamedValue
	slabs      slabs
}

// LimitsTexts reports whether a Step may have a MaxText.
func (c *Conn) LimitsTexts() bool { return c.limitTexts != nil }

// Several reports whether Batch sends its steps in one message.
func (c *Conn) Several() bool { return c.several }

func (c *Conn) prepare(ctx context.Context, query string) (*statement, error) {
	if st := c.statements[query]; st != nil {
		return st, nil
	}
	if len(c.statements) >= maxStatements {
		if err := c.forget(); err != nil {
			return nil, err
		}
	}
	spelled := query
	if c.spell != nil {
		spelled = c.spell(query)
	}
	prepared, err := c.PrepareContext(ctx, spelled)
	if err != nil {
		return nil, err
	}
	st := &statement{Stmt: prepared}
	c.statements[query] = st
	return st, nil
}

// forget closes all statements: those in use are soon prepared again.
func (c *Conn) forget() error {
	var all error
	for _, st := range c.statements {
		all = errors.Join(all, st.Close())
	}
	clear(c.statements)
	return all
}

// Close closes the statements and the connection.
func (c *Conn) Close() error { return errors.Join(c.forget(), c.Conn.Close()) }

// The drivers this package is for have all of these.

// PrepareContext implements driver.ConnPrepareContext.
func (c *Conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	return c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
}

// ExecContext implements driver.ExecerContext.
func (c *Conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

// QueryContext implements driver.QueryerContext.
func (c *Conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}

// BeginTx implements driver.ConnBeginTx.
func (c *Conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, opts)
}

// ResetSession implements driver.SessionResetter.
func (c *Conn) ResetSession(ctx context.Context) error {
	if r, ok := c.Conn.(driver.SessionResetter); ok {
		return r.ResetSession(ctx)
	}
	return nil
}

// IsValid implements driver.Validator.
func (c *Conn) IsValid() bool {
	v, ok := c.Conn.(driver.Validator)
	return !ok || v.IsValid()
}

// CheckNamedValue implements driver.NamedValueChecker.
func (c *Conn) CheckNamedValue(nv *driver.NamedValue) error {
	if checker, ok := c.Conn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(nv)
	}
	return driver.ErrSkip
}
