package storagetest

import (
	"crypto/rand"
	"strings"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

var attachmentTests = []test{
	{"insert and get", func(e *env) {
		e.update(func(tx storage.Tx) {
			f := e.followUp(tx, e.ticket(tx, "t").ID)
			full := &followup.Attachment{FollowUpID: f.ID, Filename: "evil name é 😀.txt", MIMEType: "text/plain", Size: 1 << 40,
				Content: "key"}
			long := &followup.Attachment{FollowUpID: f.ID, Filename: strings.Repeat("😀", 1000), MIMEType: strings.Repeat("x", 255),
				Content: "long"}
			for _, a := range []*followup.Attachment{full, long, {FollowUpID: f.ID}} {
				e.ok(tx.Attachments().Insert(e.ctx, a))
				equal(e, must(tx.Attachments().Get(e.ctx, a.ID, all))(e), a)
			}
			absent(tx.Attachments().Get(e.ctx, 99, all))(e)
			e.is(tx.Attachments().Insert(e.ctx, &followup.Attachment{FollowUpID: 99, Content: "other"}), storage.ErrReferenced)
			e.is(tx.Attachments().Insert(e.ctx, &followup.Attachment{FollowUpID: f.ID, Content: "key"}), storage.ErrDuplicate)
		})
	}},
	{"update", func(e *env) {
		e.update(func(tx storage.Tx) {
			t := e.ticket(tx, "t")
			f, g := e.followUp(tx, t.ID), e.followUp(tx, t.ID)
			a, other := e.attachment(tx, f.ID, "a"), e.attachment(tx, f.ID, "other")
			*a = followup.Attachment{ID: a.ID, FollowUpID: g.ID, Filename: "A", MIMEType: "image/png", Size: 7, Content: "new"}
			e.ok(saveAttachment(e.ctx, tx, a))
			equal(e, must(tx.Attachments().Get(e.ctx, a.ID, all))(e), a)
			equal(e, must(tx.Attachments().Get(e.ctx, other.ID, all))(e), other)
			e.ok(saveAttachment(e.ctx, tx, a)) // again, without a change
			a.ID = 99
			e.is(saveAttachment(e.ctx, tx, a), storage.ErrNotFound)
		})
	}},
	{"order by code point", func(e *env) {
		e.update(func(tx storage.Tx) {
			f := e.followUp(tx, e.ticket(tx, "t").ID)
			var sorted []*followup.Attachment
			names := []string{"", "B", "a", "a", "a ", "b", "zz", "é", "ſ", "ﬀ", "｡", "😀"}
			for i := range names { // inserted the other way round, but for the twins
				name := names[len(names)-1-i]
				sorted = append([]*followup.Attachment{e.attachment(tx, f.ID, name)}, sorted...)
			}
			sorted[2], sorted[3] = sorted[3], sorted[2]
			list := func(q followup.AttachmentQuery) []*followup.Attachment {
				q.Scope = all
				return must(tx.Attachments().List(e.ctx, q))(e)
			}
			equalList(e, list(followup.AttachmentQuery{}), sorted...)
			equalList(e, list(followup.AttachmentQuery{Limit: 2, Offset: 1}), sorted[1:3]...)
			equalList(e, list(followup.AttachmentQuery{Offset: 10}), sorted[10:]...)
			for i, a := range sorted {
				after := followup.AttachmentPosition{Filename: a.Filename, ID: a.ID}
				equalList(e, list(followup.AttachmentQuery{After: after}), sorted[i+1:]...)
			}
			after := followup.AttachmentPosition{Filename: "a", ID: sorted[2].ID}
			equalList(e, list(followup.AttachmentQuery{After: after, Limit: 1, Offset: 1}), sorted[4])
		})
	}},
	{"long names", func(e *env) {
		e.update(func(tx storage.Tx) {
			f, long := e.followUp(tx, e.ticket(tx, "t").ID), strings.Repeat("😀", 254)
			named := func(name string) *followup.Attachment {
				a := &followup.Attachment{FollowUpID: f.ID, Filename: name, Content: rand.Text()}
				e.ok(tx.Attachments().Insert(e.ctx, a))
				return a
			}
			second, first := named(long+"😁"), named(long+"😀") // as long as when uploaded
			// Longer than a database may sort by, the end of which is in the midst of a
			// character: these are in the order of ids too.
			a := named("x" + long + "😀")
			b := named("x" + long + strings.Repeat("😀", 744) + "a")
			c := named("x" + long + "😁")
			for _, f := range []followup.Filter{{}, {FollowUps: []int64{f.ID}}} {
				e.attachmentSlices(tx, all, f, a, b, c, first, second)
			}
		})
	}},
	{"filter and scope", func(e *env) {
		e.update(func(tx storage.Tx) {
			s, t := e.ticket(tx, "s", submittedBy("ada@example.com")), e.ticket(tx, "t", submittedBy("bob@example.com"))
			f, g, h := e.followUp(tx, s.ID), e.followUp(tx, t.ID), e.followUp(tx, s.ID)
			a, b, c := e.attachment(tx, f.ID, "a"), e.attachment(tx, g.ID, "b"), e.attachment(tx, h.ID, "c")
			finds := func(s ticket.Scope, f followup.Filter, want ...*followup.Attachment) {
				e.Helper()
				equalList(e, must(tx.Attachments().List(e.ctx, followup.AttachmentQuery{Scope: s, Filter: f}))(e), want...)
				equal(e, must(tx.Attachments().Count(e.ctx, s, f))(e), len(want))
			}
			mine := ticket.Scope{Submitter: "ada@example.com"}
			finds(ticket.Scope{}, followup.Filter{})
			finds(all, followup.Filter{}, a, b, c)
			finds(mine, followup.Filter{}, a, c)
			finds(all, followup.Filter{Ticket: on(s.ID)}, a, c)
			finds(all, followup.Filter{FollowUps: []int64{g.ID, h.ID}}, b, c)
			finds(mine, followup.Filter{FollowUps: []int64{g.ID, h.ID}}, c)
			finds(all, followup.Filter{Ticket: on(s.ID), FollowUps: []int64{f.ID, g.ID}}, a)
			finds(mine, followup.Filter{Ticket: on(t.ID)})

			equal(e, must(tx.Attachments().Get(e.ctx, a.ID, mine))(e), a)
			absent(tx.Attachments().Get(e.ctx, b.ID, mine))(e)
			absent(tx.Attachments().Get(e.ctx, a.ID, ticket.Scope{}))(e)
		})
	}},
	{"delete", func(e *env) {
		e.update(func(tx storage.Tx) {
			f := e.followUp(tx, e.ticket(tx, "t").ID)
			key, _, err := tx.Files().Put(e.ctx, strings.NewReader("content"))
			e.ok(err)
			a := &followup.Attachment{FollowUpID: f.ID, Content: key}
			e.ok(tx.Attachments().Insert(e.ctx, a))
			e.ok(tx.Attachments().Delete(e.ctx, a.ID))
			absent(tx.Attachments().Get(e.ctx, a.ID, all))(e)
			e.is(tx.Attachments().Delete(e.ctx, a.ID), storage.ErrNotFound)
			equal(e, string(readAll(e, tx, key)), "content")
		})
	}},
	{"content keys", func(e *env) {
		e.update(func(tx storage.Tx) {
			f := e.followUp(tx, e.ticket(tx, "t").ID)
			keys := func(of ...string) []string { return must(tx.Attachments().ContentKeys(e.ctx, of))(e) }
			equalList(e, keys())
			equalList(e, keys("no key"))
			a, b := e.attachment(tx, f.ID, "a").Content, e.attachment(tx, f.ID, "b").Content
			equalList(e, keys(a, "no key", strings.ToLower(a)), a)
			many := make([]string, 2500)
			many[2400] = b
			equalList(e, keys(many...), b)
		})
	}},
}

var changeTests = []test{
	{"insert and list", func(e *env) {
		e.update(func(tx storage.Tx) {
			t, u := e.ticket(tx, "t"), e.user(tx, "u")
			f := e.followUp(tx, t.ID)
			made := []*followup.Change{
				{TicketID: t.ID, FollowUpID: &f.ID, UserID: &u.ID, Date: now, Field: "Status 😀", OldValue: new("Open"),
					NewValue: new("Closed")},
				{TicketID: t.ID, Date: earliest, OldValue: new(""), NewValue: new("")},
				{TicketID: t.ID, Date: latest},
			}
			e.ok(tx.Changes().Insert(e.ctx))
			e.ok(tx.Changes().Insert(e.ctx, made...))
			one := e.change(tx, t.ID, nil)
			for i, c := range append(made, one)[1:] {
				if c.ID <= made[i].ID {
					e.Errorf("id %d after %d", c.ID, made[i].ID)
				}
			}
			list := func(q followup.ChangeQuery) []*followup.Change {
				q.Scope = all
				return must(tx.Changes().List(e.ctx, q))(e)
			}
			equalList(e, list(followup.ChangeQuery{}), made[0], made[1], made[2], one)
			equalList(e, list(followup.ChangeQuery{Limit: 2, Offset: 1}), made[1], made[2])
			equalList(e, list(followup.ChangeQuery{Offset: 3}), one)
			equalList(e, list(followup.ChangeQuery{After: made[0].ID, Limit: 2}), made[1], made[2])
			e.is(tx.Changes().Insert(e.ctx, &followup.Change{TicketID: 99}), storage.ErrReferenced)
			e.is(tx.Changes().Insert(e.ctx, &followup.Change{TicketID: t.ID, FollowUpID: new(int64(99))}), storage.ErrReferenced)
			e.is(tx.Changes().Insert(e.ctx, &followup.Change{TicketID: t.ID, UserID: new(int64(99))}), storage.ErrReferenced)
		})
	}},
	{"filter and scope", func(e *env) {
		e.update(func(tx storage.Tx) {
			s, t := e.ticket(tx, "s", submittedBy("ada@example.com")), e.ticket(tx, "t")
			f, g := e.followUp(tx, s.ID), e.followUp(tx, t.ID)
			edit, byF, byG := e.change(tx, s.ID, nil), e.change(tx, s.ID, &f.ID), e.change(tx, t.ID, &g.ID)
			finds := func(q followup.ChangeQuery, want ...*followup.Change) {
				e.Helper()
				equalList(e, must(tx.Changes().List(e.ctx, q))(e), want...)
				equal(e, must(tx.Changes().Count(e.ctx, q.Scope, q.Filter))(e), len(want))
			}
			mine := ticket.Scope{Submitter: "ada@example.com"}
			finds(followup.ChangeQuery{})
			finds(followup.ChangeQuery{Scope: all}, edit, byF, byG)
			finds(followup.ChangeQuery{Scope: mine}, edit, byF)
			finds(followup.ChangeQuery{Scope: all, Filter: followup.Filter{Ticket: on(s.ID)}}, edit, byF)
			finds(followup.ChangeQuery{Scope: all, Filter: followup.Filter{FollowUps: []int64{f.ID, g.ID}}}, byF, byG)
			finds(followup.ChangeQuery{Scope: mine, Filter: followup.Filter{FollowUps: []int64{f.ID, g.ID}}}, byF)
			f.TicketID = t.ID // the record stays with the ticket that changed
			e.ok(saveFollowUp(e.ctx, tx, f))
			finds(followup.ChangeQuery{Scope: all, Filter: followup.Filter{Ticket: on(s.ID)}}, edit, byF)
		})
	}},
}
