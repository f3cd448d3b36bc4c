package storagetest

import (
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// lookalikes differ, though not to every database.
var lookalikes = []string{"slug", "Slug", "slúg", "slug ", "ſlug", "ｓlug", "slug😀", "slug😁", "straße", "strasse"}

var queueTests = []test{
	{"insert and get", func(e *env) {
		e.update(func(tx storage.Tx) {
			owner := e.user(tx, "owner")
			full := &ticket.Queue{Title: "Support 😀", Slug: "support", EmailAddress: new("a@b.cd"), AllowPublicSubmission: true,
				DefaultOwner: &owner.ID}
			empty := &ticket.Queue{EmailAddress: new("")}
			for _, q := range []*ticket.Queue{full, empty, {Slug: "nil"}} {
				e.ok(tx.Queues().Insert(e.ctx, q))
				equal(e, must(tx.Queues().Get(e.ctx, q.ID))(e), q)
			}
			absent(tx.Queues().Get(e.ctx, 99))(e)
			e.is(tx.Queues().Insert(e.ctx, &ticket.Queue{Slug: "x", DefaultOwner: new(int64(99))}), storage.ErrReferenced)
		})
	}},
	{"slugs differ when any byte differs", func(e *env) {
		e.update(func(tx storage.Tx) {
			for _, slug := range lookalikes {
				absent(tx.Queues().BySlug(e.ctx, slug))(e)
				q := e.queue(tx, slug)
				equal(e, must(tx.Queues().BySlug(e.ctx, slug))(e), q)
				e.is(tx.Queues().Insert(e.ctx, &ticket.Queue{Slug: slug}), storage.ErrDuplicate)
			}
		})
	}},
	{"update", func(e *env) {
		e.update(func(tx storage.Tx) {
			owner, q, other := e.user(tx, "owner"), e.queue(tx, "q"), e.queue(tx, "other")
			*q = ticket.Queue{ID: q.ID, Title: "T", Slug: "Q", EmailAddress: new(""), AllowPublicSubmission: true, DefaultOwner: &owner.ID}
			e.ok(save(e.ctx, tx.Queues(), q.ID, q))
			equal(e, must(tx.Queues().Get(e.ctx, q.ID))(e), q)
			equal(e, must(tx.Queues().Get(e.ctx, other.ID))(e), other)
			e.ok(save(e.ctx, tx.Queues(), q.ID, q)) // again, without a change

			e.is(save(e.ctx, tx.Queues(), 99, &ticket.Queue{ID: 99, Slug: "x"}), storage.ErrNotFound)
			e.is(save(e.ctx, tx.Queues(), other.ID, &ticket.Queue{ID: other.ID, Slug: "Q"}), storage.ErrDuplicate)
		})
	}},
	{"list", func(e *env) {
		e.update(func(tx storage.Tx) {
			c, b, a := e.queue(tx, "c"), e.queue(tx, "b"), e.queue(tx, "a")
			list := func(q ticket.QueueQuery) []*ticket.Queue { return must(tx.Queues().List(e.ctx, q))(e) }
			equalList(e, list(ticket.QueueQuery{Limit: 9}), c, b, a)
			equalList(e, list(ticket.QueueQuery{Limit: 1, Offset: 1}), b)
			equalList(e, list(ticket.QueueQuery{Limit: 9, After: c.ID}), b, a)
			equalList(e, list(ticket.QueueQuery{Limit: 9, QueueFilter: ticket.QueueFilter{IDs: []int64{a.ID, 99, c.ID}}}), c, a)
			equalList(e, list(ticket.QueueQuery{Limit: 9, QueueFilter: ticket.QueueFilter{IDs: []int64{99}}}))
			equal(e, must(tx.Queues().Count(e.ctx, ticket.QueueFilter{}))(e), 3)
			_, err := tx.Queues().List(e.ctx, ticket.QueueQuery{})
			e.refused(err)
		})
	}},
	{"delete", func(e *env) {
		e.update(func(tx storage.Tx) {
			q := e.queue(tx, "q")
			t := e.ticket(tx, "in it")
			e.is(tx.Queues().Delete(e.ctx, q.ID), storage.ErrReferenced)
			e.ok(tx.Tickets().Delete(e.ctx, t.ID))
			e.ok(tx.Queues().Delete(e.ctx, q.ID))
			absent(tx.Queues().Get(e.ctx, q.ID))(e)
			e.is(tx.Queues().Delete(e.ctx, q.ID), storage.ErrNotFound)
		})
	}},
}

var customFieldTests = []test{
	{"insert and get", func(e *env) {
		e.update(func(tx storage.Tx) {
			full := &ticket.CustomField{Name: "size", Label: "Size 😀", HelpText: new("help"), Type: ticket.List, MaxLength: new(int64(3)),
				DecimalPlaces: new(int64(2)), ListValues: new("a\nb"), EmptySelectionList: true, Ordering: new(int64(-1)), Required: true,
				StaffOnly: true}
			empty := &ticket.CustomField{Type: ticket.Text, HelpText: new(""), ListValues: new(""), MaxLength: new(int64(0))}
			for _, f := range []*ticket.CustomField{full, empty, {Name: "nil", Type: ticket.Boolean}} {
				e.ok(tx.CustomFields().Insert(e.ctx, f))
				equal(e, must(tx.CustomFields().Get(e.ctx, f.ID))(e), f)
			}
			absent(tx.CustomFields().Get(e.ctx, 99))(e)
		})
	}},
	{"names differ when any byte differs", func(e *env) {
		e.update(func(tx storage.Tx) {
			for _, name := range lookalikes {
				e.field(tx, name)
				e.is(tx.CustomFields().Insert(e.ctx, &ticket.CustomField{Name: name, Type: ticket.Text}), storage.ErrDuplicate)
			}
		})
	}},
	{"all by ordering", func(e *env) {
		e.update(func(tx storage.Tx) {
			var made []*ticket.CustomField
			for i, ordering := range []*int64{new(int64(2)), nil, new(int64(-1)), new(int64(2)), nil} {
				f := &ticket.CustomField{Name: lookalikes[i], Type: ticket.Text, Ordering: ordering}
				e.ok(tx.CustomFields().Insert(e.ctx, f))
				made = append(made, f)
			}
			equalList(e, must(tx.CustomFields().All(e.ctx))(e), made[1], made[4], made[2], made[0], made[3])
		})
	}},
	{"update", func(e *env) {
		e.update(func(tx storage.Tx) {
			f, other := e.field(tx, "f"), e.field(tx, "other")
			*f = ticket.CustomField{ID: f.ID, Name: "F", Label: "L", HelpText: new(""), Type: ticket.Decimal, MaxLength: new(int64(5)),
				DecimalPlaces: new(int64(1)), ListValues: new("x"), EmptySelectionList: true, Ordering: new(int64(7)), Required: true,
				StaffOnly: true}
			e.ok(save(e.ctx, tx.CustomFields(), f.ID, f))
			equal(e, must(tx.CustomFields().Get(e.ctx, f.ID))(e), f)
			equal(e, must(tx.CustomFields().Get(e.ctx, other.ID))(e), other)
			e.ok(save(e.ctx, tx.CustomFields(), f.ID, f)) // again, without a change

			e.is(save(e.ctx, tx.CustomFields(), 99, &ticket.CustomField{ID: 99, Name: "x"}), storage.ErrNotFound)
			e.is(save(e.ctx, tx.CustomFields(), other.ID, &ticket.CustomField{ID: other.ID, Name: "F"}), storage.ErrDuplicate)
		})
	}},
	{"values", func(e *env) {
		e.update(func(tx storage.Tx) {
			f, other := e.field(tx, "f"), e.field(tx, "other")
			retype := func(t ticket.FieldType) error {
				after := *f
				after.Type = t
				return save(e.ctx, tx.CustomFields(), f.ID, &after)
			}
			e.ok(retype(ticket.Integer))
			e.ok(retype(ticket.Text))
			t := e.ticket(tx, "t", func(t *ticket.Ticket) {
				t.Values = ticket.Values{{Field: f.ID, Null: true}, {Field: other.ID, Text: "kept"}}
			})
			e.is(retype(ticket.Integer), storage.ErrReferenced)
			e.ok(retype(ticket.Text)) // which it is
			e.ok(tx.CustomFields().Delete(e.ctx, f.ID))
			absent(tx.CustomFields().Get(e.ctx, f.ID))(e)
			equal(e, must(tx.Tickets().Get(e.ctx, t.ID, all))(e).Values, t.Values[1:])
			e.is(tx.CustomFields().Delete(e.ctx, f.ID), storage.ErrNotFound)
		})
	}},
}
