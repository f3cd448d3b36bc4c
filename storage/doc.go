// Package storage says how a desk keeps its data. A Store runs functions in
// transactions. A Tx is what such a function reads and writes with.
//
// # Composition
//
// Each noun declares the store it needs, beside its types: user.Store, user.GroupStore,
// user.TokenStore, user.AddressStore, ticket.Store, ticket.QueueStore,
// ticket.CustomFieldStore, followup.Store, followup.AttachmentStore,
// followup.ChangeStore, followup.Files, idempotency.Store, event.Store, webhook.Store and
// webhook.DeliveryStore. Tx puts them together, so that everything that is written through
// one Tx is committed together or not at all. These stores have plain verbs and know no
// rules. The desk above them decides who may do what, and what follows from it.
//
//	err := store.Update(ctx, func(tx storage.Tx) error {
//		before, err := tx.Tickets().Lock(ctx, id, ticket.Scope{All: true})
//		if err != nil {
//			return err
//		}
//		after := before.Clone()
//		after.Status = ticket.Closed
//		return tx.Tickets().Update(ctx, before, after, nil)
//	})
//
// The packages storage/sqlite and storage/mysql have Stores. Their method Join returns
// one that works inside a transaction of the host. The package storage/filestore keeps
// the content of attachments in a directory instead of the database, over any Store.
//
// # Transactions
//
// View sees a snapshot: one state of the database, from its first query on, whatever
// others commit meanwhile. Read does not begin a transaction: each read in it sees the
// newest committed state by itself. For a single read that is enough, and costs less.
// Neither can write.
//
// Update writes. Its function has committed exactly when Update returns nil. Update may
// run the function several times, each time on a new Tx and a new state. So the function
// must not send mail, read a stream that it cannot rewind, or add to variables outside
// it; to assign to them is fine. A row that it read with Lock stays as it was read until
// the end.
//
// Savepoint nests a transaction in an Update. Alone gives an Update a transaction that it
// shares with no other Update.
//
// The Tx cannot be used after the function has returned, nor by two goroutines.
//
// When a method fails with anything but ErrNotFound, ErrDuplicate, ErrReferenced or an
// error of the caller's own reader, the transaction cannot be committed. Databases end a
// transaction by themselves on a deadlock or an interrupted statement.
//
// # Writing your own
//
// Implement Store, Tx and the stores behind it as their comments say. The Tx embeds
// BaseTx, so that it compiles when a later version of this package adds a method:
//
//	type Tx struct {
//		storage.BaseTx
//		sql *sql.Tx
//	}
//
//	func (tx *Tx) Users() user.Store     { return users{tx} }
//	func (tx *Tx) Tickets() ticket.Store { return tickets{tx} }
//
//	// Nouns implements storage.Store.
//	func (s *Store) Nouns() storage.Tx { return &Tx{} }
//
// The methods of BaseTx return nil. helpdesk.New calls Nouns, and refuses a Store
// that lacks a noun with an error that names it, see MissingNouns. A Store that wraps
// another one passes Nouns on, unless it replaces a noun.
//
// Then run the suite over the Store:
//
//	func TestStore(t *testing.T) {
//		storagetest.Run(t, func(t testing.TB) storage.Store { return mystore.New(t.TempDir()) })
//	}
//
// Each sentence of the comments has its test. These rules hold for all of them:
//   - Text compares by code point. Nil and "" differ.
//   - Times are UTC, from the year 1 to 9999, and kept to the microsecond.
//   - Ids are positive, grow, and are not used again.
//   - errors.Is finds the sentinel errors of this package in the errors of a Store, and
//     ctx.Err() once the context has ended.
//
// A Store without savepoints leaves Savepoint to BaseTx. The suite then skips its tests
// of savepoints. A desk cannot compose use cases in one transaction on such a Store.
package storage
