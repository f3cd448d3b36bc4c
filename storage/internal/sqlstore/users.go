package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

var userTable = &table[user.User]{
	noun: "user",
	name: "helpdesk_user",
	columns: []string{"username_key", "username", "first_name", "last_name", "email",
		"active", "staff", "superuser", "password_hash", "created", "external_id", "email_unverified", "permissions"},
	derived: []string{"email_key"},
	id:      func(u *user.User) *int64 { return &u.ID },
	version: func(u *user.User) *int64 { return &u.Version },
	values: func(u *user.User) []any {
		return []any{usernameKey(user.Key(u.Username)), u.Username, u.FirstName, u.LastName, u.Email,
			u.Active, u.Staff, u.Superuser, u.PasswordHash, micros(u.Created), u.ExternalID, !u.EmailVerified, asJSON(u.Permissions),
			ticket.AddressKey(u.Email)}
	},
	scan: func(r *row, u *user.User) {
		u.ID, _ = r.Int(), r.Text()
		u.Username, u.FirstName, u.LastName, u.Email = r.Text(), r.Text(), r.Text(), r.Text()
		u.Active, u.Staff, u.Superuser, u.PasswordHash, u.Created = r.Bool(), r.Bool(), r.Bool(), r.Text(), instant(r)
		u.ExternalID, u.EmailVerified, u.Permissions = r.NullText(), !r.Bool(), fromJSON[user.Permission](r)
		u.Version = r.Int()
	},
}

type users struct{ records[user.User] }

// maxKey is how many bytes of a key fit a column with an index on every database.
const maxKey = 191

// usernameKey is how a key is stored. A long one is stored as its digest: folding makes
// some keys 18 times as long as the name.
func usernameKey(key string) string {
	if len(key) <= maxKey {
		return key
	}
	digest := sha256.Sum256([]byte(key))
	return hex.EncodeToString(digest[:])
}

func (s users) ByUsername(ctx context.Context, key string) (*user.User, error) {
	return s.getBy(ctx, "username_key", usernameKey(key))
}

func (s users) ByExternalID(ctx context.Context, id string) (*user.User, error) {
	return s.getBy(ctx, "external_id", id)
}

func (s users) Superusers(ctx context.Context) ([]int64, error) {
	if _, err := s.x.forWriting("lock superusers"); err != nil {
		return nil, err
	}
	q := selecting("id", userTable.name, is("superuser = ? AND active = ?", true, true),
		order{by: "id", lock: s.x.store.o.Dialect.ForUpdate})
	return list(ctx, s.x, "lock superusers", q, (*row).Int)
}

func (s users) List(ctx context.Context, q user.Query) ([]*user.User, error) {
	d := &s.x.store.o.Dialect
	p := page{keyset: byIDs(q.Order.Descending), id: q.After.ID, offset: q.Offset, limit: q.Limit}
	few := len(q.IDs)+len(q.Username.In)+len(q.Email.In) > 0
	switch q.Order.By {
	case "", user.ByID:
		if !few && q.Staff != nil {
			p.from = d.by(usersByStaff)
		}
	case user.ByUsername:
		p.column, p.value = "username", q.After.Name
		if !few {
			p.from = d.by(usersByUsername)
		}
	default:
		return nil, fmt.Errorf("list users: no order by %q", q.Order.By)
	}
	return s.read(ctx, usersMatching(q.Filter), p)
}

// usersMatching is the condition that the filter admits a row of helpdesk_user.
func usersMatching(f user.Filter) (c cond) {
	if f.IDs != nil {
		c = in("id", f.IDs)
	}
	c = c.and(matching("username_key", f.Username, func(name string) any { return usernameKey(user.Key(name)) }))
	c = c.and(matching("email_key", f.Email, func(address string) any { return ticket.AddressKey(address) }))
	return c.and(isFlag("staff", f.Staff)).and(isFlag("active", f.Active))
}

// readUserQueues reads the queues that were granted to users.
func readUserQueues(ctx context.Context, x *transaction, all ...*user.User) error {
	granted, err := userQueues.read(ctx, x, idsOf(all, func(u *user.User) int64 { return u.ID }))
	for _, u := range all {
		u.Queues = granted[u.ID]
	}
	return err
}

func (s users) Count(ctx context.Context, f user.Filter) (int, error) {
	return s.count(ctx, usersMatching(f))
}

func (s users) Grant(ctx context.Context, id int64, queues []int64) error {
	if err := userTable.lock(ctx, s.x, "grant to ", id); err != nil {
		return err
	}
	before, err := userQueues.read(ctx, s.x, []int64{id})
	if err != nil {
		return err
	}
	return userQueues.change(ctx, s.x, id, before[id], queues)
}
