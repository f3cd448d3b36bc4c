package cookbook

import (
	"context"
	"database/sql"
	"errors"

	"github.com/go-helpdesk/helpdesk"
)

// Position is the position of the events that were handled under a name. It is in a table of
// the host's, on SQLite or MariaDB:
//
//	CREATE TABLE positions (name VARCHAR(50) PRIMARY KEY, position BIGINT NOT NULL)
type Position struct {
	DB    *sql.DB
	Name  string
	First func(context.Context) error // prepares the first start; nil for nothing
}

// Load returns the position. At first it is the end of the feed: what happens from now on is
// handled, and nothing that is older.
func (p Position) Load(ctx context.Context, desk *helpdesk.Desk) (position int64, err error) {
	err = p.DB.QueryRowContext(ctx, "SELECT position FROM positions WHERE name = ?", p.Name).Scan(&position)
	if !errors.Is(err, sql.ErrNoRows) {
		return position, err
	}
	position, err = desk.EndOfEvents(ctx)
	if err == nil && p.First != nil {
		err = p.First(ctx)
	}
	if err != nil {
		return 0, err
	}
	return position, p.Save(ctx, position)
}

// Save stores the position, even when ctx has ended while the event was handled.
func (p Position) Save(ctx context.Context, position int64) error {
	ctx = context.WithoutCancel(ctx)
	_, err := p.DB.ExecContext(ctx, "REPLACE INTO positions (name, position) VALUES (?, ?)", p.Name, position)
	return err
}
