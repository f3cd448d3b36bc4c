package sqlstore

import (
	"context"

	"github.com/go-helpdesk/helpdesk/user"
)

var tokenTable = &table[user.Token]{
	noun:    "token",
	name:    "helpdesk_token",
	columns: []string{"user_id", "name", "prefix", "digest", "read_only", "created", "expires", "last_used"},
	id:      func(t *user.Token) *int64 { return &t.ID },
	version: func(t *user.Token) *int64 { return &t.Version },
	values: func(t *user.Token) []any {
		return []any{t.UserID, t.Name, t.Prefix, t.Digest, t.ReadOnly, micros(t.Created), nullMicros(t.Expires), nullMicros(t.LastUsed)}
	},
	scan: func(r *row, t *user.Token) {
		t.ID, t.UserID, t.Name, t.Prefix, t.Digest = r.Int(), r.Int(), r.Text(), r.Text(), r.Bytes()
		t.ReadOnly, t.Created, t.Expires, t.LastUsed = r.Bool(), instant(r), nullInstant(r), nullInstant(r)
		t.Version = r.Int()
	},
}

type tokens struct{ records[user.Token] }

func (s tokens) ByPrefix(ctx context.Context, prefix string) (*user.Token, error) {
	return s.getBy(ctx, "prefix", prefix)
}

func (s tokens) List(ctx context.Context, userID int64, q user.TokenQuery) ([]*user.Token, error) {
	return s.read(ctx, is("user_id = ?", userID),
		page{keyset: byIDs(q.Descending), id: q.After, offset: q.Offset, limit: q.Limit})
}

func (s tokens) Count(ctx context.Context, userID int64) (int, error) {
	return s.count(ctx, is("user_id = ?", userID))
}
