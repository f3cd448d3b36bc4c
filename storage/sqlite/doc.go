// Package sqlite keeps a desk in an SQLite file.
//
//	store, err := sqlite.Open(ctx, "helpdesk.db")
//	if err != nil { … }
//	defer store.Close()
//	err = store.Migrate(ctx)
//
// New does the same on a pool that the host already has, and Join inside one of
// the host's own transactions. The driver is github.com/mattn/go-sqlite3, which
// needs cgo.
package sqlite
