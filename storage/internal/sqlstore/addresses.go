package sqlstore

import (
	"context"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/user"
)

const (
	addressTable = "helpdesk_known_address"
	addressKey   = "address" // the name of the secret
)

type addresses struct{ x *transaction }

func (s addresses) Key(ctx context.Context) ([]byte, error) {
	return s.x.secret(ctx, "get the key of addresses", addressKey)
}

func (s addresses) InsertKey(ctx context.Context, key []byte) error {
	return s.x.insertSecret(ctx, "insert the key of addresses", addressKey, key)
}

func (s addresses) List(ctx context.Context, userID int64) ([]*user.KnownAddress, error) {
	q := selecting("digest, last_right", addressTable, is("user_id = ?", userID), order{by: "last_right DESC, digest"})
	return list(ctx, s.x, "list known addresses", q, func(r *row) *user.KnownAddress {
		return &user.KnownAddress{UserID: userID, Digest: r.Bytes(), LastRight: instant(r)}
	})
}

func (s addresses) Insert(ctx context.Context, a *user.KnownAddress) error {
	q := inserting(addressTable, []string{"user_id", "digest", "last_right"}, 1, []any{a.UserID, a.Digest, micros(a.LastRight)})
	return s.x.exec(ctx, "insert known address", q)
}

func (s addresses) Update(ctx context.Context, a *user.KnownAddress) error {
	q := statement{text: built(shape{addressTable, "update", "", "", ""}, func() sq.Sqlizer {
		return sq.Update(addressTable).Set("last_right", sq.Expr("?")).Where("user_id = ? AND digest = ?")
	}), args: []any{micros(a.LastRight), a.UserID, a.Digest}}
	return s.x.exec(ctx, "update known address", q)
}

func (s addresses) Delete(ctx context.Context, userID int64, digest []byte) error {
	return s.x.exec(ctx, "delete known address", deleting(addressTable, is("user_id = ? AND digest = ?", userID, digest)))
}
