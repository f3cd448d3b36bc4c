package storagetest

import (
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

func (e *env) token(tx storage.Tx, owner int64, prefix string) *user.Token {
	e.Helper()
	t := &user.Token{UserID: owner, Prefix: prefix, Digest: []byte(prefix), Created: now}
	e.ok(tx.Tokens().Insert(e.ctx, t))
	return t
}

var tokenTests = []test{
	{"insert and get", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada := e.user(tx, "ada")
			full := &user.Token{UserID: ada.ID, Name: "Backup 😀", Prefix: "hd_full", Digest: []byte{0, 255, '\'', 0x80}, ReadOnly: true,
				Created: now, Expires: new(latest), LastUsed: new(earliest)}
			plain := e.token(tx, ada.ID, "hd_plain")
			e.ok(tx.Tokens().Insert(e.ctx, full))
			for _, t := range []*user.Token{full, plain} {
				equal(e, must(tx.Tokens().Get(e.ctx, t.ID))(e), t)
				equal(e, must(tx.Tokens().ByPrefix(e.ctx, t.Prefix))(e), t)
			}
			if plain.ID <= 0 || full.ID <= plain.ID {
				e.Errorf("ids %d, %d", plain.ID, full.ID)
			}
			absent(tx.Tokens().Get(e.ctx, 99))(e)
			e.is(tx.Tokens().Insert(e.ctx, &user.Token{UserID: 99, Prefix: "x", Digest: []byte("x")}), storage.ErrReferenced)
		})
	}},
	{"prefixes differ when any byte differs", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, bob := e.user(tx, "ada"), e.user(tx, "bob")
			for _, prefix := range lookalikes {
				absent(tx.Tokens().ByPrefix(e.ctx, prefix))(e)
				t := e.token(tx, ada.ID, prefix)
				equal(e, must(tx.Tokens().ByPrefix(e.ctx, prefix))(e), t)
				e.is(tx.Tokens().Insert(e.ctx, &user.Token{UserID: bob.ID, Prefix: prefix, Digest: []byte("x")}), storage.ErrDuplicate)
			}
		})
	}},
	{"update", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, bob := e.user(tx, "ada"), e.user(tx, "bob")
			t, other := e.token(tx, ada.ID, "t"), e.token(tx, ada.ID, "other")
			*t = user.Token{ID: t.ID, UserID: bob.ID, Name: "N", Prefix: "T", Digest: []byte("D"), ReadOnly: true,
				Created: now.Add(time.Hour), Expires: new(now), LastUsed: new(now.Add(time.Microsecond))}
			e.ok(save(e.ctx, tx.Tokens(), t.ID, t))
			equal(e, must(tx.Tokens().Get(e.ctx, t.ID))(e), t)
			equal(e, must(tx.Tokens().Get(e.ctx, other.ID))(e), other)
			e.ok(save(e.ctx, tx.Tokens(), t.ID, t)) // again, without a change
			t.ID = 99
			e.is(save(e.ctx, tx.Tokens(), t.ID, t), storage.ErrNotFound)
		})
	}},
	{"list", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, bob := e.user(tx, "ada"), e.user(tx, "bob")
			c, theirs, b, a := e.token(tx, ada.ID, "c"), e.token(tx, bob.ID, "theirs"), e.token(tx, ada.ID, "b"), e.token(tx, ada.ID, "a")
			list := func(owner int64, q user.TokenQuery) []*user.Token { return must(tx.Tokens().List(e.ctx, owner, q))(e) }
			equalList(e, list(ada.ID, user.TokenQuery{Limit: 9}), c, b, a)
			equalList(e, list(bob.ID, user.TokenQuery{Limit: 9}), theirs)
			equalList(e, list(99, user.TokenQuery{Limit: 9}))
			equalList(e, list(ada.ID, user.TokenQuery{Limit: 1, Offset: 1}), b)
			equalList(e, list(ada.ID, user.TokenQuery{Limit: 9, After: c.ID}), b, a)
			for owner, want := range map[int64]int{ada.ID: 3, bob.ID: 1, 99: 0} {
				equal(e, must(tx.Tokens().Count(e.ctx, owner))(e), want)
			}
			_, err := tx.Tokens().List(e.ctx, ada.ID, user.TokenQuery{})
			e.refused(err)
		})
	}},
	{"delete", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada := e.user(tx, "ada")
			kept, t := e.token(tx, ada.ID, "kept"), e.token(tx, ada.ID, "t")
			e.ok(tx.Tokens().Delete(e.ctx, t.ID))
			absent(tx.Tokens().Get(e.ctx, t.ID))(e)
			absent(tx.Tokens().ByPrefix(e.ctx, "t"))(e)
			e.is(tx.Tokens().Delete(e.ctx, t.ID), storage.ErrNotFound)
			equalList(e, must(tx.Tokens().List(e.ctx, ada.ID, user.TokenQuery{Limit: 9}))(e), kept)
			if again := e.token(tx, ada.ID, "t"); again.ID <= t.ID {
				e.Errorf("id %d after %d", again.ID, t.ID)
			}
		})
	}},
}
