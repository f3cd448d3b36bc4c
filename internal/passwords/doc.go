// Package passwords decides which passwords are worth checking, and remembers for
// a while which were right. It knows no database: what is known of an address it
// asks for.
package passwords
