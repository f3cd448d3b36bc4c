package direct

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"strings"
)

// Step is a statement of several. Use is called with each row, which is valid
// until it returns; nil is for a statement that returns none.
type Step struct {
	Text string
	Args []any
	Use  func(*Row) error
}

// statement is a prepared statement, with the memory for a row of it.
type statement struct {
	driver.Stmt
	row Row
}

// Query runs a step whose rows may take long to come, which the driver breaks off
// when the context ends. Inside of Use the connection is busy.
func (c *Conn) Query(ctx context.Context, s Step) error {
	if c.several {
		return c.send(ctx, []Step{s})
	}
	return c.query(ctx, ctx, s)
}

// Run runs short steps in order, in one message where the server takes several.
// After an error it is open how many of them ran.
func (c *Conn) Run(ctx context.Context, steps ...Step) error {
	if c.several {
		return c.send(ctx, steps)
	}
	for _, s := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		// The driver need not watch the context of what is this short.
		err := error(nil)
		if s.Use == nil {
			_, err = c.Exec(ctx, s.Text, s.Args)
		} else {
			err = c.query(ctx, context.Background(), s)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// query runs a prepared statement. The driver watches a context of its own.
func (c *Conn) query(ctx, watched context.Context, s Step) (err error) {
	st, err := c.prepare(ctx, s.Text)
	if err != nil {
		return err
	}
	if c.args, err = name(c.args[:0], s.Args); err != nil {
		return err
	}
	rows, err := st.Stmt.(driver.StmtQueryContext).QueryContext(watched, c.args)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	if st.row.columns == nil {
		st.row = Row{columns: make([]driver.Value, len(rows.Columns())), slabs: &c.slabs}
	}
	return each(ctx, rows, &st.row, s.Use)
}

// each calls use with the rest of the rows.
func each(ctx context.Context, rows driver.Rows, row *Row, use func(*Row) error) error {
	for {
		switch err := rows.Next(row.columns); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := row.give(use); err != nil {
			return err
		}
	}
}

// send sends what waits and the steps in one message.
func (c *Conn) send(ctx context.Context, steps []Step) (err error) {
	text := strings.Builder{}
	if c.args, err = c.compose(&text, c.args[:0], steps); err != nil {
		return err
	}
	rows, err := c.QueryContext(ctx, text.String(), c.args)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	first := true
	for _, s := range steps {
		if s.Use == nil { // the driver passes over results without columns
			continue
		}
		if !first {
			if err := rows.(driver.RowsNextResultSet).NextResultSet(); err != nil {
				return err
			}
		}
		first = false
		row := Row{columns: make([]driver.Value, len(rows.Columns())), slabs: &c.slabs}
		if err := each(ctx, rows, &row, s.Use); err != nil {
			return err
		}
	}
	return nil
}

// compose writes what waits and the steps behind each other.
func (c *Conn) compose(text *strings.Builder, args []driver.NamedValue, steps []Step) (_ []driver.NamedValue, err error) {
	c.idle = false
	for i, s := range append(c.waiting, steps...) {
		if i > 0 {
			text.WriteByte(';')
		}
		text.WriteString(s.Text)
		if args, err = name(args, s.Args); err != nil {
			return args, err
		}
	}
	c.waiting = c.waiting[:0]
	return args, nil
}

// Start starts a transaction. One that may wait goes to a server with the first
// statement.
func (c *Conn) Start(ctx context.Context, wait bool, texts ...string) error {
	c.waiting, c.idle = c.waiting[:0], false
	for _, text := range texts {
		if c.several && wait {
			c.waiting, c.idle = append(c.waiting, Step{Text: text}), true
			continue
		}
		if _, err := c.Exec(ctx, text, nil); err != nil {
			return err
		}
	}
	return nil
}

// Later runs a statement of which nobody needs the result. To a server it goes with
// the next one, which it reports to be so: the error of that is then of both.
func (c *Conn) Later(ctx context.Context, query string, args []any) (waits bool, _ error) {
	if c.several && !long(args) {
		c.waiting, c.idle = append(c.waiting, Step{Text: query, Args: args}), false
		return true, nil
	}
	_, err := c.Exec(ctx, query, args)
	return false, err
}

// Flush runs what waits, but for the start of a transaction.
func (c *Conn) Flush(ctx context.Context) error {
	if c.idle || len(c.waiting) == 0 {
		return nil
	}
	last := c.waiting[len(c.waiting)-1]
	c.waiting = c.waiting[:len(c.waiting)-1]
	_, err := c.Exec(ctx, last.Text, last.Args)
	return err
}

// End ends a transaction, of which there is nothing to end where no statement
// followed Start. What still waits is dropped.
func (c *Conn) End(ctx context.Context, text string) error {
	idle := c.idle
	c.waiting, c.idle = c.waiting[:0], false
	if idle {
		return nil
	}
	_, err := c.Exec(ctx, text, nil)
	return err
}

// Exec runs a statement that returns no rows.
func (c *Conn) Exec(ctx context.Context, query string, args []any) (driver.Result, error) {
	if c.several {
		return c.execText(ctx, query, args)
	}
	// The driver would start a goroutine to watch the context of what waits for
	// nothing but the disk, and BEGIN for its busy timeout.
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return c.execPrepared(context.WithoutCancel(ctx), query, args)
}

// execText writes the arguments into the text, unless they are long.
func (c *Conn) execText(ctx context.Context, query string, args []any) (_ driver.Result, err error) {
	c.idle = false
	steps := []Step{{Text: query, Args: args}}
	prepared := long(args)
	if prepared {
		if len(c.waiting) == 0 {
			return c.execPrepared(ctx, query, args)
		}
		steps = nil
	}
	text := strings.Builder{}
	if c.args, err = c.compose(&text, c.args[:0], steps); err != nil {
		return nil, err
	}
	result, err := c.ExecContext(ctx, text.String(), c.args)
	if err == nil && prepared {
		return c.execPrepared(ctx, query, args)
	}
	return result, err
}

func (c *Conn) execPrepared(ctx context.Context, query string, args []any) (driver.Result, error) {
	st, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	if c.args, err = name(c.args[:0], args); err != nil {
		return nil, err
	}
	return st.Stmt.(driver.StmtExecContext).ExecContext(ctx, c.args)
}

// long reports whether there are bytes among the arguments, which in text would
// take twice their size.
func long(args []any) bool {
	for _, a := range args {
		if _, bytes := a.([]byte); bytes {
			return true
		}
	}
	return false
}

// name appends arguments as the driver takes them.
func name(named []driver.NamedValue, args []any) ([]driver.NamedValue, error) {
	for _, arg := range args {
		v, err := value(arg)
		if err != nil {
			return named, err
		}
		named = append(named, driver.NamedValue{Ordinal: len(named) + 1, Value: v})
	}
	return named, nil
}
