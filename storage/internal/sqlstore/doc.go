// Package sqlstore implements storage.Store over database/sql. Every query of the library
// is here, written once in SQL that SQLite, MySQL 8, MariaDB and TiDB share. A Dialect
// says what they do differently. Another database needs a Dialect, a package that opens
// it, and migrations.
//
// The layers, from the top:
//   - Store runs functions in transactions, and retries them.
//   - transaction is the Tx of such a function. The stores of the nouns, one file each,
//     run their statements on it.
//   - snapshot, single and writer are the three kinds of transactions. They decide which
//     statements begin and end one, and go together.
//   - connection knows what failed, and whether the pool may use the connection again.
//   - runner runs statements on a connection of ours or of the host's.
//
// squirrel builds the texts of statements. The texts are cached by their shape.
//
// Times are stored as microseconds since the Unix epoch, booleans as 0 and 1.
// Text compares by code point in every column that a query compares or orders.
package sqlstore
