package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"

	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
)

// row is what a record is read from.
type row = direct.Row

// runner is where statements run.
type runner interface {
	start(ctx context.Context, wait bool, texts ...string) error  // a transaction, which may wait for its first statement
	end(ctx context.Context, text string) error                   // the transaction
	query(ctx context.Context, s direct.Step) error               // one that may take long
	run(ctx context.Context, steps ...direct.Step) error          // several short ones
	exec(ctx context.Context, s statement) (driver.Result, error) // one that returns no rows
	later(ctx context.Context, s statement) (waits bool, _ error) // one whose error comes with that of the next if it waits for it
	flush(ctx context.Context) error                              // what is still to come
	script(ctx context.Context, text string) error                // a text of any number of them
}

// straight runs on a connection of a pool that Open made.
type straight struct{ conn *direct.Conn }

func (s straight) start(ctx context.Context, wait bool, texts ...string) error {
	return s.conn.Start(ctx, wait, texts...)
}

func (s straight) end(ctx context.Context, text string) error { return s.conn.End(ctx, text) }

func (s straight) query(ctx context.Context, q direct.Step) error { return s.conn.Query(ctx, q) }

func (s straight) run(ctx context.Context, steps ...direct.Step) error {
	return s.conn.Run(ctx, steps...)
}

func (s straight) exec(ctx context.Context, q statement) (driver.Result, error) {
	return s.conn.Exec(ctx, q.text, q.args)
}

func (s straight) later(ctx context.Context, q statement) (waits bool, _ error) {
	return s.conn.Later(ctx, q.text, q.args)
}

func (s straight) flush(ctx context.Context) error { return s.conn.Flush(ctx) }

func (s straight) script(ctx context.Context, text string) error {
	_, err := s.conn.ExecContext(ctx, text, nil)
	return err
}

// Conn is the part of *sql.Conn and *sql.Tx that statements run on.
type Conn interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// pooled runs on what is the host's.
type pooled struct{ conn Conn }

func (p pooled) start(ctx context.Context, _ bool, texts ...string) error {
	for _, text := range texts {
		if err := p.script(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

func (p pooled) end(ctx context.Context, text string) error { return p.script(ctx, text) }

func (p pooled) query(ctx context.Context, q direct.Step) error {
	rows, err := p.conn.QueryContext(ctx, q.Text, q.Args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	return direct.Each(rows, q.Use)
}

func (p pooled) run(ctx context.Context, steps ...direct.Step) error {
	for _, s := range steps {
		err := error(nil)
		if s.Use == nil {
			err = p.script(ctx, s.Text)
		} else {
			err = p.query(ctx, s)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p pooled) exec(ctx context.Context, q statement) (driver.Result, error) {
	return p.conn.ExecContext(ctx, q.text, q.args...)
}

func (p pooled) later(ctx context.Context, q statement) (waits bool, _ error) {
	_, err := p.exec(ctx, q)
	return false, err
}

func (p pooled) flush(context.Context) error { return nil }

func (p pooled) script(ctx context.Context, text string) error {
	_, err := p.conn.ExecContext(ctx, text)
	return err
}
