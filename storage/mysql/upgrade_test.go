package mysql_test

import (
	_ "embed"
	"errors"
	"io/fs"
	"testing"

	"github.com/go-helpdesk/helpdesk/internal/mariadb"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/mysql"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// rows of the first version, something in every column.
const rows = `
INSERT INTO helpdesk_user VALUES
	(3, 'ada', 'Ada', 'Ada', 'L.', 'ada@example.com', 1, 1, 1, '$argon2id$x', 1767323045000006),
	(5, 'bob', 'bob', '', '', '', 0, 0, 0, '', -1);
INSERT INTO helpdesk_queue VALUES (2, 'Support', 'support', 'q@example.com', 1, 3), (4, 'Bare', 'bare', NULL, 0, NULL);
INSERT INTO helpdesk_customfield VALUES (7, 'size', 'Size', 'help', 'list', 3, 2, 'a', 1, -1, 1, 1);
INSERT INTO helpdesk_ticket VALUES
	(10, 4, 2, 'T 😀', 'd', 'r', 'ADAMZ-é-É@Example.com', 3, 3, 1, 2, 1767323045000006, NULL, 1, 2, 'key'),
	(11, 1, 4, 'U', NULL, NULL, NULL, NULL, 1, 0, 3, NULL, 10, 3, 4, '');
INSERT INTO helpdesk_value VALUES (10, 7, 'a'), (11, 7, NULL);
INSERT INTO helpdesk_followup VALUES (20, 10, 3, 't', 'c', 1, 3, -5, 9, '<m@x>', '["a@b.co"]'), (21, 11, NULL, NULL, NULL, 0, NULL, NULL, 8,
	NULL, NULL);
INSERT INTO helpdesk_attachment VALUES (30, 20, 'a.txt', 'text/plain', 3, 'k'), (31, 21, 'Z 😀', '', 0, 'z'), (32, 20, 'a', '', 0, 'y');
INSERT INTO helpdesk_content VALUES ('k', 0, x'00ff41');
INSERT INTO helpdesk_change VALUES (40, 10, 20, 3, 9, 'Status', 'Open', 'Resolved');`

// upgraded is what the rows have become.
//
//go:embed testdata/upgraded.txt
var upgraded string

// TestUpgrade brings a database of the first version, in use, up to date.
func TestUpgrade(t *testing.T) {
	ctx, db := t.Context(), pool(t, mariadb.Database(t)+"?multiStatements=true")
	first, err := fs.ReadFile(mysql.Migrations(), "0001_initial.up.sql")
	if err != nil {
		t.Fatal(err)
	}
	execute(t, db, string(first), rows)
	s := mysql.New(db)
	if err := s.Ready(ctx); !errors.Is(err, storage.ErrSchema) {
		t.Errorf("before: %v", err)
	}
	for range 2 {
		if err := errors.Join(s.Migrate(ctx), s.Ready(ctx)); err != nil {
			t.Fatal(err)
		}
	}
	if got := storagetest.Dump(t, s); got != upgraded {
		t.Errorf("got\n%swant\n%s", got, upgraded)
	}
	check(t, s.View(ctx, func(tx storage.Tx) error {
		for address, want := range map[string]int{"adamz-é-É@example.com": 1, "ADAMZ-é-É@EXAMPLE.COM": 1, "adamz-é-é@example.com": 0} {
			n, err := tx.Tickets().Count(ctx, ticket.Scope{Submitter: address}, ticket.Filter{})
			if err != nil || n != want {
				t.Errorf("%s: %d tickets, %v", address, n, err)
			}
		}
		return nil
	}))
	// What the upgrade counted is counted on, in whichever row the next ticket's turn is.
	if err := s.Update(ctx, func(tx storage.Tx) error {
		for range 9 {
			if err := tx.Tickets().Insert(ctx, &ticket.Ticket{QueueID: 2}, nil); err != nil {
				return err
			}
		}
		if err := tx.Tickets().Delete(ctx, 11); err != nil {
			return err
		}
		n, err := tx.Tickets().Count(ctx, ticket.Scope{All: true}, ticket.Filter{})
		if n != 10 {
			t.Errorf("%d tickets", n)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}
