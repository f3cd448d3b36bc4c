package sqlstore

import "context"

const secretTable = "helpdesk_secret"

// secret reads a secret of the database's, or returns ErrNotFound.
func (x *transaction) secret(ctx context.Context, what, name string) ([]byte, error) {
	return one(ctx, x, what, selecting("value", secretTable, is("name = ?", name), order{}), (*row).Bytes)
}

// insertSecret stores a secret of the database's.
func (x *transaction) insertSecret(ctx context.Context, what, name string, value []byte) error {
	return x.exec(ctx, what, inserting(secretTable, []string{"name", "value"}, 1, []any{name, value}))
}
