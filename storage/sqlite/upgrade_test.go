package sqlite_test

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
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
INSERT INTO helpdesk_attachment VALUES (30, 20, 'a.txt', 'text/plain', 3, 'k');
INSERT INTO helpdesk_content VALUES ('k', 0, x'00ff41');
INSERT INTO helpdesk_change VALUES (40, 10, 20, 3, 9, 'Status', 'Open', 'Resolved');`

func execute(t *testing.T, db *sql.DB, query string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query); err != nil {
		t.Fatal(err)
	}
}

// TestUpgrade brings a database of the first version, in use, up to date.
func TestUpgrade(t *testing.T) {
	ctx, db := t.Context(), pool(t, hostParams)
	first, err := fs.ReadFile(sqlite.Migrations(), "0001_initial.up.sql")
	if err != nil {
		t.Fatal(err)
	}
	execute(t, db, string(first))
	execute(t, db, rows)
	columns := columnsOf(t, db)
	before := contents(t, db, columns)

	s := sqlite.New(db)
	if err := s.Ready(ctx); !errors.Is(err, storage.ErrSchema) || !strings.Contains(err.Error(), "call Migrate") {
		t.Errorf("before: %v", err)
	}
	for range 2 {
		if err := errors.Join(s.Migrate(ctx), s.Ready(ctx)); err != nil {
			t.Fatal(err)
		}
	}
	if after := contents(t, db, columns); after != before {
		t.Errorf("before:\n%safter:\n%s", before, after)
	}
	var broken int
	if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM pragma_foreign_key_check").Scan(&broken); err != nil || broken != 0 {
		t.Errorf("%d broken references, %v", broken, err)
	}
	useUpgraded(t, s)
}

// TestUpgradeOfTheOldNumbers is of a database on which the migration called narrow
// was number 4.
func TestUpgradeOfTheOldNumbers(t *testing.T) {
	ctx, db, fresh := t.Context(), pool(t, hostParams), pool(t, hostParams)
	for _, name := range []string{"0001_initial", "0002_access", "0003_counts", "0005_narrow"} {
		text, err := fs.ReadFile(sqlite.Migrations(), name+".up.sql")
		if err != nil {
			t.Fatal(err)
		}
		execute(t, db, strings.Replace(string(text), "VALUES (5, ", "VALUES (4, ", 1))
	}
	for _, s := range []*sqlite.Store{sqlite.New(db), sqlite.New(fresh)} {
		if err := errors.Join(s.Migrate(ctx), s.Ready(ctx)); err != nil {
			t.Fatal(err)
		}
	}
	schema := func(db *sql.DB) (all string) {
		err := db.QueryRowContext(ctx, "SELECT group_concat(sql, char(10)) FROM (SELECT sql FROM sqlite_schema ORDER BY name)").Scan(&all)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if got, want := schema(db), schema(fresh); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// columnsOf is the columns of every table, but those of helpdesk_migration.
func columnsOf(t *testing.T, db *sql.DB) map[string]string {
	t.Helper()
	found, err := db.QueryContext(t.Context(), `SELECT m.name, group_concat(c.name) FROM sqlite_schema m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name LIKE 'helpdesk\_%' ESCAPE '\' AND m.name <> 'helpdesk_migration' GROUP BY m.name`)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	all := map[string]string{}
	for found.Next() {
		var table, columns string
		if err := found.Scan(&table, &columns); err != nil {
			t.Fatal(err)
		}
		all[table] = columns
	}
	if err := found.Err(); err != nil || len(all) != 9 {
		t.Fatalf("%d tables, %v", len(all), err)
	}
	return all
}

// contents is what the tables hold in these columns.
func contents(t *testing.T, db *sql.DB, columns map[string]string) string {
	t.Helper()
	var all strings.Builder
	for _, table := range []string{"user", "queue", "customfield", "ticket", "value", "followup", "attachment", "content", "change"} {
		table = "helpdesk_" + table
		names := strings.Split(columns[table], ",")
		for i, name := range names {
			names[i] = "quote(" + name + ")"
		}
		var lines string
		query := fmt.Sprintf("SELECT group_concat(line, char(10)) FROM (SELECT %s AS line FROM %s ORDER BY 1)",
			strings.Join(names, " || ',' || "), table)
		if err := db.QueryRowContext(t.Context(), query).Scan(&lines); err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		fmt.Fprintf(&all, "%s\n%s\n", table, lines)
	}
	return all.String()
}

// useUpgraded does what only the new version does, with old rows.
func useUpgraded(t *testing.T, s storage.Store) {
	t.Helper()
	ctx := t.Context()
	err := s.Update(ctx, func(tx storage.Tx) error {
		ada, err := tx.Users().Get(ctx, 3)
		if err != nil {
			return err
		}
		if ada.ExternalID != nil || !ada.EmailVerified || ada.Permissions != nil || ada.Queues != nil || !ada.Superuser ||
			ada.Version != 1 {
			t.Errorf("got %+v", ada)
		}
		if ids, err := tx.Users().Superusers(ctx); err != nil || len(ids) != 1 || ids[0] != 3 {
			t.Errorf("superusers %v, %v", ids, err)
		}
		after := ada.Clone()
		after.ExternalID, after.Permissions = new("1"), []user.Permission{user.ManageUsers}
		err = errors.Join(tx.Users().Update(ctx, ada, after), tx.Users().Grant(ctx, 5, []int64{2}),
			tx.Groups().Insert(ctx, &user.Group{Name: "g", Users: []int64{5}, Queues: []int64{4}}),
			tx.Tokens().Insert(ctx, &user.Token{UserID: 5, Prefix: "p", Digest: []byte("d")}))
		if err != nil {
			return err
		}
		for want, scope := range map[int]ticket.Scope{2: {GrantedTo: 5}, 1: {AssignedTo: 3, Submitter: "adamz-é-É@example.com"},
			0: {GrantedTo: 3, Submitter: "adamz-é-é@example.com"}} {
			if n, err := tx.Tickets().Count(ctx, scope, ticket.Filter{}); err != nil || n != want {
				t.Errorf("%+v: %d tickets, %v", scope, n, err)
			}
		}
		return tx.Users().Delete(ctx, 5)
	})
	if err != nil {
		t.Error(err)
	}
}
