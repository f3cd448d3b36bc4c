// Package sqlstore implements storage.Store over database/sql: every query of
// the library is here, written once in SQL that SQLite, MySQL 8, MariaDB and
// TiDB share. What they do differently is a Dialect.
//
// Times are stored as microseconds since the Unix epoch, booleans as 0 and 1.
// Text compares by code point in every column that a query compares or orders.
package sqlstore
