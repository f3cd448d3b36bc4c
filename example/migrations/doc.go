// Package migrations shows how a host makes the schema of the desk with a tool that
// it has for its own tables: goose or golang-migrate. Both take the files of
// sqlite.Migrations and mysql.Migrations as they are, and keep a table of their own
// that says which they have applied. It is a name of the desk's here, so that it is
// not the one that the host's own migrations are counted in.
//
// A host that has no such tool calls the store's Migrate.
package migrations
