// Package direct runs statements on the connections of a driver, past
// database/sql.
//
// A desk reads a handful of short statements for one answer. The work of database/sql
// around each of them takes as long as the statement: it prepares, locks, converts
// arguments, watches the context a second time, and scans by reflection. This package
// copies rows from the driver to their destination by a switch over types. On SQLite it
// prepares a statement once per connection. To a server, where the round trip takes
// longest, it sends the statements of an answer in one message.
//
// The pool is that of database/sql. A transaction has a connection of the pool to itself
// for as long as it lasts (sql.Conn.Raw), which makes this safe.
package direct
