// Package filestore keeps the content of attachments as files in a directory,
// and everything else in another Store.
//
//	root, err := os.OpenRoot("/var/lib/helpdesk/files")
//	if err != nil { … }
//	store := filestore.Wrap(db, root)
//	removed, err := store.Sweep(ctx, 24*time.Hour) // now and then
//
// A file is complete and on disk before the transaction that names it commits,
// and is removed after the transaction that no longer names it has committed.
// So every attachment has its content whatever happens; what a crash can leave
// is files that nothing names, and Sweep removes them.
//
// Unlike content in a database, a file is not part of the state that a View
// sees: one that is deleted meanwhile reads as storage.ErrNotFound from then on.
// A backup copies the database first, the directory after it, and sweeps nothing
// in between.
package filestore
