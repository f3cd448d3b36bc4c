package cookbook

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
)

// SearchIndex keeps the texts of tickets and their follow-ups in a table of SQLite:
//
//	CREATE VIRTUAL TABLE search USING fts4(text)
type SearchIndex struct {
	Desk *helpdesk.Desk
	DB   *sql.DB
}

// Update is a Handler for "ticket.*" and "followup.*".
func (x SearchIndex) Update(ctx context.Context, e *event.Event) error {
	if u, ok := e.Data.(*event.FollowUpUpdate); ok && u.TicketID != nil { // the follow-up has left another ticket
		if err := x.put(ctx, u.TicketID.Old); err != nil {
			return err
		}
	}
	return x.put(ctx, e.TicketID)
}

func (x SearchIndex) put(ctx context.Context, id int64) error {
	t, err := x.Desk.Ticket(ctx, helpdesk.System(), id)
	if errors.Is(err, helpdesk.ErrNotFound) {
		_, err = x.DB.ExecContext(ctx, "DELETE FROM search WHERE docid = ?", id)
		return err
	}
	if err != nil {
		return err
	}
	texts := []string{t.Title, *cmp.Or(t.Description, new(""))}
	for f, err := range t.FollowUps(ctx) {
		if err != nil {
			return err
		}
		texts = append(texts, *cmp.Or(f.Comment, new("")))
	}
	_, err = x.DB.ExecContext(ctx, "REPLACE INTO search (docid, text) VALUES (?, ?)", id, strings.Join(texts, "\n"))
	return err
}
