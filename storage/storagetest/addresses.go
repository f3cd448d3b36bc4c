package storagetest

import (
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

var addressTests = []test{
	{"one key", func(e *env) {
		key := []byte{0, 255, '\'', 0x80}
		e.update(func(tx storage.Tx) {
			absent(tx.Addresses().Key(e.ctx))(e)
			e.ok(tx.Addresses().InsertKey(e.ctx, key))
			e.is(tx.Addresses().InsertKey(e.ctx, []byte("other")), storage.ErrDuplicate)
		})
		e.view(func(tx storage.Tx) { equal(e, must(tx.Addresses().Key(e.ctx))(e), key) })
	}},
	{"insert, update and list", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, bob := e.user(tx, "ada").ID, e.user(tx, "bob").ID
			list := func(id int64) []*user.KnownAddress { return must(tx.Addresses().List(e.ctx, id))(e) }
			a := &user.KnownAddress{UserID: ada, Digest: []byte{0, 255, '\'', 0x80}, LastRight: now}
			b := &user.KnownAddress{UserID: ada, Digest: []byte("b"), LastRight: now.Add(time.Microsecond)}
			theirs := &user.KnownAddress{UserID: bob, Digest: []byte("b"), LastRight: now}
			for _, address := range []*user.KnownAddress{a, b, theirs} {
				e.ok(tx.Addresses().Insert(e.ctx, address))
			}
			equalList(e, list(ada), b, a)
			equalList(e, list(bob), theirs)
			equalList(e, list(99))
			e.is(tx.Addresses().Insert(e.ctx, a), storage.ErrDuplicate)
			e.is(tx.Addresses().Insert(e.ctx, &user.KnownAddress{UserID: 99, Digest: []byte("a"), LastRight: now}), storage.ErrReferenced)

			a.LastRight = now.Add(time.Hour)
			e.ok(tx.Addresses().Update(e.ctx, a))
			e.ok(tx.Addresses().Update(e.ctx, a)) // again, without a change
			e.ok(tx.Addresses().Update(e.ctx, &user.KnownAddress{UserID: bob, Digest: a.Digest, LastRight: now}))
			equalList(e, list(ada), a, b)
			equalList(e, list(bob), theirs)
		})
	}},
	{"delete", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, bob := e.user(tx, "ada").ID, e.user(tx, "bob").ID
			for _, id := range []int64{ada, bob} {
				for _, digest := range []string{"a", "b"} {
					e.ok(tx.Addresses().Insert(e.ctx, &user.KnownAddress{UserID: id, Digest: []byte(digest), LastRight: now}))
				}
			}
			e.ok(tx.Addresses().Delete(e.ctx, ada, []byte("a")))
			e.ok(tx.Addresses().Delete(e.ctx, ada, []byte("a")))
			equalList(e, must(tx.Addresses().List(e.ctx, ada))(e), &user.KnownAddress{UserID: ada, Digest: []byte("b"), LastRight: now})
			equal(e, len(must(tx.Addresses().List(e.ctx, bob))(e)), 2)
			e.ok(tx.Users().Delete(e.ctx, bob)) // takes them along
			equalList(e, must(tx.Addresses().List(e.ctx, bob))(e))
		})
	}},
}
