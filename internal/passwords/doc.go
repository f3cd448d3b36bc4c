// Package passwords verifies passwords. It throttles guesses, and caches for a while which
// passwords were right. It uses no database: its caller tells it which addresses are known.
package passwords
