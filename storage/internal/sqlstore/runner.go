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
	stream(ctx context.Context, s direct.Step) error              // one whose rows may take long
	batch(ctx context.Context, steps ...direct.Step) error        // several short ones
	exec(ctx context.Context, s statement) (driver.Result, error) // one that returns no rows
	script(ctx context.Context, text string) error                // a text of any number of them
	batches() bool                                                // batch sends them in one message
	limitsTexts() bool                                            // steps may have a MaxText
}

// directRunner runs on a connection of a pool that Open made.
type directRunner struct{ conn *direct.Conn }

func (r directRunner) stream(ctx context.Context, q direct.Step) error { return r.conn.Stream(ctx, q) }

func (r directRunner) batch(ctx context.Context, steps ...direct.Step) error {
	return r.conn.Batch(ctx, steps...)
}

func (r directRunner) exec(ctx context.Context, q statement) (driver.Result, error) {
	return r.conn.Exec(ctx, q.text, q.args)
}

func (r directRunner) batches() bool { return r.conn.Several() }

func (r directRunner) limitsTexts() bool { return r.conn.LimitsTexts() }

func (r directRunner) script(ctx context.Context, text string) error {
	_, err := r.conn.ExecContext(ctx, text, nil)
	return err
}

// Conn is the part of *sql.Conn and *sql.Tx that statements run on.
type Conn interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// hostRunner runs on what is the host's.
type hostRunner struct{ conn Conn }

func (p hostRunner) stream(ctx context.Context, q direct.Step) error {
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

func (p hostRunner) batch(ctx context.Context, steps ...direct.Step) error {
	for _, s := range steps {
		err := error(nil)
		if s.Use == nil {
			err = p.script(ctx, s.Text)
		} else {
			err = p.stream(ctx, s)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p hostRunner) exec(ctx context.Context, q statement) (driver.Result, error) {
	return p.conn.ExecContext(ctx, q.text, q.args...)
}

func (p hostRunner) batches() bool { return false }

func (p hostRunner) limitsTexts() bool { return false }

func (p hostRunner) script(ctx context.Context, text string) error {
	_, err := p.conn.ExecContext(ctx, text)
	return err
}
