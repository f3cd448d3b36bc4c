package sqlite_test

import (
	"fmt"
	"testing"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// TestCustomFieldsCostFewPages: the values of a new ticket are next to each other, also
// where there are many fields. Each page that is changed is written to the disk.
func TestCustomFieldsCostFewPages(t *testing.T) {
	t.Parallel()
	few, many := pagesOfATicket(t, 1), pagesOfATicket(t, 40)
	if few < 5 || many > few+4 {
		t.Errorf("a ticket with one value changes %d pages, with 40 values %d", few, many)
	}
}

// pagesOfATicket is how many pages are changed for a ticket with so many values, beside 400
// others.
func pagesOfATicket(t *testing.T, values int) (pages int) {
	t.Helper()
	ctx, db := t.Context(), pool(t, hostParams)
	s := sqlite.New(db)
	check(t, s.Migrate(ctx))
	q := &ticket.Queue{Title: "q", Slug: "q"}
	var fields []*ticket.CustomField
	insert := func(n int) {
		check(t, s.Update(ctx, func(tx storage.Tx) error {
			for range n {
				created := &ticket.Ticket{QueueID: q.ID}
				for _, f := range fields {
					created.Values = append(created.Values, ticket.Value{Field: f.ID, Text: "something"})
				}
				if err := tx.Tickets().Insert(ctx, created, fields); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	check(t, s.Update(ctx, func(tx storage.Tx) error {
		for i := range values {
			f := &ticket.CustomField{Name: fmt.Sprint("f", i), Type: ticket.Varchar}
			if err := tx.CustomFields().Insert(ctx, f); err != nil {
				return err
			}
			fields = append(fields, f)
		}
		return tx.Queues().Insert(ctx, q)
	}))
	insert(400)
	var busy, moved int
	check(t, db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved))
	insert(1)
	check(t, db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &pages, &moved))
	return pages
}
