// Package storage says how a desk keeps its data: a Store runs functions in
// transactions, and a Tx is what such a function has in its hands.
//
// # Composition
//
// Each noun declares the store it needs, beside its types: user.Store,
// user.GroupStore, user.TokenStore, user.AddressStore, ticket.Store, ticket.QueueStore, ticket.CustomFieldStore, followup.Store,
// followup.AttachmentStore, followup.ChangeStore and followup.Files. Tx puts
// them together, so that what is done through one Tx happens together or not at
// all. These stores have plain verbs and know no rules: who may do what, and
// what follows from what, is decided by the desk above them.
//
//	err := store.Update(ctx, func(tx storage.Tx) error {
//		t, err := tx.Tickets().Lock(ctx, id, ticket.Scope{All: true})
//		if err != nil {
//			return err
//		}
//		t.Status = ticket.Closed
//		return tx.Tickets().Update(ctx, t)
//	})
//
// The packages storage/sqlite and storage/mysql are Stores, and their method Join makes
// one that works inside a transaction of the host's own. The package
// storage/filestore keeps the content of attachments in a directory instead of
// the database, over any Store.
//
// # Transactions
//
// View sees one state of the database from its first query on, whatever others
// commit meanwhile, and cannot write. Read does not begin a transaction: each read
// in it sees the newest committed state by itself. For a single read that is enough,
// and costs less. Update writes: its function has committed exactly when Update
// returns nil. It may be run several times, each time on a
// fresh Tx and a fresh state, so it must not send mail, read a stream it cannot
// rewind, or add to variables outside it; assigning to them is fine. A row that
// was read with Lock stays as it was read until the end. The Tx is of no use
// after the function has returned, and must not be used by two goroutines.
//
// After a method has failed with anything but ErrNotFound,
// ErrDuplicate, ErrReferenced or an error of the caller's own reader, the
// transaction cannot be committed: databases end a transaction by themselves on
// a deadlock or an interrupted statement.
//
// # Writing your own
//
// Implement Store, Tx and the eleven stores behind it as their comments say, and
// run the suite over it:
//
//	func TestStore(t *testing.T) {
//		storagetest.Run(t, func(t testing.TB) storage.Store { return mystore.New(t.TempDir()) })
//	}
//
// Each sentence of the comments has its test. What they leave to you: text
// compares by code point; times are UTC and kept to the microsecond, from the
// year 1 to 9999; nil and "" differ; ids are positive, grow, and are not used
// again; and errors.Is must find the sentinel errors of this package in what you
// return, and ctx.Err() once the context has ended.
package storage
