package mysql_test

import (
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
INSERT INTO helpdesk_followup VALUES (20, 10, 3, 't', 'c', 1, 3, -5, 9, '<m@x>', '["a@b.co"]'), (21, 11, NULL, NULL, NULL, 0, NULL, NULL, 8, NULL, NULL);
INSERT INTO helpdesk_attachment VALUES (30, 20, 'a.txt', 'text/plain', 3, 'k'), (31, 21, 'Z 😀', '', 0, 'z'), (32, 20, 'a', '', 0, 'y');
INSERT INTO helpdesk_content VALUES ('k', 0, x'00ff41');
INSERT INTO helpdesk_change VALUES (40, 10, 20, 3, 9, 'Status', 'Open', 'Resolved');`

const upgraded = `user {"ID":3,"Username":"Ada","FirstName":"Ada","LastName":"L.","Email":"ada@example.com","Active":true,"Staff":true,"Superuser":true,"Created":"2026-01-02T03:04:05.000006Z","EmailVerified":true,"ExternalID":null,"Permissions":null,"Queues":null} secret 35af7f470575d37ce15251a62436add2e5c905d5c617fa904aad82ef55d9c8c1
user {"ID":5,"Username":"bob","FirstName":"","LastName":"","Email":"","Active":false,"Staff":false,"Superuser":false,"Created":"1969-12-31T23:59:59.999999Z","EmailVerified":true,"ExternalID":null,"Permissions":null,"Queues":null} secret e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
queue {"ID":2,"Title":"Support","Slug":"support","EmailAddress":"q@example.com","AllowPublicSubmission":true,"DefaultOwner":3}
queue {"ID":4,"Title":"Bare","Slug":"bare","EmailAddress":null,"AllowPublicSubmission":false,"DefaultOwner":null}
custom field {"ID":7,"Name":"size","Label":"Size","HelpText":"help","Type":"list","MaxLength":3,"DecimalPlaces":2,"ListValues":"a","EmptySelectionList":true,"Ordering":-1,"Required":true,"StaffOnly":true}
ticket {"ID":10,"QueueID":2,"Title":"T 😀","Description":"d","Resolution":"r","SubmitterEmail":"ADAMZ-é-É@Example.com","AssignedTo":3,"Status":3,"OnHold":true,"Priority":2,"DueDate":"2026-01-02T03:04:05.000006Z","MergedTo":null,"Created":"1970-01-01T00:00:00.000001Z","Modified":"1970-01-01T00:00:00.000002Z","Version":4,"Values":[{"Field":7,"Text":"a","Null":false}]} secret 2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683
ticket {"ID":11,"QueueID":4,"Title":"U","Description":null,"Resolution":null,"SubmitterEmail":null,"AssignedTo":null,"Status":1,"OnHold":false,"Priority":3,"DueDate":null,"MergedTo":10,"Created":"1970-01-01T00:00:00.000003Z","Modified":"1970-01-01T00:00:00.000004Z","Version":1,"Values":[{"Field":7,"Text":"","Null":true}]} secret e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
follow-up {"ID":21,"TicketID":11,"UserID":null,"Title":null,"Comment":null,"Public":false,"NewStatus":null,"TimeSpent":null,"Date":"1970-01-01T00:00:00.000008Z","MessageID":null,"EmailRecipients":null,"Attachments":null,"Changes":null}
follow-up {"ID":20,"TicketID":10,"UserID":3,"Title":"t","Comment":"c","Public":true,"NewStatus":3,"TimeSpent":-5,"Date":"1970-01-01T00:00:00.000009Z","MessageID":"\u003cm@x\u003e","EmailRecipients":["a@b.co"],"Attachments":null,"Changes":null}
attachment {"ID":31,"FollowUpID":21,"Filename":"Z 😀","MIMEType":"","Size":0,"Content":"z"}
attachment {"ID":32,"FollowUpID":20,"Filename":"a","MIMEType":"","Size":0,"Content":"y"}
attachment {"ID":30,"FollowUpID":20,"Filename":"a.txt","MIMEType":"text/plain","Size":3,"Content":"k"}
change {"ID":40,"TicketID":10,"FollowUpID":20,"UserID":3,"Date":"1970-01-01T00:00:00.000009Z","Field":"Status","OldValue":"Open","NewValue":"Resolved"}
content z missing
content y missing
content k 3 bytes a90a10503fbfc95789ff38a1bb5039cb71869ab9c0eb1cb51c4a9099f2933c6b
`

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
			n, err := tx.Tickets().Count(ctx, ticket.Filter{Scope: ticket.Scope{Submitter: address}})
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
		n, err := tx.Tickets().Count(ctx, ticket.Filter{Scope: ticket.Scope{All: true}})
		if n != 10 {
			t.Errorf("%d tickets", n)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}
