// Package direct runs statements on the connections of a driver, past
// database/sql.
//
// What a desk reads for one answer is a handful of short statements, and what
// database/sql does around each takes as long as the statement: it prepares,
// locks, converts arguments, watches the context a second time, and scans by
// reflection. Here rows go from the driver to their destination by a switch over
// types, and a statement costs as little as the database allows: on SQLite it is
// prepared once per connection; to a server, where the way there and back is what
// takes long, those of an answer go in one message.
//
// The pool is still that of database/sql; a transaction has one of its connections
// to itself for as long as it lasts (sql.Conn.Raw), which is what makes this safe.
package direct
