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

	// Columns is how many columns a row has where the step may be a part of a UNION ALL;
	// otherwise it is 0.
	Columns int

	// MaxText, unless it is 0, is how many bytes a text may have that is read. The first
	// row with a longer one is the last: Use is called with a row that has nothing but a
	// Size of more than any bound. Set it only for a Conn that LimitsTexts, where neither
	// the conditions nor the order of the rows need texts: they could not read them either.
	MaxText int

	// Slow is the error of a step that is stopped because it takes too long. Nil is for
	// a step that may take its time. A Conn stops nothing by itself.
	Slow error
}

// statement is a prepared statement, with the memory for a row of it.
type statement struct {
	driver.Stmt
	row Row
}

// Stream runs a step whose rows may take long to come, which the driver breaks off
// when the context ends. Inside of Use the connection is busy.
func (c *Conn) Stream(ctx context.Context, s Step) error { return c.query(ctx, ctx, s) }

// Batch runs short steps in order, in one message where the server takes several. A step
// alone is prepared. After an error it is open how many of them ran.
func (c *Conn) Batch(ctx context.Context, steps ...Step) error {
	switch {
	case c.several && len(steps) == 1 && steps[0].Use != nil:
		return c.query(ctx, ctx, steps[0])
	case c.several:
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
func (c *Conn) query(ctx, watched context.Context, s Step) error {
	st, err := c.prepare(ctx, s.Text)
	if err != nil {
		return err
	}
	if s.MaxText == 0 {
		return c.run(ctx, watched, st, s)
	}
	err = c.runLimited(ctx, watched, st, s)
	if err == nil || !c.isTooLong(err) {
		return err
	}
	row := Row{columns: []driver.Value{Omitted}, slabs: &c.slabs}
	if used := row.give(s.Use); !errors.Is(used, ErrEnough) {
		return errors.Join(err, used)
	}
	return nil
}

// runLimited is run with the limit of the step, which it takes back also when Use panics.
func (c *Conn) runLimited(ctx, watched context.Context, st *statement, s Step) error {
	c.limitTexts(c.Conn, s.MaxText)
	defer c.limitTexts(c.Conn, 0)
	return c.run(ctx, watched, st, s)
}

// run runs a statement that is prepared.
func (c *Conn) run(ctx, watched context.Context, st *statement, s Step) (err error) {
	if c.args, err = name(c.args[:0], s.Args); err != nil {
		return err
	}
	rows, err := st.Stmt.(driver.StmtQueryContext).QueryContext(watched, c.args)
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, rows.Close())
		clear(st.row.columns) // or the last row, which may be large, stays in memory
		clear(c.args)
	}()
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
		switch err := row.give(use); {
		case errors.Is(err, ErrEnough):
			return nil
		case err != nil:
			return err
		}
	}
}

// send sends the steps in one message. To read the text of a statement takes a server
// longer than to run what is prepared, but not as long as the way there and back.
func (c *Conn) send(ctx context.Context, steps []Step) (err error) {
	var text strings.Builder
	c.args = c.args[:0]
	for i, s := range steps {
		if i > 0 {
			text.WriteByte(';')
		}
		text.WriteString(s.Text)
		if c.args, err = name(c.args, s.Args); err != nil {
			return err
		}
	}
	rows, err := c.QueryContext(ctx, text.String(), c.args)
	clear(c.args)
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

// Exec runs a statement that returns no rows.
func (c *Conn) Exec(ctx context.Context, query string, args []any) (driver.Result, error) {
	if c.several && len(args) == 0 { // such as COMMIT, which not every server prepares
		return c.ExecContext(ctx, query, nil)
	}
	st, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	if c.args, err = name(c.args[:0], args); err != nil {
		return nil, err
	}
	if !c.several {
		// The driver would start a goroutine to watch the context of what waits for
		// nothing but the disk, and BEGIN for its busy timeout.
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		ctx = context.WithoutCancel(ctx)
	}
	defer func() { clear(c.args) }() // or what was written stays in memory
	return st.Stmt.(driver.StmtExecContext).ExecContext(ctx, c.args)
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
