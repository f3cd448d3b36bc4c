// Package testdesk makes desks for tests and benchmarks: a fresh database, the
// accounts, queues and custom fields of the contract's start state, and cheap
// password hashes.
//
// The database is SQLite, or MariaDB where HELPDESK_TEST_STORE says mysql, so
// that the same tests run on both.
package testdesk
