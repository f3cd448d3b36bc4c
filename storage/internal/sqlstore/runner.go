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
	query(ctx context.Context, s direct.Step) error               // one that may take long
	run(ctx context.Context, steps ...direct.Step) error          // several short ones
	exec(ctx context.Context, s statement) (driver.Result, error) // one that returns no rows
	script(ctx context.Context, text string) error                // a text of any number of them
	joins() bool                                                  // run sends them together
}

// straight runs on a connection of a pool that Open made.
type straight struct{ conn *direct.Conn }

func (s straight) query(ctx context.Context, q direct.Step) error { return s.conn.Query(ctx, q) }

func (s straight) run(ctx context.Context, steps ...direct.Step) error {
	return s.conn.Run(ctx, steps...)
}

func (s straight) exec(ctx context.Context, q statement) (driver.Result, error) {
	return s.conn.Exec(ctx, q.text, q.args)
}

func (s straight) joins() bool { return s.conn.Several() }

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

func (p pooled) query(ctx context.Context, q direct.Step) error {
	rows, err := p.conn.QueryContext(ctx, q.Text, q.Args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if err := direct.Each(rows, q.Use); err != nil {
		return err
	}
	return rows.Err()
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

func (p pooled) joins() bool { return false }

func (p pooled) script(ctx context.Context, text string) error {
	_, err := p.conn.ExecContext(ctx, text)
	return err
}
