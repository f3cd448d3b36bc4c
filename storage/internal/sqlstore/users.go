package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/user"
)

var userTable = &table[user.User]{
	noun: "user",
	name: "helpdesk_user",
	columns: []string{"username_key", "username", "first_name", "last_name", "email",
		"active", "staff", "superuser", "password_hash", "created"},
	values: func(u *user.User) []any {
		return []any{usernameKey(user.Key(u.Username)), u.Username, u.FirstName, u.LastName, u.Email,
			u.Active, u.Staff, u.Superuser, u.PasswordHash, micros(u.Created)}
	},
	scan: func(r row) (*user.User, error) {
		var u user.User
		var key string
		return &u, r.Scan(&u.ID, &key, &u.Username, &u.FirstName, &u.LastName, &u.Email,
			&u.Active, &u.Staff, &u.Superuser, &u.PasswordHash, instant{&u.Created})
	},
}

type users struct{ x *session }

// longestKey is how many bytes of a key fit a column with an index everywhere.
const longestKey = 191

// usernameKey is how a key is stored: a long one, and folding makes some 18
// times as long as the name, as its digest.
func usernameKey(key string) string {
	if len(key) <= longestKey {
		return key
	}
	digest := sha256.Sum256([]byte(key))
	return hex.EncodeToString(digest[:])
}

func (s users) Get(ctx context.Context, id int64) (*user.User, error) {
	return userTable.get(ctx, s.x, userTable.rows().Where(sq.Eq{"id": id}))
}

func (s users) ByUsername(ctx context.Context, key string) (*user.User, error) {
	return userTable.get(ctx, s.x, userTable.rows().Where(sq.Eq{"username_key": usernameKey(key)}))
}

func (s users) List(ctx context.Context, q user.Query) ([]*user.User, error) {
	rows, err := byID(userTable.rows(), q.After, q.Offset, q.Limit)
	if err != nil {
		return nil, err
	}
	return userTable.list(ctx, s.x, rows)
}

func (s users) Count(ctx context.Context) (int, error) {
	return userTable.count(ctx, s.x, nil)
}

func (s users) Insert(ctx context.Context, u *user.User) (err error) {
	u.ID, err = userTable.insert(ctx, s.x, u)
	return err
}

func (s users) Update(ctx context.Context, u *user.User) error {
	return userTable.update(ctx, s.x, u.ID, u)
}

func (s users) Delete(ctx context.Context, id int64) error {
	return userTable.delete(ctx, s.x, id)
}
