package sqlstore

import (
	"context"

	"github.com/go-helpdesk/helpdesk/user"
)

var tokenTable = &table[user.Token]{
	noun:    "token",
	name:    "helpdesk_token",
	columns: []string{"user_id", "name", "prefix", "digest", "read_only", "created", "expires", "last_used"},
	values: func(t *user.Token) []any {
		return []any{t.UserID, t.Name, t.Prefix, t.Digest, t.ReadOnly, micros(t.Created), nullMicros(t.Expires), nullMicros(t.LastUsed)}
	},
	scan: func(r *row, t *user.Token) {
		t.ID, t.UserID, t.Name, t.Prefix, t.Digest = r.Int(), r.Int(), r.Text(), r.Text(), r.Bytes()
		t.ReadOnly, t.Created, t.Expires, t.LastUsed = r.Bool(), instant(r), nullInstant(r), nullInstant(r)
	},
}

type tokens struct{ x *transaction }

func (s tokens) Get(ctx context.Context, id int64) (*user.Token, error) {
	return tokenTable.byID(ctx, s.x, id)
}

func (s tokens) Lock(ctx context.Context, id int64) (*user.Token, error) {
	return tokenTable.locked(ctx, s.x, is("id = ?", id))
}

func (s tokens) ByPrefix(ctx context.Context, prefix string) (*user.Token, error) {
	return tokenTable.get(ctx, s.x, is("prefix = ?", prefix), order{})
}

func (s tokens) List(ctx context.Context, userID int64, q user.Query) ([]*user.Token, error) {
	c, o, err := selected(q)
	if err != nil {
		return nil, err
	}
	return tokenTable.list(ctx, s.x, is("user_id = ?", userID).and(c), o)
}

func (s tokens) Count(ctx context.Context, userID int64) (int, error) {
	return tokenTable.count(ctx, s.x, is("user_id = ?", userID))
}

func (s tokens) Insert(ctx context.Context, t *user.Token) (err error) {
	t.ID, err = tokenTable.insert(ctx, s.x, t)
	return err
}

func (s tokens) Update(ctx context.Context, before, after *user.Token) error {
	return tokenTable.update(ctx, s.x, before.ID, before, after)
}

func (s tokens) Delete(ctx context.Context, id int64) error {
	return tokenTable.delete(ctx, s.x, id)
}
