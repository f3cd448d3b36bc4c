package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// Applying the schema with a migration tool of the host's own. A tool reads
// the files in the order of their names; this one is a loop.
func ExampleMigrations() {
	ctx := context.Background()
	db, done := hostDatabase()
	defer done()

	files, err := fs.Glob(sqlite.Migrations(), "*.sql")
	if err != nil {
		log.Print(err)
		return
	}
	for _, name := range files {
		text, err := fs.ReadFile(sqlite.Migrations(), name)
		if err != nil {
			log.Print(err)
			return
		}
		if _, err := db.ExecContext(ctx, string(text)); err != nil {
			log.Print(err)
			return
		}
	}
	fmt.Println("ready:", sqlite.New(db).Ready(ctx) == nil)
	// Output:
	// ready: true
}

// A ticket in the host's own transaction: it is there when the order is, and
// gone when the order is rolled back.
func ExampleStore_Join() {
	ctx := context.Background()
	db, done := hostDatabase()
	defer done()
	store := sqlite.New(db)
	if err := store.Migrate(ctx); err != nil {
		log.Print(err)
		return
	}
	desk, err := helpdesk.New(store, helpdesk.Config{})
	if err != nil {
		log.Print(err)
		return
	}
	queue, err := desk.CreateQueue(ctx, helpdesk.System(), &ticket.Queue{Title: "Orders", Slug: "orders"})
	if err != nil {
		log.Print(err)
		return
	}

	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		log.Print(err)
		return
	}
	t := &ticket.Ticket{QueueID: queue.ID, Title: "Order 17 needs a look"}
	thread, err := desk.With(store.Join(tx)).CreateTicket(ctx, helpdesk.System(), t)
	fmt.Println("created:", err == nil)
	fmt.Println("rolled back:", tx.Rollback() == nil)

	_, err = desk.Ticket(ctx, helpdesk.System(), thread.ID)
	fmt.Println(err)
	// Output:
	// created: true
	// rolled back: true
	// get ticket: not found
}

// hostDatabase is a pool of the host's, and what closes and removes it.
func hostDatabase() (*sql.DB, func()) {
	dir, err := os.MkdirTemp("", "host")
	if err != nil {
		log.Fatal(err)
	}
	path := filepath.Join(dir, "host.db")
	db, err := sql.Open("sqlite3", "file:"+path+"?_foreign_keys=1&_journal_mode=WAL&_synchronous=FULL&_txlock=immediate")
	if err != nil {
		log.Fatal(err)
	}
	return db, func() {
		_ = db.Close()
		_ = os.RemoveAll(dir)
	}
}
