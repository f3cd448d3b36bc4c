package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"

	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
)

// runner is where statements run.
type runner interface {
	query(ctx context.Context, query string, args []any, use func(row) error) error
	exec(ctx context.Context, query string, args []any) (driver.Result, error)
}

// straight runs on a connection of a pool that Open made.
type straight struct{ conn *direct.Conn }

func (s straight) query(ctx context.Context, query string, args []any, use func(row) error) error {
	return s.conn.Query(ctx, query, args, func(r *direct.Row) error { return use(r) })
}

func (s straight) exec(ctx context.Context, query string, args []any) (driver.Result, error) {
	return s.conn.Exec(ctx, query, args)
}

// Conn is the part of *sql.Conn and *sql.Tx that statements run on.
type Conn interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// pooled runs on what is the host's.
type pooled struct{ conn Conn }

func (p pooled) query(ctx context.Context, query string, args []any, use func(row) error) error {
	rows, err := p.conn.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := use(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (p pooled) exec(ctx context.Context, query string, args []any) (driver.Result, error) {
	return p.conn.ExecContext(ctx, query, args...)
}
